"""Judge RDF by the shapes and name each finding with file, line and column.

FILES are RDF files, folders for all RDF below them, patterns (quoted, as 'data/**/*.ttl'), - for standard
input, or, with --allow-network, http and https addresses. They are Turtle, TriG, N-Triples, N-Quads, RDF/XML
or JSON-LD, and are judged together as one graph, whatever graphs they name; relative IRIs start at the file's
own. A file that cannot be read is named, and the others are judged. Links to folders are not followed, and
one that leads out of the folder and of the working folder is misuse. Without FILES the project's own ontology
and instances are judged.

Nothing is fetched but the addresses that are named, and those only with --allow-network: no remote context,
no import. An address may stand wherever a file is read (FILES, shapes, ontologies, context). Its format is
that of --format-in (FILES alone), else of the media type, else of the suffix. At most 128 MiB are read in 60
seconds, up to 5 redirects followed, never from https to http, nor from the public network to one's own.

What is packaged is context for other files: it is there to be looked up, is not judged again, and gives way
to what the files themselves describe, so that one claim file alone, or an edited copy of it, can be judged.
Shapes of one's own judge every node that they target but those that only the context describes; ours judge
what the files describe. A file that is named as data and as shapes is both. --context FILE adds to what can
be looked up.

--shapes and --ontology take the place of the project's; --add-shapes and --add-ontology stand beside it. An
ontology is context: its classes are there for sh:class, its terms are known to the lint rules. Shapes beside
ours that say nothing of them are judged apart, as they would be alone; where one names a shape of ours, to
use it or to deactivate it, all are one shapes graph.

Beside the shapes, lint rules look for names of ours that do not exist, with the nearest one, for deprecated
terms, for our namespace misspelt, and for literals of the wrong form; terms of others are not judged. The
rules are unknown-term, unknown-name, deprecated-term, twin-namespace, undeclared-prefix, literal-datatype,
malformed-literal, language-tag and evidence-digest (where DIO_PAPER names the text): --explain says what
each asks for, --no-lint leaves them out.

Formats of --format and --output:
    text     each finding with its line quoted and a caret under the place; the counts in the last line
    concise  FILE:LINE:COLUMN: severity: message (focus node, shape), a line each; the counts
    json     an object: conforms, fails, counts, unread, files, baseline, notes, findings with all of each
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
add-shapes, ontology, add-ontology, context, context-files, lint, engine, format, output, fail-on, baseline.
Paths in it start at its own folder. A flag beats the file; --no-config leaves it out. No file can allow the
network.

Example:
    dio validate
    dio validate instances/miles-2017/claims/georgia.ttl
    dio validate my-claims/ --output sarif=dio.sarif --output junit=dio.xml
    dio validate data.ttl --shapes my-shapes.ttl --no-context --fail-on warning
    dio validate data.ttl --add-shapes my-shapes.ttl --add-ontology my-classes.ttl
    dio validate https://example.org/data.ttl --allow-network
    dio validate --explain dios:Claim-certainty

Exit codes here: 0 nothing that fails, 1 findings at or over --fail-on, 2 misuse, or a file, a shape, the
baseline or the configuration cannot be read, 3 the program failed or met its time limit.
"""

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING

from diaspora_influence.commands.validate_options import add_arguments
from diaspora_influence.errors import DioError, InputError
from diaspora_influence.validate.collector import without_collector

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from diaspora_influence.validate.options import Options

__all__ = ["add_arguments", "run"]


def run(args: argparse.Namespace) -> int:
    """Judge, once or whenever a file changes, or explain a shape; return the exit code."""
    with without_collector():  # what is imported is no garbage
        work = wanted(args)
    return work()


def wanted(args: argparse.Namespace) -> "Callable[[], int]":
    """Return what does what *args* ask for, and returns the exit code."""
    from diaspora_influence.validate.reports.shown import legible

    try:
        place, options = configured(args)
        if args.explain is not None:
            return partial(explain, args.explain, options, args.allow_network)
    except DioError as error:
        raise legible(error) from error.__cause__
    from diaspora_influence.validate.limit import PATIENCE, bounded, within
    from diaspora_influence.validate.session import Session

    session = Session(
        options,
        args.quiet,
        args.verbose,
        args.write_baseline,
        place,
        options.format_in,
        options.separately,
        args.allow_network,
    )
    # nothing interrupts the queries of foreign shapes within our own engine
    apart = args.time_limit or (options.engine == "fast" and (options.shapes or options.add_shapes))
    judge = partial(within if apart else bounded, args.time_limit or PATIENCE, session.run)
    if not args.watch:
        return judge
    from diaspora_influence.validate.watch import watch

    beside = (*options.add_shapes, *options.ontology, *options.add_ontology, *options.context_files)
    return partial(watch, options.files, options.shapes, judge, beside)


def configured(args: argparse.Namespace) -> "tuple[Path | None, Options]":
    """Return the file that configures the run, if any, and the options by it and the flags."""
    from pathlib import Path

    from diaspora_influence.validate.config import found_above, read
    from diaspora_influence.validate.options import Options, resolved

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
        "add_shapes": tuple(args.add_shapes or ()),
        "ontology": tuple(args.ontology or ()),
        "add_ontology": tuple(args.add_ontology or ()),
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


def explain(name: str, options: "Options", network: bool) -> int:
    """Print what a shape asks for."""
    from diaspora_influence.record import replace
    from diaspora_influence.validate.explain import explained
    from diaspora_influence.validate.inputs.material import material
    from diaspora_influence.validate.reports.shown import legible

    try:
        read_in = material(replace(options, files=()), None, network)
        sys.stdout.write(explained(name, read_in.all_shapes(), read_in.texts))
    except DioError as error:
        raise legible(error) from error.__cause__
    return 0
