"""/problems: what each kind of error means; the `type` of a problem document leads to its place there."""

import re
from dataclasses import dataclass
from typing import Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence.errors import DioError, FindingsError, InputError, InternalError, MissingToolError
from diaspora_influence.settings import Settings
from diaspora_influence.sparql.errors import FAMILY, SparqlError
from diaspora_influence.web import errors
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.headers import tagged
from diaspora_influence.web.limits import limits
from diaspora_influence.web.links import absolute

UNTYPED: Final = "about:blank"
"""The type of a problem that says no more than its status (RFC 9457, 4.2.1)."""
PATH: Final = "/problems"

KINDS: Final[tuple[type[DioError], ...]] = (
    *(kind for kind in FAMILY.values() if kind is not SparqlError),
    *(errors.WebError, errors.NotAcceptableError, errors.MediaTypeError, errors.RefusedError),
    *(errors.UnknownThingError, errors.WithdrawnError, errors.TargetTooLongError),
    *(InputError, FindingsError, MissingToolError, InternalError),
)
"""Every kind of error that the server states; its docstring is what the page says of it."""

ADVICE: Final = {
    "malformed-query": "The error names line and column. A prefix must be declared before it is used.",
    "query-too-complex": "Write a long chain of conditions as VALUES, a long path as several patterns.",
    "service-refused": "Ask the other endpoint yourself, and join here with VALUES.",
    "update-refused": "Send data and corrections to the contact that every page names.",
    "load-refused": "Send the document itself to /graph-store.",
    "malformed-data": "The error names the place; nothing was changed.",
    "unknown-graph": "PUT or POST makes a graph; /graph-store?default is always there.",
    "update-failed": "Nothing of the update was made; SILENT lets an operation fail without a word.",
    "dataset-too-large": "Delete something first, or start the server with a larger --byte-limit.",
    "not-acceptable": "The error lists the formats there are; name one in Accept or in format=.",
    "query-too-large": "Ask for fewer things at a time, or take the dumps at /data/.",
    "busy": "Try again after the seconds that Retry-After names.",
    "engine-unavailable": "Try again after the seconds that Retry-After names.",
    "deadline-exceeded": "Ask for less at a time: fewer unbound patterns, no cross product.",
    "answer-too-large": "Add a LIMIT, ask for less, or take the dumps at /data/. No answer is cut short.",
    "memory-exceeded": "Sort, group, or tell apart fewer rows at a time.",
    "worker-died": "The same query will end the same way; please send it to the contact.",
    "unsupported-media-type": "Send a form, or the query itself as application/sparql-query.",
    "request-line-too-long": "Send a long query with POST.",
}
"""What to do, by slug."""


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of error as the page describes it."""

    slug: str
    title: str
    status: int
    meaning: str
    advice: str


def slug_of(kind: type[DioError]) -> str:
    """Return by what name an error of *kind* is known: its own, that of its title, or that of its base."""
    for one in kind.__mro__:
        if one in KINDS:
            return str(getattr(one, "slug", "")) or re.sub(r"\W+", "-", one.title.lower())
    return ""


def address(slug: str) -> str:
    """Return the address at which the kind of error *slug* is described, on the host that was asked.

    The front may answer where the app cannot, and then knows no host.
    """
    if not slug or not flask.has_request_context():
        return UNTYPED
    settings = flask.current_app.jinja_env.globals["settings"]
    assert isinstance(settings, Settings)
    return f"{absolute(PATH, settings.public_url)}#{slug}"


def problem_types() -> tuple[ProblemType, ...]:
    """Return each kind of error once, by status."""
    found: dict[str, ProblemType] = {}
    for kind in KINDS:
        slug, meaning = slug_of(kind), (kind.__doc__ or "").partition("\n")[0]
        known = ProblemType(slug, kind.title, kind.status, meaning, ADVICE.get(slug, ""))
        found.setdefault(slug, known)
    return tuple(sorted(found.values(), key=lambda one: (one.status, one.slug)))


@dataclass(frozen=True)
class ProblemTypes:
    """The page that describes every kind of error."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the page to *app*."""
        app.add_url_rule(PATH, "problems", self.serve)

    def serve(self) -> Response:
        """Return the page."""
        html = flask.render_template(
            "problems.html", problems=problem_types(), limits=limits(self.settings), path=PATH
        )
        return tagged(html.encode(), "text/html; charset=utf-8", "html")
