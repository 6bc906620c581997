"""One HTTP request as it was read, and an answer as it is written."""

import http
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

STATUS: Final = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in http.HTTPStatus
}
"""Status to the first line of an answer."""


@dataclass(slots=True)
class Message:
    """A whole request.

    Names of headers are in lower case; the values of those that came several times stand in one row, as
    RFC 9110 (5.3) has it. *raw* holds the bytes where the request is nothing but a head that came in one
    piece.
    """

    method: str = ""
    target: bytes = b""
    version: str = "1.1"
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""
    keep_alive: bool = True
    raw: bytes | None = None

    def get(self, name: bytes) -> str | None:
        """Return the value of a header, None where there is none."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def path(self) -> bytes:
        """Return the target up to its query string, percent-encoded as it came."""
        return self.target.partition(b"?")[0]

    @property
    def query_string(self) -> bytes:
        """Return what stands behind the first question mark."""
        return self.target.partition(b"?")[2]


class Reply(NamedTuple):
    """A whole answer: its status line, its headers with the empty line behind them, and its body."""

    status: int
    headers: bytes
    body: bytes


def block(headers: Iterable[tuple[str, str]], rest: bytes = b"\r\n") -> bytes:
    """Return *headers* as they go out, and the *rest*: more of them, or the empty line that ends them."""
    return "".join([f"{name}: {value}\r\n" for name, value in headers]).encode("latin-1") + rest
