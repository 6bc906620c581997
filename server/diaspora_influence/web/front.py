"""The HTTP front: waitress, whose event loop reads whole bodies, so that no stalled client holds a thread."""

import http
import logging
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import create_server
from waitress.task import ErrorTask

from diaspora_influence.settings import Settings
from diaspora_influence.web.headers import COMMON
from diaspora_influence.web.problems import Problem

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TURN: Final = 1.0
"""Seconds that the event loop sleeps at most."""
SPARE: Final = 8
"""Threads beyond those that wait for a worker: for pages, files and refusals."""
CONNECTIONS: Final = 1000
IDLE: Final = 30
"""Seconds after which a connection that sends nothing, or the rest of its body too slowly, is closed."""
HEADER_BYTES: Final = 1 << 20
BODY_BYTES: Final = 1 << 24
"""What is read before the app, which has tighter limits and better words, sees the request."""
GRACE: Final = 3.0
"""Seconds over a query's time that draining takes at most."""

HINTS: Final = {
    413: "The request is longer than this server reads.",
    431: "The request line and the headers are longer than this server reads; send a long query with POST.",
}


class ProblemTask(ErrorTask):  # type: ignore[misc]
    """Answers what is no readable HTTP as everything else is refused: as a problem, with CORS."""

    def execute(self) -> None:
        """Send the problem and close."""
        error = self.request.error
        title = http.HTTPStatus(error.code).phrase
        problem = Problem(error.code, title, HINTS.get(error.code, "This is not readable HTTP."))
        body = problem.as_json().encode()
        self.status = f"{error.code} {title}"
        self.response_headers += [*COMMON.items(), ("Content-Type", "application/problem+json")]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads a request, and refuses those of which a proxy may have read something else."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head; ParsingError for two lengths of one body, or no host (RFC 9112, 6.1 and 3.2)."""
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Both Content-Length and Transfer-Encoding")
        if self.version == "1.1" and "HOST" not in self.headers:
            raise ParsingError("No Host")


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that answers its own errors as problems."""

    error_task_class = ProblemTask
    parser_class = Parser


class Front:
    """A server on a listening socket: runs in the calling thread until it is stopped, then drains."""

    def __init__(self, app: "WSGIApplication", listener: socket.socket, settings: Settings) -> None:
        """Take the app and the socket; nothing is served before `run`."""
        limits = settings.limits
        self.patience = limits.time + GRACE
        self.stopping = threading.Event()
        # The queue's depth is bounded by the pool, which refuses in words; a warning in the log adds nothing.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self.server: Any = create_server(
            app,
            sockets=[listener],
            threads=limits.workers + limits.queue + SPARE,
            ident=None,
            connection_limit=CONNECTIONS,
            channel_timeout=IDLE,
            cleanup_interval=max(1, IDLE // 3),
            max_request_header_size=HEADER_BYTES,
            max_request_body_size=BODY_BYTES,
            # A reader slower than its answer must not hold the thread that made it: all of it is spooled.
            outbuf_high_watermark=2 * limits.bytes + HEADER_BYTES,
            asyncore_use_poll=True,
            log_socket_errors=False,
            clear_untrusted_proxy_headers=True,
        )
        self.server.channel_class = Channel

    def stop(self) -> None:
        """Let `run` finish what was asked and return; a signal handler may call this."""
        self.stopping.set()
        self.server.pull_trigger()

    def run(self) -> None:
        """Serve until stopped."""
        while not self.stopping.is_set():
            self.turn(TURN)
        self.drain()

    def turn(self, seconds: float) -> None:
        """Let the event loop go round once."""
        wasyncore.loop(timeout=seconds, use_poll=True, map=self.server._map, count=1)

    def drain(self) -> None:
        """Accept nothing more, send every answer that is owed, and close, at the latest after `patience`."""
        wasyncore.dispatcher.close(self.server)
        until = time.monotonic() + self.patience
        while self.server.active_channels and time.monotonic() < until:
            for channel in list(self.server.active_channels.values()):
                channel.will_close = channel.will_close or not (channel.requests or channel.total_outbufs_len)
            self.turn(0.05)
        self.server.task_dispatcher.shutdown(timeout=1)
        self.server.trigger.close()
        wasyncore.close_all(self.server._map)
