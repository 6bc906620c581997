"""A release is a function of the Turtle; a build succeeds whole or changes nothing."""

import hashlib
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.data import PACKAGE, SourceFile
from diaspora_influence.errors import FindingsError, InputError
from diaspora_influence.reason import Closure, Proof
from diaspora_influence.release.build import build
from diaspora_influence.release.canonical import canonical, n_quads
from diaspora_influence.release.read import (
    CURRENT,
    PROOFS,
    Release,
    default_release_dir,
    is_stale,
    open_current,
)
from diaspora_influence.release.seal import CHECKSUMS, is_whole
from diaspora_influence.release.stages import Stages
from diaspora_influence.release.swap import KEPT, locked
from diaspora_influence.terms import (
    DCAT,
    DERIVED,
    DIO,
    GRAPH,
    ID,
    INFERRED,
    METADATA,
    RELEASE,
    SPDX,
    VOID,
    WELL_KNOWN,
)
from small_root import without_instances, write_root

UNION, CREATED_BY, STATE = (ox.NamedNode(iri) for iri in (ID + "union", DIO + "createdBy", ID + "state"))


@dataclass(frozen=True)
class Finding:
    severity: str
    file: str
    line: int
    message: str


def derive(_store: ox.Store) -> Mapping[ox.NamedNode, Iterable[ox.Triple]]:
    return {ox.NamedNode(DERIVED + "small"): [ox.Triple(UNION, CREATED_BY, STATE)]}


def infer(store: ox.Store) -> Closure:
    assert list(store.quads_for_pattern(UNION, CREATED_BY, STATE, ox.DefaultGraph())), "sees what was derived"
    created = ox.Triple(STATE, ox.NamedNode(DIO + "created"), UNION)
    proof = Proof("prp-inv1", (ox.Triple(UNION, CREATED_BY, STATE),))
    return Closure([created], [], {created: proof})


STAGES = Stages(judge=lambda _files: [], derive=derive, infer=infer)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_root(tmp_path / "root")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "release"


def made(root: Path, out: Path, stages: Stages = STAGES) -> Release:
    return build(root, out, stages=stages)


def contents(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir())


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8")


# what is in it


def test_store_has_a_graph_for_each_file_and_their_union_in_the_default_graph(root: Path, out: Path) -> None:
    store = ox.Store.read_only(str(made(root, out).store))
    names = {
        node.value.removeprefix(GRAPH) for node in store.named_graphs() if isinstance(node, ox.NamedNode)
    }
    assert names == {
        "ontology/small", "instances/small/agents", "instances/small/more", "shapes/agent",
        "derived/small", "inferred", "metadata",
    }  # fmt: skip
    named = {
        quad.triple
        for name in store.named_graphs()
        for quad in store.quads_for_pattern(None, None, None, name)
    }
    default = {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    assert default == named


def test_digest_is_the_checksum_of_the_canonical_dump(root: Path, out: Path) -> None:
    release = made(root, out)
    content = release.dump.read_bytes()
    assert release.digest == hashlib.sha256(content).hexdigest()
    assert release.directory.name == release.digest[:16]
    lines = content.splitlines()
    assert lines == sorted(set(lines))
    assert METADATA.encode() not in content


def test_dump_and_metadata_are_what_the_store_holds(root: Path, out: Path) -> None:
    release = made(root, out)
    memory = (
        ox.Store()
    )  # a store spells numbers and dates its own way: a nonNegativeInteger is an integer there
    for path in (release.dump, release.metadata):
        memory.extend(ox.parse(path=path, format=ox.RdfFormat.N_QUADS))
    store = ox.Store.read_only(str(release.store))
    assert set(memory) == {quad for quad in store if isinstance(quad.graph_name, ox.NamedNode)}


def test_same_label_in_two_files_is_two_blank_nodes(root: Path, out: Path) -> None:
    store = ox.Store.read_only(str(made(root, out).store))
    answer = store.query(
        'SELECT DISTINCT ?n { ?n <http://www.w3.org/2000/01/rdf-schema#label> "note" FILTER isBlank(?n) }'
    )
    assert len(list(answer)) == 3  # type: ignore[arg-type]


def test_counts_are_those_of_the_graphs(root: Path, out: Path) -> None:
    release = made(root, out)
    assert release.graphs[DERIVED + "small"] == 1
    assert release.graphs[INFERRED] == 1
    assert sum(release.graphs.values()) == len(release.dump.read_bytes().splitlines())
    store = ox.Store.read_only(str(release.store))
    metadata = list(store.quads_for_pattern(None, None, None, ox.NamedNode(METADATA)))
    assert len(list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))) == release.triples + len(
        metadata
    )


FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG, ".jsonld": ox.RdfFormat.JSON_LD, ".rdf": ox.RdfFormat.RDF_XML,
}  # fmt: skip


def test_every_format_of_a_dump_says_the_same(root: Path, out: Path) -> None:
    release = made(root, out)
    meanings: dict[tuple[str, bool], set[bytes]] = {}
    for file in release.files:
        path = release.directory / file.path
        if path.name == PROOFS:
            continue
        triples: dict[ox.NamedNode, list[ox.Triple]] = {}
        for quad in ox.parse(path=path, format=FORMATS[path.suffix]):
            name = quad.graph_name if isinstance(quad.graph_name, ox.NamedNode) else ox.NamedNode("x:default")
            triples.setdefault(name, []).append(quad.triple)
        meaning = n_quads(canonical(triples))
        meanings.setdefault((path.stem, path.suffix in {".nq", ".trig"}), set()).add(meaning)
    assert {name for name, _ in meanings} == {
        "ontology",
        "alignments",
        "dataset",
        "shapes",
        "dump",
        "metadata",
    }
    assert {key for key, meaning in meanings.items() if len(meaning) != 1} == set()


def test_manifest_describes_every_file_and_names_no_machine_and_no_clock(root: Path, out: Path) -> None:
    release = made(root, out)
    for file in release.files:
        content = (release.directory / file.path).read_bytes()
        assert (file.sha256, file.size) == (hashlib.sha256(content).hexdigest(), len(content))
        assert str(root.parent).encode() not in content
    manifest = (release.directory / "release.json").read_text("utf-8")
    assert str(root.parent) not in manifest
    assert set(json.loads(manifest)) == {
        "digest",
        "version",
        "commit",
        "sources",
        "triples",
        "graphs",
        "files",
    }


def test_every_file_is_sealed_by_its_checksum(root: Path, out: Path) -> None:
    release = made(root, out)
    ox.Store.read_only(str(release.store))
    assert is_whole(release.directory)


DATASET = f"<{WELL_KNOWN}dataset>"
METADATA_QUESTIONS = {
    "triples": f"{DATASET} <{VOID}triples> ?n",
    "class partition": f"{DATASET} <{VOID}classPartition> ?p . "
    f"?p <{VOID}class> <{DIO}Agent> ; <{VOID}entities> 3",
    "property partition": f"{DATASET} <{VOID}propertyPartition> ?p . "
    f"?p <{VOID}property> <{DIO}createdBy> ; <{VOID}triples> 1",
    "vocabulary": f"{DATASET} <{VOID}vocabulary> <{DIO}>",
    "endpoint": f"{DATASET} <{VOID}sparqlEndpoint> ?e . "
    f"?s <{DCAT}endpointURL> ?e ; <{DCAT}servesDataset> {DATASET}",
    "distribution": f"{DATASET} <{DCAT}distribution> [ <{DCAT}byteSize> ?b ; <{DCAT}mediaType> ?m ; "
    f"<{SPDX}checksum> [ <{SPDX}algorithm> <{SPDX}checksumAlgorithm_sha256> ; <{SPDX}checksumValue> ?c ] ]",
}


def test_distributions_are_named_by_the_address_of_each_file(root: Path, out: Path) -> None:
    release = made(root, out)
    ask = f"SELECT ?iri {{ {DATASET} <{DCAT}distribution> ?iri }}"
    found = {row[0].value for row in ox.Store.read_only(str(release.store)).query(ask)}  # type: ignore[union-attr]
    described = {file.path for file in release.files} - {release.metadata.name}
    assert found == {f"{RELEASE}{release.version}/{path}" for path in described}


