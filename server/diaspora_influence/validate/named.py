"""What a word on the command line stands for: a file, a folder, a pattern, standard input; and its bytes."""

import re
from collections.abc import Iterable
from glob import glob
from pathlib import Path
from typing import BinaryIO, Final

from diaspora_influence.errors import InputError
from diaspora_influence.validate.reading import IN_FOLDERS, SUFFIXES

STDIN: Final = Path("/dev/stdin")
"""What `-` stands for."""
LARGEST: Final = 512 << 20
"""Bytes of the largest file that is read."""
ADDRESS: Final = re.compile(r"(?!file:)[a-z][a-z0-9+.-]*://", re.IGNORECASE)
CHUNK: Final = 1 << 20


def below(word: str, kind: str | None = None) -> list[Path]:
    """Return the files that *word* stands for, those of a folder or pattern sorted.

    A folder stands for all RDF below it, by suffix; so does a pattern for what it matches, unless the format
    is named by *kind*. Raises InputError for what is not there, for nothing, and for what would be fetched.
    """
    if ADDRESS.match(word):
        raise InputError(f"{word}: nothing is fetched; download it and name the file")
    try:
        if word == "-" or Path(word).is_file() or _is_special(Path(word)):
            return [STDIN if word == "-" else Path(word)]
        return _sorted_files(word, kind)
    except (OSError, ValueError) as error:
        raise InputError(f"{word[:200]!r}: not the name of a file: {error}") from error


def _is_special(path: Path) -> bool:
    """Say whether *path* is a device or a pipe."""
    return path.exists() and not path.is_dir()


def _sorted_files(word: str, kind: str | None) -> list[Path]:
    folder = Path(word)
    if folder.is_dir():
        return _rdf(folder.rglob("*"), IN_FOLDERS, f"{word}: no Turtle or other RDF in this folder")
    if not re.search(r"[*?[]", word):
        raise InputError(f"{word}: no such file or folder")
    matches = [Path(match) for match in glob(word, recursive=True)]  # noqa: PTH207 (Path's takes no absolute one)
    suffixes = {path.suffix.lower() for path in matches} if kind else SUFFIXES.keys()
    return _rdf(matches, suffixes, f"{word}: no such file, and a pattern that no RDF file matches")


def _rdf(paths: Iterable[Path], suffixes: Iterable[str], otherwise: str) -> list[Path]:
    wanted = frozenset(suffixes)
    files = sorted(path for path in paths if path.suffix.lower() in wanted and path.is_file())
    if not files:
        raise InputError(otherwise)
    return files


def address(path: Path) -> str:
    """Return the IRI of a file, which its relative IRIs are resolved against."""
    return (path if path == STDIN else path.resolve()).as_uri()


def content_of(path: Path) -> bytes:
    """Return the bytes of a file or of what ends; InputError where it cannot be read or is too large."""
    try:
        with path.open("rb") as stream:
            content = b"".join(_chunks(stream))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    if len(content) > LARGEST:
        raise InputError(f"{path}: larger than the {LARGEST >> 20} MiB that are read")
    return content


def _chunks(stream: BinaryIO) -> Iterable[bytes]:
    left = LARGEST + 1
    while left > 0 and (chunk := stream.read(min(CHUNK, left))):
        left -= len(chunk)
        yield chunk
