"""Print a filled-in Turtle skeleton: of a claim and of the passage that is its evidence.

The claim's class comes from the ontology, the bounds from the time, positions and digest from the source
text. Give the label in your own words: no sentence of the text belongs into the data.

Example:
    dio new claim --line 36 --find "some words of the text" --sentence \\
        --subject union-of-georgians-in-russia --predicate createdBy --object kremlin \\
        --held-by mikheil-saakashvili --certainty alleged --named-as "the Kremlin" \\
        --basis statementWithoutReference --case georgia --label "what it says, in our own words"
"""

import argparse
from typing import Final

from diaspora_influence.commands.locate import evidence, load, standing, wish
from diaspora_influence.commands.new_options import AUTHOR, add_arguments
from diaspora_influence.data import ROOT
from diaspora_influence.drafting import (
    Pairs,
    Vocabulary,
    claim_slug,
    claim_turtle,
    decimal,
    edtf_literal,
    node,
    said,
    time_pairs,
)
from diaspora_influence.errors import FindingsError, InputError
from diaspora_influence.passages.search import find_one
from diaspora_influence.terms import CLAIM, SOURCE

__all__ = ["add_arguments", "run"]

FACETS: Final = ("certainty", "modality", "polarity", "wording", "basis")
PROPERTY: Final = {"basis": "evidentialBasis"}
BORROWED: Final = 5
"""From so many words on, a label that stands in the text is a quotation."""
WORDS: Final = {
    "topic": "topic",
    "in_role": "inRole",
    "purpose": "purpose",
    "given_reason": "givenReason",
    "by_means_of": "byMeansOf",
    "circumstance": "circumstance",
}
NUMBERS: Final = {"value": "value", "value_from": "valueFrom", "value_to": "valueTo"}
CONCEPTS: Final = {"unit": "unit", "channel_kind": "channelKind"}
CLAIMS: Final = {"after": "after", "ground_for": "groundFor"}


def run(args: argparse.Namespace) -> int:
    """Print the claim and its evidence node."""
    vocabulary = Vocabulary.read(ROOT / "ontology")
    args.predicate = vocabulary.relation(args.predicate)
    slug = _free_slug(args)
    text = load(args)
    if len(args.label.split()) >= BORROWED and text.find(args.label):
        raise FindingsError("the label is in the text's words; say it in our own")
    passage = find_one(text, wish(args, args.find))
    evidence_node, local = evidence(text, passage, args), passage.slug(args.source)
    pairs = [*_what(args), *_who(args, vocabulary), *_figure(args, vocabulary), *_rest(args)]
    pairs.append(("dio:evidence", f"source:{local}"))
    there = standing(SOURCE + local)
    classes = [vocabulary.relations[args.predicate], *(["AdverseClaim"] if args.adverse else [])]
    print(claim_turtle(slug, classes, pairs))
    print(f"# source:{local} stands in {there}" if there else evidence_node.rstrip("\n"))
    return 0


def _free_slug(args: argparse.Namespace) -> str:
    """Return the claim's slug; raises FindingsError where a claim has it."""
    given = args.slug or claim_slug(args.subject, args.predicate, args.object)
    slug = node("claim", given).removeprefix("claim:")
    taken = standing(CLAIM + slug)
    if taken:
        raise FindingsError(
            f"claim:{slug} stands in {taken}: where all is the same add dio:evidence there, "
            "else give --slug with -certainty, -holder or -year at its end"
        )
    return slug


def _what(args: argparse.Namespace) -> Pairs:
    """Return the label, the ends and the relation."""
    return [
        ("rdfs:label", said(args.label)),
        ("dio:claimSubject", node("id", args.subject)) if args.subject else ("dio:subjectUnstated", "true"),
        ("dio:claimPredicate", f"dio:{args.predicate}"),
        ("dio:claimObject", node("id", args.object)) if args.object else ("dio:objectUnstated", "true"),
        *_named("dio:subjectNamedAs", args.subject_named_as),
        *_named("dio:objectNamedAs", args.named_as),
    ]


def _named(name: str, text: str | None) -> Pairs:
    return [(name, said(text))] if text else []


def _who(args: argparse.Namespace, vocabulary: Vocabulary) -> Pairs:
    """Return the holder, the source and the facets; raises InputError for an allegation of her own."""
    own = not args.holder_unstated and node("id", args.held_by) == node("id", AUTHOR)
    args.certainty = args.certainty or ("stated" if own else "alleged")
    facets = [
        (f"dio:{(name := PROPERTY.get(facet, facet))}", f"dio:{vocabulary.value(name, value)}")
        for facet in FACETS
        if (value := getattr(args, facet))
    ]
    if own and ("dio:certainty", "dio:alleged") in facets:
        raise InputError("what is alleged is held by another: give --held-by or --holder-unstated")
    holder = (
        ("dio:holderUnstated", "true") if args.holder_unstated else ("dio:heldBy", node("id", args.held_by))
    )
    reporter = args.reported_by or (None if own else AUTHOR)
    return [
        holder,
        *_named("dio:holderNamedAs", args.holder_named_as),
        *([("dio:reportedBy", node("id", reporter))] if reporter else []),
        ("dio:reportedIn", node("source", args.source)),
        *(("dio:basedOn", node("source", one)) for one in args.based_on or ()),
        *facets,
        *([("dio:statedOn", edtf_literal(args.stated_on))] if args.stated_on else []),
    ]


def _figure(args: argparse.Namespace, vocabulary: Vocabulary) -> Pairs:
    """Return value, unit and kind of channel; raises InputError for what is no number or no concept."""
    return [
        *((f"dio:{to}", decimal(one)) for name, to in NUMBERS.items() if (one := getattr(args, name))),
        *_named("dio:valueInWords", args.value_in_words),
        *(
            (f"dio:{to}", f"dio:{vocabulary.value(to, one)}")
            for name, to in CONCEPTS.items()
            if (one := getattr(args, name))
        ),
        *([("dio:approximate", "true")] if args.approximate else []),
    ]


def _rest(args: argparse.Namespace) -> Pairs:
    """Return time, order, qualifiers, argument and cases."""
    return [
        *(time_pairs(args.time) if args.time else []),
        *(pair for name, to in WORDS.items() for pair in _named(f"dio:{to}", getattr(args, name))),
        *([("dio:atPlace", node("id", args.at_place))] if args.at_place else []),
        *(
            (f"dio:{to}", node("claim", one))
            for name, to in CLAIMS.items()
            for one in getattr(args, name) or ()
        ),
        *(
            ("dio:inCase", node("id", f"case-{one.removeprefix('id:').removeprefix('case-')}"))
            for one in args.case
        ),
    ]
