"""The prefixes of the house, declared for the queries of the house."""

import re

from diaspora_influence.terms import PREFIXES


def prologue(text: str) -> str:
    """Return the PREFIX lines that *text* needs, so that a query file carries no IRI."""
    used = {prefix: namespace for prefix, namespace in PREFIXES.items() if re.search(rf"\b{prefix}:", text)}
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in used.items())
