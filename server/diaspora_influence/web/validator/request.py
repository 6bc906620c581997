"""One document to be judged, what came of it, and the form of both between processes."""

import json
import struct
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from diaspora_influence.sparql.errors import SparqlError
from diaspora_influence.sparql.wire import LENGTH


@dataclass(frozen=True, slots=True)
class Request:
    """A document, the name of its format as `--format-in` has it, its base, and the report that is wanted.

    *report* is a key of `reporting.REPORTS`; *name* is what reports call the document, if that was said.
    """

    body: bytes
    kind: str
    base: str
    report: str
    name: str = ""

    def pack(self) -> bytes:
        """Return the request as a head of JSON behind its length, then the document."""
        said = {"kind": self.kind, "base": self.base, "report": self.report, "name": self.name}
        head = json.dumps(said).encode()
        return LENGTH.pack(len(head)) + head + self.body


def unpack(frame: bytes) -> Request:
    """Return the request whose `pack` form *frame* is; one of DAMAGED is raised if it is none."""
    (size,) = LENGTH.unpack_from(frame)
    at = LENGTH.size + size
    return Request(frame[at:], **json.loads(frame[LENGTH.size : at]))


DAMAGED = (ValueError, TypeError, KeyError, struct.error)
"""What reading a request or an answer raises where it is not whole."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A report. *read* says whether the document could be read at all; where not, nothing was judged."""

    body: bytes
    read: bool
    findings: int


def write_answer(file: BinaryIO, answer: Answer | SparqlError) -> None:
    """Write a report, or why there is none, in the place of whatever *file* holds."""
    if isinstance(answer, SparqlError):
        head, body = answer.to_wire(), b""
    else:
        head, body = asdict(answer) | {"body": len(answer.body)}, answer.body
    file.seek(0)
    file.truncate()
    file.write(json.dumps(head).encode() + b"\n" + body)
    file.flush()


def read_answer(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Return the head and the report that `write_answer` wrote; ValueError where they are not whole."""
    file.seek(0)
    head, body = json.loads(file.readline()), file.read()
    if len(body) != head.get("body", 0):
        raise ValueError("the answer is cut short")
    return head, body
