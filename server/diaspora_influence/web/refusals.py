"""Problems that no app words: what is no readable HTTP, and an app that has failed."""

import http
from typing import Final

from diaspora_influence.web.headers import COMMON
from diaspora_influence.web.message import Reply, block
from diaspora_influence.web.problems import Problem

HINTS: Final = {
    413: "The request is longer than this server reads.",
    414: "The request line is longer than this server reads; send a long query with POST.",
    431: "The headers are longer than this server reads; send a long query with POST.",
    505: "This server speaks HTTP/1.1.",
}


def refusal(status: int, body_bytes: int) -> Reply:
    """Return the answer to what is no readable HTTP; a body may have *body_bytes*."""
    title = http.HTTPStatus(status).phrase
    members = {"limit": f"{body_bytes:,} bytes a body"} if status == 413 else {}
    return problem(Problem(status, title, HINTS.get(status, "This is not readable HTTP."), members))


def problem(found: Problem) -> Reply:
    """Return a problem as everything else is refused, with CORS."""
    body = found.as_json().encode()
    length = {"Content-Type": "application/problem+json", "Content-Length": str(len(body))}
    return Reply(found.status, block([*length.items(), *COMMON.items()]), body)
