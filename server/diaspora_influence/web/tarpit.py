"""A client whose requests keep failing waits a little before each next one, so that others do not.

A refusal costs the front more than most answers, and a query that ends at a limit has had a worker for as
long as one may. Neither is kept in the cache, and whoever loops over one takes what others would have had.
"""

from collections import OrderedDict
from http import HTTPStatus
from typing import Final

from diaspora_influence.sparql.presence import LeftError

LEAST: Final = 0.005
"""Seconds that a failure counts at least: reading the request, and finding the words."""
SHARE: Final = 0.1
"""The part of the time that one client's failures may take in the long run."""
REFUSALS: Final = 0.1
"""Seconds of refusals (4xx) that cost no waiting: some 20 at once."""
QUERIES: Final = 5
"""Queries that may run until their limit, and fail (5xx), one after the other without waiting."""
LONGEST: Final = 1.0
"""Seconds that a request waits at most."""
KNOWN: Final = 1024
"""Clients that are remembered; of more, those go first that failed longest ago."""


CHEAP: Final = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, LeftError.status})
"""Who was told when to come again, and who left: his waiting cost nobody anything."""


class Tarpit:
    """What failures of one kind took lately, a leaky bucket for each client; one thread uses it.

    Times are monotonic seconds.
    """

    def __init__(self, free: float) -> None:
        """Begin with nobody; so many seconds of failures cost no waiting."""
        self.free = free
        self.levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Client to seconds of failures, and when they were so many."""

    def charge(self, client: str, seconds: float, now: float) -> None:
        """Note that a request of *client* failed after so many *seconds*."""
        level = self.level(client, now) + max(LEAST, seconds)
        self.levels[client] = min(level, self.free + LONGEST * SHARE), now
        self.levels.move_to_end(client)
        if len(self.levels) > KNOWN:
            self.levels.popitem(last=False)

    def wait(self, client: str, now: float) -> float:
        """Return the seconds that the next request of *client* has to wait."""
        return max(0.0, self.level(client, now) - self.free) / SHARE if client in self.levels else 0.0

    def suspects(self, client: str, now: float) -> bool:
        """Say whether the failures of *client* have used up half of what costs no waiting."""
        return client in self.levels and self.level(client, now) > self.free / 2

    def level(self, client: str, now: float) -> float:
        """Return the seconds of failures of *client* that have not leaked away."""
        level, since = self.levels.get(client, (0.0, now))
        return max(0.0, level - (now - since) * SHARE)


class Tarpits:
    """What was refused, and what ended at a limit: an author's typing errors cost no worker anything."""

    def __init__(self, limit: float) -> None:
        """Begin with nobody; a query may run for *limit* seconds."""
        self.refused, self.ended = Tarpit(REFUSALS), Tarpit(QUERIES * limit)

    def charge(self, client: str, status: int, seconds: float, now: float) -> None:
        """Note how a request of *client* was answered, and after how many *seconds*."""
        if status in CHEAP:
            self.refused.charge(client, LEAST, now)
        elif status >= HTTPStatus.BAD_REQUEST:
            pit = self.ended if status >= HTTPStatus.INTERNAL_SERVER_ERROR else self.refused
            pit.charge(client, seconds, now)

    def wait(self, client: str, now: float) -> float:
        """Return the seconds that the next request of *client* has to wait."""
        return max(self.refused.wait(client, now), self.ended.wait(client, now))

    def suspects(self, client: str, now: float) -> bool:
        """Say whether a query of *client* had better let others have the processors from its start."""
        return self.ended.suspects(client, now)
