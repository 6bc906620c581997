"""One write, done to a store that is thrown away where it fails: all of it, or an error."""

from collections.abc import Callable
from typing import Final

import pyoxigraph as ox

from diaspora_influence.sparql.errors import MalformedData, MalformedQuery, UnknownGraph, UpdateFailed
from diaspora_influence.sparql.formats import GRAPHS, Format, find
from diaspora_influence.sparql.scratch import using
from diaspora_influence.sparql.scratch.write import DELETE, POST, PUT, UPDATE, Write
from diaspora_influence.sparql.syntax import explain

Graph = ox.NamedNode | ox.DefaultGraph

BODIES: Final[tuple[Format, ...]] = tuple(one for one in GRAPHS if one.token not in ("trig", "nq"))
"""What a graph may be sent as; TriG and N-Quads hold several."""


def perform(store: ox.Store, write: Write) -> bool:
    """Do *write* to *store*, and say whether it made a graph that was not there.

    Raises MalformedQuery, MalformedData, UnknownGraph or UpdateFailed; MemoryError where there is not enough.
    """
    try:
        return OPERATIONS[write.operation](store, write)
    except ValueError as error:
        raise UpdateFailed(f"This cannot be done: {error}; nothing was changed.") from error


def change_by_update(store: ox.Store, write: Write) -> bool:
    """Run an update, under the dataset that the protocol names."""
    for iri in (*write.using, *write.using_named):
        named_node(iri)
    text = using.applied(write.text, using.insertions(write))
    try:
        store.update(text, base_iri=write.base or None)
    except SyntaxError as error:
        raise syntax_error(write, error) from error
    except (RuntimeError, OSError) as error:
        raise UpdateFailed(f"{error}; nothing was changed.", hint="SILENT makes it no error.") from error
    return False


def syntax_error(write: Write, error: SyntaxError) -> MalformedQuery:
    """Return what is wrong with the text as the client sent it, before any clause was written in."""
    try:
        ox.Store().update(write.text, base_iri=write.base or None)
    except SyntaxError as own:
        error = own
    except (RuntimeError, OSError):
        pass
    found = explain(str(error))
    found.detail = found.detail.replace("The query", "The update", 1)
    return found


def put(store: ox.Store, write: Write) -> bool:
    """Replace a graph by the bodies."""
    graph = graph_of(write)
    created = is_missing(store, graph)
    store.clear_graph(graph)
    fill(store, graph, write)
    return created


def post(store: ox.Store, write: Write) -> bool:
    """Merge the bodies into a graph."""
    graph = graph_of(write)
    created = is_missing(store, graph)
    fill(store, graph, write)
    return created


def delete(store: ox.Store, write: Write) -> bool:
    """Remove a graph; the default graph is always there, and then empty."""
    graph = graph_of(write)
    if is_missing(store, graph):
        raise UnknownGraph("There is no graph of this name.")
    store.remove_graph(graph)
    return False


OPERATIONS: Final[dict[str, Callable[[ox.Store, Write], bool]]] = {
    UPDATE: change_by_update,
    PUT: put,
    POST: post,
    DELETE: delete,
}


def graph_of(write: Write) -> Graph:
    """Return the graph that *write* is about."""
    return named_node(write.graph) if write.graph else ox.DefaultGraph()


def named_node(iri: str) -> ox.NamedNode:
    """Return *iri* as a node; MalformedData where it is none."""
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise MalformedData(f"The name of the graph is no absolute IRI: {error}.") from error


def is_missing(store: ox.Store, graph: Graph) -> bool:
    """Say whether *store* lacks a graph; it never lacks the default graph."""
    return isinstance(graph, ox.NamedNode) and not store.contains_named_graph(graph)


def fill(store: ox.Store, graph: Graph, write: Write) -> None:
    """Add what the bodies hold to a graph, blank nodes apart from those that are there."""
    if isinstance(graph, ox.NamedNode):
        store.add_graph(graph)
    for part in write.parts:
        form = find(part.media_type, BODIES)
        assert form
        assert isinstance(form.engine, ox.RdfFormat)
        try:
            for quad in ox.parse(part.body, form.engine, base_iri=write.base, rename_blank_nodes=True):
                store.add(placed_in(graph, quad))
        except (SyntaxError, ValueError) as error:
            raise malformed(error, form) from error


def placed_in(graph: Graph, quad: ox.Quad) -> ox.Quad:
    """Return *quad* in *graph*; MalformedData where it names another, as JSON-LD can."""
    if not isinstance(quad.graph_name, ox.DefaultGraph):
        raise MalformedData("The body holds named graphs, and one graph is written at a time.")
    return ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def malformed(error: SyntaxError | ValueError, form: Format) -> MalformedData:
    """Return the error of a body that *form* cannot be read from, with its place."""
    line = getattr(error, "lineno", None)
    text = getattr(error, "msg", None) or str(error)
    return MalformedData(f"The body is not {form.media_type}: {text}.", line, getattr(error, "offset", None))
