"""The line of every triple rests on how pyoxigraph reads; this fails loudly where that changes."""

from pathlib import Path

import pytest

from diaspora_influence.data import read_turtle
from diaspora_influence.errors import InputError
from diaspora_influence.lines import LineReader, parse_lines

PREFIX = "@prefix : <http://example.org/> .\n"

# Turtle after the prefix line (so its first line is line 2), and the lines on which its objects end.
CASES = {
    "one triple a line": (":a :b :c .\n:d :e :f .\n", [2, 3]),
    "blank lines and comments": ("\n# :x :y :z .\n\n:a :b :c .\n\n", [5]),
    "predicate list": (":a :b :c ;\n   :d :e ;\n   :f :g .\n", [2, 3, 4]),
    "object list": (":a :b :c ,\n   :d ,\n\n   :e .\n", [2, 3, 5]),
    "multi-line literal": (':a :b """x\ny\nz""" ;\n:c :d .\n', [4, 5]),
    "two multi-line literals": (":a :b '''x\n''' , \"\"\"\n\n\"\"\" .\n:c :d :e .", [3, 5, 6]),
    "nested blank nodes": (":a :b [ :c [\n :d :e\n ] ;\n :f :g ] .\n", [3, 4, 5, 5]),
    "collection": (":a :b (\n 1\n 2\n ) .\n", [3, 3, 4, 4, 5]),
    "empty collection": (":a :b (\n ) .\n", [3]),
    "numbers and booleans": (":a :b 1\n, 2.5\n, 1e0\n, true\n.\n", [2, 3, 4, 5]),
    "language and datatype": (':a :b "x"@en\n\n, "y"^^:t\n\n.\n', [2, 4]),
    "punctuation on the next line": (":a :b :c\n;\n:d <http://example.org/e>\n\n.\n", [2, 4]),
    "plain string before the next line": (':a :b "x"\n; :c "y"\n\n# "z"\n, "z" .\n', [2, 3, 6]),
    "plain string that ends indented": (':a :b """x\n  y"""\n.\n', [3]),
    "plain string with escapes": (':a :b "\\"x\\\\y"\n, "\\nz"\n, "" \n.\n', [2, 3, 4]),
    "strings of a collection": (':a :b ( "x"\n "y" ) .\n', [2, 2, 3, 3, 3]),
    "line longer than the parser's buffer": (f':a :b "{"x" * 300_000}" .\n:c :d :e .\n', [2, 3]),
    "characters beyond ASCII": (':a :b "Тоҷикистон 𝒳"@tg ;\n :c :d .\n', [2, 3]),
}
NEWLINES = {"LF": "\n", "CRLF": "\r\n"}


def lines_of(text: str) -> list[int]:
    return sorted(line.number for line in parse_lines(text.encode(), "case.ttl"))


@pytest.mark.parametrize("newline", NEWLINES.values(), ids=NEWLINES)
@pytest.mark.parametrize(("turtle", "expected"), CASES.values(), ids=CASES)
def test_line_is_where_the_object_ends(turtle: str, expected: list[int], newline: str) -> None:
    assert lines_of((PREFIX + turtle).replace("\n", newline)) == expected


def test_lines_hold_over_a_large_file() -> None:
    block = ':s{0} :p """one\ntwo""" ;\n  :q [ :r ( {0} "x" )\n ] .\n\n'
    text = PREFIX + "".join(block.format(n) for n in range(2_000))
    expected = sorted(2 + 5 * n + end for n in range(2_000) for end in (1, 2, 2, 2, 2, 2, 3))
    assert lines_of(text) == expected


# Turtle after the prefix line, and what the error must begin with.
ERRORS = {
    "undeclared prefix": (":a :b :c .\n:x :y\n  no:z .", "case.ttl:4:3: "),
    "columns count characters": ('<http://example.org/é> :b "é日𝒳" oops .', "case.ttl:2:33: "),
    "missing dot": (":a :b :c\n\n\n:d :e :f .", "case.ttl:5:1: "),
    "unfinished": (":a :b :c .\n\n:d :e :f", "case.ttl:4:9: "),
    "unclosed string": (':a :b "x\n:d :e :f .', "case.ttl:2:7: "),
    "relative IRI": (":a :b <c> .", "case.ttl:2:7: not Turtle: an IRI is relative"),
    "triple term": (":a :b <<( :c :d :e )>> .", "case.ttl:2: RDF 1.2"),
    "text direction": (':a :b "x"@ar--rtl .', "case.ttl:2: RDF 1.2"),
}


@pytest.mark.parametrize(("turtle", "expected"), ERRORS.values(), ids=ERRORS)
def test_error_names_file_line_and_column(turtle: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        lines_of(PREFIX + turtle)
    assert str(caught.value).startswith(expected)


def test_error_in_bytes_that_are_not_utf_8_names_the_line() -> None:
    with pytest.raises(InputError, match=r"^case\.ttl:3:9: not Turtle: Invalid UTF-8"):
        list(parse_lines(PREFIX.encode() + b':a :b :c .\n:a :b "x\xff" .\n', "case.ttl"))


def test_byte_order_mark_is_ignored() -> None:
    assert [
        line.number for line in parse_lines(b"\xef\xbb\xbf" + PREFIX.encode() + b":a :b :c .", "case.ttl")
    ] == [2]


def test_reader_never_gives_more_than_asked_for() -> None:
    reader = LineReader(b"abcdef\ng\n")
    parts = [(reader.read(4), reader.count) for _ in range(4)]
    assert parts == [(b"abcd", 1), (b"ef\n", 1), (b"g\n", 2), (b"", 2)]


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.ttl: cannot be read: No such file"):
        read_turtle(tmp_path / "gone.ttl")
