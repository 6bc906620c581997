"""Compile the Turtle into a release and bring it into service.

Reads ontology/, instances/ and shapes/, judges them by the shapes, derives, infers and concludes, and writes
a store, dumps and metadata into a folder named by the digest of the data. A build that fails changes nothing.

Example:
    dio build --release-dir /srv/diaspora-influence
"""

import argparse
import sys
from pathlib import Path

from diaspora_influence.data import ROOT
from diaspora_influence.release.build import build


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where the Turtle lies and where the release goes."""
    parser.add_argument(
        "--release-dir", type=Path, metavar="DIR",
        help="where releases lie; default: DIO_RELEASE_DIR, or release/ in a checkout, or the user's cache",
    )  # fmt: skip
    parser.add_argument(
        "--root", type=Path, default=ROOT, metavar="DIR",
        help="the folder that holds ontology/, instances/ and shapes/; default: this package's own",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Build, saying each stage on standard error and the digest and the counts on standard output."""
    release = build(args.root, args.release_dir, progress)
    print(f"{release.digest}  {release.triples} triples in {len(release.graphs)} graphs  {release.directory}")
    return 0


def progress(stage: str) -> None:
    """Say one stage on standard error."""
    print(f"dio build: {stage}", file=sys.stderr, flush=True)
