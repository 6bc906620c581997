"""A file that several processes read is the same, triple by triple and line by line, or is read by one."""

import os
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from diaspora_influence.parsed import parse_table
from diaspora_influence.table import Table
from diaspora_influence.validate.inputs.packaged import own_files
from diaspora_influence.validate.reading import parts
from diaspora_influence.validate.reading.formats import KINDS
from diaspora_influence.validate.reading.parts import parse_parted

PREFIX = "@prefix : <http://example.org/> .\n"
PROCESSES = 3
BASE = "http://base.example/"


@pytest.fixture(autouse=True)
def _small_files_are_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LEAST", 1)


def parted(content: bytes, kind: str = "turtle") -> Table | None:
    return parse_parted(content, "case", KINDS[kind], BASE, "b", PROCESSES)


def blocks(block: str, many: int = 60) -> str:
    return "".join(block.replace("{}", str(number)) for number in range(many))


# Turtle that is read in parts.
SAME = {
    "a triple a line": PREFIX + blocks(":s{} :p :o{} .\n"),
    "nodes with and without labels": PREFIX + blocks("_:x :p [ :q _:y{} ] , [] .\n_:y{} :r ( 1 2 ) .\n"),
    "a prefix that changes its meaning": blocks("@prefix a: <http://e.example/{}/> .\na:s :p a:o .\n").join(
        [PREFIX, ""]
    ),
    "bases that rest on each other": PREFIX + blocks("@base <x{}/> .\n<s> :p <> .\n", 20),
    "directives of SPARQL": "PREFIX : <http://example.org/>\nBASE <http://e.example/>\n"
    + blocks(":s{} :p <o> .\n"),
    "strings that end before a comment": PREFIX
    + blocks(':s{} :p "x"\n# "x".\n\n.\n:t :p "y" , "y", "z"\n.\n'),
    "line ends of Windows": PREFIX + blocks(':s{} :p "x" ;\r\n :q "y"\r\n .\r\n:t :p 5.\n'),
    "a byte order mark": "\ufeff" + PREFIX + blocks(":s{} :p :o .\n"),
    "no line end at the end": PREFIX + blocks(":s{} :p :o .\n") + ":a :b :c .",
    "literals of all kinds": PREFIX + blocks(':s{} :p "x\\n{}"@en, "\\u00e9"^^:d, "日\\"", 1.5, true .\n'),
}


@pytest.mark.parametrize("name", SAME)
def test_parts_are_the_whole(name: str) -> None:
    content = SAME[name].encode()
    whole = parse_table(content, "case", KINDS["turtle"], BASE, "b")
    found = parted(content)
    assert found is not None
    assert found.terms == whole.terms
    assert [*map(list, found.columns)] == [*map(list, whole.columns)]


@pytest.mark.parametrize("kind", ["ntriples", "nquads"])
def test_parts_of_lines_are_the_whole(kind: str) -> None:
    content = blocks('_:s{} <urn:p> "x{}" .\n_:x <urn:q> _:s{} .\n').encode()
    assert parted(content, kind) == parse_table(content, "case", KINDS[kind], BASE, "b")


def test_parts_of_the_real_data_are_the_whole() -> None:
    texts = [path.read_bytes() for path in own_files() if b'"""' not in path.read_bytes()]
    assert len(texts) > 5
    for content in texts:
        assert parted(content) == parse_table(content, "case", KINDS["turtle"], BASE, "b")


# What one process has to read, or to refuse.
WHOLE = {
    "strings of many lines": PREFIX + blocks(':s{} :p """a .\n:b :c :d .\n""" .\n'),
    "dots that end comments": PREFIX + ":s :p\n" + blocks(" # here it ends.\n:o{},\n") + ":o .\n",
    "a directive of unusual spelling": PREFIX
    + blocks(":s{} :p :o .\n")
    + blocks("pReFiX a: <urn:{}:> a:s a:p a:o .\n"),
    "an indented directive that changes a meaning": PREFIX
    + blocks(" @prefix a: <urn:{}:> .\na:s a:p a:o .\n"),
    "an error at the start": PREFIX + "oops .\n" + blocks(":s{} :p :o .\n"),
    "an error at the end": PREFIX + blocks(":s{} :p :o .\n") + "oops .\n",
    "triple terms": PREFIX + blocks(":s{} :p <<( :a :b :c )>> .\n"),
    "one statement": PREFIX + ":s :p " + ", ".join(f":o{number}" for number in range(99)) + " .\n",
    "nothing": "",
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_cannot_be_parted_is_left_to_one(name: str) -> None:
    assert parted(WHOLE[name].encode()) is None


@pytest.mark.parametrize("kind", ["trig", "rdfxml", "jsonld"])
def test_other_formats_are_left_to_one(kind: str) -> None:
    assert parted(SAME["a triple a line"].encode(), kind) is None


def test_nodes_of_two_processes_are_never_the_same() -> None:
    ox.BlankNode()  # begins the sequence that a fork goes on with
    content = (PREFIX + blocks("[] :p [ :q [] ] .\n")).encode()
    found = parted(content)
    assert found is not None
    assert sum(isinstance(term, ox.BlankNode) for term in found.terms) == 3 * 60


def test_a_process_that_dies_leaves_all_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "read", lambda *_: os._exit(1))
    assert parted(SAME["a triple a line"].encode()) is None
    assert not [*children()]


def children() -> Iterator[int]:
    try:
        yield os.waitpid(-1, os.WNOHANG)[0]
    except ChildProcessError:
        return
