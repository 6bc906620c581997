"""Strings that go over several lines of Turtle."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

LONG: Final = re.compile(
    rb"#[^\n]*+|<[^<>\"{}|^`\\\s]*+>"
    rb'|"""(?:[^"\\]++|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]++|\\.|\'(?!\'\'))*+\'\'\''
    rb'|"(?:[^"\\\n]++|\\.)*+"|\'(?:[^\'\\\n]++|\\.)*+\'',
    re.DOTALL,
)


def continued(text: bytes, starts: Sequence[int]) -> dict[int, int]:
    """Return how many bytes of a line belong to a string that began on an earlier one, by line from 1.

    *starts* are where the lines start, in bytes.
    """
    found: dict[int, int] = {}
    for match in LONG.finditer(text):
        if match.group()[:3] in (b'"""', b"'''") and b"\n" in match.group():
            first, last = (bisect_right(starts, at) for at in (match.start(), match.end() - 1))
            found |= dict.fromkeys(range(first + 1, last), 1 << 62)
            found[last] = match.end() - starts[last - 1]
    return found
