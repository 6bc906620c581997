"""The ontology and the shapes at their addresses; a hash term is found on the page by its local name."""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence import __version__
from diaspora_influence.settings import Settings
from diaspora_influence.terms import DIO, GRAPH, SHAPES
from diaspora_influence.web.dataset import Dataset, query
from diaspora_influence.web.documents import BY_SUFFIX, Triples, canonical, write
from diaspora_influence.web.errors import UnknownThingError
from diaspora_influence.web.glossary import sections
from diaspora_influence.web.headers import tagged
from diaspora_influence.web.linked import alternates, see_other


@dataclass(frozen=True, slots=True)
class Book:
    """One of the two documents: its graphs, its namespace, and what its page says first."""

    graphs: str
    without: str
    namespace: str
    title: str
    lead: str


BOOKS: Final = {
    "ontology": Book(
        GRAPH + "ontology/",
        GRAPH + "ontology/alignments/",
        DIO,
        "Diaspora Influence Ontology",
        "The classes, relations and schemes in which claims about states and diasporas are written.",
    ),
    "shapes": Book(
        GRAPH + "shapes/",
        GRAPH + "shapes/\0",
        SHAPES,
        "Shapes",
        "What the data must look like before it is released, in SHACL; a message says what breaks it.",
    ),
}


@dataclass(frozen=True)
class Vocabulary:
    """The ontology and the shapes of a dataset."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the addresses to *app*."""
        for name in BOOKS:
            app.add_url_rule(f"/{name}", name, partial(see_other, f"/{name}"))
            app.add_url_rule(f"/{name}.<suffix>", f"{name}_document", partial(self.document, name))
        app.add_url_rule("/ontology/<number>", "ontology_version", self.version)

    @cached_property
    def rendered(self) -> dict[tuple[str, str], bytes]:
        """Hold what was rendered; a release never changes, and these documents are the largest."""
        return {}

    def version(self, number: str) -> flask.Response:
        """Lead from the version IRI to the ontology, where it is of this version."""
        if number != __version__:
            raise UnknownThingError(f"This release holds version {__version__} of the ontology.")
        return see_other("/ontology")

    def document(self, name: str, suffix: str) -> Response:
        """Return the ontology or the shapes in the representation of *suffix*."""
        if suffix not in BY_SUFFIX:
            known = [(href, title) for href, _, title in alternates(f"/{name}")]
            raise UnknownThingError("There is no such representation.", known)
        if (name, suffix) not in self.rendered:
            self.rendered[name, suffix] = self.render(name, suffix)
        return tagged(self.rendered[name, suffix], BY_SUFFIX[suffix].content_type, suffix)

    def render(self, name: str, suffix: str) -> bytes:
        """Return the bytes of one representation."""
        book = BOOKS[name]
        triples = self.triples(book)
        if suffix != "html":
            return write(triples, suffix)
        found = sections(triples, book.namespace)
        return flask.render_template(
            "glossary.html",
            book=book,
            sections=found,
            path=f"/{name}.html",
            alternates=alternates(f"/{name}"),
        ).encode()

    def triples(self, book: Book) -> Triples:
        """Return the graphs of *book* as one, canonical."""
        names = [name for name in self.dataset.release.graphs if name.startswith(book.graphs)]
        chosen = [name for name in names if not name.startswith(book.without)]
        values = " ".join(f"<{name}>" for name in chosen)
        return canonical(self.dataset.triples(query("graph").replace("$graphs", values)))
