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

    tag: str
    headers: bytes
    unchanged: bytes
    body: bytes

    @property
    def size(self) -> int:
        """Return how many bytes it takes."""
        return len(self.body) + len(self.headers) + len(self.unchanged)

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
    length = {"Content-Type": content_type(wanted), "Content-Length": str(len(body))}
    kept = {name: value for name, value in told.items() if name != "Content-Encoding"}
    headers = block([*length.items(), *told.items()], ALWAYS)
    return Entry(told["ETag"].strip('"'), headers, block(kept.items(), ALWAYS), body)
