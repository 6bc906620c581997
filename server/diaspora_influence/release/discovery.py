"""What lets an editor set itself up by asking: prefixes and example queries, as SHACL writes them.

The SIB SPARQL editor and its like ask for `sh:prefix` with `sh:namespace`, and for
`sh:SPARQLExecutable` with `rdfs:comment` and the query, in the default graph.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from diaspora_influence.release.examples import Example
from diaspora_influence.release.statistics import Row
from diaspora_influence.terms import ENDPOINT, PREFIXES, RDF, RDFS, SH, WELL_KNOWN, XSD

PREFIX_SET: Final = WELL_KNOWN + "prefixes"
FORM: Final = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.MULTILINE | re.IGNORECASE)
KINDS: Final = {
    "SELECT": ("select", "SPARQLSelectExecutable"),
    "ASK": ("ask", "SPARQLAskExecutable"),
    "CONSTRUCT": ("construct", "SPARQLConstructExecutable"),
    "DESCRIBE": ("describe", "SPARQLExecutable"),
}
"""Form of a query to the property that holds it and to its class; SHACL has none of its own for the last."""


def prefixes(known: Mapping[str, str] = PREFIXES) -> Iterator[Row]:
    """Declare each prefix of the house."""
    for prefix, namespace in known.items():
        iri = f"{WELL_KNOWN}prefix-{prefix}"
        yield PREFIX_SET, SH + "declare", iri
        yield iri, RDF + "type", SH + "PrefixDeclaration"
        yield iri, SH + "prefix", ox.Literal(prefix)
        yield iri, SH + "namespace", ox.Literal(namespace, datatype=ox.NamedNode(XSD + "anyURI"))


def executables(examples: Iterable[Example]) -> Iterator[Row]:
    """Describe each example; its IRI is the address of the editor with the query in it."""
    for example in examples:
        found = FORM.search(example.query)
        if found is None:
            continue
        iri, (holder, kind) = f"{ENDPOINT}?example={example.slug}", KINDS[found[1].upper()]
        for name in dict.fromkeys(("SPARQLExecutable", kind)):
            yield iri, RDF + "type", SH + name
        yield iri, RDFS + "comment", ox.Literal(example.title, language="en")
        yield iri, SH + "prefixes", PREFIX_SET
        yield iri, SH + holder, ox.Literal(example.query)
