"""Forked processes that do not outlive the one that forked them."""

import ctypes
import os
import signal
from typing import Final

PR_SET_PDEATHSIG: Final = 1


def end_with(parent: int) -> None:
    """Have the kernel end this fork of *parent* when that ends; where it has ended already, end now.

    Where the kernel is not Linux only the latter.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the line above, and nobody will tell
        os._exit(1)
