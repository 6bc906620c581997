"""Bytes into requests, strictly: what a proxy may have read otherwise is refused (RFC 9112)."""

import re
from collections import deque
from collections.abc import Callable
from typing import Final

import httptools

from diaspora_influence.web.message import Message

TARGET_BYTES: Final = 1 << 17
"""What is read of a request's target; the app, which has a tighter limit, says so in better words."""
HEADER_BYTES: Final = 1 << 16
HEADERS: Final = 200
ONCE: Final = frozenset({b"host", b"content-length", b"content-type"})
"""Headers of which a second one is a contradiction."""
LENGTH: Final = re.compile(rb"[0-9]{1,18}")
CODING: Final = "Request has invalid `Transfer-Encoding`"
"""How llhttp says that a body is in a coding that it does not know."""


class RefusalError(Exception):
    """What was read is no request; *status* says in which way."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Reader:
    """Reads the requests of one connection into a queue; behind a refusal it reads no more."""

    def __init__(self, body_bytes: int, go_on: Callable[[], None]) -> None:
        """Take how long a body may be, and what is told to a client that waits for leave to send it."""
        self.body_bytes, self.go_on = body_bytes, go_on
        self.parser = httptools.HttpRequestParser(self)
        self.queue: deque[Message | RefusalError] = deque()
        self.message, self.chunks, self.size = Message(), list[bytes](), 0
        self.trailing = self.amid = self.over = False
        self.refusal: int | None = None

    def feed(self, data: bytes, raw: bytes | None) -> None:
        """Read *data*; *raw* is the same where it may be one head and nothing else."""
        self.message.raw = raw
        self.amid = True
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.over = True  # what follows is not HTTP, and the request before it is answered as it is
        except httptools.HttpParserError as error:
            self.over = True
            self.queue.append(RefusalError(self.refusal or (501 if CODING in str(error) else 400)))

    def refuse(self, status: int) -> None:
        """Stop the parser."""
        self.refusal = status
        raise RefusalError(status)

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.message, self.chunks, self.size = Message(raw=self.message.raw), [], 0
        self.trailing, self.amid = False, True

    def on_url(self, part: bytes) -> None:
        """Take a part of the target."""
        self.message.target += part
        if len(self.message.target) > TARGET_BYTES:
            self.refuse(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; one behind the body is read and forgotten (RFC 9110, 6.5.1)."""
        headers, name = self.message.headers, name.lower()
        self.size += len(name) + len(value)
        most = HEADER_BYTES + self.body_bytes * self.trailing
        if self.size > most or len(headers) >= HEADERS:
            self.refuse(431)
        if self.trailing:
            return
        if name in headers:
            if name in ONCE:
                self.refuse(400)
            value = headers[name] + (b"; " if name == b"cookie" else b", ") + value
        headers[name] = value

    def on_headers_complete(self) -> None:
        """Refuse what has no host or two meanings, and what is too long."""
        message, headers = self.message, self.message.headers
        message.version = self.parser.get_http_version()
        if message.version not in ("1.0", "1.1"):
            self.refuse(505)
        if b"transfer-encoding" in headers if message.version == "1.0" else b"host" not in headers:
            self.refuse(400)
        length = headers.get(b"content-length", b"0")
        if not LENGTH.fullmatch(length):
            self.refuse(400)
        if int(length) > self.body_bytes:
            self.refuse(413)
        self.trailing, self.size = True, 0
        if headers.get(b"expect", b"").lower() == b"100-continue" and not self.queue:
            self.go_on()

    def on_body(self, part: bytes) -> None:
        """Take a part of the body."""
        self.size += len(part)
        if self.size > self.body_bytes:
            self.refuse(413)
        self.chunks.append(part)
        self.message.raw = None

    def on_message_complete(self) -> None:
        """Queue a whole request."""
        message, self.message = self.message, Message()
        message.method = self.parser.get_method().decode("latin-1")
        message.keep_alive = message.version == "1.1" and self.parser.should_keep_alive()
        message.body = b"".join(self.chunks)
        if not message.keep_alive:
            message.raw = None
        self.queue.append(message)
        self.amid = False
