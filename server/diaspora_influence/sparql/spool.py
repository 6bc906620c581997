"""Where an answer is written before it is sent: bounded in bytes and in rows."""

import io
import re
from collections.abc import Callable
from typing import Final

from diaspora_influence.sparql.errors import AnswerTooLarge
from diaspora_influence.sparql.formats import Format
from diaspora_influence.sparql.limits import Limits

STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"')
"""A string of JSON, read without backtracking."""
SMALLER: Final = "Add a LIMIT, or ask for fewer variables or triples; the dumps hold everything."


class Spool(io.BytesIO):
    """Takes what the engine writes, counts its rows as they come, and refuses what is too much.

    The marks of `Format.row` are structure in that format and never content; in CSV only outside
    quotation marks. Limits are looked at for every block of 8 kB that the engine writes.
    """

    def __init__(self, form: Format, limits: Limits) -> None:
        """Begin an empty answer in *form*."""
        super().__init__()
        self.form, self.limits = form, limits
        self.tail = b""
        self.marks = 0
        self.quoted = 0
        self.count: Callable[[bytes], int] = self.outside_quotes if form.token == "csv" else self.plain

    def write(self, block: bytes) -> int:  # type: ignore[override]
        """Take a block; AnswerTooLarge where it does not fit."""
        if self.tell() + len(block) > self.limits.bytes:
            raise too_many_bytes(self.limits)
        self.marks += self.count(block) if self.form.row else 0
        super().write(block)
        if self.marks - self.form.overhead > self.limits.rows:
            raise too_many_rows(self.limits)
        return len(block)

    def plain(self, block: bytes) -> int:
        """Count the marks that end in *block*; one may have begun in the block before."""
        text = self.tail + block
        self.tail = text[1 - len(self.form.row) :] if len(self.form.row) > 1 else b""
        return text.count(self.form.row)

    def outside_quotes(self, block: bytes) -> int:
        """Count the marks outside quotation marks; a doubled one leaves and enters again."""
        parts = block.split(b'"')
        count = sum(part.count(self.form.row) for part in parts[self.quoted :: 2])
        self.quoted ^= (len(parts) - 1) & 1
        return count

    def finish(self) -> int:
        """Return how many rows there are, once all is written; AnswerTooLarge where too many."""
        rows = self.marks - self.form.overhead
        if self.form.token == "json":
            rows = json_rows(self.getvalue(), rows)
        if rows > self.limits.rows:
            raise too_many_rows(self.limits)
        return rows


def json_rows(body: bytes, rows: int) -> int:
    """Return the rows of a JSON answer of which *rows* were counted by their marks.

    A row without any binding leaves no mark; where there may be one, the strings are taken out
    and all boundaries counted.
    """
    if body.endswith(b'"bindings":[]}}'):
        return 0
    if b"{}" not in body:
        return rows
    return STRING.sub(b"", body).count(b"},{") + 1


def too_many_rows(limits: Limits) -> AnswerTooLarge:
    """Return the error of an answer with more rows than are sent."""
    limit = f"{limits.rows} rows an answer"
    detail = f"The answer has more than {limits.rows} rows."
    return AnswerTooLarge(detail, limit=limit, hint=SMALLER, settings="row_limit")


def too_many_bytes(limits: Limits) -> AnswerTooLarge:
    """Return the error of an answer with more bytes than are sent."""
    limit = f"{limits.bytes} bytes an answer"
    detail = f"The answer has more than {limits.bytes} bytes."
    return AnswerTooLarge(detail, limit=limit, hint=SMALLER, settings="byte_limit")
