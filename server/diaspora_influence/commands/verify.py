"""Recompute every passage's offsets, digest and place from the source text, and name each mismatch.

Checked for each evidence node: one selector with integer offsets that lie within its lines, the lines
that the slice really begins and ends in, IRI, SHA-256, section, paragraph and sentence or footnote, a
dio:spanReason for more than two sentences or 400 code points; and the SHA-256 of the whole text on
source:SLUG-text. Nothing of the text is printed.

Example:
    dio verify
    dio verify instances/miles-2017/passages.ttl --text miles-2017.txt
"""

import argparse
from pathlib import Path

from diaspora_influence.commands.locate import add_text_arguments
from diaspora_influence.data import ROOT, read_turtle
from diaspora_influence.errors import InputError
from diaspora_influence.passages.audit import Audit, Mismatch, audit
from diaspora_influence.passages.nodes import index
from diaspora_influence.passages.text import SourceText, paper_path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files and the text."""
    parser.add_argument("files", nargs="*", metavar="FILES", help="Turtle files (default: all of instances/)")
    add_text_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print each mismatch and the counts; return 1 where there is a mismatch."""
    text = SourceText.load(paper_path(args.text, args.source))
    names = {name: Path(name) for name in args.files} or default_files()
    found = audit({name: index(read_turtle(path)) for name, path in names.items()}, text, args.source)
    if not found.passages:
        raise InputError(f"no passage of {args.source} in {len(names)} files; there is nothing to verify")
    report = list(found.mismatches)
    if not args.files and not found.text_digests:
        report.append(unstated(args.source))
    print(*report, *summary(found, len(report)), sep="\n")
    return 1 if report else 0


def default_files() -> dict[str, Path]:
    """Return every Turtle file of instances/, by its path below the root."""
    return {path.relative_to(ROOT).as_posix(): path for path in sorted((ROOT / "instances").rglob("*.ttl"))}


def unstated(source: str) -> Mismatch:
    """Return the mismatch for a source without a digest of its whole text."""
    return Mismatch("instances", 0, f"source:{source}-text", "SHA-256 of the whole: expected one, found none")


def summary(found: Audit, mismatches: int) -> list[str]:
    """Return the closing lines of the report."""
    lines = [f"{count(found.passages - found.wrong, 'passage')} verified, {count(mismatches, 'mismatch')}"]
    if found.text_digests:
        lines.append(f"whole text: {count(found.text_digests, 'digest')} stated")
    if found.elsewhere:
        lines.append(f"{count(found.elsewhere, 'passage')} of another source not looked at")
    if found.median is not None:
        lines.append(f"median passage: {found.median:.0%} of its lines")
    return lines


def count(number: int, noun: str) -> str:
    """Return the number with its noun, in the plural unless it is one."""
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"
