"""Recompute every passage's offsets, digest and place from the source text, and name each mismatch.

Checked for each evidence node: one selector with integer offsets that lie within its lines, the lines
that the slice really begins and ends in, IRI, SHA-256, section, paragraph and sentence or footnote, a
dio:spanReason for more than two sentences or 400 code points; and, over all of instances/, the SHA-256 of
the whole text on source:SLUG-text, and that the median passage is at most 35 % of its lines.

--coverage adds, for each line that is not blank, how many claims rest on it and which part of it their
passages take. A line without a claim is explained in the page of the hard calls, in a table under the
heading "## Lines without a claim" with rows such as "| 2–6, 9 | reason |"; one that is not, and one that is
explained and has a claim, is a mismatch. Nothing of the text is printed but its section's names.

Example:
    dio verify
    dio verify --coverage
    dio verify instances/miles-2017/passages.ttl --text miles-2017.txt
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from diaspora_influence.commands.locate import add_text_arguments
from diaspora_influence.data import ROOT, read_turtle
from diaspora_influence.errors import InputError
from diaspora_influence.passages.audit import WIDEST, Audit, Mismatch, audit
from diaspora_influence.passages.coverage import cover
from diaspora_influence.passages.explained import Explained, read_explained
from diaspora_influence.passages.nodes import index
from diaspora_influence.passages.text import SourceText, paper_path
from diaspora_influence.passages.uncovered import table, tally, uncovered
from diaspora_influence.terminal import count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files, the text and the coverage."""
    parser.add_argument("files", nargs="*", metavar="FILES", help="Turtle files (default: all of instances/)")
    parser.add_argument("--coverage", action="store_true", help="show how many claims rest on each line")
    parser.add_argument(
        "--calls", type=Path, metavar="FILE",
        help="with --coverage: the page that explains the lines without a claim; "
             "default: instances/SOURCE/CALLS.md",
    )  # fmt: skip
    add_text_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print each mismatch, the coverage if asked for, and the counts; return 1 where there is a mismatch."""
    if args.calls and not args.coverage:
        raise InputError("--calls goes with --coverage")
    text = SourceText.load(paper_path(args.text, args.source))
    names = {name: Path(name) for name in args.files} or default_files()
    files = {name: index(read_turtle(path)) for name, path in names.items()}
    found = audit(files, text, args.source)
    if not found.passages:
        raise InputError(f"no passage of {args.source} in {len(names)} files; there is nothing to verify")
    report = list(found.mismatches)
    if not args.files:
        report += whole(found, args.source)
    shown: list[str] = []
    if args.coverage:
        explained = explanations(args.calls, args.source, len(text.lines))
        lines = cover(files, text, args.source)
        report += [*explained.mismatches, *uncovered(lines, explained)]
        shown = [*table(lines, explained), tally(lines, explained)]
    print(*report, *shown, *summary(found, len(report)), sep="\n")
    return 1 if report else 0


def default_files() -> dict[str, Path]:
    """Return every Turtle file of instances/, by its path below the root."""
    return {path.relative_to(ROOT).as_posix(): path for path in sorted((ROOT / "instances").rglob("*.ttl"))}


def explanations(given: Path | None, source: str, count: int) -> Explained:
    """Return the lines that the page of the hard calls explains."""
    name = Path("instances", source, "CALLS.md")
    return read_explained(given or ROOT / name, str(given or name.as_posix()), count)


def whole(found: Audit, source: str) -> Iterator[Mismatch]:
    """Yield what is wrong with a source as a whole: no digest of its text, passages that are too wide."""
    if not found.text_digests:
        message = "SHA-256 of the whole: expected one, found none"
        yield Mismatch("instances", 0, f"source:{source}-text", message)
    if found.median is not None and found.too_wide:
        message = (
            f"the median passage takes {found.median:.1%} of its lines: expected {WIDEST:.0%} at most; "
            "shorten passages to the run of words that carries the claim"
        )
        yield Mismatch("instances", 0, f"source:{source}", message)


def summary(found: Audit, mismatches: int) -> list[str]:
    """Return the closing lines of the report."""
    lines = [f"{count(found.passages - found.wrong, 'passage')} verified, {count(mismatches, 'mismatch')}"]
    if found.text_digests:
        lines.append(f"whole text: {count(found.text_digests, 'digest')} stated")
    if found.elsewhere:
        lines.append(f"{count(found.elsewhere, 'passage')} of another source not looked at")
    if found.median is not None:
        lines.append(f"median passage: {found.median:.0%} of its lines (at most {WIDEST:.0%})")
    return lines
