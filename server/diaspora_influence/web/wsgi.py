"""The app behind the front: one request into a WSGI environment, its whole answer out of it."""

import io
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from diaspora_influence.sparql.client import Asker, asker
from diaspora_influence.web.message import Message, Reply, block
from diaspora_influence.web.proxies import HEADERS, Origin

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OWN: Final = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
"""Headers that have a name of their own in the environment."""
HOP: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})
"""What is the front's to say."""


def answer(app: "WSGIApplication", message: Message, origin: Origin, port: int, who: Asker) -> Reply:
    """Return the whole answer of *app*; a thread of its own runs this."""
    asker.set(who)
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Any:
        started[:] = [(status, headers)]
        return lambda _: None

    chunks: Iterable[bytes] = app(environment(message, origin, port), start)
    try:
        body = b"".join(chunks)
    finally:
        if close := getattr(chunks, "close", None):
            close()
    status, headers = started[0]
    number = int(status[:3])
    return Reply(number, block(finished(headers, number, len(body), message.method)), body)


def finished(headers: list[tuple[str, str]], status: int, size: int, method: str) -> list[tuple[str, str]]:
    """Return *headers* without those that are the front's, and with the length, where it is due."""
    told = [(name, value) for name, value in headers if name.lower() not in HOP]
    has_length = any(name.lower() == "content-length" for name, _ in told)
    if not has_length and method != "HEAD" and status >= 200 and status not in (204, 304):
        told.append(("Content-Length", str(size)))
    return told


def environment(message: Message, origin: Origin, port: int) -> dict[str, Any]:
    """Return *message* as PEP 3333 has it."""
    path = message.path
    if path.startswith((b"http://", b"https://")):  # a target in absolute form (RFC 9112, 3.2.2)
        path = b"/" + path.partition(b"//")[2].partition(b"/")[2]
    found = {
        "REQUEST_METHOD": message.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": message.query_string.decode("latin-1"),
        "SERVER_NAME": origin.host.rpartition(":")[0] or origin.host or "localhost",
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{message.version}",
        "REMOTE_ADDR": origin.client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": origin.scheme,
        "wsgi.input": io.BytesIO(message.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in message.headers.items():
        # An underscore would be taken for a dash, and so for another header.
        if name not in HEADERS and b"_" not in name:
            key = OWN.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
            found[key] = value.decode("latin-1")
    if message.body:
        found["CONTENT_LENGTH"] = str(len(message.body))
    found["HTTP_HOST"] = origin.host
    return found
