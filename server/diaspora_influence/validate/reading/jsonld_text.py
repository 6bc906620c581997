"""JSON-LD as it is written: the objects of a document with their lines, and what its contexts say."""

import json
import re
from typing import Any, Final

from diaspora_influence.validate.reading.jsonld_names import Names

TOKEN: Final = re.compile(r'"((?:[^"\\]++|\\.)*+)"(\s*+:)?|([{}\[\]])|(\n)|([^\s{}\[\]:,"]++)', re.DOTALL)
TEXT, KEY, BRACKET, NEWLINE, SCALAR = range(1, 6)
"""The groups of a token: what a string says, what makes it a key, and the others."""
CONTEXT: Final = re.compile(r'"@context"\s*:\s*')
DECODER: Final = json.JSONDecoder()
CONTAINERS: Final = ("@list", "@set")


class Node:
    """One object: the line of its name, or the one on which it begins; its name, if any; and what it says.

    *says* holds key, value (a text, or a node) and line. What `@list` and `@set` hold is said by the object
    around.
    """

    __slots__ = ("held", "line", "name", "says", "value")

    def __init__(self, line: int) -> None:
        self.line, self.name, self.value = line, "", None
        self.says: list[tuple[str, Any, int]] = []
        self.held: list[tuple[Any, int]] = []

    def say(self, key: str, value: Any, line: int) -> None:
        """Note a value of *key*."""
        if key == "@id" and isinstance(value, str):
            self.name, self.line = value, line
        elif key == "@value":
            self.value, self.line = value, line
        elif key in CONTAINERS:
            self.held.append((value, line))
        elif isinstance(value, Node) and value.held:
            self.says += [(key, part, at) for part, at in value.held]
        else:
            told = value.value if isinstance(value, Node) and value.value is not None else value
            self.says.append((key, told, line))


class Document:
    """The objects of a document in the order in which they begin, read by one walk over its tokens."""

    def __init__(self, content: bytes, base: str) -> None:
        self.text, self.names = content.decode("utf-8", "replace"), Names(base)
        self.nodes: list[Node] = []
        self.around: list[tuple[Node | None, str]] = []
        self.here: Node | None = None
        self.key = ""
        self._walk()

    def _walk(self) -> None:
        """Read the objects; whatever is no JSON is passed over."""
        line, past, contexts = 1, 0, self._contexts()
        for match in TOKEN.finditer(self.text):
            kind, start = match.lastindex, match.start()
            if start < past:
                continue
            if kind == NEWLINE:
                line += 1
            elif kind == KEY:
                self.key = self.names.keyword(unquoted(match[TEXT]))
                line += match[KEY].count("\n")
                if start in contexts:
                    past = contexts[start]
                    line += self.text.count("\n", match.end(), past)
            elif kind == BRACKET:
                self._bracket(match[BRACKET], line)
            elif self.here is not None and self.key:
                text = unquoted(match[TEXT]) if kind == TEXT else match[SCALAR]
                if self.key[0] == "@":
                    self.here.say(self.key, text, line)
                else:
                    self.here.says.append((self.key, text, line))

    def _bracket(self, mark: str, line: int) -> None:
        if mark in "{[":
            self.around.append((self.here, self.key))
        elif self.around:
            done = self.here
            self.here, self.key = self.around.pop()
            if mark == "}" and done is not None and self.here is not None and self.key:
                self.here.say(self.key, done, done.line)
        if mark == "{":
            self.here, self.key = Node(line), ""
            self.nodes.append(self.here)

    def _contexts(self) -> dict[int, int]:
        """Take over all contexts, which may follow what they explain; return where each starts and ends."""
        ends: dict[int, int] = {}
        past = 0
        for match in CONTEXT.finditer(self.text):
            if match.start() < past:  # within another: it would be read as often as it is deep
                continue
            try:
                context, past = DECODER.raw_decode(self.text, match.end())
            except (ValueError, RecursionError):
                continue
            self.names.add(context)
            ends[match.start()] = past
        return ends


def unquoted(text: str) -> str:
    """Return what stands between the marks of a string, its escapes read."""
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text
