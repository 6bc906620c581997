"""One run of the validator: options in, reports out, an exit code."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from diaspora_influence.data import SourceFile
from diaspora_influence.errors import DioError, InputError, InternalError
from diaspora_influence.record import record, replace
from diaspora_influence.validate.aside import processes
from diaspora_influence.validate.collector import begin_to_hold, hold, unsearched_at_exit, without_collector
from diaspora_influence.validate.faults import Fault, fault_of, refuse_goals
from diaspora_influence.validate.finding import Finding
from diaspora_influence.validate.inputs.addresses import called
from diaspora_influence.validate.inputs.files import read_each
from diaspora_influence.validate.inputs.material import Material, ShapeSet, material
from diaspora_influence.validate.options import Options
from diaspora_influence.validate.reports.outputs import FOR_PEOPLE, STDOUT, Output, outputs, send
from diaspora_influence.validate.reports.report import Report, Reporter
from diaspora_influence.validate.reports.shown import legible, visible

if TYPE_CHECKING:
    from diaspora_influence.validate.baseline import Known


@record
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
            begin_to_hold()
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
        files, faults = read_each(read_in.files, kind=self.kind, web=read_in.web, processes=processes())
        self.tell(f"{len(files)} of {len(read_in.files)} files read")
        sets = read_in.shape_sets(files) if files else []
        found, notes = self._found(files, sets, read_in)
        report = self._report([*found, *(fault_of(*fault) for fault in faults)], sets, read_in, notes)
        hold((files, found, report))
        self._say(goals, notes, faults)
        report = self._baselined(report, known, faults)
        from diaspora_influence.validate.reports.writers import written

        for goal in goals:
            send(written(report, goal, processes()), goal)
        return InputError.exit_code if faults else int(report.fails)

    def _say(self, goals: Iterable[Output], notes: Iterable[str], faults: Iterable[Fault]) -> None:
        """Say on standard error what no report there says: which engine judged, and what cannot be read."""
        for note in notes if not self.quiet else ():
            print(f"dio validate: {visible(note)}", file=sys.stderr)
        if not any(goal.file == STDOUT and goal.format in FOR_PEOPLE for goal in goals):
            for _, error in faults:
                print(f"dio validate: {visible(str(error))}", file=sys.stderr)

    def _found(
        self, files: Sequence[SourceFile], sets: Sequence[ShapeSet], read_in: Material
    ) -> tuple[list[Finding], tuple[str, ...]]:
        if not files:
            return [], ()
        from diaspora_influence.validate.searching import found_in

        return found_in(files, sets, read_in, self.options, self.separately, processes())

    def _report(
        self, found: Sequence[Finding], sets: Sequence[ShapeSet], read_in: Material, notes: tuple[str, ...]
    ) -> Report:
        files = {called(path): path for path in read_in.files}
        if not found:
            return Report((), tuple(files), notes=notes)
        from diaspora_influence.validate.places.excerpt import Sources, Text
        from diaspora_influence.validate.shape_rules import known_rules

        broken = {finding.rule for finding in found}
        rules = {iri: rule for shapes in sets for iri, rule in known_rules(shapes, broken).items()}
        texts = {url: Text(content) for url, content in read_in.texts.items()}
        # a pipe is read once
        sources = Sources({name: path for name, path in files.items() if path.is_file()}, texts)
        reporter = Reporter(rules, sources.excerpt, self.options.fail_on, processes())
        return replace(reporter.report(found, list(files)), notes=notes)

    def _known(self) -> "list[Known] | None":
        """Return what the baseline holds, None where there is none to compare with."""
        place = self.options.baseline
        if place is None:
            if self.write_baseline:
                raise InputError("--write-baseline needs --baseline FILE, the file to write")
            return None
        from diaspora_influence.validate.baselined import known_of

        return known_of(Path(place), self.write_baseline)

    def _baselined(self, report: Report, known: "list[Known] | None", faults: Sequence[Fault]) -> Report:
        """Return *report* without what the baseline holds, which is written before where that is wanted."""
        if self.options.baseline is None:
            return report
        from diaspora_influence.validate.baselined import without_known, written

        if self.write_baseline:
            known = written(report, Path(self.options.baseline), faults)
        return report if known is None else without_known(report, known)
