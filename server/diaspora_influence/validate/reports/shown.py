"""Text that people and logs are shown: it moves no cursor, turns no writing and commands no runner."""

import re
from typing import Final

from diaspora_influence.errors import DioError
from diaspora_influence.later import pattern
from diaspora_influence.terminal import HIDDEN
from diaspora_influence.validate.rule import compact

COMMAND: Final = pattern(r"##(?=[\w-]*\[)")
"""What GitHub, Azure and TeamCity take for a command anywhere in a line."""


def visible(text: str) -> str:
    """Return *text* on one line, with what is hidden in it written as an escape."""
    if text.isprintable() and "##" not in text:  # none of HIDDEN is printable, and few texts are not
        return text
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


def level(severity: str) -> str:
    """Return how a severity is called; one that shapes invent is an IRI."""
    return visible(compact(severity)) if ":" in severity else severity.lower()


def legible(error: DioError) -> DioError:
    """Return *error* for standard error: names in it move no cursor, and none begins a line of a log."""
    error.args = ("\ndio validate: ".join(map(visible, str(error).split("\n"))),)
    return error
