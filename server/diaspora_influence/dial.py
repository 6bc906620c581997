"""A call to another host: its address is judged before it is dialled, and a deadline ends the call.

A host is resolved once and the connection goes to the address that was judged, so that no second answer of
the name server can lead elsewhere. Nothing in the environment, a proxy above all, has a say.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Final
from urllib.parse import SplitResult, quote

from diaspora_influence.errors import InputError
from diaspora_influence.origin import PORTS

PATH: Final = "/%:@!$&'()*+,;=~?"
"""What stands in a path and a query string as it is (RFC 3986, section 3.3 and 3.4)."""
NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: the last four bytes are an IPv4 address."""

LOOKUPS: Final = threading.BoundedSemaphore(16)
"""The names that may be looked up at one time, given up or not."""


class AddressError(InputError):
    """A host that lies at an *address* which may not be called."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} is at {address}, which is no public address")
        self.host, self.address = host, address


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


def target(parts: SplitResult) -> str:
    """Return what a request line asks for: the path and the query string of a URL."""
    return quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), PATH)


@contextlib.contextmanager
def connected(
    parts: SplitResult, until: float, permitted: Callable[[str], bool]
) -> Iterator[http.client.HTTPConnection]:
    """Hold a connection to a *permitted* address of the host; *until*, in monotonic seconds, it is shut.

    Raises AddressError where any address of the host is not permitted, OSError where none answers in time.
    """
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    line: socket.socket = socket.create_connection((resolve(host, port, permitted, until), port), left(until))
    kind: type[http.client.HTTPConnection] = http.client.HTTPConnection
    if parts.scheme == "https":
        kind = http.client.HTTPSConnection
        line = ssl.create_default_context().wrap_socket(
            line, server_hostname=host, do_handshake_on_connect=False
        )
    alarm = threading.Timer(max(0.0, until - time.monotonic()), shut, [line])
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


def left(until: float) -> float:
    """Return the seconds before *until*; TimeoutError where there are none."""
    if (seconds := until - time.monotonic()) <= 0:
        raise TimeoutError("no answer in time")
    return seconds


def shut(line: socket.socket) -> None:
    """End both directions of *line*: who reads from it reads its end."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def resolve(host: str, port: int, permitted: Callable[[str], bool], until: float) -> str:
    """Return the first address of *host*; AddressError where any of them is not *permitted*."""
    addresses = looked_up(host, port, left(until))
    for address in addresses:
        if not permitted(address):
            raise AddressError(host, address)
    return addresses[0]


def looked_up(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of *host*; OSError where there are none, or the resolver takes longer.

    It has a patience of its own that nobody can end, so that a thread of its own is left behind with it.
    """
    if not LOOKUPS.acquire(blocking=False):
        raise OSError("too many names are being looked up")
    found: Future[list[str]] = Future()

    def look() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.set_result([str(entry[4][0]) for entry in entries])
        except Exception as error:  # whoever asked is told, if it still waits
            found.set_exception(error)
        finally:
            LOOKUPS.release()

    threading.Thread(target=look, name="resolver", daemon=True).start()
    return found.result(seconds)


def reason(error: Exception) -> str:
    """Return why there was no answer, in words."""
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(error, http.client.IncompleteRead):
        return "the answer broke off before its end"
    return str(getattr(cause, "strerror", None) or cause or type(cause).__name__)
