"""/metrics: what Prometheus scrapes of a server."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

import flask
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import CollectorRegistry

from diaspora_influence.settings import Settings
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.observer import BOUNDS, Observer


@dataclass(frozen=True, eq=False)
class Collector:
    """Reads counts and states at the moment of a scrape; nothing is kept twice."""

    dataset: Dataset
    observer: Observer

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        yield from self.exchanges()
        yield from self.pool()
        release = GaugeMetricFamily(
            "dio_release_info", "The release in service.", labels=["version", "digest"]
        )
        release.add_metric([self.dataset.release.version, self.dataset.release.digest], 1)
        yield release

    def exchanges(self) -> Iterator[Metric]:
        """Yield what was asked and how it was answered."""
        observer = self.observer
        requests = CounterMetricFamily(
            "dio_http_requests", "Requests answered.", labels=["route", "method", "status"]
        )
        sizes = CounterMetricFamily("dio_http_response_bytes", "Bytes of bodies sent.", labels=["route"])
        times = HistogramMetricFamily(
            "dio_http_request_seconds", "Time from a request read to its answer made.", labels=["route"]
        )
        with observer.lock:
            for (route, method, status), count in sorted(observer.requests.items()):
                requests.add_metric([route, method, str(status)], count)
            for route, size in sorted(observer.sizes.items()):
                sizes.add_metric([route], size)
            for route, taken in sorted(observer.times.items()):
                bounds = [*map(str, BOUNDS), "+Inf"]
                counts = accumulate(taken.buckets)
                times.add_metric([route], list(zip(bounds, counts, strict=True)), taken.total)
            hits = observer.hits
        yield from (requests, sizes, times)
        yield CounterMetricFamily("dio_cache_hits", "Answers that were kept from before.", value=hits)

    def pool(self) -> Iterator[Metric]:
        """Yield how many queries run and wait."""
        turns, limits = self.dataset.pool.turns, self.dataset.pool.limits
        held = {"dio_queries_running": turns.lanes - turns.free, "dio_queries_waiting": turns.waiting}
        said = {
            "dio_queries_running": "Queries that run now.",
            "dio_queries_waiting": "Queries that wait now.",
        }
        for name, value in held.items():
            yield GaugeMetricFamily(name, said[name], value=value)
        yield GaugeMetricFamily("dio_workers", "Queries that can run at one time.", value=limits.workers)
        yield GaugeMetricFamily("dio_queue_places", "Queries that can wait.", value=limits.queue)
        yield GaugeMetricFamily(
            "dio_engine_up", "Whether the engine runs.", value=int(self.dataset.pool.alive)
        )


@dataclass(frozen=True)
class Metrics:
    """The page for Prometheus."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the page to *app*."""
        app.add_url_rule("/metrics", "metrics", self.show)

    def show(self) -> flask.Response:
        """Return all metrics, as OpenMetrics where the client asks for that."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(Collector(self.dataset, flask.current_app.extensions["observer"]))
        encoder, content_type = choose_encoder(flask.request.headers.get("Accept", ""))
        response = flask.Response(encoder(registry), content_type=content_type)
        response.cache_control.no_store = True
        response.vary.add("Accept")
        return response
