"""A fork ends with the process that forked it."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = """
import os, sys, time
from diaspora_influence.validate.fast.parted import parted

def work(part):
    print(os.getpid(), flush=True)
    time.sleep(60)
    return []

parted(work, 2)
"""


def is_alive(process: int) -> bool:
    """Say whether *process* runs; one that ended and was not reaped does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel is not Linux")
def test_a_part_of_the_engine_ends_with_the_engine() -> None:
    command = [sys.executable, "-c", SCRIPT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout
        processes = {int(engine.stdout.readline()) for _ in range(2)}
        part = (processes - {engine.pid}).pop()
        assert is_alive(part)
        engine.kill()
        engine.wait()
        until = time.monotonic() + 10
        while is_alive(part) and time.monotonic() < until:
            time.sleep(0.01)
        assert not is_alive(part)
