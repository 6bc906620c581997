"""The origin of an address: its scheme, host and port, in one spelling."""

from typing import Final
from urllib.parse import urlsplit

PORTS: Final = {"http": 80, "https": 443}
"""Scheme to its port; no other scheme is called."""


def origin(url: str) -> str:
    """Return scheme, host and port of *url* in one spelling (RFC 6454, section 6.2).

    Raises ValueError where it has no port that can be, UnicodeError where its host is no name.
    """
    parts = urlsplit(url)
    host = str(parts.hostname)
    host = f"[{host}]" if ":" in host else host.encode("idna").decode()
    port = parts.port or PORTS.get(parts.scheme)
    return f"{parts.scheme}://{host}" + ("" if port == PORTS.get(parts.scheme) else f":{port}")
