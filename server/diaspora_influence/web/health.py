"""Whether the process lives, and whether it can answer."""

from dataclasses import dataclass

import flask

from diaspora_influence.errors import DioError
from diaspora_influence.settings import Settings
from diaspora_influence.web.dataset import Dataset


@dataclass(frozen=True)
class Health:
    """The two probes of a supervisor."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the probes to *app*."""
        app.add_url_rule("/healthz", "healthz", self.alive)
        app.add_url_rule("/readyz", "readyz", self.ready)

    def alive(self) -> flask.Response:
        """Answer 200 as long as the process answers at all."""
        return self.said("ok", 200)

    def ready(self) -> flask.Response:
        """Answer 200 where a worker answers `ASK {}`, else 503."""
        try:
            able = self.dataset.holds("ASK {}")
        except DioError:
            able = False
        return self.said("ready", 200) if able else self.said("not ready", 503)

    @staticmethod
    def said(word: str, status: int) -> flask.Response:
        """Return one word that nobody keeps."""
        response = flask.Response(f"{word}\n", status, content_type="text/plain; charset=utf-8")
        response.cache_control.no_store = True
        return response
