"""One run of the validator: options in, reports out, an exit code."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.errors import DioError, InputError, InternalError, PlacedError
from diaspora_influence.terminal import count
from diaspora_influence.terms import SHAPES
from diaspora_influence.validate.excerpt import Sources
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.inputs import (
    added_context,
    context_for,
    defining,
    expanded,
    own_files,
    read_each,
)
from diaspora_influence.validate.named import STDIN, address
from diaspora_influence.validate.options import Options
from diaspora_influence.validate.reports.outputs import FOR_PEOPLE, STDOUT, Output, outputs, send
from diaspora_influence.validate.reports.report import Report, Reporter
from diaspora_influence.validate.rule import SYNTAX, UNREADABLE, known_rules

if TYPE_CHECKING:
    from diaspora_influence.validate.baseline import Known

Fault = tuple[Path, InputError]


@dataclass(frozen=True, slots=True)
class Session:
    """What a run is told beside its options."""

    options: Options
    quiet: bool = False
    verbose: bool = False
    write_baseline: bool = False
    configured_by: Path | None = None
    kind: str | None = None
    separately: bool = False

    def tell(self, said: str) -> None:
        """Say something on standard error where the user wants to hear of it."""
        if self.verbose:
            print(f"dio validate: {said}", file=sys.stderr)

    def run(self) -> int:
        """Judge, write the reports and return the exit code; what is no DioError is made one."""
        try:
            return self._run()
        except (DioError, BrokenPipeError):
            raise
        except Exception as error:  # whatever breaks, a pipeline has to tell it from findings
            raise InternalError(f"dio validate itself failed: {type(error).__name__}: {error}") from error

    def _run(self) -> int:
        options = self.options
        paths = expanded(options.files, self.kind) if options.files else own_files()
        shapes = expanded(options.shapes) if options.shapes else None
        goals = outputs(options.output, options.format, self.quiet)
        beside = expanded(options.context_files)
        if STDIN in beside:
            raise InputError("--context -: standard input is data, not context; name a file")
        refuse_goals(goals, [*paths, *(shapes or []), *beside], options.baseline)
        known = self._known()
        self.tell(f"configuration: {self.configured_by or 'none'}")
        files, faults = read_each(paths, kind=self.kind)
        self.tell(f"{len(files)} of {len(paths)} files read")
        found = self._all_findings(files, shapes, beside)
        found += [fault_of(*fault) for fault in faults]
        report = self._report(found, paths, shapes)
        if not any(goal.file == STDOUT and goal.format in FOR_PEOPLE for goal in goals):
            for _, error in faults:
                print(f"dio validate: {error}", file=sys.stderr)
        if self.write_baseline:
            known = self._write_baseline(report, faults)
        report = self._without_known(report, known)
        from diaspora_influence.validate.reports.writers import written

        for goal in goals:
            send(written(report, goal), goal)
        return InputError.exit_code if faults else int(report.fails)

    def _all_findings(
        self, files: Sequence[SourceFile], shapes: Sequence[Path] | None, beside: Sequence[Path]
    ) -> list[Finding]:
        """Return what is found in the files as one graph, or in each alone; lint looks at all of them."""
        if not files:
            return []
        context = self._context(files, beside)
        if not self.separately:
            found = self._findings(files, shapes, context)
        else:
            alone = ([file] for file in files)
            found = [hit for one in alone for hit in self._findings(one, shapes, self._context(one, beside))]
        return [*found, *self._lint(files, context, found)]

    def _context(self, files: Sequence[SourceFile], beside: Sequence[Path]) -> list[ox.Triple]:
        """Return what is there to be looked up: what is packaged, and the files *beside*."""
        packaged = context_for(files) if self.options.context and self.options.files else ()
        return [*packaged, *added_context(beside, files)]

    def _findings(
        self, files: Sequence[SourceFile], shapes: Sequence[Path] | None, context: Iterable[ox.Triple]
    ) -> list[Finding]:
        from diaspora_influence.validate.judge import findings

        named = [Path(name) for name in self.options.files]
        return findings(files, shapes, defining(files), context, self.options.engine, both=named)

    def _lint(
        self, files: Sequence[SourceFile], context: Sequence[ox.Triple], found: Sequence[Finding]
    ) -> list[Finding]:
        if not self.options.lint:
            return []
        from diaspora_influence.validate.lint.run import lint

        return lint(files, context, self.options.context or not self.options.files, found)

    def _report(self, found: list[Finding], paths: Sequence[Path], shapes: Sequence[Path] | None) -> Report:
        rules = known_rules(shapes) if found else {}
        sources = Sources({str(path): path for path in paths if path.is_file()})  # a pipe is read once
        reporter = Reporter(rules, sources.excerpt, self.options.fail_on)
        return reporter.report(found, [str(path) for path in paths])

    def _known(self) -> "list[Known] | None":
        """Return what the baseline holds, None where there is none to compare with."""
        if self.options.baseline is None:
            if self.write_baseline:
                raise InputError("--write-baseline needs --baseline FILE, the file to write")
            return None
        if self.write_baseline and not Path(self.options.baseline).exists():
            return []
        from diaspora_influence.validate.baseline import read

        return read(Path(self.options.baseline))

    def _without_known(self, report: Report, known: "list[Known] | None") -> Report:
        if known is None:
            return report
        from diaspora_influence.validate.baseline import compared
        from diaspora_influence.validate.reports.report import path_of

        said = compared(report.entries, known, {path_of(name) for name in report.files})
        return replace(report, entries=said.new, known=said.known, stale=said.stale)

    def _write_baseline(self, report: Report, faults: Sequence[Fault]) -> "list[Known] | None":
        """Write the baseline and return what it holds; with a fault none is written."""
        from diaspora_influence.validate.baseline import read, write

        place = Path(str(self.options.baseline))
        if faults:
            print(f"dio validate: {place}: not written while a file cannot be read", file=sys.stderr)
            return None
        held = write(place, report.entries)
        print(f"dio validate: {place}: {count(held, 'finding')} written", file=sys.stderr)
        return read(place)


def fault_of(path: Path, error: InputError) -> Finding:
    """Return the finding that a file cannot be read or is not RDF."""
    name = str(path)
    place = partial(Finding, "Violation", name, component=SHAPES + "Program")
    if isinstance(error, PlacedError):
        said = (address(path), None, None, SYNTAX, error.said)
        return place(error.line, *said, column=error.column)
    said = (address(path), None, None, UNREADABLE, str(error).removeprefix(f"{name}: "))
    return place(1, *said)


def refuse_goals(goals: Iterable[Output], paths: Iterable[Path], baseline: str | None) -> None:
    """Raise InputError, before all else, where a report would go over what is read or has no folder."""
    read = {path.resolve() for path in [*paths, *([Path(baseline)] if baseline else [])]}
    for goal in goals:
        place = Path(goal.file)
        if goal.file != STDOUT and place.resolve() in read:
            raise InputError(f"{place}: a report is not written over what is judged")
        if goal.file != STDOUT and (place.is_dir() or not place.parent.is_dir()):
            raise InputError(f"{place}: cannot be written: no such folder, or it is one")
