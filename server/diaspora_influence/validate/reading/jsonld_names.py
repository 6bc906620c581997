"""What names stand for in JSON-LD, as its contexts have it."""

from typing import Any, Final
from urllib.parse import urljoin

STEPS: Final = 5
"""Terms that are followed from one to the next, as `name` to `ex:name` to an IRI."""


class Names:
    """What names stand for by the contexts of a document, taken together; *base* is the document's IRI."""

    def __init__(self, base: str) -> None:
        self.base, self.vocabulary = base, ""
        self.terms: dict[str, str] = {}

    def add(self, context: Any) -> None:
        """Take over what a context says; those in it too."""
        for part in context if isinstance(context, list) else [context]:
            for term, said in part.items() if isinstance(part, dict) else ():
                meant = said.get("@id") if isinstance(said, dict) else said
                if isinstance(said, dict):
                    self.add(said.get("@context"))
                if isinstance(meant, str):
                    self.terms.setdefault(term, meant)
        self.vocabulary = self.terms.get("@vocab", "")

    def keyword(self, key: str) -> str:
        """Return the keyword that *key* is another name of, else *key*."""
        meant = self.terms.get(key, key)
        return meant if meant.startswith("@") else key

    def term(self, name: str) -> str:
        """Return the IRI of a property or a class."""
        for _ in range(STEPS):
            prefix, colon, local = name.partition(":")
            if name in self.terms:
                name = self.terms[name]
            elif colon and prefix in self.terms and not local.startswith("//"):
                name = self.terms[prefix] + local
            else:
                break
        return name if ":" in name else self.vocabulary + name

    def node(self, name: str) -> str:
        """Return the IRI of a node."""
        prefix, colon, _ = name.partition(":")
        if colon and prefix in self.terms:
            return self.term(name)
        return name if colon else urljoin(urljoin(self.base, self.terms.get("@base", "")), name)
