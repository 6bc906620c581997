"""What each lint rule says of itself."""

from typing import Final

WORDS: Final = (
    (
        "unknown-term",
        "known term",
        "Violation",
        "A term of dio: or dios: is in the release, or in the files that are judged.",
        "A name that is misspelt says nothing, and no query finds it.",
    ),
    (
        "unknown-name",
        "known name",
        "Warning",
        "What is named in id:, claim: or source: is described in the files that are judged, in the "
        "release or in what --context adds.",
        "A reference to nothing is mostly a name misspelt, or a file that was not given.",
    ),
    (
        "deprecated-term",
        "no deprecated term",
        "Warning",
        "A term of ours that is used is not deprecated.",
        "What is given up keeps its IRI and is used no more; dcterms:isReplacedBy names its heir.",
    ),
    (
        "twin-namespace",
        "our namespace as it is written",
        "Violation",
        "IRIs of ours begin with https, without www, and have the mark of their namespace, # or /.",
        "An IRI is compared letter by letter: its twin is another name, of which nothing is known.",
    ),
    (
        "undeclared-prefix",
        "declared prefix",
        "Violation",
        "A prefix of ours is declared, and a prefixed name stands without < >.",
        "JSON-LD, and < > elsewhere, take dio:Claim for an IRI with a scheme of its own.",
    ),
    (
        "literal-datatype",
        "datatype of the range",
        "Violation",
        "The value of a property in dio: has the datatype that the ontology gives as its range.",
        "Shapes ask so of what claims may have; this asks it of every property and everywhere.",
    ),
    (
        "malformed-literal",
        "well-formed literal",
        "Warning",
        "A literal of a property or a thing of ours has the form of its datatype.",
        "What is malformed has no value: it is neither compared nor counted.",
    ),
    (
        "language-tag",
        "language tag",
        "Warning",
        "A text of a property or a thing of ours has the shortest tag of its language.",
        "A country's code or a longer code of a language is not found by those who ask for the language.",
    ),
    (
        "evidence-digest",
        "digest of a passage",
        "Violation",
        "The digest of a passage is that of the source text, where DIO_PAPER names its file, SLUG.txt.",
        "Evidence that the text does not hold proves nothing; dio verify judges all that the text decides.",
    ),
)
"""Name of a rule, title, severity, what it asks for, and why."""

EXAMPLES: Final = {
    "unknown-term": ("id:club a dio:DiasporaOrganisation .", "id:club a dio:DiasporaOrganization ."),
    "unknown-name": ("id:club rdfs:seeAlso id:rusia .", "id:club rdfs:seeAlso id:russia ."),
    "deprecated-term": (
        "id:club dio:oldWord id:russia .\n\n"
        "dio:oldWord rdfs:isDefinedBy <{base}/ontology> ; owl:deprecated true ;\n"
        "    dcterms:isReplacedBy dio:createdBy .",
        "id:club rdfs:seeAlso id:russia .",
    ),
    "twin-namespace": (
        "id:club rdfs:seeAlso <http://www.{host}/id/russia> .",
        "id:club rdfs:seeAlso id:russia .",
    ),
    "undeclared-prefix": ("id:club a <dio:DiasporaOrganization> .", "id:club a dio:DiasporaOrganization ."),
    "literal-datatype": ('<urn:degree> dio:rank "5" .', "<urn:degree> dio:rank 5 ."),
    "malformed-literal": (
        'claim:one dio:notBefore "2017-02-30"^^xsd:date .',
        'claim:one dio:notBefore "2017-02-28"^^xsd:date .',
    ),
    "language-tag": ('id:club rdfs:label "Клуб"@ua .', 'id:club rdfs:label "Клуб"@uk .'),
}
"""Rule to what breaks it and what keeps it; a digest has no example, since the text is not ours to show."""
