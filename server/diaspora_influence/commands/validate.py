"""Judge RDF by the shapes and name each finding with file, line and column.

FILES are RDF files, folders for all RDF below them, patterns (quoted, as 'data/**/*.ttl'), or - for standard
input. They are Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD, and are judged together as one graph,
whatever graphs they name; relative IRIs start at the file's own. Nothing is fetched: no address, no remote
context, no import. A file that cannot be read is named, and the others are judged. Without FILES the
project's own ontology and instances are judged.

What is packaged is context for other files: it is there to be looked up, is not judged again, and gives way
to what the files themselves describe, so that one claim file alone, or an edited copy of it, can be judged.
Shapes of one's own judge every node that they target but those that only the context describes; ours judge
what the files describe. A file that is named as data and as shapes is both. --context FILE adds to what can
be looked up.

Beside the shapes, lint rules look for names of ours that do not exist, with the nearest one, for deprecated
terms, for our namespace misspelt, and for literals of the wrong form; terms of others are not judged. The
rules are unknown-term, unknown-name, deprecated-term, twin-namespace, undeclared-prefix, literal-datatype,
malformed-literal, language-tag and evidence-digest (where DIO_PAPER names the text): --explain says what
each asks for, --no-lint leaves them out.

Formats of --format and --output:
    text     each finding with its line quoted and a caret under the place; the counts in the last line
    concise  FILE:LINE:COLUMN: severity: message (focus node, shape), a line each; the counts
    json     an object: conforms, fails, counts, unread, files, baseline, findings with all that is known
    sarif    SARIF 2.1.0, for GitHub code scanning and editors
    junit    JUnit's XML: a suite for each file, a case for each shape that it breaks
    github   workflow commands, which GitHub shows as annotations
    gitlab   GitLab's Code Quality
    turtle   the SHACL validation report
    html     one page that needs nothing else

--format says what standard output gets. Each --output FORMAT=FILE is a report beside that; --output FILE
takes the report in --format away from standard output, and `-` is standard output. Files are written whole or
not at all. Reports of the same findings are the same bytes.

A baseline holds findings that are known: --baseline FILE --write-baseline writes it, --baseline FILE leaves
out what it holds, so that only new findings are shown and fail. Findings are known again by file, focus node,
shape, path and value, not by line; run it from the same folder. What it holds in vain is named.

Configuration is read from the nearest dio.toml, table [validate], or pyproject.toml, table
[tool.dio.validate], from the working folder up to the repository's: files, format-in, separately, shapes,
context, context-files, lint, engine, format, output, fail-on, baseline. Paths in it start at its own folder.
A flag beats the file; --no-config leaves it out.

Example:
    dio validate
    dio validate instances/miles-2017/claims/georgia.ttl
    dio validate my-claims/ --output sarif=dio.sarif --output junit=dio.xml
    dio validate data.ttl --shapes my-shapes.ttl --no-context --fail-on warning
    dio validate --explain dios:Claim-certainty

Exit codes here: 0 nothing that fails, 1 findings at or over --fail-on, 2 misuse, or a file, a shape, the
baseline or the configuration cannot be read, 3 the program failed or met its time limit.
"""

import argparse
import sys
from functools import partial
from pathlib import Path

from diaspora_influence.errors import InputError
from diaspora_influence.validate.config import found_above, read
from diaspora_influence.validate.inputs import expanded, own_shapes, read_all
from diaspora_influence.validate.options import ENGINES, Options, resolved
from diaspora_influence.validate.reading import KINDS
from diaspora_influence.validate.reports.outputs import FORMATS
from diaspora_influence.validate.reports.report import WEIGHTS
from diaspora_influence.validate.session import Session


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
        "--engine",
        choices=ENGINES,
        help="what judges: the fast engine our own shapes, pyshacl all others (default: auto)",
    )
    parser.add_argument("--no-context", action="store_true", help="leave out what is packaged")
    parser.add_argument(
        "--context",
        action="append",
        metavar="FILE",
        help="look things up in this file or folder too; it is not judged",
    )
    parser.add_argument("--no-lint", action="store_true", help="judge by shapes alone")


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
    parser.add_argument("--time-limit", type=seconds, metavar="SECONDS", help="stop after this time")
    parser.add_argument("--watch", action="store_true", help="judge again whenever a file changes")
    parser.add_argument("--explain", metavar="SHAPE", help="say what a shape asks for, and do nothing else")


def seconds(text: str) -> float:
    """Return a time in seconds, over 0 and no longer than a week."""
    number = float(text)
    if not 0 < number <= 604_800:
        raise ValueError(text)
    return number


def run(args: argparse.Namespace) -> int:
    """Judge, once or whenever a file changes, or explain a shape; return the exit code."""
    place, options = configured(args)
    if args.explain is not None:
        return explain(args.explain, options)
    session = Session(
        options, args.quiet, args.verbose, args.write_baseline, place, options.format_in, options.separately
    )
    judge = session.run
    if args.time_limit:
        from diaspora_influence.validate.limit import within

        judge = partial(within, args.time_limit, session.run)
    if not args.watch:
        return judge()
    from diaspora_influence.validate.watch import watch

    watched = (*options.files, *options.context_files) if options.files else ()
    return watch(watched, options.shapes, judge)


def configured(args: argparse.Namespace) -> tuple[Path | None, Options]:
    """Return the file that configures the run, if any, and the options by it and the flags."""
    if args.config and args.no_config:
        raise InputError("--config and --no-config exclude each other")
    place = None
    if not args.no_config:
        place = Path(args.config) if args.config else found_above(Path.cwd())
    flags = {
        "files": tuple(args.files),
        "format_in": args.format_in,
        "separately": True if args.separately else None,
        "shapes": tuple(args.shapes or ()),
        "context": False if args.no_context else None,
        "context_files": tuple(args.context or ()),
        "lint": False if args.no_lint else None,
        "engine": args.engine,
        "format": args.format,
        "output": tuple(args.output or ()),
        "fail_on": args.fail_on,
        "baseline": args.baseline,
    }
    return place, resolved(flags, read(place) if place else Options())


def explain(name: str, options: Options) -> int:
    """Print what a shape asks for."""
    from diaspora_influence.validate.explain import explained

    paths = expanded(options.shapes) if options.shapes else own_shapes()
    sys.stdout.write(explained(name, read_all(paths)))
    return 0
