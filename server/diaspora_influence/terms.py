"""Every namespace that the house uses, in one place; no other module writes an IRI."""

from typing import Final

BASE: Final = "https://w3id.org/diaspora-influence"
"""What every IRI of the project begins with; a server answers the same paths on its own host."""

ONTOLOGY: Final = BASE + "/ontology"
DIO: Final = ONTOLOGY + "#"
ID: Final = BASE + "/id/"
CLAIM: Final = BASE + "/claim/"
CONCLUSION: Final = BASE + "/conclusion/"
SOURCE: Final = BASE + "/source/"
SHAPES: Final = BASE + "/shapes#"
GRAPH: Final = BASE + "/graph/"
DERIVED: Final = GRAPH + "derived/"
INFERRED: Final = GRAPH + "inferred"
CONCLUSIONS: Final = GRAPH + "conclusions"
METADATA: Final = GRAPH + "metadata"
CONFORMANCE: Final = BASE + "/conformance"
ENDPOINT: Final = BASE + "/sparql"
RELEASE: Final = BASE + "/release/"
WELL_KNOWN: Final = BASE + "/.well-known/void#"

CC_BY: Final = "https://creativecommons.org/licenses/by/4.0/"
DCAT: Final = "http://www.w3.org/ns/dcat#"
DCTERMS: Final = "http://purl.org/dc/terms/"
DOAP: Final = "http://usefulinc.com/ns/doap#"
EARL: Final = "http://www.w3.org/ns/earl#"
EDTF: Final = "http://id.loc.gov/datatypes/edtf/"
FOCUS: Final = "urn:dio:focus"  # marks of the SHACL engine, never in data
FORMATS: Final = "http://www.w3.org/ns/formats/"
MEDIA_TYPE: Final = "https://www.iana.org/assignments/media-types/"
OA: Final = "http://www.w3.org/ns/oa#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
PROV: Final = "http://www.w3.org/ns/prov#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
RFC5147: Final = "http://tools.ietf.org/rfc/rfc5147"
SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
SCHEMA: Final = "http://schema.org/"
SD: Final = "http://www.w3.org/ns/sparql-service-description#"
SH: Final = "http://www.w3.org/ns/shacl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SPDX: Final = "http://spdx.org/rdf/terms#"
SWH_REVISION: Final = "swh:1:rev:"  # Software Heritage's identifier of a git commit
VANN: Final = "http://purl.org/vocab/vann/"
VOID: Final = "http://rdfs.org/ns/void#"
VOID_EXT: Final = "http://ldf.fi/void-ext#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: Final[dict[str, str]] = {
    "dio": DIO,
    "id": ID,
    "claim": CLAIM,
    "conclusion": CONCLUSION,
    "source": SOURCE,
    "dios": SHAPES,
    "bibo": "http://purl.org/ontology/bibo/",
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "edtf": EDTF,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": OA,
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sd": SD,
    "sh": SH,
    "skos": SKOS,
    "spdx": SPDX,
    "vann": VANN,
    "void": VOID,
    "xsd": XSD,
}
"""Prefix to namespace: what answers are written with and what `dio query` may leave undeclared."""
