"""The flags of `dio validate`: what is judged and by what, what comes of it, and how it is run."""

import argparse

from diaspora_influence.validate.choices import ENGINES, FORMATS, KINDS, WEIGHTS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is judged and by what, what comes of it, and how it is run."""
    add_inputs(parser)
    add_results(parser)
    add_running(parser)


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """Add the files, the shapes, the engine and the context."""
    parser.add_argument(
        "files", nargs="*", metavar="FILES", help="RDF files or folders (default: the project's own)"
    )
    parser.add_argument(
        "--format-in", choices=KINDS, help="the format of all FILES (default: by the suffix of each)"
    )
    parser.add_argument(
        "--separately", action="store_true", help="judge each file alone (default: all as one graph)"
    )
    parser.add_argument(
        "--shapes",
        action="append",
        metavar="FILE",
        help="judge by the shapes of this file or folder in place of the project's",
    )
    parser.add_argument(
        "--add-shapes",
        action="append",
        metavar="FILE",
        help="judge by the shapes of this file or folder too, beside the project's or those of --shapes",
    )
    add_context(parser)
    parser.add_argument(
        "--allow-network", action="store_true", help="fetch what is named by an http or https address"
    )
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        help="what judges: the fast engine our own shapes, pyshacl all others (default: auto)",
    )
    parser.add_argument("--no-lint", action="store_true", help="judge by shapes alone")


def add_context(parser: argparse.ArgumentParser) -> None:
    """Add what can be looked up."""
    for flag, how in (
        ("--ontology", "in place of the project's"),
        ("--add-ontology", "beside the project's or those of --ontology"),
    ):
        parser.add_argument(
            flag, action="append", metavar="FILE", help=f"know the terms of this file or folder {how}"
        )
    parser.add_argument("--no-context", action="store_true", help="leave out what is packaged")
    parser.add_argument(
        "--context",
        action="append",
        metavar="FILE",
        help="look things up in this file or folder too; it is not judged",
    )


def add_results(parser: argparse.ArgumentParser) -> None:
    """Add the formats, the files, what fails and the baseline."""
    parser.add_argument(
        "--format", choices=FORMATS, help="how findings are written to standard output (default: text)"
    )
    parser.add_argument(
        "--output",
        action="append",
        metavar="[FORMAT=]FILE",
        help="write a report to this file; as often as wanted",
    )
    parser.add_argument(
        "--fail-on", choices=WEIGHTS, help="the lightest severity that fails (default: violation)"
    )
    parser.add_argument("--baseline", metavar="FILE", help="leave out the findings that this file holds")
    parser.add_argument(
        "--write-baseline", action="store_true", help="write all findings to the file of --baseline"
    )


def add_running(parser: argparse.ArgumentParser) -> None:
    """Add the configuration, what is told on the way, limits, and what else can be done than judge once."""
    parser.add_argument("--config", metavar="FILE", help="read the configuration here")
    parser.add_argument("--no-config", action="store_true", help="read no configuration")
    parser.add_argument("--quiet", action="store_true", help="print no report; --output files are written")
    parser.add_argument("--verbose", action="store_true", help="say what is read, on standard error")
    parser.add_argument(
        "--time-limit",
        type=seconds,
        metavar="SECONDS",
        help="stop after this time (default: 600)",
    )
    parser.add_argument("--watch", action="store_true", help="judge again whenever a file changes")
    parser.add_argument(
        "--explain",
        metavar="SHAPE",
        help="say what a shape or rule asks for and how to mend what breaks it, with examples; no more",
    )


def seconds(text: str) -> float:
    """Return a time in seconds, over 0 and no longer than a week."""
    number = float(text)
    if not 0 < number <= 604_800:
        raise ValueError(text)
    return number
