"""Content codings: which of them a client takes, and an answer in one of them."""

import gzip
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import brotli
from backports import zstd
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

SMALL: Final = 512
"""Bytes below which nothing is won."""
CODINGS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "zstd": lambda body: zstd.compress(body, 6),
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
"""Each coding that is offered, the preferred first; equal bytes give equal bytes in each."""
IDENTITY: Final = ""


def chosen(header: str | None, size: int) -> str:
    """Return the coding in which a body of *size* bytes goes to a client with that Accept-Encoding."""
    return accepted(header) if header and size >= SMALL else IDENTITY


@lru_cache(maxsize=256)
def accepted(header: str) -> str:
    """Return the coding that *header* likes best, ours first among equals; IDENTITY where none."""
    return parse_accept_header(header, Accept).best_match(CODINGS) or IDENTITY


def encoded(body: bytes, coding: str) -> bytes:
    """Return *body* in *coding*."""
    return CODINGS[coding](body) if coding else body
