"""The questions that the pages offer: those that the release carries too."""

from diaspora_influence.release.examples import Example, examples

__all__ = ["Example", "examples"]
