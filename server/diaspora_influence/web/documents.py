"""The representations of a graph: one table, and bytes that are the same on every run."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from diaspora_influence.terms import PREFIXES

if TYPE_CHECKING:
    import rdflib

Triples = list[ox.Triple]


@dataclass(frozen=True, slots=True)
class Document:
    """A representation that a suffix names."""

    suffix: str
    media_type: str
    name: str
    also: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """Return the media type with its charset where it is text."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


DOCUMENTS: Final = (
    Document("ttl", "text/turtle", "Turtle"),
    Document("html", "text/html", "HTML", ("application/xhtml+xml",)),
    Document("jsonld", "application/ld+json", "JSON-LD", ("application/json",)),
    Document("nt", "application/n-triples", "N-Triples"),
    Document("rdf", "application/rdf+xml", "RDF/XML", ("application/xml", "text/xml")),
)
"""In order of preference. HTML stands before RDF/XML: a browser accepts application/xml too."""

BY_SUFFIX: Final = {document.suffix: document for document in DOCUMENTS}
BY_MEDIA_TYPE: Final = {
    media_type: document for document in DOCUMENTS for media_type in (document.media_type, *document.also)
}
OFFERS: Final = tuple(document.media_type for document in DOCUMENTS) + tuple(
    media_type for document in DOCUMENTS for media_type in document.also
)


def canonical(triples: Iterable[ox.Triple]) -> Triples:
    """Return *triples* sorted, blank nodes relabelled by RDFC-1.0: the same list on every run."""
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in dataset), key=str)


def prefixed(triples: Triples) -> "rdflib.Graph":
    """Return an rdflib graph of *triples* that knows the prefixes of the house and no others."""
    import rdflib  # a tenth of a server's start, and the first answer is none of its

    from diaspora_influence.convert import to_graph

    graph = to_graph(triples)
    graph.namespace_manager = rdflib.namespace.NamespaceManager(rdflib.Graph(), bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace, override=True, replace=True)
    return graph


def turtle(triples: Triples) -> bytes:
    """Return Turtle that reads well: prefixes, nesting, lists."""
    return prefixed(triples).serialize(format="turtle", encoding="utf-8")


def settled(node: Any) -> Any:
    """Return a JSON-LD *node* with its unordered arrays sorted; rdflib writes them in hash order."""
    if isinstance(node, dict):
        return {key: value if key == "@list" else settled(value) for key, value in node.items()}
    if isinstance(node, list):
        return sorted((settled(item) for item in node), key=lambda item: json.dumps(item, sort_keys=True))
    return node


def context_of(text: str) -> dict[str, str]:
    """Return the prefixes in use in the N-Triples *text*; none that is the scheme of a whole IRI in it."""
    return {
        prefix: namespace
        for prefix, namespace in PREFIXES.items()
        if f"<{namespace}" in text and f"<{prefix}:" not in text
    }


def json_ld(triples: Triples) -> bytes:
    """Return JSON-LD compacted with the prefixes in use."""
    graph = prefixed(triples)
    context = context_of(" ".join(str(triple) for triple in triples))
    document = json.loads(graph.serialize(format="json-ld", context=context, auto_compact=False))
    return (json.dumps(settled(document), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def n_triples(triples: Triples) -> bytes:
    """Return N-Triples, one line a triple, sorted."""
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def rdf_xml(triples: Triples) -> bytes:
    """Return RDF/XML with the prefixes of the house."""
    return ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=PREFIXES) or b""


WRITERS: Final[dict[str, Callable[[Triples], bytes]]] = {
    "ttl": turtle,
    "jsonld": json_ld,
    "nt": n_triples,
    "rdf": rdf_xml,
}


def write(triples: Triples, suffix: str) -> bytes:
    """Return *triples*, canonical, in the serialization of *suffix*."""
    return WRITERS[suffix](triples)
