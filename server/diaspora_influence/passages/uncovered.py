"""The coverage of a text as a reader sees it, and the lines whose lack of claims nobody explains."""

import statistics
from collections.abc import Iterator, Sequence
from itertools import groupby

from diaspora_influence.passages.audit import Mismatch
from diaspora_influence.passages.coverage import LineCover
from diaspora_influence.passages.explained import HEADING, Explained
from diaspora_influence.terminal import aligned, count, percent


def uncovered(lines: Sequence[LineCover], explained: Explained) -> Iterator[Mismatch]:
    """Yield each line that has neither claim nor explanation, or both."""
    for line in lines:
        if bool(line.claims) == (line.number in explained.lines):
            message = (
                f"{count(line.claims, 'claim')} on it, yet explained as having none; take it out of the table"
                if line.claims
                else f"no claim rests on it; code it, or explain it under {HEADING!r}"
            )
            at = explained.lines.get(line.number, explained.heading)
            yield Mismatch(explained.name, at, f"line {line.number}", message)
    blank = explained.lines.keys() - {line.number for line in lines}
    spoken = {explained.lines[line.number] for line in lines if line.number in explained.lines}
    for at in sorted({explained.lines[number] for number in blank} - spoken):
        yield Mismatch(explained.name, at, "blank lines", "the row explains no other; mend its numbers")


def table(lines: Sequence[LineCover], explained: Explained) -> Iterator[str]:
    """Yield a table for each section: line, claims, part of the line, and what else is to be said."""
    rows = [("line", "claims", "covered", "")]
    for line in lines:
        why = "" if line.claims else "explained" if line.number in explained.lines else "not explained"
        rows.append((str(line.number), str(line.claims), percent(line.share), why))
    head, *body = aligned(rows, [True, True, True, False])
    for section, some in groupby(zip(lines, body, strict=True), key=lambda pair: pair[0].section):
        yield from (section, head, *(row for _, row in some), "")


def tally(lines: Sequence[LineCover], explained: Explained) -> str:
    """Return how the lines fall out, in one line."""
    with_claims = sum(bool(line.claims) for line in lines)
    without = [line for line in lines if not line.claims]
    told = sum(line.number in explained.lines for line in without)
    median = statistics.median(line.claims for line in lines) if lines else 0
    return (
        f"{count(len(lines), 'line')} with text: {with_claims} with claims, {told} explained, "
        f"{len(without) - told} neither; median {median:g} claims a line"
    )
