"""A fork ends with the process that forked it."""

import subprocess
import sys

import pytest

from processes import eventually, is_alive

SCRIPT = """
import os, sys, time
from diaspora_influence.validate.fast.parted import parted

def work(tasks):
    print(os.getpid(), flush=True)
    time.sleep(60)
    return []

parted(work, 2, 2)
"""


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
        assert eventually(lambda: not is_alive(part))
