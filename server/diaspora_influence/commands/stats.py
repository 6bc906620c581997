"""Count a release's claims by group, or recompute how far the two coders of a source agree.

Counts are of the release in service, as what is served is; --by restricts them, and may be given again.
What is absent counts as the default that it stands for: affirmed, actual, asserted. Things and sources are
counted by the classes that people wrote, not by those inferred.

--agreement reads the files first.csv, second.csv, names.csv and settlement.csv of a coding, and sections.csv
where there is one, and holds them against the Turtle beside them: units found by both (precision, recall,
F1), and on these the agreement on each facet (confusion table, percentage, Cohen's kappa, Gwet's AC1). What
is wrong with the files is named with file and line.

Examples:
    dio stats
    dio stats --by case --by certainty
    dio stats --format csv > counts.csv
    dio stats --agreement
"""

import argparse
import csv
import io
import json
import sys
from pathlib import Path
from typing import Final

from diaspora_influence.data import ROOT
from diaspora_influence.errors import InputError
from diaspora_influence.release.read import open_current
from diaspora_influence.settings import Settings
from diaspora_influence.sparql.store import opened
from diaspora_influence.stats.agreement import agreement, as_json
from diaspora_influence.stats.coding import read_coding
from diaspora_influence.stats.counts import CAUTION, DIMENSIONS, Row, groups, totals
from diaspora_influence.stats.known import Known
from diaspora_influence.stats.report import report
from diaspora_influence.terminal import aligned, count, percent

FORMATS: Final = ("table", "csv", "json")
CODING: Final = Path("instances", "miles-2017", "coding")
Counts = dict[str, list[Row]]
FLAGS: Final = ("release_dir",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is counted, how it is written, and the agreement."""
    parser.add_argument(
        "--by", action="append", choices=DIMENSIONS, metavar="WHAT",
        help=f"count by this alone, one of {', '.join(DIMENSIONS)}; may be given again; default: all",
    )  # fmt: skip
    parser.add_argument("--format", choices=FORMATS, default="table", help="default: table")
    Settings.add_arguments(parser, FLAGS)
    parser.add_argument("--agreement", action="store_true", help="recompute the agreement of two coders")
    parser.add_argument(
        "--coding", type=Path, metavar="DIR",
        help=f"with --agreement: the folder of the coding; default: {CODING} below the root",
    )  # fmt: skip
    parser.add_argument(
        "--root", type=Path, metavar="DIR",
        help="with --agreement: the folder that holds ontology/ and instances/; default: this package's own",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Print the counts, or the agreement; return 1 where the files of a coding have a fault."""
    if args.agreement:
        return run_agreement(args)
    if args.coding or args.root:
        raise InputError("--coding and --root go with --agreement; counts are of the release")
    release = open_current(Settings.from_environment(vars(args), FLAGS).release_dir)
    store = opened(release.directory)
    whole = totals(store)
    counts = {name: groups(store, name) for name in DIMENSIONS if name in (args.by or DIMENSIONS)}
    writers = {"table": as_table, "csv": as_csv, "json": counts_json}
    sys.stdout.write(writers[args.format](whole, counts))
    if args.format == "csv":
        print(f"dio stats: {CAUTION}", file=sys.stderr)
    return 0


def run_agreement(args: argparse.Namespace) -> int:
    """Print what is wrong with the files of a coding, then its figures."""
    if args.by or args.release_dir or args.format == "csv":
        raise InputError("--agreement is of Turtle and CSV files, as a table or as json; it takes no --by, "
                         "no --release-dir and no --format csv")  # fmt: skip
    root = args.root or ROOT
    coding = read_coding(args.coding or root / CODING)
    found = agreement(coding, Known.read(root))
    if args.format == "json":
        print(json.dumps(as_json(found), ensure_ascii=False, indent=2))
    else:
        print(*found.findings, *report(found), sep="\n")
    if found.findings:
        print(
            f"dio stats: {count(len(found.findings), 'fault')} in the coding; the figures stand on them",
            file=sys.stderr,
        )
    return 1 if found.findings else 0


def as_table(whole: dict[str, int], counts: Counts) -> str:
    """Return the counts for a reader, with the part that each is of all."""
    lines = ["totals", *aligned([(name, str(number)) for name, number in whole.items()], [False, True])]
    for name, rows in counts.items():
        dimension = DIMENSIONS[name]
        several = f"; a {dimension.counted[:-1]} may stand in several rows" if dimension.several else ""
        lines += ["", f"{dimension.counted} by {name.removeprefix('source-')}{several}"]
        of = whole[dimension.counted] or 1
        cells = [(row.value, str(row.count), percent(row.count / of)) for row in rows]
        lines += aligned(cells, [False, True, True]) if cells else ["  (none)"]
    return "\n".join([*lines, "", CAUTION]) + "\n"


def as_csv(whole: dict[str, int], counts: Counts) -> str:
    """Return a row for each count: what is counted, by what, in which group."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["counted", "by", "value", "count"])
    writer.writerows([name, "", "", number] for name, number in whole.items())
    for name, rows in counts.items():
        writer.writerows([DIMENSIONS[name].counted, name, row.value, row.count] for row in rows)
    return out.getvalue()


def counts_json(whole: dict[str, int], counts: Counts) -> str:
    """Return the counts as one object, the groups in their order."""
    by = {
        name: {
            "counted": DIMENSIONS[name].counted,
            "rows": [{"value": r.value, "count": r.count} for r in rows],
        }
        for name, rows in counts.items()
    }
    return json.dumps({"totals": whole, "by": by, "caution": CAUTION}, ensure_ascii=False, indent=2) + "\n"
