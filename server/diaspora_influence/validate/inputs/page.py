"""A document of the network as it came: its content, where it lay, and the format that it is in."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from diaspora_influence.errors import InputError
from diaspora_influence.validate.reading.formats import KINDS, kind_of

REGISTERED: Final = {
    "text/turtle": "turtle",
    "application/trig": "trig",
    "application/n-triples": "ntriples",
    "application/n-quads": "nquads",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
}
"""Registered media type to the name of its format, as `--format-in` has it."""
MEDIA_TYPES: Final = {**REGISTERED, "application/x-turtle": "turtle"}
"""The same, with what servers still send."""
UNDECIDED: Final = (
    *("application/octet-stream", "binary/octet-stream", "text/plain"),
    *("application/json", "application/xml", "text/xml"),
)
"""Media types under which servers send what they do not know; the suffix decides."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a URL gave: the content, where it lay at last, and its media type, empty if none was said."""

    content: bytes
    base: str
    media_type: str

    def kind(self, url: str, given: str | None) -> ox.RdfFormat:
        """Return the format that is *given*, else that of the media type, else that of the suffix."""
        if given is not None or self.media_type in MEDIA_TYPES:
            return KINDS[given or MEDIA_TYPES[self.media_type]]
        if self.media_type and self.media_type not in UNDECIDED:
            raise InputError(f"{url}: the server sent {self.media_type}, which is no RDF that is read")
        for name in (url, self.base):
            try:
                return kind_of(urlsplit(name).path)
            except InputError:
                continue
        said = self.media_type or "no media type"
        raise InputError(f"{url}: {said} and the suffix name no format; say --format-in {'|'.join(KINDS)}")
