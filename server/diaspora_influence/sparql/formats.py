"""What answers can be written in: one table of names, media types, writers and row marks.

W3C defines CSV and TSV for SELECT alone. An ASK in either is answered with the bare word `true`
or `false`, as Oxigraph and RDF4J do, rather than refused: a client that asks a shell pipeline's
question gets a shell pipeline's answer.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pyoxigraph as ox


@dataclass(frozen=True, slots=True)
class Format:
    """One serialisation.

    *media_type* is the registered one and stands in answers; *names* are the tokens of `format=`
    and further media types that clients send and mean it by. *row* is the mark that rows leave in
    the bytes, *overhead* how many more marks than rows there are.
    """

    token: str
    media_type: str
    names: tuple[str, ...]
    engine: ox.QueryResultsFormat | ox.RdfFormat
    row: bytes = b""
    overhead: int = 0


RESULTS: Final = (
    Format(
        "json",
        "application/sparql-results+json",
        ("application/json", "srj"),
        ox.QueryResultsFormat.JSON,
        b'},{"',
        -1,
    ),
    Format(
        "xml",
        "application/sparql-results+xml",
        ("application/xml", "text/xml", "srx"),
        ox.QueryResultsFormat.XML,
        b"<result>",
    ),
    Format("csv", "text/csv", ("text/plain",), ox.QueryResultsFormat.CSV, b"\n", 1),
    Format("tsv", "text/tab-separated-values", (), ox.QueryResultsFormat.TSV, b"\n", 1),
)
"""Serialisations of rows and truth values, the preferred first."""

GRAPHS: Final = (
    Format(
        "turtle",
        "text/turtle",
        ("ttl", "application/x-turtle", "application/turtle", "n3", "text/n3", "text/rdf+n3"),
        ox.RdfFormat.TURTLE,
    ),
    Format("jsonld", "application/ld+json", ("application/json", "json", "json-ld"), ox.RdfFormat.JSON_LD),
    Format(
        "rdfxml",
        "application/rdf+xml",
        ("rdf", "rdf+xml", "xml", "application/xml", "text/xml"),
        ox.RdfFormat.RDF_XML,
    ),
    Format("nt", "application/n-triples", ("ntriples", "text/plain"), ox.RdfFormat.N_TRIPLES),
    Format("trig", "application/trig", ("application/x-trig",), ox.RdfFormat.TRIG),
    Format("nq", "application/n-quads", ("nquads", "text/x-nquads"), ox.RdfFormat.N_QUADS),
)
"""Serialisations of graphs, the preferred first."""

FORMATS_OF: Final[dict[str, tuple[Format, ...]]] = {
    "SELECT": RESULTS,
    "ASK": RESULTS,
    "CONSTRUCT": GRAPHS,
    "DESCRIBE": GRAPHS,
}
"""Query form to the serialisations of its answer."""


@lru_cache(maxsize=256)
def find(name: str, among: tuple[Format, ...]) -> Format | None:
    """Return the format that *name*, a token or media type in any case, means among *among*.

    Parameters of a media type are ignored; the empty name means the first.
    """
    name = name.partition(";")[0].strip().lower()
    return next((one for one in among if name in ("", one.token, one.media_type, *one.names)), None)


def media_types(among: tuple[Format, ...]) -> dict[str, Format]:
    """Return every media type that can be asked for, the preferred first, with its format."""
    registered = {one.media_type: one for one in among}
    lenient = {name: one for one in among for name in one.names if "/" in name}
    return registered | lenient
