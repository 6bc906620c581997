"""A run of `dio validate` that can be thrown away: the files, the words, and how it ended."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

from diaspora_influence.validate.reports.outputs import FORMATS

TESTS: Final = Path(__file__).parents[1]
SECONDS: Final = 60
"""Processor time of one run of some kilobytes: no measure of speed, but what tells slow from endless."""
REPORTS: Final = {name: f"report.{name}" for name in FORMATS}
"""Format to the file that a run is told to write it to."""


@dataclass(frozen=True)
class Job:
    """What is run: files by name, words after `dio validate`, and whether it may meet its time limit."""

    files: Mapping[str, bytes]
    words: Sequence[str]
    may_be_long: bool = False
    reports: bool = True

    @property
    def command(self) -> list[str]:
        """Return the words of the command, with every report in a file."""
        more = [word for name, file in REPORTS.items() for word in ("--output", f"{name}={file}")]
        return ["validate", *self.words, *(more if self.reports else [])]

    def by(self, engine: str) -> Self:
        """Return the same, judged by *engine*."""
        return replace(self, words=[*self.words, "--engine", engine])


@dataclass(frozen=True)
class Result:
    """How a run ended, what it printed and what it wrote."""

    code: int
    seconds: float
    kilobytes: int
    ended: bool
    out: bytes
    err: bytes
    reports: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """Return what was said on standard error."""
        return self.err.decode("utf-8", "replace")

    @property
    def rules(self) -> list[str]:
        """Return the rules that findings break, as often as they do; none where nothing was judged."""
        whole = json.loads(self.reports.get("json", b'{"findings": []}'))
        return [hit["rule"] for hit in whole["findings"]]


class Zygote:
    """The process that forks a child for each job; its strings hash after *seed*."""

    def __init__(self, seed: int, cache: Path) -> None:
        path = f"{TESTS}{os.pathsep}{TESTS.parent / 'server'}"
        more = {"PYTHONHASHSEED": str(seed), "PYTHONPATH": path, "XDG_CACHE_HOME": str(cache)}
        quiet = {"DIO_PAPER": os.devnull}  # the digests of the text are judged by tests of their own
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "fuzz.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | more | quiet,
        )

    def ask(self, folder: Path, words: Sequence[str]) -> dict[str, object]:
        """Run *words* in *folder* and return how that ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        job = {"folder": str(folder), "words": list(words), "seconds": SECONDS}
        self.process.stdin.write(json.dumps(job).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the zygote itself died"
        answer: dict[str, object] = json.loads(line)
        return answer

    def end(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Runner:
    """Runs jobs, all at the same place, so that reports can be compared byte by byte."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dio-fuzz-")).resolve()
        self.zygotes = [Zygote(seed, self.folder / "cache") for seed in (1, 2)]
        self.runs = 0

    def run(self, job: Job, zygote: int = 0) -> Result:
        """Run *job* and return how it ended."""
        self.runs += 1
        place = self.folder / "around" / "job"  # a flag may write beside it
        shutil.rmtree(place.parent, ignore_errors=True)
        for name, content in job.files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        place.mkdir(parents=True, exist_ok=True)
        answer = self.zygotes[zygote].ask(place, job.command)
        found = {
            name: (place / file).read_bytes() for name, file in REPORTS.items() if (place / file).is_file()
        }
        out, err = ((place / name).read_bytes() for name in ("stdout", "stderr"))
        return Result(**answer, out=out, err=err, reports=found)  # type: ignore[arg-type]

    def end(self) -> None:
        """End the processes and remove the files."""
        for zygote in self.zygotes:
            zygote.end()
        shutil.rmtree(self.folder)
