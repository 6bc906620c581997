"""Looks for the smallest part of a query that matches nothing."""

from collections.abc import Iterator, Sequence

from diaspora_influence.explain.ask import Questions
from diaspora_influence.explain.filters import filter_causes
from diaspora_influence.explain.hints import Hints, Wrap
from diaspora_influence.explain.near import Near
from diaspora_influence.explain.patterns import REMOVING, Element, Group
from diaspora_influence.explain.record import Cause, Hint, shown


def bare(text: str) -> str:
    """Return a pattern that no GRAPH stands around."""
    return text


def texts(elements: Sequence[Element]) -> str:
    """Return the elements in one group."""
    return "\n".join(one.text for one in elements)


class Search:
    """Asks the elements of a group alone, then together, then with what takes solutions away."""

    def __init__(self, questions: Questions) -> None:
        """Take what asks."""
        self.questions = questions
        self.near = Near(questions)

    def match(self, elements: Sequence[Element], wrap: Wrap) -> bool:
        """Say whether the elements match together within *wrap*."""
        return self.questions.match([wrap(texts(elements))])

    def group(self, group: Group, wrap: Wrap = bare, graph: str = "") -> Iterator[Cause]:
        """Yield why *group* matches nothing; *graph* is the IRI or variable of the GRAPH around it."""
        required = [one for one in group if one.kind not in (*REMOVING, "optional")]
        alone = [one for one in required if one.kind != "bind" and not self.match([one], wrap)]
        for one in alone:
            yield from self.one(one, wrap, graph)
        if alone:
            return
        kept = [one for one in group if one.kind not in REMOVING]
        if self.match(kept, wrap):
            yield from filter_causes(self.questions, self.near, group, kept, wrap)
        elif len(kept) > len(required) and self.match(required, wrap):
            yield optional(group)
        else:
            yield self.combination(required, wrap, graph)

    def one(self, element: Element, wrap: Wrap, graph: str) -> Iterator[Cause]:
        """Yield why an element matches nothing alone."""
        if element.kind == "graph":
            yield from self.named(element)
        elif element.kind in ("group", "union", "select"):
            yield from self.inner(element, wrap, graph)
        elif element.kind in ("triple", "block"):
            said = f"No triple matches `{shown(element.text)}`."
            yield Cause("pattern", said, (element,), tuple(self.hints(element, wrap, graph)))
        elif element.kind == "values":
            yield Cause("values", f"`{shown(element.text)}` holds no row.", (element,))
        else:
            yield Cause(
                "other", f"`{shown(element.text)}` gives nothing, and is not looked into.", (element,)
            )

    def hints(self, element: Element, wrap: Wrap, graph: str) -> Iterator[Hint]:
        """Yield what is near an element that matches nothing alone: unknown terms, else what would match."""
        if element.triple is None:
            return
        unknown = self.near.unknown(element.triple.iris)
        yield from map(self.near.hint, unknown)
        if unknown:
            return
        tried = Hints(self.questions, wrap, ())
        found = list(tried.of(element))
        if self.questions.restricted or graph:
            found += tried.graphs([element.text], graph.startswith("?"))
        yield from found or tried.part(element.triple)

    def named(self, element: Element) -> Iterator[Cause]:
        """Yield why a GRAPH matches nothing: no such graph, or what is in its group."""
        assert element.graph is not None
        term, iri = element.graph, self.questions.query.source.iri(element.graph)
        if iri and (hints := self.near.graph(iri)) is not None:
            yield Cause("graph", f"No graph is called `<{shown(iri)}>`.", (element,), hints)
            return
        name = self.questions.query.source.text(term.at, term.at + len(term.text))
        yield from self.group(element.groups[0], lambda text: f"GRAPH {name} {{\n{text}\n}}", iri or name)

    def inner(self, element: Element, wrap: Wrap, graph: str) -> Iterator[Cause]:
        """Yield why the groups within an element match nothing."""
        for group in element.groups:
            if self.match(group, wrap):
                said = f"The patterns of `{shown(element.text)}` match, but nothing is selected of them."
                yield Cause("subquery", said, (element,))
            else:
                yield from self.group(group, wrap, graph)

    def combination(self, required: Sequence[Element], wrap: Wrap, graph: str) -> Cause:
        """Return the smallest set of elements that match nothing together: none of them can be left out."""
        smallest = list(required)
        for one in required:
            rest = [other for other in smallest if other is not one]
            if rest and not self.match(rest, wrap):
                smallest = rest
        shared = sorted({name for one in smallest for name in one.variables
                         if sum(name in other.variables for other in smallest) > 1})  # fmt: skip
        by = f" with the same {', '.join('?' + name for name in shared)}" if shared else ""
        listed = " and ".join(f"`{shown(one.text)}`" for one in smallest)
        said = f"Each matches alone, but nothing matches {listed} together{by}."
        return Cause("combination", said, tuple(smallest), tuple(self.together(smallest, wrap, graph)))

    def together(self, smallest: Sequence[Element], wrap: Wrap, graph: str) -> Iterator[Hint]:
        """Yield what would match in the place of one of the elements."""
        for one in smallest:
            if one.kind == "values":
                yield from map(self.near.hint, self.near.unknown(one.iris))
            others = [other.text for other in smallest if other is not one]
            yield from Hints(self.questions, wrap, others).of(one)
        if self.questions.restricted or graph:
            yield from Hints(self.questions, wrap, ()).graphs([texts(smallest)], graph.startswith("?"))


def optional(group: Group) -> Cause:
    """Return the cause of a group whose OPTIONAL binds what the patterns behind it then do not match."""
    parts = tuple(one for one in group if one.kind == "optional")
    said = "The required patterns match, but not with what an OPTIONAL has bound; write OPTIONAL last."
    return Cause("optional", said, parts)
