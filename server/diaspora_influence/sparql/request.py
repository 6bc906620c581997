"""One query as the engine gets it, and its form on the wire."""

import struct
from dataclasses import dataclass
from typing import Final

COUNTS: Final = struct.Struct("!II")
SIZE: Final = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class SparqlRequest:
    """A query with its dataset, base and wanted serialisation.

    Where either of the two graph lists is given they are the whole dataset (SPARQL 1.1 Protocol
    2.1.4) and beat FROM; where both are empty the query's own FROM, or the release, is. Relative
    IRIs resolve against *base*; an empty one refuses them. *media_type* is any name that
    `formats.find` knows; empty means JSON for rows and truth values, Turtle for graphs.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str = ""
    media_type: str = ""

    def pack(self) -> bytes:
        """Return the request as counts of graphs, then fields, each behind its length."""
        texts = (self.query, self.base, self.media_type, *self.default_graphs, *self.named_graphs)
        head = COUNTS.pack(len(self.default_graphs), len(self.named_graphs))
        return head + b"".join(map(field, texts))


def field(text: str) -> bytes:
    """Return *text* in UTF-8 behind its length in bytes."""
    content = text.encode()
    return SIZE.pack(len(content)) + content


def unpack(frame: bytes) -> SparqlRequest:
    """Return the request whose `pack` form *frame* is; ValueError or struct.error if it is none."""
    default_count, named_count = COUNTS.unpack_from(frame)
    texts, at = [], COUNTS.size
    while at < len(frame):
        (size,) = SIZE.unpack_from(frame, at)
        at += SIZE.size + size
        texts.append(frame[at - size : at].decode())
    if len(texts) != 3 + default_count + named_count:
        raise ValueError("the frame does not hold the fields that its head counts")
    query, base, media_type, *graphs = texts
    default, named = tuple(graphs[:default_count]), tuple(graphs[default_count:])
    return SparqlRequest(query, default, named, base, media_type)
