"""Whether a coding is sound: every unit named once, in known terms, and settled into claims that exist."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from diaspora_influence.edtf import bounds
from diaspora_influence.errors import InputError
from diaspora_influence.stats.coding import CODERS, Coding, Unit, called
from diaspora_influence.stats.known import FACETS, Known
from diaspora_influence.stats.matching import CHANNEL
from diaspora_influence.stats.tables import Finding, Row

NEW: Final = "new:"
AUTHOR: Final = "author"
END: Final = "a slug, channel:NAME, or new:NAME with a row of names.csv where it is a thing by another name"


def check(coding: Coding, known: Known) -> list[Finding]:
    """Return what is wrong with the files, in the order of file and line."""
    checker = Checker(coding, known)
    found = [
        *coding.findings,
        *checker.units(),
        *checker.names(),
        *checker.settlement(),
        *checker.unsettled(),
    ]
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Checker:
    """A coding, and what is known."""

    coding: Coding
    known: Known

    def units(self) -> Iterator[Finding]:
        """Yield what is wrong with single units."""
        for coder in CODERS:
            seen: dict[str, int] = {}
            for unit in self.coding.units[coder]:
                before = seen.setdefault(unit.name, unit.line)
                for message in [*repeated(unit, before), *self.unit(unit.row)]:
                    yield Finding(self.coding.tables[coder].name, unit.line, f"{called(unit.row)}: {message}")

    def unit(self, row: Row) -> Iterator[str]:
        """Yield what is wrong with one unit's terms."""
        if row["predicate"] not in self.known.relations:
            yield f"no relation is called {row['predicate'][:60]!r}; write the name of one of the ontology"
        for end in ("subject", "object"):
            if row[end] and not self.is_thing(row[end]):
                yield f"{end} {row[end][:60]!r} is no thing of the data; write {END}"
        if row["holder"] not in ("", AUTHOR) and not self.is_thing(row["holder"]):
            yield f"holder {row['holder'][:60]!r} is no thing of the data; write its slug, author, or nothing"
        for facet in FACETS:
            if row[facet] not in self.known.values[facet]:
                some = ", ".join(sorted(self.known.values[facet]))
                yield f"{facet} {row[facet][:60]!r} is not known; write one of {some}"
        if row["time"]:
            try:
                bounds(row["time"][:100])
            except InputError as error:
                yield f"time {error}"

    def is_thing(self, name: str) -> bool:
        """Return whether a name may stand at an end: a slug, a channel, a new thing, or one settled since."""
        return name.startswith((CHANNEL, NEW)) or name in self.known.things or name in self.coding.names

    def names(self) -> Iterator[Finding]:
        """Yield names that are settled twice, or as something that the data does not have."""
        table, seen = self.coding.tables["names"], set[str]()
        for line, row in table.rows:
            if row["name"] in seen or not row["name"]:
                yield Finding(
                    table.name, line, f"{row['name'][:60]!r} is empty or stands here twice; keep one row"
                )
            seen.add(row["name"])
            if row["is"] not in self.known.things:
                yield Finding(
                    table.name, line, f"{row['is'][:60]!r} is no thing of the data; write a slug of one"
                )

    def settlement(self) -> Iterator[Finding]:
        """Yield what is wrong with single rows of the settlement."""
        table = self.coding.tables["settlement"]
        units = {coder: {unit.name: unit for unit in self.coding.units[coder]} for coder in CODERS}
        for line, row in table.rows:
            claim = row["claim"]
            if not claim and not row["decision"]:
                yield Finding(
                    table.name, line, "neither a claim nor a decision; say why the units were dropped"
                )
            if not any(row.values()):
                continue
            if claim and claim not in self.known.claims:
                yield Finding(table.name, line, f"no claim:{claim[:200]} in the data; write the slug of one, "
                                                "or nothing where the unit was dropped")  # fmt: skip
            for coder in CODERS:
                unit = units[coder].get(row[coder])
                if row[coder] and not unit:
                    yield Finding(table.name, line, f"no unit {row[coder][:40]!r} in {coder}.csv")
                elif unit and self.is_apart(unit, claim):
                    yield Finding(table.name, line, f"unit {unit.name} overlaps no passage of claim:{claim}; "
                                                    "name another claim, or mend the passages")  # fmt: skip

    def is_apart(self, unit: Unit, claim: str) -> bool:
        """Return whether a unit shares no passage with the claim that it became."""
        spans = self.known.claims.get(claim, ())
        return bool(spans and unit.spans) and not any(a.overlap(b) for a in unit.spans for b in spans)

    def unsettled(self) -> Iterator[Finding]:
        """Yield each unit that stands in no row of the settlement, or in several that do not part it."""
        table = self.coding.tables["settlement"]
        rows: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        for line, row in table.rows:
            for coder in CODERS:
                rows[coder, row[coder]].append((line, row["claim"]))
        for coder in CODERS:
            for unit in self.coding.units[coder]:
                mine = rows[coder, unit.name]
                if not mine:
                    yield Finding(f"{coder}.csv", unit.line, f"{called(unit.row)}: not settled; "
                                                             f"give it a row in {table.name}")  # fmt: skip
                claims = Counter(claim for _, claim in mine)
                if len(mine) > 1 and (claims[""] or max(claims.values()) > 1):
                    yield Finding(table.name, mine[-1][0], f"unit {unit.name} stands in {len(mine)} rows; "
                                  "it may in several only where each has another claim")  # fmt: skip


def repeated(unit: Unit, before: int) -> Iterator[str]:
    """Yield that a unit has no name or that of an earlier one."""
    if not unit.name:
        yield "a unit needs a name"
    elif before != unit.line:
        yield f"it has the name of the unit in line {before}; each has a name of its own"
