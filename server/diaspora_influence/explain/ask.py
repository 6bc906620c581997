"""The questions that an explanation asks: parts of the query, under the limits of any query, and not many."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from diaspora_influence.explain.query import Query
from diaspora_influence.sparql.client import Answer
from diaspora_influence.sparql.errors import Busy, EngineUnavailable, SparqlError
from diaspora_influence.sparql.formats import RESULTS
from diaspora_influence.sparql.request import SparqlRequest

MOST: Final = 100
"""Questions that one explanation asks at most."""
Pool = Callable[[SparqlRequest], Answer]
Row = dict[str, Any]
"""Variable to term, as SPARQL JSON has it."""


class ExhaustedError(Exception):
    """The questions or the time of an explanation are used up."""


@dataclass(slots=True)
class Questions:
    """Asks parts of *query* in the dataset of *request*; *until* is a time of the monotonic clock."""

    pool: Pool
    request: SparqlRequest
    query: Query
    until: float
    asked: int = 0
    untold: list[str] = field(default_factory=list)

    def match(self, texts: Iterable[str]) -> bool:
        """Say whether the patterns match together; where that cannot be told, note it and say yes.

        So nothing is blamed that was not seen to match nothing. Raises ExhaustedError.
        """
        body = "\n".join(texts)
        found = self.ask(f"ASK {self.query.dataset} {{\n{body}\n}}", self.request)
        return True if found is None else bool(found["boolean"])

    def anywhere(self, texts: Iterable[str]) -> bool:
        """Say whether the patterns match in the union of all graphs, whatever dataset the query names."""
        body = "\n".join(texts)
        found = self.ask(f"ASK {{\n{body}\n}}", self.whole)
        return found is not None and bool(found["boolean"])

    def rows(self, select: str) -> list[Row]:
        """Return the rows of a question about all graphs; none where it got no answer."""
        return self.told(select) or []

    def told(self, select: str) -> list[Row] | None:
        """Return the rows of a question about all graphs; None where it got no answer."""
        found = self.ask(select, self.whole)
        return None if found is None else list(found["results"]["bindings"])

    @property
    def whole(self) -> SparqlRequest:
        """Return a request without dataset."""
        return replace(self.request, default_graphs=(), named_graphs=())

    @property
    def restricted(self) -> bool:
        """Say whether the query or the request names a dataset."""
        return bool(self.query.dataset or self.request.default_graphs or self.request.named_graphs)

    def ask(self, text: str, request: SparqlRequest) -> dict[str, Any] | None:
        """Return the SPARQL JSON of the answer; None, with a note, where a limit or the engine refuses."""
        if self.asked >= MOST or time.monotonic() > self.until:
            raise ExhaustedError
        self.asked += 1
        whole = replace(request, query=f"{self.query.prologue}\n{text}", media_type=RESULTS[0].media_type)
        try:
            return dict(json.loads(self.pool(whole).body))
        except (Busy, EngineUnavailable):
            raise
        except SparqlError as error:
            self.untold.append(str(error))
            return None
