"""An answer as it is kept and sent: encoded, under its tag, with every header that it will ever have."""

from dataclasses import dataclass
from typing import Final

from werkzeug.http import parse_etags

from diaspora_influence.sparql.client import Answer
from diaspora_influence.sparql.formats import Format
from diaspora_influence.web import encodings
from diaspora_influence.web.endpoint import content_type
from diaspora_influence.web.headers import COMMON, representation
from diaspora_influence.web.message import Reply, block
from diaspora_influence.web.plain import Ask

ALWAYS: Final = block(COMMON.items())


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer as it is sent: whole, as headers alone, or as the word that nothing has changed."""

    told: dict[str, str]
    """The headers that tell the answer from every other."""
    headers: bytes
    body: bytes

    @property
    def size(self) -> int:
        """Return how many bytes it takes."""
        return len(self.body) + 2 * len(self.headers)

    @property
    def tag(self) -> str:
        """Return its ETag, without the quotation marks."""
        return self.told["ETag"].strip('"')

    @property
    def unchanged(self) -> bytes:
        """Return the headers of a 304."""
        return block([pair for pair in self.told.items() if pair[0] != "Content-Encoding"], ALWAYS)

    def reply(self, ask: Ask) -> Reply:
        """Return what *ask* gets of it."""
        if ask.method in ("GET", "HEAD"):
            if ask.known and parse_etags(ask.known).contains_weak(self.tag):
                return Reply(304, self.unchanged, b"")
            if ask.method == "HEAD":
                return Reply(200, self.headers, b"")
        return Reply(200, self.headers, self.body)


def entry(answer: Answer, wanted: Format, coding: str) -> Entry:
    """Return *answer* as it is sent, in *coding* where it is long enough."""
    coding = coding if len(answer.body) >= encodings.SMALL else encodings.IDENTITY
    told = representation(answer.body, wanted.token, coding)
    body = encodings.encoded(answer.body, coding)
    length = (("Content-Type", content_type(wanted)), ("Content-Length", str(len(body))))
    return Entry(told, block([*length, *told.items()], ALWAYS), body)
