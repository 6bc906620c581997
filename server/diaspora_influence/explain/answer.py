"""What an explanation says: whether the patterns match, which do not, and what is near them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from diaspora_influence.explain.ask import ExhaustedError, Pool, Questions
from diaspora_influence.explain.dataset import dataset_causes
from diaspora_influence.explain.query import Query, read
from diaspora_influence.explain.record import Cause
from diaspora_influence.explain.search import Search
from diaspora_influence.explain.source import UnreadableError
from diaspora_influence.sparql.request import SparqlRequest

NOT_CUT: Final = (
    "The query is too long for this help, calls another server, or is written in a way that cannot be cut "
    "into patterns."
)
NOT_EMPTY: Final = "The patterns match, and the answer is not empty."
NOT_FOUND: Final = "This help does not find which part of the query matches nothing."
EXHAUSTED: Final = "The questions or the time of this help were used up."
LEFT_OUT: Final = "its template has an unbound variable, or a literal as subject, in every triple"
SAID: Final = 3
"""Causes that the one sentence names."""
BOUNDED: Final = {"OFFSET": "its OFFSET passes over every match", "HAVING": "its HAVING holds for no group"}
"""Words behind WHERE that can leave nothing of what matches."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the patterns of a query match nothing.

    *empty* is what the answer itself is: a COUNT of nothing is a row. *notes* say what was not looked at;
    *complete* is false where there is such a thing. *questions* counts the queries that were asked.
    """

    empty: bool
    sentence: str
    causes: tuple[Cause, ...] = ()
    notes: tuple[str, ...] = ()
    complete: bool = True
    questions: int = 0


def explain(pool: Pool, request: SparqlRequest, empty: bool, seconds: float) -> Explanation:
    """Return why *request*, whose answer is *empty* or not, matches nothing.

    It takes at most *seconds* and one question more; Busy or EngineUnavailable where nobody answers.
    """
    try:
        query = read(request.query, request.base)
    except (UnreadableError, IndexError):
        return Explanation(empty, NOT_CUT, complete=False)
    questions = Questions(pool, request, query, time.monotonic() + seconds)
    causes: list[Cause] = []
    try:
        causes.extend(found(query, questions, empty))
    except ExhaustedError:
        questions.untold.append(EXHAUSTED)
    notes = tuple(dict.fromkeys(questions.untold))
    said = "; ".join(cause.sentence.rstrip(".") for cause in causes[:SAID]) + "." if causes else ""
    sentence = said or (NOT_EMPTY if not (empty or notes) else NOT_FOUND)
    complete = not notes and (bool(causes) or not empty)
    return Explanation(empty, sentence, tuple(causes), notes, complete, questions.asked)


def found(query: Query, questions: Questions, empty: bool) -> Iterator[Cause]:
    """Yield what keeps *query* from an answer; nothing where the answer is not empty or it is not found."""
    if questions.match(one.text for one in query.where):
        if empty and not questions.untold:
            yield from bounds(query)
        return
    search = Search(questions)
    wrong = tuple(dataset_causes(questions, search.near))
    yield from wrong or search.group(query.where)


def bounds(query: Query) -> Iterator[Cause]:
    """Yield what leaves nothing of patterns that match."""
    said = [text for name, text in BOUNDED.items() if name in query.tail]
    if query.after("LIMIT") == "0":
        said = ["its LIMIT is 0"]
    if query.form == "CONSTRUCT":
        said.append(LEFT_OUT)
    if said:
        yield Cause("bound", f"The patterns match, but nothing of them is left: {'; or '.join(said)}.")
