"""SPARQL as words, which is all that the engine has to know of its grammar."""

import re
from typing import Final

from diaspora_influence.record import record

TOKEN: Final = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)
    |(?P<iri><[^<>"{}|^`\\\s]*>)
    |(?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}
        |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<var>[?$]\w+)
    |(?P<name>[A-Za-z][\w.-]*:[\w.-]*|:[\w.-]+)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<number>[0-9.]*[0-9][0-9eE]*)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)


@record
class Token:
    """A word of SPARQL: its kind, its text, and where it ends."""

    kind: str
    text: str
    end: int

    @property
    def word(self) -> str:
        """Return a keyword in capitals, a variable without its mark for `?` or `$`."""
        return "$" + self.text[1:] if self.kind == "var" else self.text.upper()


def tokens(query: str) -> list[Token]:
    """Return the words of a query, without spaces and comments."""
    found = ((match.lastgroup or "", match) for match in TOKEN.finditer(query))
    return [Token(kind, match[0], match.end()) for kind, match in found if kind != "skip"]
