"""What stands to a claim, case, source or conclusion: in order, in argument, in dispute, as its basis."""

from typing import Final

from diaspora_influence.terms import DIO
from diaspora_influence.web.dataset import Dataset, query
from diaspora_influence.web.lines import lines
from diaspora_influence.web.mentions import Group, Part

RELATIONS: Final = {
    DIO + "hasGround": "Rests on",
    DIO + "groundFor": "Given as a ground for",
    DIO + "after": "Comes after",
    DIO + "before": "Comes before",
    DIO + "disputes": "Disputes (both cannot be true)",
    DIO + "inTensionWith": "In tension with",
    DIO + "exemplifies": "Offered as an instance of",
    DIO + "basisOfClaim": "Claims based on it",
    DIO + "hasPremise": "Claims that the conclusion rests on",
}
"""How a thing stands to claims, in the order in which they are read, to what a reader calls it."""


def relations(dataset: Dataset, iri: str) -> tuple[Group, ...]:
    """Return the claims to which a thing stands in each relation, whichever end it was written at."""
    found: dict[str, list[str]] = {role: [] for role in RELATIONS}
    for row in dataset.rows(query("relations", this=iri)):
        found[row["role"].value].append(row["claim"].value)
    known = lines(dataset, (claim for claims in found.values() for claim in claims))
    return tuple(
        Group(RELATIONS[role], (Part((), tuple(line for iri, line in known.items() if iri in claims)),))
        for role, claims in found.items()
        if claims
    )
