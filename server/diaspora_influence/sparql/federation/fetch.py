"""One question to another endpoint, from the parent: public address, no redirect, bounded bytes and time.

The host is resolved once and the connection goes to the address that was judged, so that no second answer
of the name server can lead elsewhere. Nothing in the environment, a proxy above all, has a say.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from diaspora_influence.sparql.errors import RemoteError, ServiceRefused
from diaspora_influence.sparql.federation.clauses import PORTS
from diaspora_influence.sparql.formats import RESULTS
from diaspora_influence.sparql.remote import form, headers, reason, whole_body
from diaspora_influence.sparql.request import SparqlRequest

JSON: Final = RESULTS[0]
PATH: Final = "/%:@!$&'()*+,;=~?"
"""What stands in a path and a query string as it is (RFC 3986, section 3.3 and 3.4)."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one query's fetches may take together: bytes of answers, and until when (monotonic seconds)."""

    bytes: int
    until: float

    @property
    def left(self) -> float:
        """Return the seconds that are left; RemoteError where there are none."""
        if (left := self.until - time.monotonic()) <= 0:
            raise RemoteError("The endpoints of the SERVICE clauses took too long.")
        return left


def is_public(address: str) -> bool:
    """Say whether *address* is one of the public internet: not private, loopback, link-local, multicast …

    An IPv4 address in any IPv6 dress counts as what it is inside.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inside or found in NAT64:
            return is_public(str(inside or ipaddress.IPv4Address(found.packed[-4:])))
    return found.is_global and not found.is_multicast and not found.is_reserved


NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: the last four bytes are an IPv4 address."""


def fetch(url: str, query: str, bounds: Bounds) -> bytes:
    """Return the SPARQL JSON that the endpoint at *url* answers to *query*, by POST of a form.

    Raises ServiceRefused for an address that may not be called, RemoteError for all that is no whole answer.
    """
    parts = urlsplit(url)
    try:
        with connected(parts, bounds) as connection:
            path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), PATH)
            connection.request("POST", path, form(SparqlRequest(query)), headers(JSON))
            body = whole_body(connection.getresponse(), JSON, bounds.bytes)
    except (OSError, http.client.HTTPException, ValueError, RemoteError) as error:
        if time.monotonic() >= bounds.until or isinstance(error, TimeoutError):
            raise RemoteError(f"{parts.hostname}: no answer in time.") from error
        if isinstance(error, RemoteError):
            raise
        raise RemoteError(f"{parts.hostname}: {reason(error)}.") from error
    if body is None:
        raise RemoteError(
            f"{parts.hostname}: the answer has more than the {bounds.bytes} bytes that are read."
        )
    return body


@contextlib.contextmanager
def connected(parts: SplitResult, bounds: Bounds) -> Iterator[http.client.HTTPConnection]:
    """Hold a connection to a judged address of the host; at the deadline it is shut, whatever it is at."""
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    line: socket.socket = socket.create_connection((resolve(host, port), port), bounds.left)
    kind: type[http.client.HTTPConnection] = http.client.HTTPConnection
    if parts.scheme == "https":
        kind = http.client.HTTPSConnection
        line = ssl.create_default_context().wrap_socket(
            line, server_hostname=host, do_handshake_on_connect=False
        )
    alarm = threading.Timer(bounds.left, shut, [line])
    alarm.daemon = True
    alarm.start()
    try:
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()
        connection = kind(host, port)
        connection.sock = line
        connection.auto_open = 0
        yield connection
    finally:
        alarm.cancel()
        line.close()


def shut(line: socket.socket) -> None:
    """End both directions of *line*: who reads from it reads its end."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def resolve(host: str, port: int) -> str:
    """Return the first address of *host*; ServiceRefused where any of them is not public."""
    addresses = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if refused := [address for address in addresses if not is_public(address)]:
        raise ServiceRefused(
            f"{host} is at {refused[0]}, which is no public address: this server calls none other."
        )
    return addresses[0]
