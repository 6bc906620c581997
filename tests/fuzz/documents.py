"""Files of every format: real ones made wrong, Turtle by its grammar, and bytes that are nothing at all."""

import os
import re
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from hypothesis import strategies as st

from diaspora_influence.data import ROOT
from diaspora_influence.terms import PREFIXES
from diaspora_influence.validate.reading.formats import KINDS
from fuzz.harness import TESTS, Job

SUFFIX: Final = {
    "turtle": ".ttl",
    "trig": ".trig",
    "ntriples": ".nt",
    "nquads": ".nq",
    "rdfxml": ".rdf",
    "jsonld": ".jsonld",
}
LARGEST: Final = 3000
"""Bytes of a seed; larger ones teach nothing more and take longer."""
W3C: Final = ROOT.parent / "shared" / "w3c" / "data-shapes" / "data-shapes-test-suite" / "tests"
NASTY: Final = [
    b"", b"\0", b"\xff", b"\xc3\x28", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\r", b"\n", b"\r\n",
    b"\t", b"\x0b", b"\x85", "\u2028".encode(), "\u202e".encode(), "é".encode(), "e\u0301".encode(), "\U0001f480".encode(),
    b'"', b"'", b'"""', b"'''", b"\\", b"\\u", b"\\uD800", b"\\U00110000", b"\\n", b"<", b">", b"<<", b"<<(", b")>>", b"(", b")",
    b"[", b"]", b"{", b"}", b"{|", b"|}", b".", b";", b",", b":", b"_:", b"a", b"@en", b"@en--ltr", b"@EN-gb", b"@", b"^^", b"^^xsd:date",
    b"^^<urn:x>", b"#", b"%", b"%zz", b"&", b"&e;", b"&#0;", b"&#xD800;", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?x ?>", b"<!ENTITY e '&e;'>",
    b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", b"@prefix : <urn:> .", b"@prefix dio: <urn:x> .", b"@base <http://h/> .",
    b"@base <x> .", b"PREFIX x: <>", b"VERSION '1.2'", b"<>", b"<a>", b"<http://[>", b"<urn:a b>", b"<urn:\\u0020>", b"<//h>", b"<file:///>",
    b"id:", b"dio:Claim", b"claim:x", b"claim:\\~x", b"id:%20", b"dio:createdBye", b"0", b"-0", b"1e999", b"007", b"99999999999999999999999", b"true",
    b"null", b"[]", b"{}", b'"@context"', b'"@context":"http://h/c"', b'"@import"', b'"@id"', b'"@id":[]', b'"@type":1', b'"@value"', b'"@list":[[]]',
    b'"@set"', b'"@graph"', b'"@reverse"', b'"@included"', b'"@nest"', b'"@base":"::"', b'"@vocab":""', b'"@language":"\\ud800"', b"1.0E+400",
    b'rdf:about="x"', b'rdf:ID="1"', b'rdf:nodeID="-"', b'rdf:parseType="Literal"', b'rdf:parseType="Collection"', b'xml:base="::"', b'xml:lang="x-"',
    b'xmlns:e=""', b'rdf:datatype=""', b"rdf:li", b"rdf:_0", b"\xf0\x9f", b"x" * 300, b"\n" * 70,
]  # fmt: skip
HEAD: Final = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())


@cache
def seeds(kind: str) -> list[bytes]:
    """Return small real files in a format: cases of shapes, and blocks of the claims."""
    paths = [*sorted((TESTS / "shapes").glob("*/*.ttl"))[::9], *sorted((ROOT / "instances").rglob("*.ttl"))]
    made = [_in(kind, _part(path)) for path in paths]
    return [seed for seed in made if seed]


def _part(path: Path) -> str:
    """Return the first blocks of a Turtle file, with what they need declared."""
    text = path.read_text("utf-8")
    if len(text) <= LARGEST:
        return text
    blocks = text.split("\n\n")
    prefixes = [block for block in blocks if "@prefix" in block]
    return "\n\n".join([*prefixes, *[block for block in blocks if "@prefix" not in block][3:6]])


def _in(kind: str, text: str) -> bytes:
    if kind in ("turtle", "trig"):
        return text.encode()
    quads = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri="http://e.example/")
    triples = (quad.triple for quad in quads)
    return bytes(ox.serialize(triples, format=KINDS[kind], prefixes=PREFIXES) or b"")


edits = st.tuples(
    st.sampled_from(["insert", "replace", "delete", "repeat", "move", "flip", "end", "word", "word", "word"]),
    st.integers(0, 999),
    st.integers(0, 60),
    st.sampled_from(NASTY) | st.binary(max_size=4),
    st.integers(0, 999),
)
"""What is done, where (in thousandths), over how many bytes, with what, and where else."""


