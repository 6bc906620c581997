"""What a query sees of the data, told from its words: which terms it meets, and if as they are written."""

from collections import Counter
from typing import Final

from diaspora_influence.validate.fast.query import Select

LEXICAL: Final = frozenset(
    (
        *("CONCAT", "CONTAINS", "DATATYPE", "ENCODE_FOR_URI", "IRI", "LANG", "LCASE", "MD5", "REGEX"),
        *("REPLACE", "SAMETERM", "SHA1", "SHA256", "SHA384"),
        *("SHA512", "STR", "STRAFTER", "STRBEFORE", "STRDT", "STRENDS", "STRLANG", "STRLEN", "STRSTARTS"),
        *("SUBSTR", "UCASE", "URI"),
    )
)
"""Functions that see how a literal is written."""


def mentioned(query: Select) -> set[str]:
    """Return the IRIs that it names."""
    known = dict(query.prefixes)
    names = (token.text.partition(":") for token in query.words if token.kind == "name")
    full = (known.get(prefix, "") + local for prefix, _, local in names)
    return {*full, *(token.text[1:-1] for token in query.words if token.kind == "iri")}


def is_open(query: Select) -> bool:
    """Say whether a variable stands for a predicate."""
    pairs = zip(query.words, query.words[1:], strict=False)
    inner = [(a, b) for a, b in pairs if a.end > start(query)]
    return any((a.kind == "var" and b.kind == "var") or (a.text == ";" and b.kind == "var") for a, b in inner)


def start(query: Select) -> int:
    """Return where the pattern of a query begins."""
    return next(token.end for token in query.words if token.text == "{")


def never_literal(query: Select) -> set[str]:
    """Return the variables that stand for a subject or a predicate somewhere."""
    found = {"$this"}
    for before, token, after in zip(query.words, query.words[1:], query.words[2:], strict=False):
        if token.kind == "var" and before.end >= start(query):
            subject = before.text in "{}." and after.kind in ("var", "name", "iri")
            predicate = before.kind == "var" and after.kind in ("var", "name", "iri", "string")
            found |= {token.word} if subject or predicate else set()
    return found


def constants(query: Select) -> set[str]:
    """Return the numbers, truth values and texts that stand as objects of its patterns."""
    pairs = zip(query.words, query.words[1:], strict=False)
    told = (
        b for a, b in pairs if a.kind in ("name", "iri", "var") and b.kind in ("number", "word", "string")
    )
    return {token.text.strip("\"'") for token in told}


def compares(query: Select) -> bool:
    """Say whether a variable that may be a literal is used twice, to join or to compare."""
    used = Counter(token.word for token in query.words if token.kind == "var" and token.end > start(query))
    return any(many > 1 for name, many in used.items() if name not in never_literal(query))


def is_lexical(query: Select) -> bool:
    """Say whether the query may see how a literal is written."""
    safe, depth, held = never_literal(query), 0, list[int]()
    for i, token in enumerate(query.words[:-1]):
        cast = query.words[i - 2].text.startswith("xsd:")  # a number read from any spelling is the same
        if token.word in LEXICAL and query.words[i + 1].text == "(" and not cast:
            held.append(depth)
        depth += (token.text == "(") - (token.text == ")")
        if token.text == ")" and held and depth <= held[-1]:
            held.pop()
        if held and token.kind == "var" and token.word not in safe:
            return True
    return False
