"""`dio build` as it is run: separate processes, their exit codes and what they say."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from diaspora_influence.release.read import open_current
from small_root import write_root

DIO = (sys.executable, "-m", "diaspora_influence.cli")


def start(root: Path, out: Path, **variables: str) -> subprocess.Popen[str]:
    words = [*DIO, "build", "--root", str(root), "--release-dir", str(out)]
    env = os.environ | variables
    return subprocess.Popen(words, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def dio_build(root: Path, out: Path, **variables: str) -> tuple[int, str, str]:
    process = start(root, out, **variables)
    said, complained = process.communicate(timeout=120)
    return process.returncode, said, complained


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder).as_posix()
        if path.is_file() and not below.startswith("store/") and below != "checksums.txt":
            yield below, path.read_bytes()


def test_build_says_its_stages_digest_and_counts(tmp_path: Path) -> None:
    code, said, complained = dio_build(write_root(tmp_path / "root"), tmp_path / "release")
    assert code == 0, complained
    release = open_current(tmp_path / "release")
    assert said.startswith(f"{release.digest}  {release.triples} triples in {len(release.graphs)} graphs")
    assert [line.split()[2] for line in complained.splitlines()] == [
        "read",
        "validated:",
        "derived",
        "inferred",
        "release",
    ]


def test_builds_differ_in_nothing_but_the_stores_own_files(tmp_path: Path) -> None:
    """Two fresh folders, two hash seeds, two time zones, two locales and the files written in two orders."""
    first, second = tmp_path / "a", tmp_path / "b" / "much longer päth"
    write_root(first, order=1)
    write_root(second, order=-1)
    results = [
        dio_build(first, tmp_path / "one", PYTHONHASHSEED="1", TZ="Pacific/Auckland", LC_ALL="C"),
        dio_build(
            second, tmp_path / "deep" / "two", PYTHONHASHSEED="4242", TZ="America/Caracas", LC_ALL="C.UTF-8"
        ),
    ]
    assert [code for code, _, _ in results] == [0, 0], results
    one, two = open_current(tmp_path / "one"), open_current(tmp_path / "deep" / "two")
    assert one.digest == two.digest
    assert len(dict(files_of(one.directory))) == len(one.files) + 1
    assert dict(files_of(one.directory)) == dict(files_of(two.directory))


def test_two_builds_at_once_give_one_release(tmp_path: Path) -> None:
    root, out = write_root(tmp_path / "root"), tmp_path / "release"
    builds = [start(root, out) for _ in range(2)]
    ends = [build.communicate(timeout=120) for build in builds]
    assert [build.returncode for build in builds] == [0, 0], ends
    assert len({said for said, _ in ends}) == 1
    assert sorted(path.name for path in out.iterdir()) == sorted(
        [".lock", "current", open_current(out).digest[:16]]
    )


# What an author may write into a file, the exit code, and what the command then says.
BROKEN = {
    "syntax error": (b"\nid:x a dio:Agent\n", 2, "dio build: instances/small/more.ttl:12:1: not Turtle: "),
    "not UTF-8": (
        b'id:x rdfs:label "\xe9" .\n',
        2,
        "dio build: instances/small/more.ttl:10:18: not Turtle: Invalid UTF-8",
    ),
    "relative IRI": (
        b"<x> a dio:Agent .\n",
        2,
        "dio build: instances/small/more.ttl:10:1: not Turtle: an IRI is relative",
    ),
    "undeclared prefix": (
        b"no:x a dio:Agent .\n",
        2,
        "dio build: instances/small/more.ttl:10:1: not Turtle: The prefix no:",
    ),
    "violation": (b"id:nameless a dio:Agent .\n", 1, "instances/small/more.ttl:10: An agent needs a label."),
}


@pytest.mark.parametrize(("turtle", "code", "message"), BROKEN.values(), ids=BROKEN)
def test_broken_file_stops_the_build_with_file_and_line(
    turtle: bytes, code: int, message: str, tmp_path: Path
) -> None:
    root, out = write_root(tmp_path / "root"), tmp_path / "release"
    assert dio_build(root, out)[0] == 0
    before = open_current(out)
    path = root / "instances/small/more.ttl"
    path.write_bytes(path.read_bytes() + turtle)
    ended, said, complained = dio_build(root, out)
    assert ended == code, complained
    assert said == ""
    assert message in complained
    assert "Traceback" not in complained
    assert open_current(out) == before
    assert sorted(path.name for path in out.iterdir()) == sorted([".lock", "current", before.directory.name])


def test_killed_build_leaves_the_last_release_and_the_next_one_clears_up(tmp_path: Path) -> None:
    root, out = write_root(tmp_path / "root"), tmp_path / "release"
    assert dio_build(root, out)[0] == 0
    before = open_current(out)
    process = start(root, out)
    assert process.stderr is not None
    process.stderr.readline()  # it has the lock and has read the files
    process.kill()
    process.communicate(timeout=60)
    assert open_current(out) == before
    assert dio_build(root, out)[0] == 0
    assert sorted(path.name for path in out.iterdir()) == sorted([".lock", "current", before.directory.name])


def test_read_only_release_folder_is_named(tmp_path: Path) -> None:
    out = tmp_path / "release"
    out.mkdir(mode=0o555)
    code, _, complained = dio_build(write_root(tmp_path / "root"), out)
    if os.geteuid() == 0:  # whom no mode keeps out
        assert code == 0, complained
    else:
        assert code == 2
        assert "cannot be written: Permission denied" in complained


def test_release_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    code, _, complained = dio_build(write_root(tmp_path / "root"), tmp_path / "file")
    assert code == 2
    assert "file: the release cannot be written: File exists" in complained
