"""Turtle in, release out: read, judge, derive, infer, name, write, swap in."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from diaspora_influence import __version__
from diaspora_influence.data import ROOT, read_files
from diaspora_influence.release import stamp, swap
from diaspora_influence.release.canonical import canonical, digest, in_order, n_quads
from diaspora_influence.release.dumps import FORMATS, in_default_graph, write_dumps, write_file
from diaspora_influence.release.examples import Example, examples
from diaspora_influence.release.metadata import metadata
from diaspora_influence.release.proofs import Proofs, written
from diaspora_influence.release.read import (
    MANIFEST,
    METADATA,
    PROOFS,
    STORE,
    Release,
    default_release_dir,
    open_current,
)
from diaspora_influence.release.stages import Progress, Stages, compiled, house_stages, judge


@dataclass(frozen=True, slots=True)
class Origin:
    """What a release is made of and from, as its manifest says it."""

    digest: str
    version: str
    commit: str | None
    sources: str


def build(
    root: Path = ROOT,
    release_dir: Path | None = None,
    progress: Progress = lambda _: None,
    stages: Stages | None = None,
) -> Release:
    """Compile the Turtle below *root* into a release, bring it into service in *release_dir* and return it.

    Raises InputError where a file does not parse or the folder cannot be written, FindingsError where the
    data breaks a shape; the release in service stays then.
    """
    release_dir = release_dir or default_release_dir(root)
    stages = stages or house_stages()
    with swap.locked(release_dir, progress):
        sources = stamp.sources_digest(root)
        files = read_files(root)
        progress(f"read {len(files)} files, {sum(len(file.lines) for file in files)} triples")
        judge(files, stages, progress)
        graphs, proofs = compiled(files, stages, progress)
        quads = canonical(graphs)
        name = digest(quads)
        with swap.workshop(release_dir) as folder:
            origin = Origin(name, __version__, stamp.commit(root), sources)
            write(folder, quads, proofs, origin, examples(root))
            reused = swap.publish(folder, release_dir, name[:16])
        progress(f"release {name[:16]} {'was built before and stays' if reused else 'is'} in service")
        return open_current(release_dir)


def write(
    folder: Path, quads: Sequence[ox.Quad], proofs: Proofs, origin: Origin, shown: Sequence[Example] = ()
) -> None:
    """Write the whole release of the canonical *quads*, their *proofs* and the examples *shown*."""
    union = in_order(map(in_default_graph, quads))
    files = write_dumps(folder, quads)
    files.append(write_file(folder, PROOFS, "application/json", written(proofs)))
    about = metadata([quad.triple for quad in union], files, origin.digest, origin.commit, shown)
    files.append(write_file(folder, METADATA, FORMATS["nq"].media_type, n_quads(about)))
    store = ox.Store(folder / STORE)
    store.bulk_extend([*quads, *about, *union, *map(in_default_graph, about)])
    store.flush()
    store.optimize()
    graphs = Counter(quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode))
    rest = {
        "triples": len(union),
        "graphs": dict(sorted(graphs.items())),
        "files": [asdict(file) for file in files],
    }
    (folder / MANIFEST).write_text(
        json.dumps(asdict(origin) | rest, indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
