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

from diaspora_influence.commands.locate import (
    add_span_arguments,
    add_text_arguments,
    evidence,
    load,
    standing,
    wish,
)
from diaspora_influence.data import ROOT
from diaspora_influence.drafting import (
    Pairs,
    Vocabulary,
    claim_slug,
    claim_turtle,
    edtf_literal,
    node,
    said,
    time_pairs,
)
from diaspora_influence.errors import FindingsError, InputError
from diaspora_influence.passages.search import find_one
from diaspora_influence.terms import CLAIM, SOURCE

AUTHOR: Final = "marintha-miles"
FACETS: Final = ("certainty", "modality", "polarity", "wording", "basis")
PROPERTY: Final = {"basis": "evidentialBasis"}
BORROWED: Final = 5
"""From so many words on, a label that stands in the text is a quotation."""
WORDS: Final = {"purpose": "purpose", "given_reason": "givenReason", "by_means_of": "byMeansOf"}


OPTIONS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "what is claimed": (
        ("--predicate", "NAME", "the relation, e.g. createdBy"),
        ("--named-as", "WORDS", "the source's name for the object, where it is another"),
        ("--subject-named-as", "WORDS", "the same for the subject"),
        ("--polarity", "VALUE", "affirmed (default when absent) or denied"),
        ("--modality", "VALUE", "actual (default when absent), potential, intended, conditional"),
        ("--wording", "VALUE", "asserted (default when absent) or presupposed"),
    ),
    "who says so, and how firmly": (
        ("--holder-named-as", "WORDS", "a vague holder, in our own words"),
        ("--reported-by", "SLUG", f"from whom we have it (default: {AUTHOR}, where she is not the holder)"),
        ("--certainty", "VALUE", "the author's commitment (default: stated if she holds it, else alleged)"),
        ("--basis", "VALUE", "the evidential basis, e.g. statementWithoutReference"),
        ("--based-on", "SLUG", "an utterance or work, below source: (repeatable)"),
        ("--stated-on", "EDTF", "when it was said"),
    ),
    "when, where, why, and in what words of ours": (
        ("--label", "TEXT", "the claim in one short sentence of our own"),
        ("--case", "NAME", "general, georgia, … (repeatable), by what it is about"),
        ("--time", "EDTF", "when the relation holds, e.g. 2007, 2017-05-~15, 2012/.."),
        ("--at-place", "SLUG", "the place"),
        ("--purpose", "TEXT", "what it is for, in our own words"),
        ("--given-reason", "TEXT", "the source's reason, in our own words"),
        ("--by-means-of", "TEXT", "how it is done, in our own words"),
        ("--slug", "SLUG", "the claim's slug, where subject-predicate-object is taken"),
    ),
}  # fmt: skip
REQUIRED: Final = ("--predicate", "--label", "--case")
REPEATABLE: Final = ("--based-on", "--case")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the kind of thing, the passage, and everything that a claim may say."""
    parser.add_argument("kind", choices=["claim"], help="what to print")
    parser.add_argument("--find", required=True, metavar="WORDS", help="words of the passage, as in the text")
    add_span_arguments(parser)
    add_text_arguments(parser)
    for end in ("subject", "object"):
        one = parser.add_mutually_exclusive_group(required=True)
        one.add_argument(f"--{end}", metavar="SLUG", help=f"the {end}, e.g. kremlin for id:kremlin")
        one.add_argument(f"--{end}-unstated", action="store_true", help=f"the text does not say the {end}")
    holder = parser.add_mutually_exclusive_group()
    holder.add_argument(
        "--held-by", metavar="SLUG", default=AUTHOR, help="whose claim it is (default: %(default)s)"
    )
    holder.add_argument(
        "--holder-unstated", action="store_true", help="the text does not say whose ('reportedly')"
    )
    for title, options in OPTIONS.items():
        group = parser.add_argument_group(title)
        for flag, metavar, text in options:
            action = "append" if flag in REPEATABLE else "store"
            group.add_argument(flag, metavar=metavar, help=text, action=action, required=flag in REQUIRED)


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
    pairs = [*_what(args), *_who(args, vocabulary), *_rest(args), ("dio:evidence", f"source:{local}")]
    there = standing(SOURCE + local)
    print(claim_turtle(slug, vocabulary.relations[args.predicate], pairs))
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


def _rest(args: argparse.Namespace) -> Pairs:
    """Return time, qualifiers and cases."""
    return [
        *(time_pairs(args.time) if args.time else []),
        *(pair for name, to in WORDS.items() for pair in _named(f"dio:{to}", getattr(args, name))),
        *([("dio:atPlace", node("id", args.at_place))] if args.at_place else []),
        *(
            ("dio:inCase", node("id", f"case-{one.removeprefix('id:').removeprefix('case-')}"))
            for one in args.case
        ),
    ]
