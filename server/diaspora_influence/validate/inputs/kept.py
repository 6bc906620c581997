"""Tables that are kept between runs in the user's cache, so that what is as it was is not parsed again.

Nothing depends on it: what cannot be read, is damaged, of other content or another user's is made anew, and
what cannot be written is not kept. A table is kept as text and numbers, which can do nothing.
"""

import os
import stat
import sys
import time
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.table import Table, Term
from diaspora_influence.terms import XSD

try:  # what hashlib itself offers; it loads OpenSSL, which takes a fiftieth of the time of a small run
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

FORM: Final = f"dio table 3, {ox.__version__}, {sys.byteorder}, {array('I').itemsize}"
"""What else the bytes depend on: their form, the parser, the machine."""
DIGEST: Final = 32
"""Bytes of a digest."""
MARK: Final = "\0"
"""What stands between texts; a table in which it stands within one is not kept."""
LARGEST: Final = 64 << 20
"""Bytes of the largest file that is kept or read."""
STALE: Final = 60 * 24 * 3600.0
"""Seconds after which a table is thrown away: what it was made for may be gone, else it is made again."""


def digest_of(contents: Iterator[tuple[str, bytes]]) -> bytes:
    """Return a digest of names and contents, which is what a table is kept for."""
    whole = blake2b(FORM.encode(), digest_size=DIGEST)
    for name, content in contents:
        whole.update(f"\0{name}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.digest()


def place_of(name: str, root: Path) -> Path:
    """Return where the table *name* of the installation at *root* is kept."""
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    here = blake2b(os.fsencode(root), digest_size=8).hexdigest()
    return Path(home) / "diaspora-influence" / "tables" / f"{name}-{here}"


def kept(place: Callable[[], Path], digest: bytes, make: Callable[[], Table]) -> Table:
    """Return the table at *place* that was kept for *digest*, else what *make* makes, and keep that."""
    with suppress(OSError, ValueError, KeyError, TypeError, IndexError, RuntimeError, RecursionError):
        return unpacked(read(place()), digest)
    table = make()
    with suppress(OSError, ValueError, RuntimeError):
        write(place(), packed(table, digest))
    return table


def check_of(body: bytes | memoryview) -> bytes:
    """Return a digest of the bytes of a table, by which damage is seen."""
    return blake2b(body, digest_size=DIGEST).digest()


def packed(table: Table, digest: bytes) -> bytes:
    """Return a table as bytes: two digests, the length of its texts, these, the order of terms, the columns.

    The texts are those of its terms, by kind; before them stands how many there are of each.
    Raises ValueError where a column has the number of no term, or a text the mark between texts.
    """
    if len(table) and max(map(max, table.columns[:3])) >= len(table.terms):
        raise ValueError("a number of no term")
    kinds: dict[str, list[int]] = {}
    for number, term in enumerate(table.terms):
        kinds.setdefault(kind_of(term), []).append(number)
    said = [part for kind, numbers in kinds.items() for part in (kind, str(len(numbers)))]
    order = [number for numbers in kinds.values() for number in numbers]
    texts = [str(len(kinds)), *said, *(table.terms[number].value for number in order)]
    whole = MARK.join(texts)
    if whole.count(MARK) != len(texts) - 1:
        raise ValueError("a text with the mark between texts")
    places = array("I", sorted(range(len(order)), key=order.__getitem__))
    text = whole.encode()
    body = len(text).to_bytes(8, "big") + text + b"".join(c.tobytes() for c in (places, *table.columns))
    return digest + check_of(body) + body


def unpacked(content: bytes, digest: bytes) -> Table:
    """Return the table of *content*; ValueError where it is not whole or not kept for *digest*."""
    body = memoryview(content)[2 * DIGEST :]
    if content[: 2 * DIGEST] != digest + check_of(body):
        raise ValueError("another table")
    end = 8 + int.from_bytes(body[:8], "big")
    numbers, texts = array("I", bytes(body[end:])), str(body[8:end], "utf-8").split(MARK)
    at, terms = 1 + 2 * int(texts[0]), list[Term]()
    for kind, many in zip(texts[1:at:2], map(int, texts[2:at:2]), strict=True):
        terms += terms_of(kind, texts[at : at + many])
        at += many
    first, many = len(terms), (len(numbers) - len(terms)) // 4
    columns = (numbers[first + i * many : first + (i + 1) * many] for i in range(4))
    return Table([*map(terms.__getitem__, numbers[:first])], *columns)


def kind_of(term: Term) -> str:
    """Return what a term is beside its text: an IRI, a blank node, of a language, of a datatype."""
    if isinstance(term, ox.Literal):
        return f"@{term.language}" if term.language else f"^{term.datatype.value}"
    return "iri" if isinstance(term, ox.NamedNode) else "blank"


def terms_of(kind: str, texts: list[str]) -> Iterable[Term]:
    """Return the terms of one kind with these texts."""
    if kind == "iri":
        return map(ox.NamedNode, texts)
    if kind == "blank":
        return map(ox.BlankNode, texts)
    if kind == f"^{XSD}string":
        return map(ox.Literal, texts)
    if kind[0] == "@":
        return map(partial(ox.Literal, language=kind[1:]), texts)
    return map(partial(ox.Literal, datatype=ox.NamedNode(kind[1:])), texts)


def read(place: Path) -> bytes:
    """Return the bytes of a file that is the user's own and that no one else can write."""
    with os.fdopen(os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        said = os.fstat(file.fileno())
        others = said.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if not stat.S_ISREG(said.st_mode) or said.st_uid != os.geteuid() or others or said.st_size > LARGEST:
            raise ValueError("not a file of the user's own")
        return file.read()


def write(place: Path, content: bytes) -> None:
    """Put *content* at *place*, whole or not at all."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}-{os.getpid()}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
    forget(place.parent, time.time() - STALE)


def forget(folder: Path, before: float) -> None:
    """Remove from *folder* what was written before a time, in seconds of the clock."""
    for file in folder.iterdir():
        with suppress(OSError):  # another process has removed it
            if file.is_file() and file.stat().st_mtime < before:
                file.unlink()
