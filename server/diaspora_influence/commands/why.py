"""Say why the release holds a triple, down to claims and passages; or what is missing that it does not.

The three terms are prefixed names of the house (id:kremlin, dio:createdBy), IRIs, or, as object, a literal
in quotes ('"text"@en'); `a` is rdf:type. A triple is asserted in a file, derived from a claim, concluded from
several claims together, or inferred by a rule from premises, which are shown in turn. The certainty of a
derived triple is that of its firmest claim, of a concluded or inferred one that of its weakest premise. One
proof is shown; there may be others.

A negative answer names the missing premises and the claims that gave no triple, each with the reason. What
the person policy withholds is called withheld, and nothing is said of what would follow.

Examples:
    dio why id:soyuz-tadzhikov-rossii a dio:InstrumentOfStateInfluence
    dio why --format json id:gruppa-24 dio:createdBy id:kremlin

Exit code 0 where the release holds the triple, 1 where it does not, 2 where a term is unknown or unreadable.
"""

import argparse
import sys
from typing import Final

from diaspora_influence.release.proofs import read_proofs
from diaspora_influence.release.read import open_current
from diaspora_influence.settings import Settings
from diaspora_influence.sparql.store import opened
from diaspora_influence.why import Answer, of_store, read_fact, why

FORMATS: Final = ("text", "json", "turtle")
FLAGS: Final = ("release_dir",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the triple, and how the answer is written."""
    parser.add_argument("subject", metavar="S", help="the subject, as id:kremlin")
    parser.add_argument("predicate", metavar="P", help="the predicate, as dio:createdBy; a is rdf:type")
    parser.add_argument("object", metavar="O", help="the object, as dio:State or '\"text\"@en'")
    parser.add_argument(
        "--format", choices=FORMATS, default=FORMATS[0],
        help="text is an indented tree, turtle is PROV-O; default: %(default)s",
    )  # fmt: skip
    Settings.add_arguments(parser, FLAGS)


def run(args: argparse.Namespace) -> int:
    """Print the answer; return 1 where the release does not hold the triple."""
    fact = read_fact([args.subject, args.predicate, args.object])
    release = open_current(Settings.from_environment(vars(args), FLAGS).release_dir)
    answer = why(of_store(opened(release.directory)), read_proofs(release), fact)
    sys.stdout.buffer.write(written(answer, args.format))
    return 0 if answer.holds else 1


def written(answer: Answer, name: str) -> bytes:
    """Return the answer in a format; its writer is imported only now."""
    if name == "turtle":
        from diaspora_influence.web.documents import canonical, turtle
        from diaspora_influence.why.prov import as_triples

        return turtle(canonical(as_triples(answer)))
    if name == "json":
        from diaspora_influence.why.record import as_json

        return as_json(answer).encode()
    from diaspora_influence.why.text import as_text

    return as_text(answer).encode()
