"""The headers that every answer carries, and those that let a client keep what it has."""

import hashlib
from typing import Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence.web import encodings

COMMON: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Allow, ETag, Link, Location, Retry-After, X-Robots-Tag",
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer, errors too: any page may ask, and nothing from elsewhere runs in ours."""

PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, QUERY, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
"""What a browser asks with OPTIONS before a request that is not a simple one."""


def finish(response: flask.Response) -> flask.Response:
    """Add the headers that every answer carries, without overruling a view."""
    for name, value in COMMON.items():
        response.headers.setdefault(name, value)
    if flask.request.method == "OPTIONS":
        for name, value in PREFLIGHT.items():
            response.headers.setdefault(name, value)
    return response


def representation(body: bytes, suffix: str, coding: str) -> dict[str, str]:
    """Return the headers that tell the answer *body*, before it is encoded, from every other.

    The tag is the SHA-256 of the body; *suffix* keeps two formats of equal bytes apart, as Turtle and
    N-Triples can be, and *coding* two encodings. A client may keep an answer and has to ask whether it
    still holds: another release can come into service at any moment.
    """
    tag = "-".join(filter(None, (hashlib.sha256(body).hexdigest(), suffix, coding)))
    told = {"ETag": f'"{tag}"', "Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}
    return told | {"Content-Encoding": coding} if coding else told


def tagged(body: bytes, content_type: str, suffix: str) -> Response:
    """Return *body*, encoded as the client takes it, under a strong ETag, or 304 where the client has it."""
    coding = encodings.chosen(flask.request.headers.get("Accept-Encoding"), len(body))
    response = flask.Response(encodings.encoded(body, coding), content_type=content_type)
    response.headers.update(representation(body, suffix, coding))
    return response.make_conditional(flask.request)


def keep_out(response: Response) -> None:
    """Ask search engines not to list the answer."""
    response.headers["X-Robots-Tag"] = "noindex"
