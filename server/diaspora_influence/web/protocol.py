"""SPARQL 1.1 Protocol, the reading half: one HTTP request into one query, to the letter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

import flask
from werkzeug.http import parse_options_header

from diaspora_influence.sparql.errors import UpdateRefused
from diaspora_influence.web.errors import MediaTypeError, WebError
from diaspora_influence.web.escapes import unescaped

FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
BOM: Final = "\ufeff"
"""What some editors write before the first character of a file; it is no part of a query."""
FIELDS: Final = 1000
"""Most parameters that are read of one request."""

Parameters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """What a client asks: a query, its dataset, and the format named in the address.

    *query* is None where a GET has none: the client asks for the service description, or the editor.
    """

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    parameters: Parameters = field(default_factory=dict)


def read(request: flask.Request) -> Question:
    """Return what *request* asks.

    Raises WebError (400) for none or several queries and for bytes that are not UTF-8, MediaTypeError
    (415), UpdateRefused (403); Werkzeug answers 413 to a body over the cap.
    """
    if request.method in ("GET", "HEAD"):
        return read_address(request.query_string)
    address = parameters(request.query_string, "address")
    return reader_of(request, READERS)(address, request.get_data(cache=False))


def read_address(query_string: bytes) -> Question:
    """Return what a GET asks, all of which stands in its address; raises as `read` does."""
    address = parameters(query_string, "address")
    return question(address, address.get("query", ()), optional=True)


def reader_of(request: flask.Request, readers: "Mapping[str, Reader[Asked]]") -> "Reader[Asked]":
    """Return the one of *readers* that reads the media type of the body; MediaTypeError where none does."""
    media_type, options = parse_options_header(request.headers.get("Content-Type"))
    reader = readers.get(media_type.lower())
    if reader is None:
        raise MediaTypeError(
            f"A body of {media_type or 'no media type'} is not read here.", hint=f"send {FORM} or {DIRECT}"
        )
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise MediaTypeError("A query is UTF-8; no other charset is read here.")
    return reader


def read_form(address: Parameters, body: bytes) -> Question:
    """Return what a form asks; its query stands in the body, its dataset in either place."""
    form = parameters(body, "form")
    if "query" in address:
        raise WebError("A form carries its query in the body, not in the address.", hint="or use GET")
    return question(merged(address, form), form.get("query", ()))


def read_direct(address: Parameters, body: bytes) -> Question:
    """Return what a body that is itself the query asks."""
    return question(address, (*address.get("query", ()), decoded(body, "body")))


def refuse_update(*_: object) -> Question:
    """Refuse an update, and say where data and corrections go."""
    raise UpdateRefused(
        "This endpoint reads only: a release never changes.",
        hint="send data and corrections to the contact that every page names, and the next release carries "
        "them; to try updates out, run `dio serve --scratch`",
    )


Asked = TypeVar("Asked")
Reader = Callable[[Parameters, bytes], Asked]

READERS: Final[dict[str, Reader[Question]]] = {
    FORM: read_form,
    DIRECT: read_direct,
    UPDATE: refuse_update,
}
"""Media type of a body to what reads it."""


def question(found: Parameters, queries: tuple[str, ...], optional: bool = False) -> Question:
    """Return the question of exactly one query, or, where *optional*, of none."""
    if "update" in found:
        refuse_update()
    if len(queries) > 1 or not (queries or optional):
        raise WebError(f"A request asks exactly one query, and this one has {len(queries) or 'none'}.")
    formats = (*found.get("format", ()), *found.get("output", ()))
    return Question(
        query=queries[0].removeprefix(BOM) if queries else None,
        default_graphs=tuple(filter(None, found.get("default-graph-uri", ()))),
        named_graphs=tuple(filter(None, found.get("named-graph-uri", ()))),
        # No name of a format has a blank: `+` was left unescaped, as in format=application/ld+json.
        format=next((name.replace(" ", "+") for name in formats if name), None),
        parameters=found,
    )


def parameters(text: bytes, place: str) -> Parameters:
    """Return name to values, in order, of URL-encoded *text*; unknown names are no error."""
    decoded(text, place)
    pairs = text.split(b"&")
    if len(pairs) > FIELDS:
        raise WebError(f"The {place} holds more than {FIELDS} parameters.")
    found: dict[str, tuple[str, ...]] = {}
    try:
        for pair in filter(None, pairs):
            name, _, value = pair.partition(b"=")
            key = unescaped(name).decode()
            found[key] = (*found.get(key, ()), unescaped(value).decode())
    except UnicodeDecodeError as error:
        raise WebError(f"The {place} holds percent-encoded bytes that are not UTF-8.") from error
    return found


def merged(one: Parameters, other: Parameters) -> Parameters:
    """Return the parameters of both, those of *one* first."""
    return {name: (*one.get(name, ()), *other.get(name, ())) for name in {**one, **other}}


def decoded(text: bytes, place: str) -> str:
    """Return *text* read as UTF-8."""
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise WebError(f"The {place} is not UTF-8.") from error
