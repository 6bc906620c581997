"""Let HermiT judge the ontology, the schemes, the instances and what is derived from their claims.

Reported are an inconsistency, with the reason where our rules find one and the smallest set of files that
has it; classes that can have no member; what is not OWL 2 DL, where HermiT notices; and every type or
subclass on which HermiT and our own rules differ. Alignments are judged only where asked for, each with the
core, never together. Needs Java, and owlready2, which brings HermiT: pip install 'diaspora-influence[check]'.

Example:
    dio check
    dio check --all
    dio check --alignment prov draft.ttl
"""

import argparse
from collections.abc import Iterator

from diaspora_influence.errors import InputError
from diaspora_influence.reason import hermit
from diaspora_influence.reason.judge import Verdict, judge
from diaspora_influence.reason.parts import (
    Parts,
    alignments,
    core_parts,
    derived_parts,
    further_parts,
    read_parts,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the further files, the alignments and the time limit."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="further Turtle to judge with the rest")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--alignment", metavar="NAME", help="load this alignment too, by its file's name without .ttl"
    )
    which.add_argument("--all", action="store_true", help="judge without alignments, then with each in turn")
    parser.add_argument(
        "--time-limit", type=seconds, metavar="SECONDS", default=hermit.TIME_LIMIT,
        help="give each judgement this long (default: %(default)g)",
    )  # fmt: skip


def seconds(word: str) -> float:
    """Read a positive number; argparse words the error."""
    value = float(word)
    if not 0 < value < float("inf"):
        raise ValueError(word)
    return value


def run(args: argparse.Namespace) -> int:
    """Judge each load, print what comes out, and return 1 where there is a finding."""
    hermit.command()  # says at once what is missing
    core = core_parts() | further_parts(args.files)
    core |= derived_parts(core)
    findings = 0
    for name, parts in loads(core, args):
        verdict = judge(parts, args.time_limit)
        print(*report(name, verdict), sep="\n", flush=True)
        findings += len(verdict.findings)
    return 1 if findings else 0


def loads(core: Parts, args: argparse.Namespace) -> Iterator[tuple[str, Parts]]:
    """Yield what is to be judged together, with its name."""
    known = alignments()
    if args.alignment and args.alignment not in known:
        raise InputError(f"no alignment {args.alignment!r}; there are {', '.join(known)}")
    if not args.alignment:
        yield "core", core
    for name in known if args.all else [args.alignment] if args.alignment else []:
        path = known[name]
        yield f"core with {name}", {**core, **read_parts([path])}


def report(name: str, verdict: Verdict) -> list[str]:
    """Return the lines that tell a reader what came out for one load."""
    if verdict.findings:
        return [
            f"{name}: {verdict.triples} triples, {len(verdict.findings)} findings",
            *("  " + f for f in verdict.findings),
        ]
    same = f"{verdict.types} types and {verdict.subclasses} subclasses as by our own rules"
    return [f"{name}: {verdict.triples} triples, consistent, every class can have members, {same}"]
