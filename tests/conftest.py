"""What several tests need: the source text, where this machine has it, and a release of the real data."""

import os

import pyoxigraph as ox
import pytest

from diaspora_influence.errors import MissingToolError
from diaspora_influence.passages.text import SourceText, paper_path
from diaspora_influence.release.build import build
from diaspora_influence.release.read import Release


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