@pytest.mark.parametrize("pattern", METADATA_QUESTIONS.values(), ids=METADATA_QUESTIONS)
def test_metadata_answers_in_the_default_graph(pattern: str, root: Path, out: Path) -> None:
    assert ox.Store.read_only(str(made(root, out).store)).query(f"ASK {{ {pattern} }}")


def test_empty_instances_give_a_release(tmp_path: Path, out: Path) -> None:
    release = made(without_instances(tmp_path / "root"), out)
    assert not [name for name in release.graphs if "/instances/" in name]


def test_no_turtle_at_all_is_an_error(tmp_path: Path, out: Path) -> None:
    with pytest.raises(InputError, match="no Turtle below"):
        made(tmp_path / "nothing", out)


# what it depends on


def test_comments_and_layout_and_blank_node_labels_do_not_change_the_digest(root: Path, out: Path) -> None:
    first = made(root, out)
    path = root / "instances/small/agents.ttl"
    path.write_text(
        "# a comment\n" + path.read_text("utf-8").replace("_:same", "_:other").replace(" ;\n   ", ";"),
        "utf-8",
    )
    assert is_stale(first, root)
    second = made(root, out)
    assert second.digest == first.digest
    assert not is_stale(second, root)


def test_one_changed_word_changes_the_digest(root: Path, out: Path) -> None:
    first = made(root, out)
    append(root / "instances/small/more.ttl", 'id:council rdfs:label "Совет"@ru .\n')
    assert is_stale(first, root)
    assert made(root, out).digest != first.digest


def test_release_of_another_version_is_stale(root: Path, out: Path) -> None:
    assert is_stale(replace(made(root, out), version="0.0.0"), root)


