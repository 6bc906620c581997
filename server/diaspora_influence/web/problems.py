"""Errors, rendered once: problem+json (RFC 9457) for programs, text for terminals, HTML for browsers."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import flask
from werkzeug.exceptions import HTTPException

from diaspora_influence.errors import DioError, InternalError
from diaspora_influence.web.errors import TargetTooLongError
from diaspora_influence.web.limits import named
from diaspora_influence.web.negotiate import choose
from diaspora_influence.web.problem_types import ADVICE, UNTYPED, address, slug_of

logger: Final = logging.getLogger(__name__)

TARGET: Final = 1 << 16
"""Bytes of path and query string that are read."""
MEMBERS: Final = (
    *("line", "column", "offending_line", "caret", "limit", "settings", "hint"),
    *("offered", "suggestions", "replaced_by"),
)
"""What an error may say beside its sentence; an attribute of that name becomes a member."""
PLACE: Final = ("line", "column", "offending_line", "caret")
"""Members that a reader sees together: the place, its line, and a caret under it."""
LABELS: Final = {"settings": "set by", "replaced_by": "replaced by", "suggestions": "did you mean"}
"""What members are called in text, where not by their names."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What every rendering of an error is made of."""

    status: int
    title: str
    detail: str
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    type: str = UNTYPED

    def as_json(self) -> str:
        """Return the RFC 9457 document."""
        document = {"type": self.type, "title": self.title, "status": self.status, "detail": self.detail}
        return json.dumps(document | dict(self.members), ensure_ascii=False, indent=2) + "\n"

    def as_text(self) -> str:
        """Return a few lines for a terminal."""
        rest = {name: value for name, value in self.members.items() if name not in PLACE}
        lines = [f"{self.status} {self.title}: {self.detail}", *self.place()]
        lines += [f"{LABELS.get(name, name)}: {plain(value)}" for name, value in rest.items()]
        lines += [] if self.type == UNTYPED else [f"more: {self.type}"]
        return "\n".join(lines) + "\n"

    def place(self) -> list[str]:
        """Return where the error is, in lines of text: the place, the line itself, the caret."""
        if "line" not in self.members:
            return []
        place = f"line {self.members['line']}, column {self.members.get('column', '?')}"
        if "offending_line" not in self.members:
            return [place]
        return [f"{place}:", f"  {self.members['offending_line']}", f"  {self.members['caret']}"]

    def as_html(self) -> str:
        """Return a page; the template escapes whatever the client sent."""
        return flask.render_template("problem.html", problem=self, noindex=True)


def plain(value: object) -> str:
    """Return a member's value in one line of text."""
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value)
    if isinstance(value, dict):
        return " or ".join(str(item) for item in value.values())
    return str(value)


RENDERINGS: Final = {
    "application/problem+json": Problem.as_json,
    "text/plain": Problem.as_text,
    "text/html": Problem.as_html,
}


def from_dio(error: DioError) -> Problem:
    """Return the problem that an error of the house states."""
    found = {name: getattr(error, name, None) for name in MEMBERS}
    members = {name: value for name, value in found.items() if value or (value == "" and found["caret"])}
    if "limit" in members:
        members.setdefault("hint", ADVICE.get(slug_of(type(error)), ""))
    if "settings" in members:
        members["settings"] = named(members["settings"])
    wait = getattr(error, "retry_after", None) or 1
    headers = (("Retry-After", str(wait)),) if error.status == HTTPStatus.SERVICE_UNAVAILABLE else ()
    detail = getattr(error, "detail", None) or str(error)
    return Problem(error.status, error.title, detail, members, headers, address(slug_of(type(error))))


DETAILS: Final = {
    404: "Nothing has this address.",
    405: "This address does not take this method; the Allow header lists those that it takes.",
    413: "The body of the request is longer than this server reads.",
}
"""Our sentence for what the router refuses; Werkzeug's own speaks of the URL 'entered manually'."""


def from_http(error: HTTPException) -> Problem:
    """Return the problem for what Flask or Werkzeug refused, its headers (Allow, …) kept."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    own = {"content-type", "content-length"}
    headers = tuple((name, value) for name, value in error.get_headers() if name.lower() not in own)
    detail = DETAILS.get(status, error.description or HTTPStatus(status).description)
    return Problem(status, HTTPStatus(status).phrase, detail, {}, headers)


def from_defect(error: Exception) -> Problem:
    """Return a problem that says nothing of the inside; the log gets the traceback."""
    logger.error("a request failed", exc_info=error)
    detail = "This is a defect of the server, and it has been logged."
    return Problem(500, "Internal error", detail, type=address(slug_of(InternalError)))


def respond(problem: Problem) -> flask.Response:
    """Return *problem* in the rendering that the client likes best."""
    offers = tuple(RENDERINGS)
    media_type = choose(flask.request.headers.get("Accept"), offers) or offers[0]
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    response = flask.Response(
        RENDERINGS[media_type](problem), problem.status, content_type=media_type + charset
    )
    response.headers.extend(problem.headers)
    response.vary.add("Accept")
    response.cache_control.no_store = True
    return response


def refuse_long_target() -> None:
    """Raise TargetTooLongError where the request line is longer than is read."""
    size = len(flask.request.query_string) + len(flask.request.environ["PATH_INFO"])
    if size > TARGET:
        raise TargetTooLongError(
            f"The address has {size:,} bytes; {TARGET:,} are read.", hint="send a long query with POST"
        )


def install(app: flask.Flask) -> None:
    """Let *app* answer each kind of error, and nothing else, through here."""
    app.before_request(refuse_long_target)
    app.register_error_handler(DioError, lambda error: respond(from_dio(error)))
    app.register_error_handler(HTTPException, lambda error: respond(from_http(error)))
    app.register_error_handler(Exception, lambda error: respond(from_defect(error)))
