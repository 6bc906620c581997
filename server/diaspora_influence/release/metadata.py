"""What the release says of itself, in graph/metadata: VoID for query builders, DCAT for catalogues."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import PurePosixPath
from typing import Any, Final

import pyoxigraph as ox

from diaspora_influence import __version__
from diaspora_influence.release.canonical import in_order
from diaspora_influence.release.discovery import executables, prefixes
from diaspora_influence.release.examples import Example
from diaspora_influence.release.read import File
from diaspora_influence.release.statistics import DATASET, Row, partitions, properties_of_classes, statistics
from diaspora_influence.terms import (
    BASE,
    CC_BY,
    DCAT,
    DCTERMS,
    ENDPOINT,
    MEDIA_TYPE,
    METADATA,
    OWL,
    PROV,
    RDF,
    RELEASE,
    SPDX,
    SWH_REVISION,
    VOID,
    WELL_KNOWN,
    XSD,
)

SERVICE: Final = WELL_KNOWN + "service"
TITLE: Final = "Diaspora influence"
DESCRIPTION: Final = (
    "Claims of the literature on how states shape diaspora organisations: who is said to have created, "
    "co-opted, funded, dissolved or patronised whom, by whom it is said, how firmly, and where."
)


def metadata(
    triples: Sequence[ox.Triple],
    files: Sequence[File],
    digest: str,
    commit: str | None,
    examples: Sequence[Example] = (),
) -> list[ox.Quad]:
    """Return the quads of graph/metadata of the union *triples*, the *files* and *examples*, in order."""
    counted = chain(statistics(triples), partitions(triples), properties_of_classes(triples))
    found = chain(prefixes(), executables(examples))
    rows = chain(about(digest, commit), counted, found, catalogue(files))
    graph = ox.NamedNode(METADATA)
    return in_order(ox.Quad(ox.NamedNode(s), ox.NamedNode(p), term(o), graph) for s, p, o in rows)


def about(digest: str, commit: str | None) -> Iterator[Row]:
    """Say what the dataset is and where it comes from."""
    for kind in (VOID + "Dataset", DCAT + "Dataset"):
        yield DATASET, RDF + "type", kind
    yield DATASET, DCTERMS + "title", ox.Literal(TITLE, language="en")
    yield DATASET, DCTERMS + "description", ox.Literal(DESCRIPTION, language="en")
    yield DATASET, DCTERMS + "identifier", ox.Literal(f"sha256:{digest}")
    yield DATASET, DCTERMS + "license", CC_BY
    yield DATASET, DCAT + "version", ox.Literal(__version__)
    yield DATASET, OWL + "versionInfo", ox.Literal(__version__)
    yield DATASET, VOID + "uriSpace", ox.Literal(BASE + "/")
    yield DATASET, VOID + "sparqlEndpoint", ENDPOINT
    yield SERVICE, RDF + "type", DCAT + "DataService"
    yield SERVICE, DCTERMS + "title", ox.Literal(f"{TITLE}: SPARQL endpoint", language="en")
    yield SERVICE, DCAT + "endpointURL", ENDPOINT
    yield SERVICE, DCAT + "servesDataset", DATASET
    if commit:
        yield DATASET, PROV + "wasDerivedFrom", SWH_REVISION + commit


def catalogue(files: Iterable[File]) -> Iterator[Row]:
    """Describe each file for download, with its size and checksum."""
    for file in files:
        iri = f"{RELEASE}{__version__}/{file.path}"
        yield DATASET, VOID + "dataDump", iri
        yield DATASET, DCAT + "distribution", iri
        yield iri, RDF + "type", DCAT + "Distribution"
        yield iri, DCTERMS + "title", ox.Literal(PurePosixPath(file.path).name)
        yield iri, DCTERMS + "license", CC_BY
        yield iri, DCAT + "downloadURL", iri
        yield iri, DCAT + "mediaType", MEDIA_TYPE + file.media_type
        yield (
            iri,
            DCAT + "byteSize",
            ox.Literal(str(file.size), datatype=ox.NamedNode(XSD + "nonNegativeInteger")),
        )
        yield iri, SPDX + "checksum", f"{iri}#checksum"
        yield f"{iri}#checksum", RDF + "type", SPDX + "Checksum"
        yield f"{iri}#checksum", SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256"
        yield (
            f"{iri}#checksum",
            SPDX + "checksumValue",
            ox.Literal(file.sha256, datatype=ox.NamedNode(XSD + "hexBinary")),
        )


def term(value: Any) -> ox.NamedNode | ox.Literal:
    """Return an IRI of a str, an xsd:integer of an int, a literal as it is."""
    if isinstance(value, str):
        return ox.NamedNode(value)
    return value if isinstance(value, ox.Literal) else ox.Literal(value)
