"""SPARQL 1.1 Protocol, the half that changes: an update read from a request, as scratch mode takes it."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import flask

from diaspora_influence.sparql.errors import UpdateRefused
from diaspora_influence.web.errors import RefusedError, WebError
from diaspora_influence.web.protocol import (
    BOM,
    DIRECT,
    FORM,
    UPDATE,
    Parameters,
    Question,
    Reader,
    decoded,
    merged,
    parameters,
    read,
    read_direct,
    read_form,
    reader_of,
)

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Change:
    """What a client wants changed: an update, and the dataset that its patterns are matched in."""

    update: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


def read_any(request: flask.Request) -> Question | Change:
    """Return what *request* asks or wants changed; raises as `protocol.read` does."""
    if request.method == "POST":
        address = parameters(request.query_string, "address")
        found = reader_of(request, READERS)(address, request.get_data(cache=False))
        if isinstance(found, Change):
            refuse_strangers(request)
        return found
    try:
        return read(request)
    except UpdateRefused as error:
        hint = f"send update= in a form, or the text as {UPDATE}"
        raise WebError("An update is sent by POST.", hint=hint) from error


def refuse_strangers(request: flask.Request) -> None:
    """Raise RefusedError where a page of another host had a browser send the change."""
    origin = request.headers.get("Origin")
    if origin and host_of(origin) not in LOCAL:
        raise RefusedError("The scratch dataset is changed from this machine only, by no page of another.")


def host_of(origin: str) -> str | None:
    """Return the host of an *origin*; None where it has none, as `null` has not."""
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None


def read_form_of_either(address: Parameters, body: bytes) -> Question | Change:
    """Return the query, or the update, of a form."""
    form = parameters(body, "form")
    if "update" not in form and "update" not in address:
        return read_form(address, body)
    if "query" in form or "query" in address:
        raise WebError("A request asks a query or makes an update, not both.")
    if "update" in address:
        raise WebError("A form carries its update in the body, not in the address.")
    return change(merged(address, form), form["update"])


def read_update(address: Parameters, body: bytes) -> Change:
    """Return the update that a body is."""
    if "query" in address:
        raise WebError("A request asks a query or makes an update, not both.")
    return change(address, (*address.get("update", ()), decoded(body, "body")))


READERS: Final[dict[str, Reader[Question | Change]]] = {
    FORM: read_form_of_either,
    DIRECT: read_direct,
    UPDATE: read_update,
}
"""Media type of a body to what reads it."""


def change(found: Parameters, updates: tuple[str, ...]) -> Change:
    """Return the change of exactly one update."""
    if len(updates) != 1:
        raise WebError(f"A request makes exactly one update, and this one has {len(updates)}.")
    return Change(
        updates[0].removeprefix(BOM),
        tuple(filter(None, found.get("using-graph-uri", ()))),
        tuple(filter(None, found.get("using-named-graph-uri", ()))),
    )
