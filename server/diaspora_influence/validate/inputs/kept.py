"""Tables that are kept between runs in the user's cache, so that what is as it was is not parsed again.

Nothing depends on it: what cannot be read, is damaged, of other content or another user's is made anew, and
what cannot be written is not kept. A table is kept as text and numbers, which can do nothing.
"""

import json
import os
import stat
import sys
from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence.table import Table

try:  # what hashlib itself offers; it loads OpenSSL, which takes a fiftieth of the time of a small run
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

FORM: Final = f"dio table 2, {ox.__version__}, {sys.byteorder}, {array('I').itemsize}"
"""What else the bytes depend on: their form, the parser, the machine."""
DIGEST: Final = 32
"""Bytes of a digest."""
LARGEST: Final = 64 << 20
"""Bytes of the largest file that is kept or read."""


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
    """Return a table as bytes: two digests, the length of its terms, the terms, the columns."""
    terms = json.dumps([written(term) for term in table.terms], ensure_ascii=True).encode()
    body = len(terms).to_bytes(8, "big") + terms + b"".join(column.tobytes() for column in table.columns)
    return digest + check_of(body) + body


def unpacked(content: bytes, digest: bytes) -> Table:
    """Return the table of *content*; ValueError where it is not whole or not kept for *digest*."""
    body = memoryview(content)[2 * DIGEST :]
    if content[: 2 * DIGEST] != digest + check_of(body):
        raise ValueError("another table")
    end = 8 + int.from_bytes(body[:8], "big")
    numbers = array("I", bytes(body[end:]))
    many = len(numbers) // 4
    terms = [read_term(term) for term in json.loads(bytes(body[8:end]))]
    if len(numbers) != 4 * many or max(numbers[: 3 * many], default=0) >= len(terms or [0]):
        raise ValueError("a number of no term")
    return Table(terms, *(numbers[i * many : (i + 1) * many] for i in range(4)))


def written(term: Any) -> Any:
    """Return a term as JSON: an IRI as text, a blank node and a literal as lists."""
    if isinstance(term, ox.NamedNode):
        return term.value
    if isinstance(term, ox.BlankNode):
        return [term.value]
    return [term.value, term.language, None if term.language else term.datatype.value]


def read_term(said: Any) -> Any:
    """Return the term that `written` wrote."""
    if isinstance(said, str):
        return ox.NamedNode(said)
    if len(said) == 1:
        return ox.BlankNode(said[0])
    text, language, datatype = said
    return (
        ox.Literal(text, language=language) if language else ox.Literal(text, datatype=datatype_of(datatype))
    )


@cache
def datatype_of(iri: str) -> ox.NamedNode:
    """Return a datatype, of which there are few."""
    return ox.NamedNode(iri)


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
