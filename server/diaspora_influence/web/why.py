"""/why: from what a triple of the release follows, or what is missing; for people and for programs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence.errors import InputError, InternalError
from diaspora_influence.release.proofs import Fact, Proofs, read_proofs
from diaspora_influence.settings import Settings
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.documents import BY_SUFFIX, canonical, write
from diaspora_influence.web.errors import NotAcceptableError, UnknownThingError, WebError
from diaspora_influence.web.headers import keep_out, tagged
from diaspora_influence.web.negotiate import require
from diaspora_influence.web.protocol import Parameters, parameters
from diaspora_influence.why import Answer, UnknownTermError, read_fact, why
from diaspora_influence.why.answer import WITHHELD
from diaspora_influence.why.names import ROLES, spelled
from diaspora_influence.why.prov import as_triples, question
from diaspora_influence.why.record import as_json
from diaspora_influence.why.text import grounds, sentence

NAMES: Final = ("s", "p", "o")
HTML: Final = "html"
WRITERS: Final[dict[str, Callable[[Answer], bytes]]] = {
    "ttl": lambda answer: write(canonical(as_triples(answer)), "ttl"),
    HTML: lambda answer: page(answer).encode(),
    "json": lambda answer: as_json(answer).encode(),
    "nt": lambda answer: write(canonical(as_triples(answer)), "nt"),
}
"""Suffix to what writes an answer, in order of preference as everywhere else."""
CONTENT_TYPES: Final = {
    suffix: BY_SUFFIX[suffix].content_type if suffix in BY_SUFFIX else "application/json"
    for suffix in WRITERS
}
TOKENS: Final = {"turtle": "ttl", **{suffix: suffix for suffix in WRITERS}}
"""What `format` may say, to the suffix."""


@dataclass(frozen=True)
class Why:
    """The grounds of the triples of a dataset."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the address to *app*."""
        app.add_url_rule("/why", "why", self.serve)

    @cached_property
    def proofs(self) -> Proofs:
        """Return the proofs of the release, read when they are first asked for."""
        try:
            return read_proofs(self.dataset.release)
        except InputError as error:
            raise InternalError("The proofs of this release cannot be read.") from error

    def serve(self) -> Response:
        """Answer for one triple; without all of it, show a form or say what is missing."""
        found = parameters(flask.request.query_string, "address")
        suffix = agreed(found)
        words = [single(found, name) for name in NAMES]
        if not all(words):
            return self.incomplete(words, suffix)
        answer = self.answer(read_fact(words))
        response = tagged(WRITERS[suffix](answer), CONTENT_TYPES[suffix], suffix)
        keep_out(response)  # there are as many addresses as questions
        return response

    def incomplete(self, words: list[str], suffix: str) -> Response:
        """Return the form, filled in as far as it goes; WebError where a program asks."""
        if suffix != HTML:
            lacking = ", ".join(name for name, word in zip(NAMES, words, strict=True) if not word)
            raise WebError(f"The address lacks {lacking}.", hint="/why?s=id:kremlin&p=a&o=dio:StateActor")
        html = flask.render_template("why.html", answer=None, words=words, path="/why")
        return tagged(html.encode(), CONTENT_TYPES[HTML], HTML)

    def answer(self, fact: Fact) -> Answer:
        """Return why *fact* holds or does not; UnknownThingError where a term is unknown."""
        try:
            return why(self.dataset.rows, self.proofs, fact)
        except UnknownTermError as error:
            raise UnknownThingError(str(error), suggestions(fact, error)) from error


def agreed(found: Parameters) -> str:
    """Return the suffix that `format` names or the Accept header likes best."""
    if named := single(found, "format"):
        if named.lower() not in TOKENS:
            raise NotAcceptableError(list(TOKENS))
        return TOKENS[named.lower()]
    offers = {CONTENT_TYPES[suffix].partition(";")[0]: suffix for suffix in WRITERS}
    return offers[require(flask.request.headers.get("Accept"), tuple(offers))]


def single(found: Parameters, name: str) -> str:
    """Return the one value of a parameter, nothing where it is missing; WebError where there are several."""
    given = found.get(name, ("",))
    if len(given) > 1:
        raise WebError(f"The address has {name} {len(given)} times; one triple is asked at a time.")
    return given[0].strip()


def suggestions(fact: Fact, error: UnknownTermError) -> list[tuple[str, str]]:
    """Return address and words of the same question with each of the nearest names in it."""
    place = ROLES.index(error.role)
    near = [(*fact[:place], term, *fact[place + 1 :]) for term in error.near]
    root = flask.request.script_root
    return [(f"{root}/why?{question((s, p, o))}", sentence((s, p, o))) for s, p, o in near]


def page(answer: Answer) -> str:
    """Return the page of an answer."""
    return flask.render_template(
        "why.html",
        answer=answer,
        words=[spelled(term) for term in answer.fact],
        headline=sentence(answer.fact),
        downloads=[(token, f"?{question(answer.fact)}&format={token}") for token in ("json", "turtle", "nt")],
        grounds=grounds,
        spelled=spelled,
        withheld=WITHHELD,
        noindex=True,
        path=f"/why?{question(answer.fact)}",
    )
