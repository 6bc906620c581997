"""Every way in which a query is refused or fails: one family, with a status and a slug each."""

# ruff: noqa: N818 - a name says what happened; that it is an error, its base says
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, Self

from diaspora_influence.errors import DioError


@dataclass(eq=False)
class SparqlError(DioError):
    """A query that got no answer, and why.

    *line* and *column* count from 1, in code points of the query as sent. *limit* names the limit
    that was hit with its value and unit, *settings* by what name an operator sets it (several apart
    by a blank), *hint* says what to do about it, *retry_after* is in seconds. *offending_line* is the
    line in question, as `excerpt.quote` cuts it, and *caret* what stands under it.
    """

    slug: ClassVar[str] = "sparql-error"

    detail: str
    line: int | None = None
    column: int | None = None
    limit: str | None = None
    hint: str | None = None
    retry_after: int | None = None
    settings: str | None = None
    offending_line: str | None = None
    caret: str | None = None

    def __str__(self) -> str:
        """Return the sentence; whoever renders it adds the members."""
        return self.detail

    def __copy__(self) -> Self:
        """Return the same error once more: one outcome may be told to several clients."""
        return type(self)(**{field.name: getattr(self, field.name) for field in fields(self)})

    def to_wire(self) -> dict[str, Any]:
        """Return the members that are set, with the slug, as JSON can carry them."""
        members = {field.name: getattr(self, field.name) for field in fields(self)}
        return {"slug": self.slug} | {name: value for name, value in members.items() if value}


class MalformedQuery(SparqlError):
    """The text is not a SPARQL query."""

    slug, status, title = "malformed-query", 400, "Malformed query"


class QueryTooComplex(SparqlError):
    """The query is nested or chained more deeply than the engine can be trusted with."""

    slug, status, title = "query-too-complex", 400, "Query too complex"


class ServiceRefused(SparqlError):
    """The query asks this server to call another."""

    slug, status, title = "service-refused", 403, "SERVICE is not allowed"


class UpdateRefused(SparqlError):
    """The text is an update, and the release is immutable."""

    slug, status, title = "update-refused", 403, "Updates are not allowed"


class LoadRefused(SparqlError):
    """The update asks this server to fetch a document."""

    slug, status, title = "load-refused", 403, "LOAD is not allowed"


class MalformedData(SparqlError):
    """The body is not RDF in the format that it claims."""

    slug, status, title = "malformed-data", 400, "Malformed data"


class UnknownGraph(SparqlError):
    """The scratch dataset has no graph of this name."""

    slug, status, title = "unknown-graph", 404, "No such graph"


class UpdateFailed(SparqlError):
    """The update is well-formed, and what it asks cannot be done; nothing of it was."""

    slug, status, title = "update-failed", 409, "The update failed"


class NotAcceptable(SparqlError):
    """The answer does not exist in the format that was asked for."""

    slug, status, title = "not-acceptable", 406, "No such format"


class QueryTooLarge(SparqlError):
    """The request holds more bytes than are read."""

    slug, status, title = "query-too-large", 413, "Query too large"


class Busy(SparqlError):
    """All workers are taken and the queue is full, or the wait in it was too long."""

    slug, status, title, exit_code = "busy", 503, "Too busy", 3


class EngineUnavailable(SparqlError):
    """The engine process is not there; it is being started again, or could not be."""

    slug, status, title, exit_code = "engine-unavailable", 503, "Engine unavailable", 3


class DeadlineExceeded(SparqlError):
    """The query was ended because its time was over."""

    slug, status, title, exit_code = "deadline-exceeded", 504, "Deadline exceeded", 3


class AnswerTooLarge(SparqlError):
    """The answer has more rows or bytes than are sent."""

    slug, status, title, exit_code = "answer-too-large", 507, "Answer too large", 3


class MemoryExceeded(SparqlError):
    """The query needed more memory than a worker may take."""

    slug, status, title, exit_code = "memory-exceeded", 507, "Memory limit exceeded", 3


class DatasetTooLarge(SparqlError):
    """The scratch dataset would have more bytes than it may hold."""

    slug, status, title, exit_code = "dataset-too-large", 507, "Dataset too large", 3


class WorkerDied(SparqlError):
    """The query ended the worker that evaluated it."""

    slug, status, title, exit_code = "worker-died", 507, "Worker died", 3


class RemoteError(SparqlError):
    """Another endpoint gave an error, or no whole answer."""

    slug, status, title, exit_code = "remote-error", 502, "The endpoint failed", 3


class RemoteRefusal(RemoteError):
    """Another endpoint will not have this query."""

    slug, status, title, exit_code = "remote-refusal", 502, "The endpoint refused the query", 2


FAMILY: Final[dict[str, type[SparqlError]]] = {
    kind.slug: kind
    for kind in (
        *(SparqlError, MalformedQuery, QueryTooComplex, ServiceRefused, UpdateRefused, NotAcceptable),
        *(QueryTooLarge, Busy, EngineUnavailable, DeadlineExceeded, AnswerTooLarge, MemoryExceeded),
        *(WorkerDied, RemoteError, RemoteRefusal),
        *(LoadRefused, MalformedData, UnknownGraph, UpdateFailed, DatasetTooLarge),
    )
}
"""Slug to class; how an error that crossed a socket becomes itself again."""


def from_wire(members: dict[str, Any]) -> SparqlError:
    """Return the error whose `to_wire` form *members* is."""
    kind = FAMILY[members["slug"]]
    return kind(**{name: value for name, value in members.items() if name not in ("slug", "last")})
