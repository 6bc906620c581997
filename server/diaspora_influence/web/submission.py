"""What is sent to /validate: the data, the name of their format, and what the request says beside them."""

import re
from typing import Final

import flask
from werkzeug.http import parse_options_header

from diaspora_influence.validate.inputs.page import REGISTERED
from diaspora_influence.web.errors import MediaTypeError, WebError
from diaspora_influence.web.protocol import BOM, FORM, Parameters, merged, parameters

Sent = tuple[bytes, str, Parameters]
"""The data, the name of their format, and the parameters of the request."""
LONGEST: Final = 200
"""Characters of the longest name that a document may be given."""
SIGNS: Final = {
    "application/ld+json": re.compile(r"\s*[{\[]\s*[\"{]"),
    "application/rdf+xml": re.compile(r"\s*<(\?xml|!DOCTYPE|!--|rdf:RDF)"),
    "text/turtle": re.compile(r"\s*(#[^\n]*\n\s*)*@?(prefix|base)\s", re.IGNORECASE),
}
"""Media type to how a document in it mostly begins."""


def sent(request: flask.Request) -> Sent:
    """Return the data of *request*; WebError where there are none, MediaTypeError for what is not read."""
    refuse_packed(request)
    media_type, options = parse_options_header(request.headers.get("Content-Type"))
    media_type = media_type.lower()
    if media_type != FORM and media_type not in REGISTERED:
        raise MediaTypeError(
            f"Data are not read from {media_type or 'a body of no media type'}.",
            hint=f"name the format: {', '.join(REGISTERED)}; or send {FORM} with `data`",
        )
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise MediaTypeError("RDF is UTF-8; no other charset is read here.")
    address, body = parameters(request.query_string, "address"), request.get_data(cache=False)
    data, kind, said = (
        from_form(address, body) if media_type == FORM else (body, REGISTERED[media_type], address)
    )
    if not data.strip():
        raise WebError("There are no data to judge.", hint="the body is the data, or a form with `data`")
    return data, kind, said


def refuse_packed(request: flask.Request) -> None:
    """Raise MediaTypeError for a body in a coding: a small one can unpack to more than is ever read."""
    coding = request.headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity"):
        raise MediaTypeError(
            "A body is read as it comes, and this one is packed.",
            hint="send it without Content-Encoding; the report is packed, where Accept-Encoding asks for it",
        )


def from_form(address: Parameters, body: bytes) -> Sent:
    """Return what a form sends; a browser ends each line with CR LF, whatever its author wrote."""
    said = merged(address, parameters(body, "form"))
    if "data" not in said:
        raise WebError(
            "The form has no `data`.",
            hint=f"for a body that is the data itself, name its media type: {', '.join(REGISTERED)}",
        )
    kind = single(said, "format-in") or "turtle"
    if kind not in REGISTERED.values():
        raise MediaTypeError(
            f"There is no format {kind}.", hint=f"format-in is {', '.join(REGISTERED.values())}"
        )
    return single(said, "data").removeprefix(BOM).replace("\r\n", "\n").encode(), kind, said


def single(said: Parameters, name: str) -> str:
    """Return the one value of a parameter, nothing where it is missing; WebError where there are several."""
    given = said.get(name, ("",))
    if len(given) > 1:
        raise WebError(f"The request has {name} {len(given)} times; one document is judged at a time.")
    return given[0]


def called(said: Parameters) -> str:
    """Return the name of the document, nothing where there is none; WebError for what is no path below."""
    name = single(said, "name")
    odd = ":" in name or "\\" in name or not name.isprintable() or len(name) > LONGEST
    if name and (odd or not {"", ".", ".."}.isdisjoint(name.split("/"))):
        raise WebError(
            "The name is no path of a file below a folder.",
            hint=f"as in a repository, with slashes: data/claims.ttl; {LONGEST} characters at most",
        )
    return name


def likely(text: str, kind: str) -> str | None:
    """Return the media type in which *text*, which is not of *kind*, seems to be; None if none is likely."""
    found = (media_type for media_type, sign in SIGNS.items() if sign.match(text))
    return next((media_type for media_type in found if REGISTERED[media_type] != kind), None)
