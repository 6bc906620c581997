"""An app that judges documents, documents with faults, and how they are sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import flask
import rdflib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diaspora_influence.data import ROOT
from diaspora_influence.settings import Settings
from diaspora_influence.terms import PREFIXES, SH
from diaspora_influence.web.validate import PATH, Validate
from diaspora_influence.web.validator.client import Validator
from diaspora_influence.web.validator.request import Request
from web_fixtures import LIMITS, app

TURTLE = "text/turtle"
SH_NS = rdflib.Namespace(SH)
CLAIMS = ROOT / "instances" / "miles-2017" / "claims"
HEAD = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("dio", "claim", "id", "rdfs"))
BAD = (
    HEAD
    + 'claim:x a dio:CreationClaim, dio:Claim ;\n  rdfs:label "a\\u0001<b>&"@en ;\n  dio:certainty 1, 2 .\n'
)
"""A claim that lacks most of what a claim has; its label holds what no XML can."""
LIMITS_OF_SERVED = replace(LIMITS, time=20.0)
MANY = (HEAD + "".join(f"claim:c{n} a dio:Claim .\n" for n in range(6000))).encode()
"""So many findings that they take seconds."""


@contextmanager
def judging(folder: Path) -> Iterator[flask.Flask]:
    """Serve the small release by an app, and end its validator."""
    with app(folder, Settings(limits=LIMITS_OF_SERVED, contact="corrections@example.org")) as served:
        yield served
        validator_of(served).stop()


def validator_of(served: flask.Flask) -> Validator:
    """Return the validator of an app."""
    room: Validate = cast(Any, served.view_functions["validation"]).__self__
    return room.validator


def post(
    client: FlaskClient, data: str | bytes, accept: str = "", kind: str = TURTLE, **more: Any
) -> TestResponse:
    """Return the answer to a document sent as it is."""
    return client.post(PATH, data=data, headers={"Content-Type": kind, "Accept": accept}, **more)


def rules(response: TestResponse) -> list[str]:
    """Return the rules that a JSON report names."""
    assert response.json
    return [finding["rule"] for finding in response.json["findings"]]


def request(body: bytes, report: str = "json") -> Request:
    return Request(body, "turtle", "urn:base", report)


def wide(text: str) -> str:
    """Return a document that declares every prefix of the house."""
    return "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in PREFIXES) + text
