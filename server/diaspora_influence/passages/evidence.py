"""The evidence node of a passage, as Turtle: where it stands and its digest, never its words."""

import json
from typing import Final

from diaspora_influence.errors import InputError
from diaspora_influence.passages.structure import Place
from diaspora_influence.passages.text import Passage
from diaspora_influence.terms import RFC5147

SHAPE: Final = """\
source:{slug} a oa:SpecificResource ;
    oa:hasSource source:{source}-text ;
    oa:hasSelector [ a oa:FragmentSelector ; rdf:value "{fragment}" ; dcterms:conformsTo <{rfc}> ;
        oa:refinedBy [ a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} ] ] ;
    {place} ;
    spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ; \
spdx:checksumValue "{digest}"^^xsd:hexBinary ] .
"""


def evidence_turtle(source: str, passage: Passage, place: Place, reason: str | None = None) -> str:
    """Return the block that stands in `instances/<source>/passages.ttl`, with the house's prefixes.

    *reason* is why the passage is longer than two sentences or 400 code points.
    """
    said = place_turtle(place) + (f" ;\n    dio:spanReason {literal(reason)}@en" if reason else "")
    return SHAPE.format(
        slug=passage.slug(source), source=source, fragment=passage.fragment, rfc=RFC5147,
        start=passage.start, end=passage.end, place=said, digest=passage.digest,
    )  # fmt: skip


def place_turtle(place: Place) -> str:
    """Return the predicates and values of a place, on one line."""
    if place.footnote:
        return f"dio:footnote {literal(place.footnote)}"
    numbers = (("paragraph", place.paragraph), ("sentence", place.sentence))
    parts = [f"dio:{name} {value}" for name, value in numbers if value]
    return " ; ".join([f"dio:section {literal(place.section or '')}", *parts])


def literal(text: str) -> str:
    """Return *text* as a quoted Turtle string (JSON's escapes are all Turtle's).

    Raises InputError for half characters, which a shell hands over for what is not UTF-8.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{text!a} is not text that UTF-8 can hold") from error
    return json.dumps(text, ensure_ascii=False)
