"""Ask the release, or an endpoint, in SPARQL.

The query is an argument, a file (-f), or standard input (-). Prefixes of the house (dio:, id:, claim:, skos:
and the like) need no declaration. Rows come as a table, graphs as Turtle, unless --format says otherwise. A
query against the release runs in a worker process, under limits as in `dio serve`; an answer is whole or an
error.

Examples:
    dio query 'SELECT ?org ?agent { ?org dio:createdBy ?agent }'
    dio query -f question.rq --format csv > answer.csv
    dio query --endpoint http://localhost:8080/sparql 'ASK { ?s ?p ?o }'

A query that is wrong ends with exit code 2, one that hits a limit with 3.
"""

import argparse
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from diaspora_influence.errors import InputError
from diaspora_influence.release.read import open_current
from diaspora_influence.settings import Settings
from diaspora_influence.sparql import remote
from diaspora_influence.sparql.client import Answer, Pool
from diaspora_influence.sparql.errors import SparqlError
from diaspora_influence.sparql.excerpt import quoted
from diaspora_influence.sparql.formats import FORMATS_OF, GRAPHS, RESULTS, Format, find
from diaspora_influence.sparql.guard import Guarded, decode, examine
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.sparql.table import render
from diaspora_influence.terms import BASE, PREFIXES

TABLE: Final = "table"
FLAGS: Final = ("release_dir", "time_limit", "memory_limit", "row_limit", "byte_limit")
UNBOUND: Final = 1 << 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the query, where it is asked, and how the answer is written."""
    parser.add_argument("query", nargs="?", metavar="QUERY", help="the query itself; - reads standard input")
    parser.add_argument("-f", "--file", type=Path, metavar="FILE", help="the file that holds the query")
    parser.add_argument(
        "--endpoint", metavar="URL", help="the SPARQL endpoint to ask; default: the local release"
    )
    tokens = ", ".join(dict.fromkeys(one.token for one in (*RESULTS, *GRAPHS)))
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        help=f"table, {tokens}, or a media type; default: table for rows, Turtle for graphs",
    )
    Settings.add_arguments(parser, FLAGS)


def run(args: argparse.Namespace) -> int:
    """Print the answer; a refusal goes to standard error with the line it is about."""
    settings = Settings.from_environment(vars(args), FLAGS)
    text = query_text(args)
    try:
        show(asked(text, args.endpoint, args.format, settings), args.format)
    except SparqlError as error:
        print(f"dio query: {told(error, text)}", file=sys.stderr)
        return error.exit_code
    return 0


def query_text(args: argparse.Namespace) -> str:
    """Return the query, from the one place that is named."""
    if (args.query is None) == (args.file is None):
        raise InputError(
            "give the query as an argument, with -f FILE, or as - for standard input; one of them"
        )
    if args.query not in (None, "-"):
        return str(args.query)
    try:
        return decode(args.file.read_bytes() if args.file else sys.stdin.buffer.read())
    except OSError as error:
        raise InputError(f"{args.file}: cannot be read: {error.strerror}") from error


def asked(text: str, endpoint: str | None, name: str | None, settings: Settings) -> Answer:
    """Return the answer to *text* with the house's prefixes; places in errors are those in *text*."""
    guarded = examine(text, foreign(settings.limits) if endpoint else settings.limits, bool(endpoint))
    wanted = format_named(name, guarded)
    lines = prologue(guarded)
    request = SparqlRequest(lines + text, base=BASE + "/", media_type=wanted.media_type)
    try:
        if endpoint:
            return remote.ask(endpoint, request, wanted, settings.limits)
        release = open_current(settings.release_dir)
        with Pool(release.directory, replace(settings.limits, workers=1, queue=0), quick=True) as pool:
            return pool.ask(request)
    except SparqlError as error:
        error.line = error.line and error.line - lines.count("\n")
        raise


def foreign(limits: Limits) -> Limits:
    """Return *limits* without those that only the engine here needs."""
    return replace(limits, nesting=UNBOUND, chain=UNBOUND)


def prologue(guarded: Guarded) -> str:
    """Return one line that declares the house's prefixes that the query leaves undeclared."""
    missing = [one.prefix for one in guarded.undeclared if one.prefix in PREFIXES]
    declared = " ".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>" for prefix in missing)
    return declared and declared + "\n"


def format_named(name: str | None, guarded: Guarded) -> Format:
    """Return the serialisation to ask for: a table is made of the first."""
    among = FORMATS_OF[guarded.form]
    wanted = "" if name in (None, TABLE) else str(name)
    if name == TABLE and among is GRAPHS:
        raise InputError("--format: a graph is no table; there are " + names(among))
    if found := find(wanted, among):
        return found
    extra = "" if among is GRAPHS else TABLE + ", "
    raise InputError(f"--format: {name!r} is no format of this answer; there are {extra}{names(among)}")


def names(among: tuple[Format, ...]) -> str:
    """Return the tokens of *among* in one line."""
    return ", ".join(one.token for one in among)


def show(answer: Answer, name: str | None) -> None:
    """Write the answer to standard output, rows as a table unless a format is named."""
    body = answer.body
    if name in (None, TABLE) and answer.media_type == RESULTS[0].media_type:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        body = render(body, width).encode()
    sys.stdout.flush()
    sys.stdout.buffer.write(body if body.endswith(b"\n") else body + b"\n")
    sys.stdout.buffer.flush()


def told(error: SparqlError, text: str) -> str:
    """Return *error* in words, with its line of *text* and a caret under its column, and its hint."""
    quoted(error, text)
    place = f"line {error.line}, column {error.column}: " if error.line and error.column else ""
    shown = f"\n  {error.offending_line}\n  {error.caret}" if error.caret else ""
    return f"{place}{error}{shown}" + (f"\n{error.hint}" if error.hint else "")
