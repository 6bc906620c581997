"""The terms of a question: as people write them, and as the release knows them."""

import difflib
import re
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from diaspora_influence.errors import InputError
from diaspora_influence.release.proofs import Fact
from diaspora_influence.terms import PREFIXES, RDF
from diaspora_influence.why.ask import Ask, query

ROLES: Final = ("subject", "predicate", "object")
LONGEST: Final = 2000
COMPARED: Final = 120
"""Names longer than this get no help: comparing takes time in proportion."""
LITERAL: Final = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*)"(?:@(?P<language>[A-Za-z0-9-]+)|\^\^(?P<datatype>.+))?'
)
UNREADABLE: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!$)")
FORMS: Final = 'a prefixed name of the house, as id:kremlin, an IRI, or, as object, a literal, as "text"@en'


class UnknownTermError(InputError):
    """A term that the release does not know; *near* are the IRIs of those most like it."""

    status = 404
    title = "Unknown term"

    def __init__(self, role: str, term: str, near: list[str]) -> None:
        self.near = near
        hint = f"nearest: {', '.join(map(spelled, near))}" if near else "nothing is called like it"
        self.role = role
        super().__init__(f"no {role} in this release is called {spelled(term)!r}; {hint}")


def read_fact(words: Iterable[str]) -> Fact:
    """Return the triple that three words name; raises InputError for what is no term."""
    subject, predicate, value = (read(word, role) for word, role in zip(words, ROLES, strict=True))
    return subject, predicate, value


def read(word: str, role: str) -> str:
    """Return the term that *word* names, in N-Triples form; `a` is rdf:type. Raises InputError."""
    if len(word) > LONGEST or UNREADABLE.search(word):
        raise InputError(f"the {role} is no term: over {LONGEST} characters, or unreadable ones among them")
    try:
        if word.startswith('"') and role == "object":
            return str(literal(word))
        return f"<{RDF}type>" if word == "a" and role == "predicate" else str(iri(word))
    except (ValueError, SyntaxError) as error:
        raise InputError(f"the {role} {word!r} is no term: write {FORMS}") from error


def literal(word: str) -> ox.Literal:
    """Return a literal written as in Turtle, in double quotes; ValueError or SyntaxError for what is none."""
    found = LITERAL.fullmatch(word)
    if not found:
        raise ValueError(word)
    written = f'<a:a> <a:a> "{found["text"]}" .'
    (quad,) = ox.parse(written, format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, ox.Literal)
    datatype = iri(found["datatype"]) if found["datatype"] else None
    return ox.Literal(quad.object.value, language=found["language"], datatype=datatype)


def iri(word: str) -> ox.NamedNode:
    """Return the IRI of a prefixed name, in angle brackets, or as it is; ValueError for what is none."""
    if word.startswith("<") and word.endswith(">"):
        return ox.NamedNode(word[1:-1])
    prefix, _, local = word.partition(":")
    if prefix in PREFIXES and not local.startswith("//"):
        return ox.NamedNode(PREFIXES[prefix] + local)
    if not ABSOLUTE.match(word) or prefix == "_":
        raise ValueError(word)
    return ox.NamedNode(word)


def spelled(term: str) -> str:
    """Return a term with its prefix where the house has one, else as it is: what `read` takes."""
    if not term.startswith("<"):
        return term
    bare = term[1:-1]
    fitting = [name for name, namespace in PREFIXES.items() if bare.startswith(namespace)]
    best = max(fitting, key=lambda name: len(PREFIXES[name]), default=None)
    return f"{best}:{bare.removeprefix(PREFIXES[best])}" if best else term


def require_known(ask: Ask, fact: Fact) -> None:
    """Raise UnknownTermError for the first term of *fact* that no triple of the release holds."""
    terms = [term for term in fact if term.startswith("<")]
    known = {str(row["term"]) for row in ask(query("known", terms))}
    for role, term in zip(ROLES, fact, strict=True):
        if term.startswith("<") and term not in known:
            raise UnknownTermError(role, term, nearest(ask, term))


def nearest(ask: Ask, term: str) -> list[str]:
    """Return the terms of the same namespace, one of the house's, whose name is most like that of *term*."""
    prefix, colon, local = spelled(term).partition(":")
    if not colon or prefix not in PREFIXES or len(local) > COMPARED:
        return []
    rows = ask(query("names", namespace=str(ox.Literal(PREFIXES[prefix]))))
    names = {row["term"].value.removeprefix(PREFIXES[prefix]).casefold(): str(row["term"]) for row in rows}
    return [names[name] for name in difflib.get_close_matches(local.casefold(), names, n=3, cutoff=0.5)]
