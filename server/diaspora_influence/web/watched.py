"""Tells the observer of every answer of the app, under whatever server it runs."""

import time
from typing import Final

import flask

from diaspora_influence.web.observer import Exchange, Observer

NAME: Final = "observer"
"""By which name an app holds its observer."""


def install(app: flask.Flask, observer: Observer) -> None:
    """Let *observer* be told."""
    app.extensions[NAME] = observer
    app.before_request(begin)
    app.after_request(tell)


def begin() -> None:
    """Note when the request was read."""
    flask.g.begun = time.perf_counter()


def tell(response: flask.Response) -> flask.Response:
    """Tell what was asked and how it is answered."""
    request, g = flask.request, flask.g
    exchange = Exchange(
        method=request.method,
        path=request.path,
        status=response.status_code,
        size=response.calculate_content_length() or 0,
        seconds=time.perf_counter() - g.get("begun", time.perf_counter()),
        query=g.get("query"),
        client=request.remote_addr or "",
    )
    flask.current_app.extensions[NAME].observe(exchange)
    return response
