"""Processes as tests look at them."""

import time
from collections.abc import Callable
from pathlib import Path

HANG = 30.0
"""Seconds after which something that should happen is taken not to."""


def is_alive(pid: int) -> bool:
    """Say whether a process of that number runs and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def eventually(condition: Callable[[], object]) -> bool:
    """Say whether *condition* comes true before one would call it hung."""
    until = time.monotonic() + HANG
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.01)
    return False
