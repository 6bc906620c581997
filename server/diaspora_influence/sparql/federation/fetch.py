"""One question to another endpoint, from the parent: public address, no redirect, bounded bytes and time.

How a host is resolved, judged and called is in `dial`.
"""

import http.client
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from diaspora_influence.dial import AddressError, connected, is_public, reason, target
from diaspora_influence.sparql.errors import RemoteError, ServiceRefused
from diaspora_influence.sparql.formats import RESULTS
from diaspora_influence.sparql.remote import form, headers, whole_body
from diaspora_influence.sparql.request import SparqlRequest

JSON: Final = RESULTS[0]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one query's fetches may take together: bytes of answers, and until when (monotonic seconds)."""

    bytes: int
    until: float


def fetch(url: str, query: str, bounds: Bounds) -> bytes:
    """Return the SPARQL JSON that the endpoint at *url* answers to *query*, by POST of a form.

    Raises ServiceRefused for an address that may not be called, RemoteError for all that is no whole answer.
    """
    parts = urlsplit(url)
    try:
        with connected(parts, bounds.until, lambda address: is_public(address)) as connection:
            connection.request("POST", target(parts), form(SparqlRequest(query)), headers(JSON))
            body = whole_body(connection.getresponse(), JSON, bounds.bytes)
    except AddressError as error:
        raise ServiceRefused(f"{error}: this server calls none other.") from error
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
