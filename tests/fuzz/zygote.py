"""A process that has all of `dio validate` imported and forks a contained child for each job.

Run as `python -m fuzz.zygote`. A job is a line of JSON on standard input: the folder to run in, the words after
`dio`, seconds of processor time. The answer is a line on standard output: exit code or signal, seconds, KiB.
Standard output and error of the job are files in its folder.
"""

import importlib
import json
import os
import pkgutil
import resource
import select
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, Final, NoReturn, TextIO, cast

import diaspora_influence.commands.validate
import diaspora_influence.validate
from diaspora_influence import cli

TRACEBACK, WENT_OUT, WROTE_ELSEWHERE = 70, 71, 72
"""Exit codes that no run may end in: what the command itself never says."""
ADDRESS_SPACE: Final = 4 << 30
LARGEST_FILE: Final = 64 << 20
OUTWARD: Final = frozenset(
    ["socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request", "subprocess.Popen", "os.exec"]
)
"""Audit events of what leads out of the process."""


def main() -> None:
    """Serve jobs until standard input ends."""
    warm_up()
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


def warm_up() -> None:
    """Import what runs import when they need it."""
    for package in (diaspora_influence.validate, diaspora_influence.commands):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if package is diaspora_influence.validate or module.name.endswith("validate"):
                importlib.import_module(module.name)
    importlib.import_module("tomllib")
    importlib.import_module("urllib.request")


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Return how a job ended: its code (that of a signal is negative), processor time and memory."""
    child = os.fork()
    if child == 0:
        contained(job)
    handle = os.pidfd_open(child)
    ready, _, _ = select.select([handle], [], [], 10 * job["seconds"])
    os.close(handle)
    if not ready:
        os.killpg(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": used.ru_utime + used.ru_stime,
        "kilobytes": used.ru_maxrss,
        "ended": bool(ready),
    }


def contained(job: dict[str, Any]) -> NoReturn:
    """Do a job in this process, and leave."""
    code = TRACEBACK
    try:
        os.setpgid(0, 0)
        os.chdir(job["folder"])
        redirect()
        limit(job["seconds"])
        watch(Path(job["folder"]).resolve().parent, Path(os.environ["XDG_CACHE_HOME"]))
        code = called(job["words"])
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def redirect() -> None:
    """Let the streams be files, as a pipeline has them."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        given = name if number or Path(name).exists() else os.devnull
        os.dup2(os.open(given, flags, 0o600), number)
    sys.stdin, sys.stdout, sys.stderr = stream(0, "r"), stream(1, "w"), stream(2, "w")


def stream(number: int, mode: str) -> TextIO:
    """Return what reads or writes an open file, as Python's own streams do."""
    errors = "backslashreplace" if number == 2 else "strict"
    return cast(TextIO, os.fdopen(number, mode, encoding="utf-8", errors=errors, closefd=False))


def limit(seconds: float) -> None:
    """Bound what the job may use."""
    sys.dont_write_bytecode = True
    whole = int(seconds)
    for what, most in (
        (resource.RLIMIT_CPU, whole),
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def watch(*folders: Path) -> None:
    """Leave at once where the job reaches out, or writes to a file that is not below one of *folders*."""

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in OUTWARD:
            leave(WENT_OUT, f"{event} {args}")
        if event == "open" and isinstance(args[0], str | bytes) and writes(args[1], args[2]):
            place = Path(os.fsdecode(args[0])).resolve()
            if place != Path(os.devnull) and not any(map(place.is_relative_to, folders)):
                leave(WROTE_ELSEWHERE, str(place))

    sys.addaudithook(hook)


def writes(mode: str | None, flags: int) -> bool:
    """Say whether a file is opened to be written."""
    return bool(set(mode or "") & set("wax+")) or bool(flags & (os.O_WRONLY | os.O_RDWR))


def leave(code: int, said: str) -> NoReturn:
    """Leave with *code*, saying why."""
    os.write(2, f"\nfuzz: {said}\n".encode("utf-8", "replace"))
    os._exit(code)


def called(words: list[str]) -> int:
    """Return the exit code of `dio` with *words*, as the process would have it."""
    try:
        code = cli.main(words)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    main()
