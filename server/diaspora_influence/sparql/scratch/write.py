"""One write as the scratch engine gets it, and its form on the wire."""

import json
import struct
from dataclasses import asdict, dataclass
from typing import Final

LENGTH: Final = struct.Struct("!I")

UPDATE: Final = "update"
PUT: Final = "put"
POST: Final = "post"
DELETE: Final = "delete"


@dataclass(frozen=True, slots=True)
class Part:
    """A body with its media type."""

    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Write:
    """An update, whose text is the one part, or what the Graph Store Protocol does to one graph.

    *graph* is empty for the default graph. *using* and *using_named* are the dataset that the protocol
    names for an update (SPARQL 1.1 Protocol 2.2.3). Relative IRIs resolve against *base*.
    """

    operation: str
    parts: tuple[Part, ...] = ()
    graph: str = ""
    base: str = ""
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the text of an update."""
        return self.parts[0].body.decode("utf-8", "surrogatepass")

    def pack(self) -> bytes:
        """Return the write as a head of JSON behind its length, then the bodies."""
        head = asdict(self) | {"parts": [(part.media_type, len(part.body)) for part in self.parts]}
        content = json.dumps(head).encode()
        return LENGTH.pack(len(content)) + content + b"".join(part.body for part in self.parts)


def update(text: str, base: str, using: tuple[str, ...] = (), using_named: tuple[str, ...] = ()) -> Write:
    """Return the write that the update *text* is; a lone surrogate in it is for the guard to refuse."""
    part = Part("", text.encode("utf-8", "surrogatepass"))
    return Write(UPDATE, (part,), base=base, using=using, using_named=using_named)


def unpack(frame: bytes) -> Write:
    """Return the write whose `pack` form *frame* is; ValueError, TypeError or struct.error if it is none."""
    (size,) = LENGTH.unpack_from(frame)
    at = LENGTH.size + size
    head = json.loads(frame[LENGTH.size : at])
    parts = []
    for media_type, length in head.pop("parts"):
        parts.append(Part(media_type, frame[at : at + length]))
        at += length
    using, named = tuple(head.pop("using")), tuple(head.pop("using_named"))
    return Write(parts=tuple(parts), using=using, using_named=named, **head)
