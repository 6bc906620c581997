"""Why a triple of the release holds, down to claims and passages; or what is missing that it does not."""

from diaspora_influence.why.answer import Answer, why
from diaspora_influence.why.ask import Ask, of_store
from diaspora_influence.why.names import UnknownTermError, read_fact

__all__ = ["Answer", "Ask", "UnknownTermError", "of_store", "read_fact", "why"]
