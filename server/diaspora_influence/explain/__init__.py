"""Why a query matches nothing: its patterns asked one by one and together, and what is near them."""

from diaspora_influence.explain.answer import Explanation, explain
from diaspora_influence.explain.write import as_json, as_text

__all__ = ["Explanation", "as_json", "as_text", "explain"]
