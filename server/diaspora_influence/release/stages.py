"""What the Turtle passes through on its way into a release: judged by shapes, derived from, inferred and
concluded from."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.errors import FindingsError
from diaspora_influence.reason import Closure
from diaspora_influence.release.proofs import Proofs, proofs_of
from diaspora_influence.terms import CONCLUSIONS, INFERRED

Progress = Callable[[str], None]
Graphs = dict[ox.NamedNode, list[ox.Triple]]

INFERRED_GRAPH: Final = ox.NamedNode(INFERRED)
CONCLUSIONS_GRAPH: Final = ox.NamedNode(CONCLUSIONS)

SHOWN: Final = 50
"""How many findings a failed build prints."""


class Finding(Protocol):
    """What a judge says of one line."""

    @property
    def severity(self) -> str:
        """Violation, Warning or Info."""

    @property
    def file(self) -> object:
        """The file that a reader can open."""

    @property
    def line(self) -> int | None:
        """The line, from 1, where there is one."""

    @property
    def message(self) -> str:
        """What is wrong and how to mend it."""


def nothing(_: ox.Store, closure: Closure) -> tuple[list[ox.Triple], Closure]:
    """Conclude nothing."""
    return [], closure


@dataclass(frozen=True, slots=True)
class Stages:
    """The rooms that a build passes through; a small test root brings its own.

    *conclude* is given the store with what was inferred; it returns the conclusions, and the closure with
    what follows from them.
    """

    judge: Callable[[Sequence[SourceFile]], Sequence[Finding]]
    derive: Callable[[ox.Store], Mapping[ox.NamedNode, Iterable[ox.Triple]]]
    infer: Callable[[ox.Store], Closure]
    conclude: Callable[[ox.Store, Closure], tuple[list[ox.Triple], Closure]] = nothing


def house_stages() -> Stages:
    """Return the shapes, the derivation and the reasoner of this package, imported only now."""
    from diaspora_influence.derive import derive
    from diaspora_influence.reason import close
    from diaspora_influence.reason.patterns import concluded
    from diaspora_influence.validate.judge import findings

    def by_shapes(files: Sequence[SourceFile]) -> Sequence[Finding]:
        paths = {
            name: [file.path for file in files if file.folder == name] for name in ("shapes", "ontology")
        }
        return findings(files, paths["shapes"], paths["ontology"])

    return Stages(by_shapes, derive, close, concluded)


def judge(files: Sequence[SourceFile], stages: Stages, progress: Progress) -> None:
    """Hold *files* against the shapes; a violation stops the build."""
    findings = stages.judge(files)
    counts = Counter(finding.severity for finding in findings)
    progress(f"validated: {counts['Violation']} violations, {counts['Warning']} warnings")
    violations = [finding for finding in findings if finding.severity == "Violation"]
    if violations:
        lines = [f"{finding.file}:{finding.line}: {finding.message}" for finding in violations[:SHOWN]]
        if len(violations) > SHOWN:
            lines.append(f"… and {len(violations) - SHOWN} more; `dio validate` names all")
        raise FindingsError("\n".join([f"{len(violations)} violations", *lines]))


def compiled(files: Sequence[SourceFile], stages: Stages, progress: Progress) -> tuple[Graphs, Proofs]:
    """Return the graph of each file, what claims and axioms add, the conclusions; and the proofs."""
    given: Graphs = {file.graph: [line.triple for line in file.lines] for file in files}
    store = ox.Store()
    add(store, given)
    derived = {name: list(triples) for name, triples in stages.derive(store).items()}
    progress(f"derived {sum(map(len, derived.values()))} triples")
    add(store, derived)
    closure = stages.infer(store)
    add(store, {INFERRED_GRAPH: closure.inferred})
    conclusions, closure = stages.conclude(store, closure)
    progress(f"inferred {len(closure.inferred)} triples, concluded {len(conclusions)}")
    given |= derived | {CONCLUSIONS_GRAPH: conclusions}
    return given | {INFERRED_GRAPH: closure.inferred}, proofs_of(closure, given)


def add(store: ox.Store, graphs: Graphs) -> None:
    """Put each graph into *store* under its name and into the default graph."""
    for name, triples in graphs.items():
        for graph in (name, ox.DefaultGraph()):
            store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
