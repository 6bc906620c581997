"""The headers that every answer carries, and those that let a client keep what it has."""

import hashlib
from typing import Final

import flask
from werkzeug.wrappers.response import Response

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
        response.headers.update(PREFLIGHT)
    return response


def tagged(body: bytes, content_type: str, suffix: str) -> Response:
    """Return *body* under a strong ETag, or 304 where the client has it.

    The tag is the SHA-256 of the body; *suffix* keeps two formats of equal bytes apart, as Turtle and
    N-Triples can be.
    """
    response = flask.Response(body, content_type=content_type)
    response.set_etag(f"{hashlib.sha256(body).hexdigest()}-{suffix}")
    response.vary.add("Accept")
    return response.make_conditional(flask.request)


def keep_out(response: Response) -> None:
    """Ask search engines not to list the answer."""
    response.headers["X-Robots-Tag"] = "noindex"
