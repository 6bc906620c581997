"""Write the release in the format of another tool.

Formats:
    rdf12   the claims as RDF 1.2 reifiers: claim:x rdf:reifies <<( id:a dio:createdBy id:b )>>, with
            holder, certainty and evidence on the claim. No relation is asserted, so that loading the file
            makes no fact of an allegation.

Claims of crime, detention or complicity with a person at an end are left out unless --with-adverse is given.

Example:
    dio export --format rdf12 --output claims.ttl
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from diaspora_influence.errors import InputError
from diaspora_influence.export.formats import EXPORTS
from diaspora_influence.release.read import open_current
from diaspora_influence.settings import Settings
from diaspora_influence.sparql.store import opened

FLAGS: Final = ("release_dir",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the format, the file and what to leave out."""
    formats = "; ".join(f"{name}: {export.holds}" for name, export in EXPORTS.items())
    parser.add_argument("--format", required=True, choices=EXPORTS, help=formats)
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    parser.add_argument(
        "--with-adverse", action="store_true", help="also claims that are adverse to a person"
    )
    Settings.add_arguments(parser, FLAGS)


def run(args: argparse.Namespace) -> int:
    """Write the release in service to the file or to standard output."""
    release = open_current(Settings.from_environment(vars(args), FLAGS).release_dir)
    content = EXPORTS[args.format].write(opened(release.directory), adverse=args.with_adverse)
    if not args.output:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return 0
    try:
        args.output.write_bytes(content)
    except OSError as error:
        raise InputError(f"{args.output}: cannot be written: {error.strerror}") from error
    return 0
