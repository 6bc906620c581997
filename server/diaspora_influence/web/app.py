"""The web app as a function of the dataset and the settings; any WSGI server can run it."""

import flask

from diaspora_influence.settings import Settings
from diaspora_influence.terms import BASE, CC_BY, DIO
from diaspora_influence.web import headers, links, problems, watched
from diaspora_influence.web.conformance import Conformance
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.endpoint import Endpoint
from diaspora_influence.web.graph_store import GraphStore
from diaspora_influence.web.graphs import Graphs
from diaspora_influence.web.health import Health
from diaspora_influence.web.linked import Linked
from diaspora_influence.web.metrics import Metrics
from diaspora_influence.web.observer import Observer
from diaspora_influence.web.ontology import Vocabulary
from diaspora_influence.web.pages import Pages
from diaspora_influence.web.problem_types import ProblemTypes
from diaspora_influence.web.releases import Releases
from diaspora_influence.web.scratch import ScratchEndpoint, ScratchGraphStore, ScratchPage
from diaspora_influence.web.validate import Validate
from diaspora_influence.web.why import Why

ROOMS = (
    Endpoint,
    Linked,
    Vocabulary,
    Graphs,
    GraphStore,
    Releases,
    Pages,
    ProblemTypes,
    Why,
    Validate,
    Conformance,
    Health,
    Metrics,
)
"""Each is made of the dataset and the settings, and registers its paths."""
SCRATCH = (ScratchEndpoint, ScratchGraphStore, ScratchPage, ProblemTypes, Conformance, Health)
"""What a scratch dataset has: it is no release, so it has no pages of things."""

__all__ = ["Dataset", "create_app"]


def create_app(dataset: Dataset, settings: Settings, observer: Observer | None = None) -> flask.Flask:
    """Return the Flask app that answers every path for *dataset*, and tells *observer* of each answer."""
    app = flask.Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = body_bytes(settings)
    app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        release=dataset.release, settings=settings, base=BASE, dio=DIO, licence=CC_BY
    )
    links.install(app)
    problems.install(app)
    app.after_request(headers.finish)
    watched.install(app, observer or Observer(settings.access_log))
    for room in SCRATCH if settings.scratch else ROOMS:
        room(dataset, settings).register(app)
    return app


def body_bytes(settings: Settings) -> int:
    """Return how long a body may be: the longest query, percent-encoded, and room for a dataset."""
    if settings.scratch:
        return settings.limits.bytes
    return 3 * settings.limits.query_bytes + (1 << 16)
