"""Terms of the data that are near one that does not occur: another namespace, a name or a label like it."""

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from diaspora_influence.explain.ask import Questions, Row
from diaspora_influence.explain.record import Hint, shown
from diaspora_influence.sparql.table import curie
from diaspora_influence.terms import DIO, PREFIXES, RDFS, SKOS

COMPARED: Final = 120
"""Names longer than this get no help: comparing takes time in proportion."""
MOST: Final = 3
CUTOFF: Final = 0.6
SCHEME: Final = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)
WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_A-Za-z]+")
WRITABLE: Final = re.compile(r"[^\x00-\x20<>\"{}|\\^`]+")
"""What an IRI may be to stand in a query."""


class Near:
    """Looks for terms, and remembers which of them occur."""

    def __init__(self, questions: Questions) -> None:
        """Take what asks."""
        self.questions = questions
        self.known: dict[str, bool] = {}

    def unknown(self, iris: Iterable[str]) -> list[str]:
        """Return those of *iris* that stand in no triple of any graph, as subject, predicate or object."""
        wanted = list(dict.fromkeys(iri for iri in iris if WRITABLE.fullmatch(iri)))
        new = [iri for iri in wanted if iri not in self.known]
        if new:
            values = " ".join(f"<{iri}>" for iri in new)
            rows = self.questions.told(
                f"SELECT ?t {{ VALUES ?t {{ {values} }} "
                "FILTER(EXISTS { ?t ?p1 ?o1 } || EXISTS { ?s2 ?t ?o2 } || EXISTS { ?s3 ?p3 ?t }) }"
            )
            found = {row["t"]["value"] for row in rows or ()}
            self.known |= {iri: rows is None or iri in found for iri in new}
        return [iri for iri in wanted if not self.known[iri]]

    def hint(self, iri: str) -> Hint:
        """Return what is near *iri*, which does not occur."""
        space, name = split(iri)
        begin = f"`{shown(curie(iri))}` occurs nowhere in the data"
        if not name or len(name) > COMPARED:
            return Hint("term", f"{begin}.")
        rows = self.candidates(space, name)
        if rows is None:
            return Hint("term", f"{begin}; what is near it could not be looked up.")
        names = {row["t"]["value"] for row in rows}
        if same := [other for other in names if same_but_namespace(iri, other)]:
            meant = min(same, key=len)
            return Hint(
                "namespace", f"{begin}; `<{meant}>` does: the namespace is written otherwise.", (meant,)
            )
        if same := sorted(other for other in names if split(other)[1] == name):
            return Hint(
                "namespace",
                f"{begin}; {several(same[:MOST])} does, in another namespace.",
                tuple(same[:MOST]),
            )
        nearest = tuple(closest(name, rows))
        ends = f"; nearest: {several(nearest)}." if nearest else ", nor anything like it."
        return Hint("term", begin + ends, nearest)

    def candidates(self, space: str, name: str) -> list[Row] | None:
        """Return the IRIs of the same namespace, or of the same name elsewhere, with their labels.

        None where that got no answer. Claims of crime and the like are found by who knows their names.
        """
        space, ends = str(ox.Literal(space)), [str(ox.Literal(mark + name)) for mark in "#/"]
        like = f"STRSTARTS(STR(?t), {space}) || STRENDS(STR(?t), {ends[0]}) || STRENDS(STR(?t), {ends[1]})"
        # Each way to stand in the data is made distinct for itself: most subjects have many triples.
        return self.questions.told(
            "SELECT DISTINCT ?t ?label { { SELECT DISTINCT ?t { ?t ?p1 ?o1 } } "
            "UNION { SELECT DISTINCT ?t { ?s2 ?t ?o2 } } UNION { SELECT DISTINCT ?t { ?s3 a ?t } } "
            f"FILTER(isIRI(?t) && ({like})) FILTER NOT EXISTS {{ ?t a <{DIO}AdverseClaim> }} "
            f"OPTIONAL {{ ?t <{RDFS}label>|<{SKOS}altLabel> ?label }} }}"
        )

    def graph(self, iri: str) -> tuple[Hint, ...] | None:
        """Return what is near the name of a graph that does not exist; None where it does."""
        rows = self.questions.told("SELECT DISTINCT ?t { GRAPH ?t { ?s ?p ?o } }")
        names = [row["t"]["value"] for row in rows or ()]
        if rows is None or iri in names:
            return None
        near = tuple(difflib.get_close_matches(iri[-COMPARED:], names, n=MOST, cutoff=CUTOFF))
        return (Hint("graph", f"Nearest: {several(near)}.", near),) if near else ()


def split(iri: str) -> tuple[str, str]:
    """Return namespace and local name of *iri*, by the prefixes of the house, else at its last # or /."""
    fitting = [space for space in PREFIXES.values() if iri.startswith(space)]
    at = len(max(fitting, key=len)) if fitting else max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:at], iri[at:]


def same_but_namespace(one: str, other: str) -> bool:
    """Say whether two IRIs differ in scheme, `www.`, case of the host, or # against / alone."""
    return plain(one) == plain(other) and one != other


def plain(iri: str) -> str:
    """Return *iri* without what is often confused."""
    return re.sub(r"[#/]+", "/", SCHEME.sub("", iri))


def closest(name: str, rows: Iterable[Row]) -> Iterator[str]:
    """Yield the IRIs of *rows* whose name or label is most like *name*, the nearest first."""
    spelled: dict[str, str] = {}
    for row in rows:
        iri = row["t"]["value"]
        spelled.setdefault(words(split(iri)[1]), iri)
        if "label" in row and len(row["label"]["value"]) <= COMPARED:
            spelled.setdefault(words(row["label"]["value"]), iri)
    matches = difflib.get_close_matches(words(name), spelled, n=3 * MOST, cutoff=CUTOFF)
    yield from list(dict.fromkeys(spelled[match] for match in matches))[:MOST]


def words(name: str) -> str:
    """Return a name as words in lower case: `createdBy` and `created-by` are the same."""
    return " ".join(WORDS.findall(name)).casefold()


def several(iris: Iterable[str]) -> str:
    """Return the names of *iris* in one phrase."""
    return ", ".join(f"`{curie(iri)}`" for iri in iris)
