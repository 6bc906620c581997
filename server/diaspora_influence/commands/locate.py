"""Find a passage of the source text and print its evidence node as Turtle.

The words are looked for within single lines, then across lines; exactly, then without regard to case and
to the kind of quotation mark. Several hits are all listed. The node holds positions and a digest, never
the words.

Example:
    dio locate "some words of the text" --line 36 --sentence >> instances/miles-2017/passages.ttl
"""

import argparse
import sys
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import ROOT, read_turtle
from diaspora_influence.errors import FindingsError
from diaspora_influence.passages.evidence import evidence_turtle
from diaspora_influence.passages.nodes import index, text_digests
from diaspora_influence.passages.search import Wish, describe, find_one, is_long
from diaspora_influence.passages.structure import place
from diaspora_influence.passages.text import Passage, SourceText, paper_path
from diaspora_influence.terms import SOURCE

DEFAULT_SOURCE: Final = "miles-2017"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the words and what narrows or widens the passage."""
    parser.add_argument("words", help="words of the text, as they stand in it")
    add_text_arguments(parser)
    add_span_arguments(parser)


def add_text_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which text is read."""
    parser.add_argument(
        "--text", metavar="FILE",
        help="the source text (default: what DIO_PAPER names, else ../shared/paper/SLUG.txt by the checkout)",
    )  # fmt: skip
    parser.add_argument(
        "--source", metavar="SLUG", default=DEFAULT_SOURCE, help="the source (default: %(default)s)"
    )


def add_span_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that narrow the search and widen what it finds."""
    parser.add_argument(
        "--line", metavar="N", type=int, help="only where the words begin in this line, from 1"
    )
    parser.add_argument("--sentence", action="store_true", help="widen to the whole sentence")
    parser.add_argument("--to", metavar="WORDS", help="stretch the passage to these words after it")
    parser.add_argument(
        "--span-reason",
        metavar="WHY",
        help="why it has more than two sentences or 400 code points (dio:spanReason)",
    )


def run(args: argparse.Namespace) -> int:
    """Print the evidence node."""
    text = load(args)
    passage = find_one(text, wish(args, args.words))
    print(evidence(text, passage, args), end="")
    there = standing(SOURCE + passage.slug(args.source))
    if there:
        print(f"dio locate: this node stands already in {there}", file=sys.stderr)
    return 0


def standing(iri: str, root: Path = ROOT) -> str | None:
    """Return where the instances below *root* have a node as a subject, as file:line, or None."""
    wanted = ox.NamedNode(iri)
    for path in sorted((root / "instances").rglob("*.ttl")):
        for line in read_turtle(path):
            if line.triple.subject == wanted:
                return f"{path.relative_to(root).as_posix()}:{line.number}"
    return None


def wish(args: argparse.Namespace, words: str) -> Wish:
    """Return what the arguments ask for."""
    return Wish(words, args.line, args.sentence, args.to)


def load(args: argparse.Namespace) -> SourceText:
    """Read the text; raises FindingsError where it is not the one that the data's passages are from."""
    path = paper_path(args.text, args.source)
    text = SourceText.load(path)
    stated = ROOT / "instances" / args.source / "source.ttl"
    if stated.exists():
        check_digest(text, str(path), stated, args.source)
    return text


def check_digest(text: SourceText, name: str, stated: Path, source: str) -> None:
    """Raise FindingsError where the Turtle file *stated* has another SHA-256 for the whole text."""
    for digest, number in text_digests(index(read_turtle(stated)), source):
        if digest != text.digest:
            raise FindingsError(
                f"{name} is another text than the data's: {stated}:{number} expects SHA-256 {digest}, "
                f"found {text.digest}"
            )


def evidence(text: SourceText, passage: Passage, args: argparse.Namespace) -> str:
    """Return the evidence node; raises FindingsError for a long passage without a reason."""
    if is_long(text, passage) and not args.span_reason:
        raise FindingsError(
            f"{describe(text, passage)} has more than two sentences or 400 code points; "
            "shorten it or give --span-reason"
        )
    return evidence_turtle(args.source, passage, place(text, passage), args.span_reason)
