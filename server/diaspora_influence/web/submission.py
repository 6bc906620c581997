"""What is sent to /validate: the data, the name of their format, and what the request says beside them."""

import flask
from werkzeug.http import parse_options_header

from diaspora_influence.validate.inputs.page import REGISTERED
from diaspora_influence.web.errors import MediaTypeError, WebError
from diaspora_influence.web.protocol import BOM, FORM, Parameters, merged, parameters

Sent = tuple[bytes, str, Parameters]
"""The data, the name of their format, and the parameters of the request."""


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
