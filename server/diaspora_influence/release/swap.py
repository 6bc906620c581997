"""How a release comes into service: one build at a time, under a temporary name, swapped in by one rename."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from diaspora_influence.errors import InputError
from diaspora_influence.release.read import CURRENT, FOLDER, MANIFEST
from diaspora_influence.release.seal import is_whole, seal

TEMPORARY: Final = (".building-*", ".old-*", ".current-*")
KEPT: Final = 3
"""How many releases stay, the current one among them: a running server may still hold the one before."""


@contextmanager
def locked(release_dir: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Hold the only build in *release_dir*, waiting for another, and remove what a dead one has left.

    Raises InputError where the folder cannot be written.
    """
    try:
        release_dir.mkdir(parents=True, exist_ok=True)
        with (release_dir / ".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                progress("waiting for another build to end")
                fcntl.flock(handle, fcntl.LOCK_EX)
            _clear(release_dir)
            yield
    except OSError as error:
        place = error.filename or release_dir
        raise InputError(f"{place}: the release cannot be written: {error.strerror or error}") from error


@contextmanager
def workshop(release_dir: Path) -> Iterator[Path]:
    """Give a fresh folder to build in; nothing of it stays unless it is published."""
    folder = release_dir / f".building-{os.getpid()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(folder: Path, release_dir: Path, name: str) -> bool:
    """Bring *folder* into service as *name*; say whether an equal release, whole, was there and stays."""
    target = release_dir / name
    seal(folder)
    reused = is_whole(target) and _manifest(target) == _manifest(folder)
    if not reused:
        if target.exists():
            target.rename(release_dir / f".old-{name}")
        folder.rename(target)
    os.utime(target)
    _point(release_dir, name)
    _prune(release_dir, name)
    _clear(release_dir)
    return reused


def _manifest(folder: Path) -> bytes:
    """Return the manifest of *folder* as written."""
    return (folder / MANIFEST).read_bytes()


def _point(release_dir: Path, name: str) -> None:
    """Let the pointer name *name*: readers see the old one or the new one, never neither."""
    draft = release_dir / f".{CURRENT}-{os.getpid()}"
    with draft.open("w", encoding="utf-8") as handle:
        handle.write(f"{name}\n")
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(release_dir / CURRENT)


def _prune(release_dir: Path, current: str) -> None:
    """Remove all releases but *current* and the latest others."""
    others = [path for path in release_dir.iterdir() if FOLDER.fullmatch(path.name) and path.name != current]
    others.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    for path in others[KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _clear(release_dir: Path) -> None:
    """Remove what carries a temporary name."""
    for pattern in TEMPORARY:
        for path in release_dir.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
