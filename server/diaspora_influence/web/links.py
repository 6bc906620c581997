"""How an IRI is shown and where it leads: things of ours to the same path on this host."""

import re
from typing import Final

import flask

from diaspora_influence.terms import BASE, ONTOLOGY, PREFIXES

WEB: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def local(iri: str) -> str:
    """Return the path on this host that answers for *iri*, or *iri* itself where it is not ours.

    A hash term leads to its place on the ontology page: the fragment never reaches a server.
    """
    if iri != BASE and not iri.startswith((BASE + "/", BASE + "#")):
        return iri
    if iri.startswith(ONTOLOGY + "#"):
        iri = iri.replace("#", ".html#", 1)
    return flask.request.script_root + (iri.removeprefix(BASE) or "/")


def linked(iri: str) -> bool:
    """Say whether *iri* may be made a link: `javascript:` and its like never are."""
    return WEB.fullmatch(iri) is not None


def curie(iri: str) -> str:
    """Return *iri* abbreviated with the longest prefix that fits, whole where none does."""
    fitting = [(namespace, prefix) for prefix, namespace in PREFIXES.items() if iri.startswith(namespace)]
    if not fitting:
        return iri
    namespace, prefix = max(fitting, key=lambda pair: len(pair[0]))
    return f"{prefix}:{iri.removeprefix(namespace)}"


def absolute(path: str, public_url: str | None) -> str:
    """Return *path* as a whole URL: under the public URL where one is set, else under the host asked.

    A Host header that names no host leaves the address that the IRIs have.
    """
    if public_url or not flask.request.host:
        return (public_url or BASE) + path
    return flask.request.host_url.rstrip("/") + flask.request.script_root + path


def install(app: flask.Flask) -> None:
    """Give the templates of *app* these functions as filters and tests."""
    app.jinja_env.filters.update(local=local, curie=curie)
    app.jinja_env.tests["linked"] = linked
