"""The body of a write to a graph: one document, or the parts of multipart/form-data; none is parsed here."""

from typing import Final

import flask
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData, Preamble

from diaspora_influence.sparql.formats import find
from diaspora_influence.sparql.scratch.perform import BODIES
from diaspora_influence.sparql.scratch.write import Part
from diaspora_influence.web.errors import MediaTypeError, WebError

MULTIPART: Final = "multipart/form-data"
PARTS: Final = 100
"""Most parts of one body."""
OFFERED: Final = ", ".join(one.media_type for one in BODIES)


def bodies(request: flask.Request) -> tuple[Part, ...]:
    """Return the document, or documents, of *request*.

    Raises MediaTypeError where one is in a format that is not read here, WebError for damaged parts.
    """
    media_type, options = parse_options_header(request.headers.get("Content-Type"))
    body = request.get_data(cache=False)
    if media_type.lower() == MULTIPART and request.method == "POST":
        return parts(body, options.get("boundary", ""))
    return (part(media_type, options.get("charset", "utf-8"), body),)


def part(media_type: str, charset: str, body: bytes) -> Part:
    """Return one document; MediaTypeError where its format is not read here."""
    # The table's lenient names help readers; who writes says exactly what it is.
    if find(media_type, BODIES) is None or not media_type:
        raise MediaTypeError(
            f"A graph is not read from {media_type or 'a body of no media type'}.", hint=f"send {OFFERED}"
        )
    if charset.lower() not in ("utf-8", "utf8"):
        raise MediaTypeError("RDF is UTF-8; no other charset is read here.")
    return Part(media_type.lower(), body)


def parts(body: bytes, boundary: str) -> tuple[Part, ...]:
    """Return the documents in a multipart body, in their order."""
    found: list[tuple[str, bytearray]] = []
    try:
        decoder = MultipartDecoder(boundary.encode(), max_parts=PARTS)
        decoder.receive_data(body)
        decoder.receive_data(None)
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                found.append((event.headers.get("Content-Type", ""), bytearray()))
            elif isinstance(event, Data):
                found[-1][1].extend(event.data)
            elif not isinstance(event, Preamble):
                break
    except (ValueError, RequestEntityTooLarge) as error:
        raise WebError(f"The body is no {MULTIPART} of at most {PARTS} parts.") from error
    if not found:
        raise WebError(f"The body of {MULTIPART} has no part.")
    return tuple(typed(header, bytes(content)) for header, content in found)


def typed(header: str, body: bytes) -> Part:
    """Return the document that a part is, by its own Content-Type."""
    media_type, options = parse_options_header(header)
    return part(media_type, options.get("charset", "utf-8"), body)
