"""Judge Turtle by the shapes and name each finding with file and line.

FILES are Turtle files, or folders for all Turtle below them, judged together as one graph. Without any,
the project's own ontology and instances are judged. What is packaged is context for other files: it is
there to be looked up, is not judged again, and gives way to what the files themselves describe, so that
one claim file alone, or an edited copy of it, can be judged.

A violation fails; warnings are shown and do not. Syntax errors are named with line and column.

Formats:
    text    FILE:LINE: severity: message (focus node, shape); the counts in the last line
    json    an object: conforms, counts, findings; each finding with file, line, focus, path, value, shape
    turtle  the SHACL validation report

Example:
    dio validate
    dio validate instances/miles-2017/claims/georgia.ttl
    dio validate my-claims/ --format json
    dio validate data.ttl --shapes my-shapes.ttl --no-context

Exit codes here: 0 no violation, 1 violations, 2 a file or a shape cannot be read, 3 the engine failed.
"""

import argparse
import sys

from diaspora_influence.validate.inputs import context_for, defining, expanded, own_files, read_all
from diaspora_influence.validate.report import WRITERS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files, the format and the shapes."""
    parser.add_argument(
        "files", nargs="*", metavar="FILES", help="Turtle files or folders (default: the project's own)"
    )
    parser.add_argument(
        "--format",
        choices=sorted(WRITERS),
        default="text",
        help="how findings are written (default: %(default)s)",
    )
    parser.add_argument(
        "--shapes",
        action="append",
        metavar="FILE",
        help="judge by the shapes of this file or folder in place of the project's",
    )
    parser.add_argument("--no-context", action="store_true", help="leave out what is packaged")


def run(args: argparse.Namespace) -> int:
    """Print the report; return 1 where there is a violation."""
    from diaspora_influence.validate.judge import findings  # pyshacl is slow to import: after the reading

    paths = expanded(args.files) if args.files else own_files()
    shapes = expanded(args.shapes) if args.shapes else None
    files = read_all(paths)
    context = [] if args.no_context or not args.files else list(context_for(files))
    found = findings(files, shapes, defining(files), context)
    sys.stdout.write(WRITERS[args.format](found))
    return int(any(finding.severity == "Violation" for finding in found))
