"""What several tests need: the source text, where this machine has it."""

import os

import pytest

from diaspora_influence.errors import MissingToolError
from diaspora_influence.passages.text import SourceText, paper_path


@pytest.fixture(scope="session")
def paper() -> SourceText:
    """The text of the paper; where there is none the test is skipped, with a wrong DIO_PAPER it fails."""
    try:
        return SourceText.load(paper_path(None, "miles-2017"))
    except MissingToolError:
        if os.environ.get("DIO_PAPER"):
            raise
        pytest.skip("the source text is not on this machine (set DIO_PAPER)")
