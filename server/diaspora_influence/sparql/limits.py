"""What one query may take, and how many may run: the figures that every part of the room shares."""

from dataclasses import dataclass
from typing import Final

SERVICE_BYTES: Final = 16 * 1024 * 1024
"""UTF-8 bytes that what SERVICE clauses are answered with may add to a query."""
GRACE: Final = 2.0
"""Seconds over the deadline in which the engine's verdict must be there."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an endpoint; each refuses, none cuts an answer short."""

    workers: int = 6
    """Queries that run at the same time, one in each worker process.

    Three for each of two cores: while one is handed its next query, others work. More only switch more.
    """
    queue: int = 64
    """Queries that wait for a worker; one more is refused."""
    time: float = 10.0
    """Seconds from a worker's first byte read to its whole answer."""
    memory: int = 512
    """MiB of address space that a worker may add to what it holds when idle."""
    rows: int = 100_000
    """Rows of a SELECT, triples of a CONSTRUCT or DESCRIBE."""
    bytes: int = 32 * 1024 * 1024
    """Bytes of an answer as serialised, before compression."""
    query_bytes: int = 65_536
    """UTF-8 bytes of the query with its dataset parameters and base."""
    nesting: int = 64
    """Brackets open at one time."""
    chain: int = 200
    """Operators in one row that make the engine recurse: `||`, `/`, `UNION`, `OPTIONAL`, `!` …"""
