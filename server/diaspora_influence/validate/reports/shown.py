"""Text that people and logs are shown: it moves no cursor, turns no writing and commands no runner."""

import re
from typing import Final

from diaspora_influence.validate.rule import compact

HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
"""What moves the cursor, turns the direction of writing, takes no place or is no character of XML."""
COMMAND: Final = re.compile(r"##(?=[\w-]*\[)")
"""What GitHub, Azure and TeamCity take for a command anywhere in a line."""


def visible(text: str) -> str:
    """Return *text* on one line, with what is hidden in it written as an escape."""
    return HIDDEN.sub(_escape, COMMAND.sub(r"#\\x23", text))


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    names = {9: r"\t", 10: r"\n", 13: r"\r"}
    return names.get(code) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def place(name: str, line: int, column: int | None = None) -> str:
    """Return `FILE:LINE:COLUMN` to start a line with; what a runner takes for a command is made a path."""
    name = visible(name)
    name = f"./{name}" if name.lstrip().startswith("::") else name
    return f"{name}:{line}" if column is None else f"{name}:{line}:{column}"


def columns(text: str) -> int:
    """Return how many columns of a terminal *text* takes."""
    import unicodedata

    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def level(severity: str) -> str:
    """Return how a severity is called; one that shapes invent is an IRI."""
    return visible(compact(severity)) if ":" in severity else severity.lower()
