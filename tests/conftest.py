"""What several tests need: the source text, where this machine has it, and a release of the real data."""

import os
import shutil
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.errors import MissingToolError
from diaspora_influence.passages.text import SourceText, paper_path
from diaspora_influence.release.build import build
from diaspora_influence.release.read import Release
from front_fixtures import plain, served  # noqa: F401 - for the tests of the front

CACHE = "XDG_CACHE_HOME"
"""Where programs keep what they can make again: for tests a folder of their own, not the user's."""


def pytest_configure() -> None:
    """Give all tests, and whatever they start, one folder for what is kept between runs."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ[CACHE] = tempfile.mkdtemp(prefix="dio-tests-")


def pytest_unconfigure() -> None:
    """Remove it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(os.environ.pop(CACHE), ignore_errors=True)


@pytest.fixture(scope="session")
def paper() -> SourceText:
    """The text of the paper; where there is none the test is skipped, with a wrong DIO_PAPER it fails."""
    try:
        return SourceText.load(paper_path(None, "miles-2017"))
    except MissingToolError:
        if os.environ.get("DIO_PAPER"):
            raise
        pytest.skip("the source text is not on this machine (set DIO_PAPER)")


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the checkout's own Turtle, built once for all tests."""
    return build(release_dir=tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def release_store(release: Release) -> ox.Store:
    """The store of that release, read-only."""
    return ox.Store.read_only(str(release.store))


ALLOWED_SKIPS = Path(__file__).with_name("allowed-skips.txt")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """In CI, name each skip that is not on the list."""
    for test, reason in unexpected_skips(terminalreporter):
        terminalreporter.write_line(f"not an allowed skip: {test}: {reason}", red=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI, turn a green run red where a test was skipped that may not be."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if exitstatus == pytest.ExitCode.OK and reporter and unexpected_skips(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def unexpected_skips(reporter: pytest.TerminalReporter) -> list[tuple[str, str]]:
    """Return (test, reason) of each skip that `allowed-skips.txt` does not list; outside CI, none."""
    if not os.environ.get("CI"):
        return []
    lines = ALLOWED_SKIPS.read_text("utf-8").splitlines()
    allowed = [line.split("\t") for line in lines if line and not line.startswith("#")]
    skips = [
        (report.nodeid, report.longrepr[2].removeprefix("Skipped: "))
        for report in reporter.stats.get("skipped", [])
    ]
    return [skip for skip in skips if not any(is_listed(*skip, *row) for row in allowed)]


def is_listed(test: str, reason: str, test_pattern: str, reason_pattern: str) -> bool:
    """Say whether a row of the list accepts the skip."""
    return fnmatchcase(test, test_pattern) and fnmatchcase(reason, reason_pattern)
