"""Judging again whenever a file changes, for authors: no dependency, the files are asked twice a second."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from diaspora_influence.errors import DioError, InputError
from diaspora_influence.validate.inputs import expanded, own_files, own_shapes

State = tuple[tuple[str, int, int], ...]


def watch(
    files: tuple[str, ...], shapes: tuple[str, ...], judge: Callable[[], int], pause: float = 0.5
) -> int:
    """Call *judge* now and after each change of *files* or *shapes*, until interrupted; errors are said."""
    for _ in changes(files, shapes, pause):
        try:
            judge()
        except DioError as error:
            print(f"dio validate: {error}", file=sys.stderr)
        print("dio validate: waiting for changes; end with Ctrl-C", file=sys.stderr, flush=True)
        sys.stdout.flush()
    return 0


def changes(files: tuple[str, ...], shapes: tuple[str, ...], pause: float) -> Iterator[State]:
    """Yield the state of the files, first and whenever it is another."""
    before: State | None = None
    while True:
        now = state(files, shapes)
        if now != before:
            before = now
            yield now
        time.sleep(pause)


def state(files: tuple[str, ...], shapes: tuple[str, ...]) -> State:
    """Return name, time of change and size of each file that is there."""
    try:
        paths = [
            *(expanded(files) if files else own_files()),
            *(expanded(shapes) if shapes else own_shapes()),
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
