"""What a worker is kept from: the network, more memory than its budget, outliving its engine.

Where the kernel lacks one of these (it is not Linux, or forbids it) the others still hold.
"""

import contextlib
import ctypes
import gc
import os
import resource
import signal
import time
from collections.abc import Iterator
from typing import Final

from diaspora_influence.offspring import end_with

CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000
STACK: Final = 64 * 1024 * 1024
"""Bytes of stack: the engine recurses, and the usual 8 MiB leave the guard little margin."""
CPUCLOCK_SCHED: Final = 2
"""Of a process's number and this Linux makes the clock of its processor time, as clock_getcpuclockid does."""
NICE: Final = 10
"""The priority of who steps aside: a tenth of a processor where another wants it."""
M_TRIM_THRESHOLD: Final = -1
M_TOP_PAD: Final = -2
M_MMAP_THRESHOLD: Final = -3
MAPPED: Final = 256 * 1024
"""Bytes from which on a piece of memory counts as large."""
AHEAD: Final = 1024 * 1024
"""Bytes that the heap is grown by at one time, and twice as many are kept free at its end."""
PAGE: Final = resource.getpagesize()

libc: Final = ctypes.CDLL(None, use_errno=True)


def leave_network() -> bool:
    """Move this process into a network namespace of its own, which has no interface that is up.

    Unprivileged users get there by way of a user namespace. False where neither is allowed.
    """
    if not hasattr(libc, "unshare"):
        return False
    return any(libc.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def deepen_stack() -> None:
    """Let the main thread of this process and of its forks grow deeper than the usual limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    size = STACK if hard == resource.RLIM_INFINITY else min(STACK, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (size, hard))


def leave_parent(parent: int) -> None:
    """Make this fork of *parent* a process of its own: signals as usual, no terminal, dead when it dies."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(parent)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def limit_memory(budget: int) -> None:
    """Let this process grow by *budget* MiB over what it holds now, and leave no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if held := address_space():
        most = held + budget * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def address_space() -> int:
    """Return the bytes of address space that this process holds; 0 where the kernel does not say."""
    return held()[0]


def held() -> tuple[int, int]:
    """Return the bytes of address space and of memory that this process holds; 0 where nobody says."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
            size, resident, *_ = file.read().split()
            return int(size) * PAGE, int(resident) * PAGE
    except OSError:
        return 0, 0


def step_aside(process: int) -> None:
    """Let others have the processors before *process*; there is no way back, so it ends soon after."""
    with contextlib.suppress(OSError):  # it has ended just now
        os.setpriority(os.PRIO_PROCESS, process, max(NICE, priority()))


def spent(process: int) -> float:
    """Return the seconds of processors that *process* has had; 0 where it has ended just now."""
    try:
        return time.clock_gettime(~process << 3 | CPUCLOCK_SCHED)
    except OSError:
        return 0.0


def priority() -> int:
    """Return the priority of this process; the greater, the later its turn."""
    return os.getpriority(os.PRIO_PROCESS, 0)


def settle() -> None:
    """Put the memory of this process in order before it forks, so that forks share it and keep sharing it.

    A fork that tidied up after its parent would make the parent's pages its own. Large pieces are mapped
    one by one: left alone, malloc raises the bound for that each time, up to 32 MiB, and then keeps them in
    its heap, where any small one behind them holds them.
    """
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, MAPPED)
        libc.mallopt(M_TOP_PAD, AHEAD)  # or every other query asks the kernel for a little, and gives it back
        libc.mallopt(M_TRIM_THRESHOLD, 2 * AHEAD)
    give_back()
    gc.freeze()


def give_back() -> None:
    """Return to the kernel what malloc keeps of freed memory."""
    gc.collect()  # the frames of a refused answer hold it, and the error in them holds the frames
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


@contextlib.contextmanager
def no_new_descriptors() -> Iterator[None]:
    """Keep this process from opening anything, a socket above all; what is open stays so."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
