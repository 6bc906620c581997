"""What a child does: reads one document, holds it against the packaged shapes, writes the report."""

from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import SourceFile, with_own_nodes
from diaspora_influence.errors import PlacedError
from diaspora_influence.sparql.confine import no_new_descriptors
from diaspora_influence.sparql.errors import AnswerTooLarge, SparqlError, WorkerDied
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.terms import SHAPES
from diaspora_influence.validate import judge
from diaspora_influence.validate.excerpt import Text
from diaspora_influence.validate.fast.judge import packaged
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.inputs import context_for, defining, plain_triples
from diaspora_influence.validate.reading import KINDS, SUFFIXES, read_lines
from diaspora_influence.validate.reports.report import Report, Reporter
from diaspora_influence.validate.rule import SYNTAX, Rule, known_rules
from diaspora_influence.web.validator.reporting import REPORTS
from diaspora_influence.web.validator.request import Answer, Request
from diaspora_influence.web.validator.verdicts import memory

NOWHERE: Final = Path("/dev/null")
"""Below it lies what a client sent: no file has such a path, so none of the packaged ones is meant."""
TERM: Final = 16 << 20
"""Bytes of the longest term that the parser reads."""
REFERENCE: Final = "diaspora_influence.validate.reference"
"""Imports pyshacl, which the fast engine asks about odd literals: a child, which opens no file, could not."""
NAMES: Final = {kind: f"data{suffix}" for suffix, kind in reversed(SUFFIXES.items())}
"""Name of a format to what a report calls the document."""
SAMPLE: Final = b"<urn:x> a <" + SHAPES.encode() + b"Thing> , 1 ."


@cache
def packaged_triples(path: Path, label: str) -> list[ox.Triple]:
    """Return the triples of a packaged file, read once; forks share them."""
    return list(plain_triples(path, label))


@cache
def rules() -> dict[str, Rule]:
    """Return what the packaged shapes say of themselves, read once."""
    return known_rules(None)


def warm() -> None:
    """Read all that is packaged and import every writer, before any child is forked."""
    import_module(REFERENCE)
    packaged()
    report = report_of(Request(SAMPLE, "turtle", "urn:x", "ttl"))
    for write in REPORTS.values():
        write(report)
    report_of(Request(b"", "turtle", "urn:x", "ttl"))


def answer(request: Request, limits: Limits) -> Answer | SparqlError:
    """Return the report that is asked for, or the error that stands in its way; never raises."""
    try:
        report = report_of(request)
        with no_new_descriptors():
            body = REPORTS[request.report](report)
        if len(body) > limits.bytes:
            return too_large(limits)
        return Answer(body, read=not report.unread, findings=len(report.entries))
    except SparqlError as error:
        return error
    except MemoryError:
        return memory(limits)
    except BaseException as error:  # a panic of the parser derives from nothing nearer
        return WorkerDied(f"The validator failed: {type(error).__name__}.")


def report_of(request: Request) -> Report:
    """Return the report on a document; what cannot be read has one finding, which names the place."""
    name = NAMES[request.kind]
    try:
        found = findings(read(request, name))
    except PlacedError as error:
        if isinstance(error.__context__, MemoryError) and len(request.body) < TERM:
            raise MemoryError from error  # the parser names its own limit, and has not met it
        found = [fault(name, request.base, error)]
    return Reporter(rules(), Text(request.body).excerpt).report(found, [name])


def read(request: Request, name: str) -> SourceFile:
    """Return the document as a file; PlacedError where it is not RDF."""
    with no_new_descriptors():
        read_in = read_lines(request.body, name, KINDS[request.kind], request.base)
        lines = with_own_nodes(read_in, "d")
    return SourceFile(NOWHERE / name, name, ox.NamedNode(request.base), lines)


def findings(file: SourceFile) -> list[Finding]:
    """Return what the packaged shapes find in *file*, what else is packaged being its context.

    What the fast engine refuses pyshacl judges, which then reads the shapes: it may open files, and has no
    network, as all else here.
    """
    context = list(context_for([file], packaged_triples))
    judged = partial(judge.findings, [file], None, defining([file]), context)
    try:
        with no_new_descriptors():
            return judged("fast")
    except UnsupportedError:
        return judged("pyshacl")


def fault(name: str, base: str, error: PlacedError) -> Finding:
    """Return the finding that the document is not RDF in its format."""
    said = (base, None, None, SYNTAX, error.said)
    return Finding("Violation", name, error.line, *said, component=SHAPES + "Program", column=error.column)


def too_large(limits: Limits) -> AnswerTooLarge:
    """Return the error of a report that is longer than is sent."""
    return AnswerTooLarge(
        f"The report has more than {limits.bytes:,} bytes.",
        limit=f"{limits.bytes} bytes a report",
        hint="Send less at a time, or run dio validate, which has no such limit.",
        settings="byte_limit",
    )
