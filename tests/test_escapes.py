"""Parameters are read as the standard library reads them, and quicker."""

import random
from urllib.parse import parse_qsl, unquote_to_bytes

import pytest

from diaspora_influence.web.errors import WebError
from diaspora_influence.web.escapes import unescaped
from diaspora_influence.web.protocol import FIELDS, parameters

PIECES = (
    "%",
    "%2",
    "%20",
    "%C3%A9",
    "%e2%82%ac",
    "%zz",
    "%%",
    "+",
    "=",
    "&",
    "&&",
    ";",
    "a",
    "é",
    "query",
    "",
)


def texts(count: int) -> list[str]:
    """Return as many texts of odd pieces, the same each time."""
    chance = random.Random(7)
    return ["".join(chance.choices(PIECES, k=chance.randrange(12))) for _ in range(count)]


@pytest.mark.parametrize(
    "text",
    ["", "%", "%4", "%41", "%4g", "%%41", "a%00b", "%ff", "%C3%A9%", "100%25", "%\n41", "%3d%", "==%41"],
)
def test_an_escape_is_one_byte_and_anything_else_stays(text: str) -> None:
    assert unescaped(text.encode()) == unquote_to_bytes(text)


def test_any_row_of_pieces_is_read_as_the_library_reads_it() -> None:
    for text in texts(20_000):
        content = text.encode()
        assert unescaped(content) == unquote_to_bytes(content.replace(b"+", b" ")), text


def test_parameters_are_those_of_the_library() -> None:
    utf8 = [text for text in texts(3000) if is_utf8(unquote_to_bytes(text))]
    assert len(utf8) > 1000
    for text in utf8:
        found = [(name, value) for name, values in sorted(read(text).items()) for value in values]
        assert found == sorted(parse_qsl(text, keep_blank_values=True), key=lambda pair: pair[0]), text


def is_utf8(content: bytes) -> bool:
    """Say whether *content* can be read as UTF-8."""
    return content.decode(errors="replace").encode() == content


def read(text: str) -> dict[str, tuple[str, ...]]:
    """Return the parameters of *text*."""
    return dict(parameters(text.encode(), "address"))


@pytest.mark.parametrize("text", [b"query=%FF", b"%C3=1", b"a=%C3&b=%A9"])
def test_escapes_that_are_no_utf8_are_told(text: bytes) -> None:
    with pytest.raises(WebError, match="percent-encoded bytes that are not UTF-8"):
        parameters(text, "address")


def test_too_many_parameters_are_told_and_as_many_as_may_be_are_read() -> None:
    assert len(read("&".join(f"p{number}=" for number in range(FIELDS)))) == FIELDS
    with pytest.raises(WebError, match=f"more than {FIELDS} parameters"):
        parameters(b"&" * FIELDS, "form")