def git(folder: Path, *words: str) -> str:
    me = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.org")
    return subprocess.run(
        ["git", *me, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_commit_is_named_only_where_it_holds_the_turtle(root: Path, out: Path) -> None:
    assert made(root, out).commit is None
    git(root, "init", "--quiet")
    git(root, "add", "ontology", "shapes", "instances")
    git(root, "commit", "--quiet", "--message", "data")
    release = made(root, out)
    assert release.commit == git(root, "rev-parse", "HEAD")
    assert f"<swh:1:rev:{release.commit}>".encode() in release.metadata.read_bytes()
    append(root / "instances/small/more.ttl", "# not committed\n")
    assert made(root, out).commit is None


def test_commit_of_a_repository_that_only_surrounds_the_data_is_not_named(root: Path, out: Path) -> None:
    git(root.parent, "init", "--quiet")
    (root.parent / ".gitignore").write_text("root/\n", "utf-8")
    git(root.parent, "add", ".gitignore")
    git(root.parent, "commit", "--quiet", "--message", "no data here")
    assert made(root, out).commit is None


# how it comes into service


def test_same_digest_reuses_the_folder(root: Path, out: Path) -> None:
    first = made(root, out)
    identity = first.store.stat().st_ino
    assert made(root, out).store.stat().st_ino == identity


def damage_truncated(folder: Path) -> None:
    (folder / "dumps/dataset.ttl").write_bytes(b"")


def damage_store(folder: Path) -> None:
    table = max((folder / "store").glob("*.sst"), key=lambda path: path.stat().st_size)
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 0xFF
    table.write_bytes(content)


def damage_missing(folder: Path) -> None:
    (folder / "dump.nq").unlink()


def damage_manifest(folder: Path) -> None:
    (folder / "release.json").write_text("{", "utf-8")


def damage_checksums(folder: Path) -> None:
    (folder / CHECKSUMS).write_bytes(b"\xff nonsense")


def damage_all(folder: Path) -> None:
    shutil.rmtree(folder)


DAMAGES = (damage_truncated, damage_store, damage_missing, damage_manifest, damage_checksums, damage_all)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damaged_folder_is_repaired(damage, root: Path, out: Path) -> None:  # type: ignore[no-untyped-def]
    first = made(root, out)
    damage(first.directory)
    second = made(root, out)
    assert second == first
    assert is_whole(second.directory)
    assert contents(out) == sorted([".lock", CURRENT, second.directory.name])


def judge_violation(files: Sequence[SourceFile]) -> Sequence[Finding]:
    agents = next(file for file in files if file.name.endswith("agents.ttl"))
    return [
        Finding("Violation", agents.name, 5, "An agent needs a label."),
        Finding("Warning", agents.name, 6, "Short."),
    ]


def infer_crash(_store: ox.Store) -> Closure:
    raise RuntimeError("a bug")


def infer_full_disk(_store: ox.Store) -> Closure:
    raise OSError(28, "No space left on device")


FAILURES = {
    "violation": (
        replace(STAGES, judge=judge_violation),
        FindingsError,
        "instances/small/agents.ttl:5: An agent needs",
    ),
    "crash": (replace(STAGES, infer=infer_crash), RuntimeError, "a bug"),
    "full disk": (replace(STAGES, infer=infer_full_disk), InputError, "No space left on device"),
}


@pytest.mark.parametrize(("stages", "error", "message"), FAILURES.values(), ids=FAILURES)
def test_failed_build_leaves_the_last_release_and_no_litter(
    stages: Stages, error: type[Exception], message: str, root: Path, out: Path
) -> None:
    before = made(root, out)
    append(root / "instances/small/more.ttl", "id:state a dio:Agent .\n")
    with pytest.raises(error, match=message):
        made(root, out, stages)
    assert open_current(out) == before
    assert contents(out) == sorted([".lock", CURRENT, before.directory.name])


def test_warnings_do_not_stop_a_build(root: Path, out: Path) -> None:
    said: list[str] = []
    warn = replace(STAGES, judge=lambda _files: [Finding("Warning", "x.ttl", 1, "Short.")])
    build(root, out, said.append, warn)
    assert "validated: 0 violations, 1 warnings" in said


def test_leftovers_of_a_dead_build_are_cleared(root: Path, out: Path) -> None:
    for name in (".building-1", ".old-0123456789abcdef"):
        (out / name / "store").mkdir(parents=True)
    (out / ".current-1").write_text("half", "utf-8")
    release = made(root, out)
    assert contents(out) == sorted([".lock", CURRENT, release.directory.name])


def test_old_releases_are_pruned_but_never_the_current_one(root: Path, out: Path) -> None:
    digests = []
    for number in range(5):
        append(root / "instances/small/more.ttl", f"id:council rdfs:comment {number} .\n")
        digests.append(made(root, out).digest[:16])
    kept = {name for name in contents(out) if len(name) == 16}
    assert kept == set(digests[-KEPT:])
    assert open_current(out).digest[:16] == digests[-1]


def test_other_files_in_the_release_folder_are_left_alone(root: Path, out: Path) -> None:
    (out / "notes").mkdir(parents=True)
    made(root, out)
    assert (out / "notes").is_dir()


def test_release_folder_that_cannot_be_written_is_named(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InputError, match=r"file.*: the release cannot be written: Not a directory"):
        made(root, tmp_path / "file" / "release")


# how it is read


def test_no_release_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="run `dio build`"):
        open_current(tmp_path)


@pytest.mark.parametrize("pointer", [b"", b"../../etc\n", b"0123456789abcdef\n", b"\xff\xfe"])
def test_pointer_to_no_release_says_what_to_run(pointer: bytes, root: Path, out: Path) -> None:
    release = made(root, out)
    (out / CURRENT).write_bytes(pointer)
    with pytest.raises(InputError, match="run `dio build`"):
        open_current(out)
    assert made(root, out) == release


def test_opened_release_is_the_built_one(root: Path, out: Path) -> None:
    assert made(root, out) == open_current(out)


def test_default_folder_is_the_variable_then_the_checkout_then_the_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("DIO_RELEASE_DIR", raising=False)
    assert default_release_dir(tmp_path / "checkout") == tmp_path / "checkout" / "release"
    assert default_release_dir(PACKAGE) == tmp_path / "diaspora-influence" / "release"
    monkeypatch.setenv("DIO_RELEASE_DIR", str(tmp_path / "elsewhere"))
    assert default_release_dir(tmp_path / "checkout") == tmp_path / "elsewhere"


def test_second_build_says_that_it_waits(root: Path, out: Path) -> None:
    said: list[str] = []
    with locked(out, said.append):
        second = threading.Thread(target=build, args=(root, out, said.append, STAGES))
        second.start()
        while not said:
            time.sleep(0.01)
        assert said == ["waiting for another build to end"]
    second.join()
    assert open_current(out).digest
