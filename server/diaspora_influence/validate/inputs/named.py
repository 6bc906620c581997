"""What a word on the command line stands for: a file, a folder, a pattern, standard input, an address."""

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO, Final

from diaspora_influence.errors import InputError, PlacedError
from diaspora_influence.validate.inputs.addresses import STDIN, is_address, parts_of, place_of
from diaspora_influence.validate.reading.formats import IN_FOLDERS, SUFFIXES

LARGEST: Final = 512 << 20
"""Bytes of the largest file that is read."""
UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
"""The marks with which files in UTF-16 begin; no format of RDF but XML may."""
CHUNK: Final = 1 << 20
MAGIC: Final = r"[*?[]"
"""What makes a word a pattern."""


def below(word: str, kind: str | None = None, network: bool = False) -> list[Path]:
    """Return the files that *word* stands for, those of a folder or pattern sorted.

    A folder stands for all RDF below it, by suffix; so does a pattern for what it matches, unless the format
    is named by *kind*. An address stands for itself where *network* allows it; nothing is fetched here.
    Raises InputError for what is not there, for nothing, and for what may not be fetched.
    """
    if not word:
        raise InputError("an empty word names no file")
    if is_address(word):
        return [_allowed(word, network)]
    try:
        if word == "-" or Path(word).is_file() or _is_special(Path(word)):
            return [STDIN if word == "-" else Path(word)]
        return _sorted_files(word, kind)
    except (OSError, ValueError) as error:
        raise InputError(f"{word[:200]!r}: not the name of a file: {error}") from error


def _allowed(word: str, network: bool) -> Path:
    try:
        parts_of(word)
    except ValueError as error:
        raise InputError(f"{word.rpartition('@')[2][:200]}: not read: {error}") from error
    if not network:
        raise InputError(
            f"{word}: nothing is fetched without --allow-network; say it, or download it and name the file"
        )
    return place_of(word)


def _is_special(path: Path) -> bool:
    """Say whether *path* is a device or a pipe."""
    return path.exists() and not path.is_dir()


def _sorted_files(word: str, kind: str | None) -> list[Path]:
    whole = Path(word)
    if whole.is_dir():
        none = f"{word}: no Turtle or other RDF in this folder"
        return _rdf(whole.rglob("*"), whole, IN_FOLDERS, none)
    if not re.search(MAGIC, word):
        raise InputError(f"{word}: no such file or folder")
    named = [*takewhile(lambda part: not re.search(MAGIC, part), whole.parts)]
    matches = [*_matching(Path(*named), whole.parts[len(named) :])]
    suffixes = {path.suffix.lower() for path in matches} if kind else SUFFIXES.keys()
    none = f"{word}: no such file, and a pattern that no RDF file matches"
    return _rdf(matches, Path(*named), suffixes, none)


def _matching(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    """Yield what the *parts* of a pattern match below *folder*; `**` follows no link, which may lead round.

    What begins with a dot is matched by what does, as in a shell.
    """
    if not parts:
        yield folder
        return
    first, rest = parts[0], parts[1:]
    if first == "**":
        yield from _matching(folder, rest or ("*",))
        for child in _listed(folder):
            if child.is_dir() and not child.is_symlink() and not child.name.startswith("."):
                yield from _matching(child, parts)
    elif re.search(MAGIC, first):
        for child in _listed(folder):
            if fnmatchcase(child.name, first) and first.startswith(".") >= child.name.startswith("."):
                yield from _matching(child, rest)
    elif (folder / first).exists():
        yield from _matching(folder / first, rest)


def _listed(folder: Path) -> list[Path]:
    """Return what is in *folder*, nothing where it is none or is closed."""
    try:
        return [*folder.iterdir()]
    except OSError:
        return []


def _rdf(paths: Iterable[Path], root: Path, suffixes: Iterable[str], none: str) -> list[Path]:
    """Return the files among *paths*, sorted; InputError, which says *none*, where there is none.

    A link in a stranger's folder must not have a file of one's own shown in a log: one that leads out of both
    the folder that was named and the working folder is an error.
    """
    wanted, rooms = frozenset(suffixes), (root.resolve(), Path.cwd())
    files = sorted(path for path in paths if path.suffix.lower() in wanted and path.is_file())
    if not files:
        raise InputError(none)
    for path in files:
        if not any(path.resolve().is_relative_to(room) for room in rooms):
            raise InputError(f"{path}: a link that leads out of {root}; to read what it leads to, name that")
    return files


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


def in_utf8(content: bytes, name: str) -> bytes:
    """Return *content*; PlacedError, which names the file, where it begins as UTF-16 does."""
    if content.startswith(UTF_16):
        raise PlacedError(name, 1, None, "written in UTF-16; RDF is read in UTF-8, so save it in that")
    return content


def _chunks(stream: BinaryIO) -> Iterable[bytes]:
    left = LARGEST + 1
    while left > 0 and (chunk := stream.read(min(CHUNK, left))):
        left -= len(chunk)
        yield chunk
