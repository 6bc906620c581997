"""Documents from the network, for a run that allows it: each fetched once, whole or an error, and bounded.

Only what a user names is fetched; what a document itself refers to, a context or an import, never is.
"""

import http.client
import ssl
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from diaspora_influence import __version__
from diaspora_influence.dial import AddressError, connected, is_public, reason, target
from diaspora_influence.errors import InputError
from diaspora_influence.validate.inputs.addresses import iri_of, parts_of
from diaspora_influence.validate.inputs.page import MEDIA_TYPES, Page

LARGEST: Final = 128 << 20
"""Bytes of the largest document that is fetched."""
PATIENCE: Final = 60.0
"""Seconds in which a document has to be there, redirects and all."""
HOPS: Final = 5
"""Redirects that are followed."""
HEADERS: Final = {
    "Accept": f"{', '.join(MEDIA_TYPES)}, */*;q=0.1",
    "Accept-Encoding": "identity",
    "User-Agent": f"diaspora-influence/{__version__}",
    "Connection": "close",
}
MOVED: Final = (301, 302, 303, 307, 308)


@dataclass
class Web:
    """The network as one run sees it: what is fetched is kept, so that a document is asked for once."""

    pages: dict[str, Page | InputError] = field(default_factory=dict)

    def page(self, url: str) -> Page:
        """Return the document at *url*; InputError, which names it, where there is no whole one."""
        if url not in self.pages:
            try:
                self.pages[url] = fetched(url)
            except InputError as error:
                self.pages[url] = error
        page = self.pages[url]
        if isinstance(page, InputError):
            raise page
        return page


def fetched(url: str) -> Page:
    """Return the document at *url*, redirects followed; InputError where there is no whole one in time."""
    until = time.monotonic() + PATIENCE
    try:
        return followed(url, until)
    except AddressError as error:
        raise InputError(f"{url}: a redirect from the public network is not followed: {error}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = time.monotonic() >= until or isinstance(error, TimeoutError)
        said = f"no whole answer within {PATIENCE:g} seconds" if late else why(error)
        raise InputError(f"{url}: cannot be fetched: {said}") from error


def why(error: Exception) -> str:
    """Return why there is no answer, in words; of a certificate what is wrong with it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"no TLS connection: {str(error.reason or error).replace('_', ' ').lower()}"
    return reason(error)


def followed(url: str, until: float) -> Page:
    """Return the document to which *url* leads; once at a public address, no redirect leads to another kind.

    So an address on the network of one's own can be named, and no stranger can lead there.
    """
    here, public = urldefrag(url).url, False
    for _ in range(HOPS + 1):
        parts = parts_of(here)
        with connected(parts, until, is_public if public else anywhere) as connection:
            public = public or is_public(str(connection.sock.getpeername()[0]))
            connection.request("GET", target(parts), headers=HEADERS)
            with connection.getresponse() as response:
                if response.status not in MOVED:
                    return Page(body_of(response, url, until), iri_of(here), media_type_of(response))
                here = led(here, response.headers.get("Location"))
    raise ValueError(f"more than {HOPS} redirects")


def anywhere(_: str) -> bool:
    """Say that any address may be called."""
    return True


def led(url: str, location: str | None) -> str:
    """Return where a redirect leads; ValueError where it leads nowhere, or from https to http."""
    if not location:
        raise ValueError("a redirect that names no address")
    goal = urldefrag(urljoin(url, location)).url
    scheme = parts_of(goal).scheme
    if urlsplit(url).scheme == "https" and scheme != "https":
        raise ValueError(f"a redirect from https to {scheme} is not followed")
    return goal


def media_type_of(response: http.client.HTTPResponse) -> str:
    """Return the media type without its parameters; empty where none is said."""
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def body_of(response: http.client.HTTPResponse, url: str, until: float) -> bytes:
    """Return the whole body of an answer; InputError where it is an error, packed or too large."""
    if response.status != HTTPStatus.OK:
        raise InputError(f"{url}: the server answered {response.status} {response.reason}".rstrip())
    packed = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packed not in ("identity", ""):
        raise InputError(f"{url}: the server sent it packed ({packed}), which was not asked for")
    too_large = InputError(f"{url}: larger than the {LARGEST >> 20} MiB that are fetched")
    if (response.length or 0) > LARGEST:
        raise too_large
    body = response.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise too_large
    if response.length:  # http.client tells of it only where all was to be read
        raise InputError(f"{url}: the answer broke off {response.length} bytes before its end")
    if time.monotonic() >= until:  # the deadline looks like an end to who reads
        raise TimeoutError
    return body
