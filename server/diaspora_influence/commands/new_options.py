"""What `dio new claim` may be told: one table of options, by what they say of a claim."""

import argparse
from typing import Final

from diaspora_influence.commands.locate import add_span_arguments, add_text_arguments

AUTHOR: Final = "marintha-miles"
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
        ("--topic", "TEXT", "what is talked about or charged, in our own words"),
        ("--in-role", "TEXT", "the office or part of one end, in our own words"),
        ("--purpose", "TEXT", "what it is for, in our own words"),
        ("--given-reason", "TEXT", "the source's reason, in our own words"),
        ("--by-means-of", "TEXT", "how it is done, in our own words"),
        ("--circumstance", "TEXT", "beside what the source puts it, in our own words"),
        ("--after", "SLUG", "a claim whose matter came earlier, by the source's words (repeatable)"),
        ("--ground-for", "SLUG", "a claim that the source argues for from this one (repeatable)"),
        ("--channel-kind", "VALUE", "of money: the kind of channel, e.g. churchMoney"),
        ("--slug", "SLUG", "the claim's slug, where subject-predicate-object is taken"),
    ),
    "the figure, for --predicate hasFigureFor": (
        ("--value", "NUMBER", "the value"),
        ("--value-from", "NUMBER", "its lower bound, where the source gives a range or 'more than'"),
        ("--value-to", "NUMBER", "its upper bound"),
        ("--value-in-words", "TEXT", "the value in our own words, where the source gives no number"),
        ("--unit", "VALUE", "what it counts, e.g. percent, people, places"),
    ),
}  # fmt: skip
REQUIRED: Final = ("--predicate", "--label", "--case")
REPEATABLE: Final = ("--based-on", "--case", "--after", "--ground-for")
SWITCHES: Final = {
    "approximate": "the source calls the value rough",
    "adverse": "crime, detention, violence or complicity, with a person at an end: derives nothing",
}


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
    for switch, text in SWITCHES.items():
        parser.add_argument(f"--{switch}", action="store_true", help=text)
