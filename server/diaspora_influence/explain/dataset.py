"""What a dataset leaves out: graphs that do not exist, and sides of it that are empty."""

from collections.abc import Iterator

from diaspora_influence.explain.ask import Questions
from diaspora_influence.explain.near import Near
from diaspora_influence.explain.patterns import Element, Group
from diaspora_influence.explain.record import Cause, shown


def dataset_causes(questions: Questions, near: Near) -> Iterator[Cause]:
    """Yield what is wrong with the dataset that the request or, where it has none, the query names."""
    request, query = questions.request, questions.query
    given = bool(request.default_graphs or request.named_graphs)
    graphs = request.default_graphs if given else query.graphs
    named = request.named_graphs if given else query.named
    for iri in dict.fromkeys((*graphs, *named)):
        if (hints := near.graph(iri)) is not None:
            yield Cause("dataset", f"No graph is called `<{shown(iri)}>`.", (), hints)
    if not questions.restricted:
        return
    inside, outside = kinds(query.where)
    if inside and not named:
        said = "The dataset names no graph by name (FROM NAMED, named-graph-uri), so GRAPH finds none."
        yield Cause("dataset", said, tuple(inside))
    if outside and not graphs:
        said = (
            "The dataset names graphs by name only, so its default graph, for the other patterns, is empty."
        )
        yield Cause("dataset", said, tuple(outside))


def kinds(group: Group) -> tuple[list[Element], list[Element]]:
    """Return the elements of *group* that need a named graph, and those that need the default graph."""
    inside = [one for one in group if one.kind == "graph"]
    return inside, [one for one in group if one.kind in ("triple", "block")]
