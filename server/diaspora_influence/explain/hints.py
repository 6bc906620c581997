"""What would match in a pattern's stead: turned round, as reported, with another value, in another graph."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from diaspora_influence.explain.ask import Questions
from diaspora_influence.explain.nodes import Node, Triple
from diaspora_influence.explain.patterns import Element
from diaspora_influence.explain.record import Hint, shown
from diaspora_influence.sparql.table import curie
from diaspora_influence.terms import DIO, OWL, RDF

Wrap = Callable[[str], str]
REPORTED: Final = (
    "it is claimed, but the plain relation is derived only from what a source states outright, without "
    "dispute, and where it may be said of a person. A claim is not a fact"
)
TWINS: Final = f"""SELECT DISTINCT ?twin {{
  {{ <{{0}}> <{DIO}reportedAs> ?twin }}
  UNION {{ <{{0}}> <{OWL}inverseOf>|^<{OWL}inverseOf> ?other . ?other <{DIO}reportedAs> ?reported .
    ?reported <{OWL}inverseOf>|^<{OWL}inverseOf> ?twin }}
}}"""
SHOWN: Final = 3
COMPARED: Final = 120
"""Characters of a value that is compared."""
STRING: Final = re.compile(r"""^["']{1,3}(.*?)["']{1,3}(?:@.*|\^\^.*)?$""", re.DOTALL)


class Hints:
    """Tries what could stand in a triple pattern's place, beside the patterns that stay as they are."""

    def __init__(self, questions: Questions, wrap: Wrap, others: Sequence[str]) -> None:
        """Take what asks, the GRAPH around the pattern, and the others that match without it."""
        self.questions, self.wrap, self.others = questions, wrap, others

    def of(self, element: Element) -> Iterator[Hint]:
        """Yield what would match in the place of *element*."""
        triple = element.triple
        if triple is None:
            return
        yield from self.turned(triple)
        yield from self.reported(triple)
        yield from self.value(triple)

    def fits(self, *texts: str) -> bool:
        """Say whether *texts* match together with the others."""
        return self.questions.match([self.wrap("\n".join((*self.others, *texts)))])

    def turned(self, triple: Triple) -> Iterator[Hint]:
        """Yield the pattern the other way round, where that matches."""
        if triple.object.kind not in ("iri", "variable") or triple.predicate.kind == "variable":
            return
        if triple.predicate.iris == (RDF + "type",):
            return
        other = replace(triple, subject=triple.object, object=triple.subject)
        if self.fits(other.text):
            yield Hint("direction", f"It would match the other way round: `{shown(other.text)}`.",
                       triple.predicate.iris, other.text)  # fmt: skip

    def reported(self, triple: Triple) -> Iterator[Hint]:
        """Yield the pattern with the weaker relation, where that matches, and what this means."""
        if triple.predicate.kind != "iri":
            return
        for row in self.questions.rows(TWINS.replace("{0}", triple.predicate.iris[0])):
            iri = row["twin"]["value"]
            other = replace(triple, predicate=Node(f"<{iri}>", "iri", (iri,)))
            if self.fits(other.text):
                yield Hint("reported", f"`{curie(iri)}` would match: {REPORTED}.", (iri,), other.text)

    def value(self, triple: Triple) -> Iterator[Hint]:
        """Yield the values with the same characters, where only language or datatype is another."""
        if triple.object.kind != "literal":
            return
        free = replace(triple, object=Node("?literal_", "variable", (), frozenset({"literal_"})))
        same = f"{free.text} FILTER(STR(?literal_) = STR({triple.object.text}))"
        if self.fits(same):
            rows = self.questions.rows(f"SELECT DISTINCT ?literal_ {{ {same} }} LIMIT {SHOWN}")
            values = ", ".join(f"`{written(row['literal_'])}`" for row in rows)
            said = f"The value has another language or datatype: {values or 'the same characters'}."
            yield Hint("value", said, (), same)

    def part(self, triple: Triple) -> Iterator[Hint]:
        """Yield which part of the pattern matches, where its terms occur but not so together."""
        if triple.predicate.kind != "iri":
            return
        name = curie(triple.predicate.iris[0])
        ends = [node for node in (triple.subject, triple.object) if node.kind != "variable"]
        anything = replace(triple, subject=Node("?s_", "variable"), object=Node("?o_", "variable"))
        if not self.questions.match([self.wrap(anything.text)]):
            yield Hint(
                "empty-property",
                f"No triple here has `{name}`, though the term is known.",
                triple.predicate.iris,
            )
        elif triple.object.kind == "iri" and triple.predicate.iris == (RDF + "type",):
            kind = triple.object.iris
            yield Hint(
                "empty-class", f"The class `{curie(kind[0])}` is known; see whether it has members.", kind
            )
        else:
            yield from self.ends(triple, name, [node.text for node in ends])

    def ends(self, triple: Triple, name: str, fixed: Sequence[str]) -> Iterator[Hint]:
        """Yield which end of a pattern has the property, and the values that are most like a literal."""
        free = replace(triple, object=Node("?o_", "variable"))
        if triple.subject.text in fixed and not self.fits(free.text):
            yield Hint("part", f"`{shown(triple.subject.text)}` has no `{name}` here; other things have.")
        elif triple.object.text in fixed:
            yield Hint("part", f"`{name}` has values here, but not this one.", (), free.text)
        if triple.object.kind == "literal":
            rows = self.questions.rows(
                f"SELECT DISTINCT ?o_ {{ ?s_ <{triple.predicate.iris[0]}> ?o_ }} LIMIT 2000"
            )
            values = [row["o_"] for row in rows if row["o_"]["type"] == "literal"]
            near = close(triple.object.text, values)
            if near:
                yield Hint("value", f"Nearest values: {', '.join(f'`{one}`' for one in near)}.")

    def graphs(self, texts: Iterable[str], variable: bool) -> Iterator[Hint]:
        """Yield the graphs in which *texts* match; *variable* where the query looks into each of them."""
        body = "\n".join(texts)
        rows = self.questions.rows(f"SELECT DISTINCT ?graph_ {{ GRAPH ?graph_ {{ {body} }} }} LIMIT {SHOWN}")
        if rows and not variable:
            iris = tuple(row["graph_"]["value"] for row in rows)
            names = ", ".join(f"`<{iri}>`" for iri in iris)
            yield Hint("graph", f"It matches in the graph{'s' if len(iris) > 1 else ''} {names}.", iris)
        elif self.questions.anywhere([body]):
            yield Hint(
                "graph", "It matches in the default graph, which unites all graphs, and in no graph alone."
            )


def written(term: dict[str, str]) -> str:
    """Return a literal of SPARQL JSON as SPARQL writes it."""
    text = '"' + term["value"].replace("\\", "\\\\").replace('"', '\\"') + '"'
    if language := term.get("xml:lang"):
        return f"{text}@{language}"
    return f"{text}^^{curie(term['datatype'])}" if "datatype" in term else text


def close(text: str, values: Sequence[dict[str, str]]) -> list[str]:
    """Return the literals whose characters are most like those of the literal *text*."""
    spelled = {one["value"].casefold(): written(one) for one in values if len(one["value"]) <= COMPARED}
    bare = STRING.sub(r"\1", text)[:COMPARED].casefold()
    return [spelled[name] for name in difflib.get_close_matches(bare, spelled, n=SHOWN)]
