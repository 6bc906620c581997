"""The seal of a release: the checksum of every file, by which damage is found."""

import hashlib
import os
from pathlib import Path
from typing import Final

CHECKSUMS: Final = "checksums.txt"
"""SHA-256 of every file of the folder, as `sha256sum --check` reads it."""
UNSTABLE: Final = frozenset({"LOCK", "LOG"})
"""What RocksDB may touch when it only reads."""


def seal(folder: Path) -> None:
    """Write the checksums of every file of *folder* and force them all to the disk."""
    lines = [f"{file_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder)]
    (folder / CHECKSUMS).write_text("".join(lines), "utf-8")


def is_whole(folder: Path) -> bool:
    """Say whether *folder* holds exactly the files that it was sealed with, unchanged."""
    try:
        sealed = dict(
            line.split("  ", 1)[::-1] for line in (folder / CHECKSUMS).read_text("utf-8").splitlines()
        )
        found = {path.relative_to(folder).as_posix(): file_digest(path) for path in _files(folder)}
    except (OSError, ValueError):
        return False
    return sealed == found


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, once it is on the disk."""
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _files(folder: Path) -> list[Path]:
    """Return the files below *folder* that a checksum can hold, sorted."""
    unsealed = UNSTABLE | {CHECKSUMS}
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in unsealed)
