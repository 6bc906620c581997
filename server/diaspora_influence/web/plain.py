"""Plain questions at /sparql: which requests are some, and what they ask.

What is not plain (a page, an error, a parameter with another meaning, a long query) is Flask's, which
answers it as under any other server.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from diaspora_influence.errors import DioError
from diaspora_influence.settings import Settings
from diaspora_influence.sparql.formats import FORMATS_OF, Format
from diaspora_influence.sparql.glance import form_at_a_glance
from diaspora_influence.sparql.guard import check
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.web import encodings
from diaspora_influence.web.endpoint import METHODS, agreed
from diaspora_influence.web.message import Message
from diaspora_influence.web.protocol import Question, read, read_address
from diaspora_influence.web.proxies import Origin

PATHS: Final = frozenset({b"/sparql", b"/sparql/"})
PLAIN: Final = frozenset({"query", "default-graph-uri", "named-graph-uri", "format", "output"})
"""Parameters whose meaning is known here; any other is Flask's to judge."""
ELSEWHERE: Final = frozenset({b"if-match", b"if-range", b"content-encoding", b"expect"})
"""Headers with which a request is no plain one."""
LONGEST: Final = 8192
"""Bytes of address and body together that are read in the event loop, which nothing may hold up."""
FRAMING: Final = 1024
"""Bytes of a question put to the pool that are neither its query nor its address, at the most."""
HOST: Final = re.compile(r"[a-z0-9.-]+(?::(?!80$|443$)[0-9]{1,5})?")
"""Hosts that Werkzeug repeats as they are."""


class Ask(NamedTuple):
    """A plain question: *frame*, as it is put to the pool, and what the client wants of the answer."""

    query: str
    frame: bytes
    wanted: Format
    coding: str
    known: str | None
    """What the client has, as If-None-Match tells it."""
    method: str

    @property
    def key(self) -> tuple[bytes, str]:
        """Return what the answer depends on; a cache is of one release."""
        return self.frame, self.coding


@lru_cache(maxsize=256)
def wanted_of(form: str, named: str | None, accept: str | None) -> Format | None:
    """Return the format in which a query of that *form* is answered; None is a page."""
    return agreed(named, FORMATS_OF[form], accept)


@dataclass(frozen=True, slots=True)
class Asked:
    """What `protocol.read` looks at of a request."""

    method: str
    query_string: bytes
    headers: dict[str, str]
    body: bytes

    def get_data(self, **_: object) -> bytes:
        """Return the body."""
        return self.body


def plain(message: Message, origin: Origin, settings: Settings) -> Ask | None:
    """Return what *message* asks, None where that is Flask's to answer."""
    if message.path not in PATHS or message.method not in METHODS or ELSEWHERE & message.headers.keys():
        return None
    if len(message.target) + len(message.body) > LONGEST:
        return None
    try:
        return understood(message, origin, settings)
    except DioError:
        return None


def understood(message: Message, origin: Origin, settings: Settings) -> Ask | None:
    """Return what *message* asks; raise DioError where it asks what has no answer."""
    question = asked(message)
    own = address(origin, settings)
    if not question.query or not own or not question.parameters.keys() <= PLAIN:
        return None
    wanted = wanted_of(form_of(question, message, own, settings), question.format, message.get(b"accept"))
    if wanted is None:
        return None
    coding = encodings.accepted(message.get(b"accept-encoding") or "")
    frame = request_of(question, own, wanted.media_type).pack()
    return Ask(question.query, frame, wanted, coding, message.get(b"if-none-match"), message.method)


def form_of(question: Question, message: Message, own: str, settings: Settings) -> str:
    """Return the form of a query that the guard lets through; SparqlError where it does not."""
    assert question.query
    # Undone, an escape is shorter: what is sent bounds what the pool is sent.
    longest = len(message.target) + len(message.body) + len(own) + FRAMING
    if longest <= settings.limits.query_bytes and (form := form_at_a_glance(question.query, settings.limits)):
        return form
    return check(request_of(question, own), settings.limits).form


def request_of(question: Question, own: str, media_type: str = "") -> SparqlRequest:
    """Return what the pool is asked by a *question* at the address *own*."""
    assert question.query
    return SparqlRequest(question.query, question.default_graphs, question.named_graphs, own, media_type)


def asked(message: Message) -> Question:
    """Return what *message* asks; raises as `protocol.read` does."""
    if message.method in ("GET", "HEAD"):
        return read_address(message.query_string)
    sent = {"Content-Type": message.get(b"content-type") or ""}
    request: Any = Asked(message.method, message.query_string, sent, message.body)
    return read(request)


def address(origin: Origin, settings: Settings) -> str | None:
    """Return the endpoint's own address, as `Endpoint.address` does; None where Werkzeug has to look."""
    if settings.public_url:
        return settings.public_url + "/sparql"
    return f"{origin.scheme}://{origin.host}/sparql" if HOST.fullmatch(origin.host) else None
