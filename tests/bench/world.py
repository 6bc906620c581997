"""Invented worlds for the benches: claims, passages and things in the pattern of the real data, at any size.

The weights of relations are the counts of claims of their family in the coded paper, those of certainties about
its percentages; every claim has a passage of its own. The same seed and size give the same triples.
"""

from collections.abc import Iterator, Mapping
from itertools import count
from random import Random
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import parse_lines
from diaspora_influence.reason.parts import derived_parts
from diaspora_influence.terms import DIO, PREFIXES, RFC5147
from reasoning import ontology, union

SEED: Final = 20170905
ORGANISATIONS: Final = 12
"""So many in a neighbourhood: one state, its organs, its people and those who live there."""
CLAIMS: Final = 40
"""Claims of each neighbourhood, about as many to a thing as in the real data."""

RELATIONS: Final = {
    ("organization", "createdBy", "organ"): 26,
    ("organ", "coopted", "organization"): 4,
    ("organization", "fundedVia", "channel"): 15,
    ("channel", "fundingSource", "agent"): 9,
    ("channel", "paidBy", "organization"): 4,
    ("organization", "dissolvedBy", "organ"): 5,
    ("organization", "dissolutionSoughtBy", "organ"): 4,
    ("agent", "patronOf", "organization"): 15,
    ("person", "leaderOf", "organization"): 15,
    ("agent", "linkedTo", "agent"): 20,
    ("agent", "controls", "organization"): 24,
    ("collective", "diasporaOf", "state"): 20,
    ("organization", "servesGoal", "goal"): 40,
    ("agent", "pursuesGoal", "goal"): 23,
    ("organization", "locatedIn", "place"): 32,
    ("event", "hasParticipant", "agent"): 27,
    ("organization", "memberOf", "collective"): 12,
    ("organization", "instrumentOf", "state"): 10,
    ("organization", "cooperatesWith", "organization"): 11,
    ("collective", "hasFigureFor", "quantity"): 29,
}
"""Kind of subject, relation and kind of object, to their weight."""
MONEY: Final = [row for row in RELATIONS if "channel" in row]
"""What every neighbourhood is told of, so that the property chains have both links at any size."""
CERTAINTIES: Final = {"stated": 86, "probable": 2, "possible": 2, "alleged": 10}

KINDS: Final = {
    "state": ("State", 1),
    "organ": ("StateOrgan", 3),
    "organization": ("DiasporaOrganization", ORGANISATIONS),
    "person": ("Person", 4),
    "collective": ("Collective", 5),
    "channel": ("FundingChannel", 1),
    "goal": ("Goal", 4),
    "place": ("Place", 3),
    "event": ("Event", 2),
    "quantity": ("Quantity", 2),
}
"""Each kind of thing, to its class and how many a neighbourhood has."""
HEADER: Final = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
DERIVED_SHARE: Final = 16
"""Things, claims and passages to one triple that is derived from them, in the real data."""


def world(size: int) -> set[ox.Triple]:
    """Return the ontology, things, claims, passages and what is derived from them: about *size* triples."""
    core = union(ontology())
    room = (size - len(core)) * DERIVED_SHARE // (DERIVED_SHARE + 1)
    made: list[ox.Triple] = []
    for block in blocks(Random(SEED)):
        if len(made) >= room:
            break
        made += [line.triple for line in parse_lines((HEADER + block).encode(), "world")]
    parts = {**ontology(), "instances/world.ttl": made}
    return union(parts) | union(derived_parts(parts))


def blocks(random: Random) -> Iterator[str]:
    """Yield the Turtle of neighbourhood after neighbourhood without end, a thing or a claim at a time."""
    classes = claim_classes()
    for number in count():
        things = {kind: [f"id:{kind}-{number}-{i}" for i in range(many)] for kind, (_, many) in KINDS.items()}
        yield from (thing(name, kind, things["state"][0]) for kind in things for name in things[kind])
        things["agent"] = things["state"] + things["organ"] + things["organization"]
        for row in MONEY:
            yield claim(f"{number}-{row[1]}", row, "stated", things, classes, random)
        for serial in range(CLAIMS - len(MONEY)):
            row = random.choices([*RELATIONS], [*RELATIONS.values()])[0]
            certainty = random.choices([*CERTAINTIES], [*CERTAINTIES.values()])[0]
            yield claim(f"{number}-{serial}", row, certainty, things, classes, random)


def thing(name: str, kind: str, state: str) -> str:
    """Return the Turtle of a thing."""
    more = {"organ": f"; dio:organOf {state}", "collective": "; dio:memberKind dio:DiasporaOrganization"}
    label = name.removeprefix("id:").replace("-", " ")
    return f'{name} a dio:{KINDS[kind][0]} ; rdfs:label "{label}"@en {more.get(kind, "")} .'


def claim(
    slug: str,
    row: tuple[str, str, str],
    certainty: str,
    things: Mapping[str, list[str]],
    classes: Mapping[str, str],
    random: Random,
) -> str:
    """Return the Turtle of a claim of that *row* of RELATIONS, and of the passage that it rests on."""
    low, relation, high = row
    line, start = random.randrange(1, 999), random.randrange(200)
    return f"""
claim:c-{slug} a <{classes[relation]}>, dio:Claim ; rdfs:label "{certainty}: {slug} {relation}"@en ;
    dio:claimSubject {random.choice(things[low])} ; dio:claimPredicate dio:{relation} ;
    dio:claimObject {random.choice(things[high])} ; dio:heldBy id:an-author ; dio:reportedIn source:a-paper ;
    dio:certainty dio:{certainty} ; dio:evidentialBasis dio:statementWithoutReference ;
    dio:inCase id:case-general ; dio:evidence source:p-{slug} .
source:p-{slug} a oa:SpecificResource ; oa:hasSource source:a-text ; oa:hasSelector _:f{slug} ;
    dio:section "one" ; dio:paragraph {line % 9} ; dio:sentence {line % 7} ; spdx:checksum _:c{slug} .
_:f{slug} a oa:FragmentSelector ; rdf:value "line={line - 1},{line}" ;
    dcterms:conformsTo <{RFC5147}> ; oa:refinedBy _:t{slug} .
_:t{slug} a oa:TextPositionSelector ; oa:start {start} ; oa:end {start + 120} .
_:c{slug} a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;
    spdx:checksumValue "{random.getrandbits(256):064x}"^^xsd:hexBinary ."""


def claim_classes() -> dict[str, str]:
    """Return the class of claims with each relation, by the relation's local name, as the ontology has it."""
    return {
        triple.subject.value.removeprefix(DIO): triple.object.value
        for triple in union(ontology())
        if triple.predicate.value == DIO + "claimClass"
    }