def edited(content: bytes, edit: tuple[str, int, int, bytes, int]) -> bytes:
    """Return *content* with one edit made."""
    what, where, size, payload, other = edit
    at, to = (len(content) * share // 1000 for share in (where, other))
    head, part, tail = content[:at], content[at : at + size], content[at + size :]
    match what:
        case "insert":
            return head + payload + part + tail
        case "replace":
            return head + payload + tail
        case "delete":
            return head + tail
        case "repeat":
            return head + (part or payload) * (1 + other) + tail
        case "move":
            rest = head + tail
            return rest[:to] + part + rest[to:]
        case "word":
            return reworded(content, where, other)
        case "flip":
            return head + bytes(byte ^ (1 << other % 8) for byte in part[:1]) + part[1:] + tail
        case _:
            return head


def reworded(content: bytes, where: int, other: int) -> bytes:
    """Return *content* with one of its words in the place of another."""
    words = [*re.finditer(rb"\S+", content)]
    if not words:
        return content
    old, new = (words[len(words) * share // 1000] for share in (where, other))
    return content[: old.start()] + new[0] + content[old.end() :]


@st.composite
def mutants(draw: st.DrawFn, kind: str) -> bytes:
    """Draw a real file with some edits, most of them one that shrinks to nothing."""
    content = draw(st.sampled_from(seeds(kind)))
    for edit in draw(st.lists(edits, max_size=6)):
        content = edited(content, edit)[: 1 << 18]
    return content


names = st.sampled_from(["a", "b", "Club", "é", "x-y", "a.b", "%41", "\\~", "1"])
iris = st.one_of(
    names.map("<urn:{}>".format),
    names.map("id:{}".format),
    names.map(":{}".format),
    st.sampled_from(
        [
            "dio:Claim",
            "dio:createdBy",
            "rdf:type",
            "a",
            "<>",
            "<x>",
            "dio:claimSubject",
            "id:russia",
            "rdfs:label",
        ]
    ),
)
strings = st.one_of(
    st.text(max_size=8).map(lambda text: '"""' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'),
    st.sampled_from(['"x"', "'x'", '"a\\nb"', "'''a\nb'''", '"\\u00e9"', '""', '"\\uD83D"']),
)
literals = st.one_of(
    strings,
    st.tuples(
        strings, st.sampled_from(["@en", "@ru-Latn", "^^xsd:date", "^^xsd:integer", "^^<urn:t>", "@x--y"])
    ).map("".join),
    st.sampled_from(["1", "-1.5", "1e9", "true", "1.", "+0"]),
)
terms = st.recursive(
    iris | literals | st.sampled_from(["_:a", "_:b", "[]"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"( {' '.join(items)} )"),
        st.tuples(iris, inner).map(lambda pair: f"[ {pair[0]} {pair[1]} ]"),
        st.tuples(iris, iris, inner).map(lambda three: f"<<( {' '.join(three)} )>>"),
    ),
    max_leaves=8,
)
statements = st.tuples(terms, iris, st.lists(terms, min_size=1, max_size=3).map(" , ".join)).map(" ".join)
breaks = st.sampled_from([" .\n", " . ", " ;\n", "\n.\n", ' # . "\n.\n', " .\r\n", ""])
documents = st.lists(st.tuples(statements, breaks).map("".join), max_size=6).map("".join)


@st.composite
def grammar(draw: st.DrawFn) -> bytes:
    """Draw Turtle by its grammar, some of it in a graph."""
    body = draw(documents)
    graph = draw(st.sampled_from(["{}", "<urn:g> {{ {} }}", "GRAPH _:g {{\n{}}}", "@base <urn:x/> .\n{}"]))
    return (HEAD + "@prefix : <urn:> .\n" + graph.format(body)).encode("utf-8", "surrogatepass")


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a name and a content, the suffix mostly true."""
    kind = draw(st.sampled_from(list(SUFFIX)))
    of_grammar = grammar() if kind in ("turtle", "trig") else st.nothing()
    content = draw(st.one_of(mutants(kind), mutants(kind), of_grammar, st.binary(max_size=60)))
    named = kind if draw(st.integers(0, 9)) else draw(st.sampled_from(list(SUFFIX)))
    return f"data{SUFFIX[named]}", content


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    """Draw a run over one file or two, by the packaged shapes, with what is packaged as context or without."""
    chosen = dict([draw(files()), draw(files())]) if draw(st.integers(0, 4)) == 0 else dict([draw(files())])
    words = ["--no-config", *chosen]
    words += draw(
        st.lists(
            st.sampled_from(["--no-context", "--no-context", "--separately", "--no-lint"]),
            unique=True,
            max_size=3,
        )
    )
    return Job(chosen, words)


@cache
def shape_seeds() -> list[bytes]:
    """Return files of shapes: parts of our own, and the W3C's where they are, each of which is data too."""
    place = Path(os.environ.get("DIO_SHACL_TESTS", W3C))
    paths = [*sorted((ROOT / "shapes").glob("*.ttl")), *sorted(place.rglob("*.ttl"))]
    return [_part(path).encode() for path in paths]


@st.composite
def shape_jobs(draw: st.DrawFn) -> Job:
    """Draw a run over a file that is data and shapes, with some edits."""
    content = draw(st.sampled_from(shape_seeds()))
    for edit in draw(st.lists(edits, max_size=4)):
        content = edited(content, edit)[: 1 << 16]
    return Job(
        {"both.ttl": content},
        ["--no-config", "--no-context", "--no-lint", "both.ttl", "--shapes", "both.ttl"],
    )
