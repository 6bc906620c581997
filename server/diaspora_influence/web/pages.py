"""The first page: what this is, how much of it there is, what to ask, and what the limits are."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence.settings import Settings
from diaspora_influence.terms import DIO, OA
from diaspora_influence.web.dataset import Dataset, query
from diaspora_influence.web.examples import examples
from diaspora_influence.web.headers import tagged
from diaspora_influence.web.limits import limits
from diaspora_influence.web.views import iris, value

COUNTED: Final = (
    (DIO + "Claim", "Claims"),
    (DIO + "Agent", "Agents"),
    (DIO + "Organization", "of these, organisations"),
    (DIO + "Person", "of these, persons"),
    (DIO + "State", "of these, states"),
    (DIO + "FundingChannel", "Funding channels"),
    (DIO + "Event", "Events"),
    (OA + "SpecificResource", "Located passages"),
)
"""Class and what its members are called in the table."""


@dataclass(frozen=True)
class Pages:
    """The first page of a dataset."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the page to *app*."""
        app.add_url_rule("/", "home", self.home)

    def home(self) -> Response:
        """Return the first page."""
        html = flask.render_template(
            "home.html", path="/", examples=examples(), limits=limits(self.settings), **self.content
        )
        return tagged(html.encode(), "text/html; charset=utf-8", "html")

    @cached_property
    def content(self) -> dict[str, Any]:
        """Read what the page shows of the release, which never changes."""
        found = {row["kind"].value: int(row["count"].value) for row in self.dataset.rows(query("counts"))}
        counts = [(name, found[kind]) for kind, name in COUNTED if found.get(kind)]
        levels = self.dataset.rows(query("certainties"))
        sources, cases = self.dataset.rows(query("sources")), self.dataset.rows(query("cases"))
        labels = self.dataset.labels(iris(levels) | iris(sources) | iris(cases))
        return {
            "counts": [*counts, ("Triples", self.dataset.release.triples)],
            "certainties": [(value(row["certainty"], labels), int(row["count"].value)) for row in levels],
            "cases": [value(row["case"], labels) for row in cases],
            "sources": [value(row["source"], labels) for row in sources if "source" in row],
            "citation": next((row["citation"].value for row in sources if "citation" in row), ""),
        }
