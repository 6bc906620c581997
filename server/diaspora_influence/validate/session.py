"""One run of the validator: options in, reports out, an exit code."""

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.errors import DioError, InputError, InternalError
from diaspora_influence.terminal import count
from diaspora_influence.validate.collector import unsearched_at_exit, without_collector
from diaspora_influence.validate.faults import Fault, fault_of, judged_by_pyshacl, refuse_goals
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.inputs.addresses import called
from diaspora_influence.validate.inputs.files import defining, read_each
from diaspora_influence.validate.inputs.material import Material, ShapeSet, material
from diaspora_influence.validate.options import Options
from diaspora_influence.validate.reports.outputs import FOR_PEOPLE, STDOUT, Output, outputs, send
from diaspora_influence.validate.reports.report import Report, Reporter
from diaspora_influence.validate.reports.shown import legible, visible
from diaspora_influence.validate.rule import known_rules

if TYPE_CHECKING:
    from diaspora_influence.validate.baseline import Known

PROCESSES: Final = 4
"""Processes that judge at one time, at the most; each takes some memory of its own."""


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
    network: bool = False

    def tell(self, said: str) -> None:
        """Say something on standard error where the user wants to hear of it."""
        if self.verbose:
            print(f"dio validate: {said}", file=sys.stderr)

    def run(self) -> int:
        """Judge, write the reports and return the exit code; what is no DioError is made one."""
        try:
            unsearched_at_exit()
            with without_collector():
                return self._run()
        except DioError as error:
            raise legible(error) from error.__cause__
        except BrokenPipeError:
            raise
        except Exception as error:  # whatever breaks, a pipeline has to tell it from findings
            raise InternalError(f"dio validate itself failed: {type(error).__name__}: {error}") from error

    def _run(self) -> int:
        options = self.options
        read_in = material(options, self.kind, self.network)
        goals = outputs(options.output, options.format, self.quiet)
        refuse_goals(goals, read_in.paths, options.baseline)
        known = self._known()
        self.tell(f"configuration: {self.configured_by or 'none'}")
        files, faults = read_each(read_in.files, kind=self.kind, web=read_in.web)
        self.tell(f"{len(files)} of {len(read_in.files)} files read")
        sets = read_in.shape_sets(files) if files else []
        found, notes = self._all_findings(files, sets, read_in)
        found += [fault_of(*fault) for fault in faults]
        report = replace(self._report(found, sets, read_in), notes=notes)
        self._say(goals, notes, faults)
        if self.write_baseline:
            known = self._write_baseline(report, faults)
        report = self._without_known(report, known)
        from diaspora_influence.validate.reports.writers import written

        for goal in goals:
            send(written(report, goal), goal)
        return InputError.exit_code if faults else int(report.fails)

    def _say(self, goals: Iterable[Output], notes: Iterable[str], faults: Iterable[Fault]) -> None:
        """Say on standard error what no report there says: which engine judged, and what cannot be read."""
        for note in notes if not self.quiet else ():
            print(f"dio validate: {visible(note)}", file=sys.stderr)
        if not any(goal.file == STDOUT and goal.format in FOR_PEOPLE for goal in goals):
            for _, error in faults:
                print(f"dio validate: {visible(str(error))}", file=sys.stderr)

    def _all_findings(
        self, files: Sequence[SourceFile], sets: Sequence[ShapeSet], read_in: Material
    ) -> tuple[list[Finding], tuple[str, ...]]:
        """Return what is found in the files, as one graph or in each alone, and what the engines tell of it.

        Lint looks at all of them.
        """
        if not files:
            return [], ()
        from diaspora_influence.validate.judge import findings

        notes: list[str] = []
        processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        judge = partial(
            findings, engine=self.options.engine, tell=notes.append, processes=min(processes, PROCESSES)
        )
        context = read_in.context(files)
        found: list[Finding] = []
        for some in [[file] for file in files] if self.separately else [files]:
            beside = read_in.context(some) if self.separately else context
            data = read_in.data(some)
            for shapes in sets:
                found += judge(data, shapes, defining(some), beside)
        return [*found, *self._lint(files, context, found)], tuple(
            map(judged_by_pyshacl, dict.fromkeys(notes))
        )

    def _lint(
        self, files: Sequence[SourceFile], context: Sequence[ox.Triple], found: Sequence[Finding]
    ) -> list[Finding]:
        if not self.options.lint:
            return []
        from diaspora_influence.validate.lint.run import lint

        whole = self.options.context or not self.options.files
        return lint(files, context, whole, found, vocabulary=not self.options.ontology)

    def _report(self, found: list[Finding], sets: Sequence[ShapeSet], read_in: Material) -> Report:
        rules = {iri: rule for shapes in sets for iri, rule in known_rules(shapes).items()} if found else {}
        from diaspora_influence.validate.places.excerpt import Sources, Text

        texts = {url: Text(content) for url, content in read_in.texts.items()}
        paths = {called(path): path for path in read_in.files}
        # a pipe is read once
        sources = Sources({name: path for name, path in paths.items() if path.is_file()}, dict(texts))
        reporter = Reporter(rules, sources.excerpt, self.options.fail_on)
        return reporter.report(found, list(paths))

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
            print(
                f"dio validate: {visible(str(place))}: not written while a file cannot be read",
                file=sys.stderr,
            )
            return None
        held = write(place, report.entries)
        print(f"dio validate: {visible(str(place))}: {count(held, 'finding')} written", file=sys.stderr)
        return read(place)
