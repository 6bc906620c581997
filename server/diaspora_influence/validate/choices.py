"""What flags and keys of `dio validate` may name. Nothing is imported here, so that --help comes at once."""

from typing import Final

ENGINES: Final = ("auto", "fast", "pyshacl")
KINDS: Final = {
    "turtle": "TURTLE",
    "trig": "TRIG",
    "ntriples": "N_TRIPLES",
    "nquads": "N_QUADS",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON_LD",
}
"""Name of a format that is read, as `--format-in` takes it, to what pyoxigraph calls it."""
FORMATS: Final = ("text", "concise", "json", "sarif", "junit", "github", "gitlab", "turtle", "html")
"""The names of the formats of reports."""
WEIGHTS: Final = {"violation": 2, "warning": 1, "info": 0, "never": 3}
"""What `--fail-on` takes, to the least weight that fails."""
