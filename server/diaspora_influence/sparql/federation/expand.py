"""A query with its SERVICE clauses answered: rows of VALUES stand in their place.

SPARQL 1.1 Federated Query (section 4) joins a service's answer with the rest of the group; so does VALUES.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from diaspora_influence.origin import origin
from diaspora_influence.sparql.client import Answer, Pool
from diaspora_influence.sparql.errors import Busy, RemoteError, ServiceRefused, SparqlError
from diaspora_influence.sparql.examiner import place, refusal
from diaspora_influence.sparql.federation.clauses import Clause, Federated, read
from diaspora_influence.sparql.federation.fetch import Bounds, fetch
from diaspora_influence.sparql.federation.rows import NOTHING, values
from diaspora_influence.sparql.limits import SERVICE_BYTES, Limits
from diaspora_influence.sparql.request import SparqlRequest

ROWS: Final = 10_000
"""Rows of one SERVICE clause that are joined."""
AT_ONCE: Final = 4
"""Queries that may be calling other servers: each holds a thread for as long."""
UTF8: Final = 4
"""Bytes that a character takes at most."""
BYTES: Final = 4 << 20
"""Bytes that are read of one endpoint's answer."""

HINT: Final = re.compile(r"SERVICE|\\u", re.IGNORECASE)
"""What a query with a SERVICE clause cannot be without."""

Fetch = Callable[[str, str, Bounds], bytes]


@dataclass(frozen=True, slots=True)
class Expanded:
    """A query without SERVICE, and what of it stood in the query as sent: start there, start here, length."""

    text: str
    sent: str
    kept: tuple[tuple[int, int, int], ...]

    def at_home(self, error: SparqlError) -> SparqlError:
        """Return *error* with the place in the query as sent; within a clause that is its beginning."""
        if error.line is None or error.column is None:
            return error
        lines = self.text.split("\n")[: error.line - 1]
        at = sum(len(line) + 1 for line in lines) + error.column - 1
        there, here, length = next(span for span in reversed(self.kept) if span[1] <= at)
        error.line, error.column = place(self.sent, there + min(at - here, length))
        return error


@dataclass(frozen=True, slots=True)
class Federation:
    """The origins that may be called, and how."""

    origins: frozenset[str]
    limits: Limits
    fetch: Fetch = fetch
    places: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))

    def ask(self, pool: Pool, request: SparqlRequest) -> Answer:
        """Return the answer of *pool* to *request*, its SERVICE clauses answered first; errors as both raise.

        A word like SERVICE in a string costs a look at the tokens and nothing more.
        """
        if not self.origins or not HINT.search(request.query):
            return pool.ask(request)
        expanded = self.expand(request.query)
        try:
            return pool.ask(replace(request, query=expanded.text), limits=room(self.limits))
        except SparqlError as error:
            raise expanded.at_home(error) from None

    def expand(self, text: str) -> Expanded:
        """Return *text* with the answers of its SERVICE clauses.

        Raises ServiceRefused for an origin that is not allowed, RemoteError where an endpoint gives no whole
        answer and the clause is not SILENT. All fetches of one query share one deadline.
        """
        federated = read(text)
        for clause in federated.clauses:
            self.allow(clause, text)
        if not self.places.acquire(blocking=False):
            limit = f"{AT_ONCE} queries with SERVICE at one time"
            raise Busy("Too many queries call other servers.", limit=limit, retry_after=1)
        try:
            return self.answered(federated)
        finally:
            self.places.release()

    def answered(self, federated: Federated) -> Expanded:
        """Return the query with what its clauses are answered with."""
        bounds = Bounds(BYTES, time.monotonic() + self.limits.time)
        tables = [self.rows(clause, federated.prologue, bounds) for clause in federated.clauses]
        if (size := sum(map(len, tables))) > SERVICE_BYTES // UTF8:
            raise RemoteError(f"The endpoints' answers have {size} characters, which is more than is joined.")
        return joined(federated, tables)

    def allow(self, clause: Clause, text: str) -> None:
        """Refuse a clause whose origin the operator has not named."""
        asked = origin(clause.endpoint)
        if asked not in self.origins:
            raise refusal(
                ServiceRefused, text, clause.start, f"SERVICE to {asked} is not allowed here.",
                hint=f"allowed: {', '.join(sorted(self.origins)) or 'none'}",
            )  # fmt: skip

    def rows(self, clause: Clause, prologue: str, bounds: Bounds) -> str:
        """Return the VALUES clause that stands for *clause*."""
        try:
            query = f"{prologue}\nSELECT * WHERE {clause.body}"
            return values(self.fetch(clause.endpoint, query, bounds), ROWS)
        except RemoteError:
            if clause.silent:
                return NOTHING
            raise


def joined(federated: Federated, tables: list[str]) -> Expanded:
    """Return the query with each clause replaced by its table."""
    pieces, kept, length = [], [], 0
    for (start, end), table in zip(gaps(federated), [*tables, ""], strict=True):
        piece = federated.text[start:end]
        kept.append((start, length, len(piece)))
        pieces += [piece, table]
        length += len(piece) + len(table)
    return Expanded("".join(pieces), federated.text, tuple(kept))


def gaps(federated: Federated) -> Iterator[tuple[int, int]]:
    """Yield start and end of what stands between the clauses, before the first and after the last too."""
    start = 0
    for clause in federated.clauses:
        yield start, clause.start
        start = clause.end
    yield start, len(federated.text)


def room(limits: Limits) -> Limits:
    """Return the limits under which an expanded query is read: its tables come on top of its own bytes."""
    return replace(limits, query_bytes=limits.query_bytes + SERVICE_BYTES)
