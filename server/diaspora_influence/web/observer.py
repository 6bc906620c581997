"""What was asked and how it was answered: counted for `/metrics`, and a line each where a log is wanted.

No line and no count holds a query's text or, unless the operator says so, who asked: a query is told by its
digest, so that equal ones can be seen to be equal.
"""

import hashlib
import json
import sys
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple

BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the buckets of the histogram, in seconds."""
ROUTES: Final = frozenset({
    "sparql", "graph-store", "id", "claim", "source", "case", "conclusion", "ontology", "shapes", "why",
    "data", "release", "conformance", "problems", "static", "metrics", "healthz", "readyz", "validate",
})  # fmt: skip
"""First words of a path that are told apart; all else is `other`, or anybody could make counters."""
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"})
OTHER: Final = "other"
DIGITS: Final = 16
WITH_CLIENT: Final = "with-client"
LOGS: Final = ("none", "anonymous", WITH_CLIENT)
"""What `--access-log` takes: no lines, lines without the client's address, lines with it."""


class Exchange(NamedTuple):
    """One request and its answer: *seconds* from the request read to the answer made, *size* of its body."""

    method: str
    path: str
    status: int
    size: int
    seconds: float
    query: str | None = None
    cached: bool = False
    client: str = ""

    @property
    def route(self) -> str:
        """Return by which name the path is counted."""
        if self.path == "/":
            return "home"
        first = self.path.removeprefix("/").partition("/")[0].partition(".")[0]
        return first if first in ROUTES else OTHER

    @property
    def digest(self) -> str | None:
        """Return the first digits of the SHA-256 of the query, None where none was asked."""
        return None if self.query is None else hashlib.sha256(self.query.encode()).hexdigest()[:DIGITS]


@dataclass(slots=True)
class Times:
    """How long the answers of one route took."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0


def write(line: str) -> None:
    """Write a line to standard error."""
    print(line, file=sys.stderr, flush=True)


class Observer:
    """Counts every exchange of one server, and tells it where *log* wants it; any thread may call."""

    def __init__(self, log: str = LOGS[0], out: Callable[[str], None] = write) -> None:
        """Begin at nothing."""
        self.log, self.out = log, out
        self.lock = threading.Lock()
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.times: dict[str, Times] = {}
        self.sizes: Counter[str] = Counter()
        self.hits = 0

    def observe(self, exchange: Exchange) -> None:
        """Count *exchange*, and log it where that is wanted."""
        route, method = exchange.route, exchange.method if exchange.method in METHODS else OTHER
        with self.lock:
            self.requests[route, method, exchange.status] += 1
            self.sizes[route] += exchange.size
            self.hits += exchange.cached
            times = self.times.setdefault(route, Times())
            times.buckets[bisect_left(BOUNDS, exchange.seconds)] += 1
            times.total += exchange.seconds
        if self.log != LOGS[0]:
            self.out(self.line(exchange, datetime.now(UTC)))

    def line(self, exchange: Exchange, now: datetime) -> str:
        """Return *exchange* as a line of JSON, which escapes whatever could begin another."""
        told = {
            "time": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "method": exchange.method,
            "path": exchange.path,
            "status": exchange.status,
            "bytes": exchange.size,
            "seconds": round(exchange.seconds, 6),
            "query": exchange.digest,
            "cached": exchange.cached,
        }
        if self.log == WITH_CLIENT:
            told["client"] = exchange.client
        return json.dumps({name: value for name, value in told.items() if value is not None})
