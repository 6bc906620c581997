"""What a child does: reads one document, holds it against the packaged shapes, writes the report."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Final

import pyoxigraph as ox

from diaspora_influence import validate
from diaspora_influence.data import SourceFile
from diaspora_influence.errors import PlacedError
from diaspora_influence.sparql.confine import no_new_descriptors
from diaspora_influence.sparql.errors import AnswerTooLarge, SparqlError, WorkerDied
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.terms import RDF, SHAPES
from diaspora_influence.validate import judge
from diaspora_influence.validate.collector import without_collector
from diaspora_influence.validate.fast.judge import packaged
from diaspora_influence.validate.fast.refusal import UnsupportedError
from diaspora_influence.validate.fast.tree import NotNativeError
from diaspora_influence.validate.finding import Finding, counted, in_order
from diaspora_influence.validate.inputs.files import context_for, defining
from diaspora_influence.validate.lint.run import lint
from diaspora_influence.validate.places.excerpt import Text
from diaspora_influence.validate.reading.formats import KINDS, SUFFIXES, read_table
from diaspora_influence.validate.reports.report import Reporter, nothing
from diaspora_influence.validate.rule import OF_READING, SYNTAX, Rule
from diaspora_influence.validate.shape_rules import known_rules
from diaspora_influence.web.validator.reporting import PLACELESS, REPORTS, SHOWN, Judged
from diaspora_influence.web.validator.request import Answer, Request
from diaspora_influence.web.validator.verdicts import memory

NOWHERE: Final = Path("/dev/null")
"""Below it lies what a client sent: no file has such a path, so none of the packaged ones is meant."""
TERM: Final = 16 << 20
"""Bytes of the longest term that the parser reads."""
NAMES: Final = {kind: f"data{suffix}" for suffix, kind in reversed(SUFFIXES.items())}
"""Name of a format to what a report calls the document."""
TIMES: Final = 2
"""A report may be so many times as long as an answer: it quotes and explains every finding."""
SAMPLE: Final = (
    ox.Triple(ox.NamedNode("urn:x"), ox.NamedNode(RDF + "type"), ox.NamedNode(SHAPES + "Thing")),
    ox.Triple(ox.NamedNode("urn:x"), ox.NamedNode("urn:p"), ox.Literal("1")),
)
"""A document in which something is wrong, so that whatever says so is imported."""


@cache
def rules() -> dict[str, Rule]:
    """Return what the packaged shapes say of themselves, read once."""
    return known_rules(None)


def warm() -> None:
    """Read all that is packaged and import every reader and writer, before any child is forked."""
    for module in walk_packages(validate.__path__, f"{validate.__name__}."):
        import_module(module.name)  # the command imports some when they are needed, and a child could not
    for query in (
        *packaged().targets.values(),
        *(one for shape in packaged().asked for one in shape.selects),
    ):
        with suppress(NotNativeError):
            assert query.tree
    for kind, form in KINDS.items():
        judged = judged_of(Request(ox.serialize(SAMPLE, format=form) or b"", kind, "urn:x", "ttl"))
        judged_of(Request(b"{<", kind, "urn:x", "ttl"))
        for write in REPORTS.values():
            write(judged)


def answer(request: Request, limits: Limits) -> Answer | SparqlError:
    """Return the report that is asked for, or the error that stands in its way; never raises."""
    try:
        judged = judged_of(request)
        with without_collector(), no_new_descriptors():
            body = REPORTS[request.report](judged)
        if len(body) > TIMES * limits.bytes:
            return too_large(limits)
        return Answer(body, read=not judged.report.unread, findings=judged.findings)
    except SparqlError as error:
        return error
    except MemoryError:
        return memory(limits)
    except BaseException as error:  # a panic of the parser derives from nothing nearer
        return WorkerDied(f"The validator failed: {type(error).__name__}.")


def judged_of(request: Request) -> Judged:
    """Return what is found in a document; what cannot be read has one finding, which names the place."""
    name = request.name or NAMES[request.kind]
    try:
        found = findings(read(request, name))
    except PlacedError as error:
        if isinstance(error.__context__, MemoryError) and len(request.body) < TERM:
            raise MemoryError from error  # the parser names its own limit, and has not met it
        found = [fault(name, request.base, error)]
    with without_collector():
        return reported(found, name, request)


def reported(found: list[Finding], name: str, request: Request) -> Judged:
    """Return the report on what was *found*, as far as its format tells of it: places take the most time."""
    excerpt = nothing if request.report in PLACELESS else Text(request.body).excerpt
    shown = in_order(found, once=False)[: SHOWN.get(request.report)]
    counts = counted(finding for finding in found if finding.shape not in OF_READING)
    return Judged(Reporter(rules(), excerpt).report(shown, [name]), len(found), counts)


def read(request: Request, name: str) -> SourceFile:
    """Return the document as a file; PlacedError where it is not RDF."""
    with no_new_descriptors():
        table = read_table(request.body, name, KINDS[request.kind], request.base, "d")
    return SourceFile(NOWHERE / name, name, ox.NamedNode(request.base), table)


def findings(file: SourceFile) -> list[Finding]:
    """Return what the packaged shapes and the lint find in *file*, what else is packaged being its context.

    Lint may open the packaged shapes, and nothing that a document names: the text of a source least of all,
    of which digests of chosen passages would tell.
    """
    context = context_for([file])
    found = by_shapes(file, context)
    return [*found, *lint([file], context, True, found, of_files={})]


def by_shapes(file: SourceFile, context: Sequence[ox.Triple]) -> list[Finding]:
    """Return what the packaged shapes find in *file*.

    What the fast engine refuses pyshacl judges, which then reads the shapes: it may open files, and has no
    network, as all else here.
    """
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
        f"The report has more than {TIMES * limits.bytes:,} bytes.",
        limit=f"{TIMES * limits.bytes} bytes a report",
        hint="Send less at a time, or run dio validate, which has no such limit.",
        settings="byte_limit",
    )
