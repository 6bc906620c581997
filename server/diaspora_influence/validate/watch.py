"""Judging again whenever a file changes, for authors: no dependency, the files are asked twice a second."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from diaspora_influence.errors import DioError, InputError
from diaspora_influence.validate.inputs.files import expanded
from diaspora_influence.validate.inputs.packaged import own_files, own_shapes

State = tuple[tuple[str, int, int], ...]


def watch(
    files: tuple[str, ...],
    shapes: tuple[str, ...],
    judge: Callable[[], int],
    beside: tuple[str, ...] = (),
    pause: float = 0.5,
) -> int:
    """Call *judge* now and after each change of a file, until interrupted; errors are said.

    Without *files* or *shapes* the packaged ones are watched; *beside* are all others that are read. What
    lies on the network is fetched again by each run, and not asked for between.
    """
    for _ in changes(files, shapes, pause, beside):
        try:
            judge()
        except DioError as error:
            print(f"dio validate: {error}", file=sys.stderr)
        print("dio validate: waiting for changes; end with Ctrl-C", file=sys.stderr, flush=True)
        sys.stdout.flush()
    return 0


def changes(
    files: tuple[str, ...], shapes: tuple[str, ...], pause: float, beside: tuple[str, ...] = ()
) -> Iterator[State]:
    """Yield the state of the files, first and whenever it is another."""
    before: State | None = None
    while True:
        now = state(files, shapes, beside)
        if now != before:
            before = now
            yield now
        time.sleep(pause)


def state(files: tuple[str, ...], shapes: tuple[str, ...], beside: tuple[str, ...] = ()) -> State:
    """Return name, time of change and size of each file that is there."""
    try:
        paths = [
            *(expanded(files, network=True) if files else own_files()),
            *(expanded(shapes, network=True) if shapes else own_shapes()),
            *expanded(beside, network=True),
        ]
    except InputError:
        return ()
    return tuple(row for path in paths for row in _row(path))


def _row(path: Path) -> Iterator[tuple[str, int, int]]:
    try:
        stat = path.stat()
    except OSError:
        return
    yield str(path), stat.st_mtime_ns, stat.st_size
