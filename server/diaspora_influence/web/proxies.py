"""Who asks, and by what address: what a trusted proxy says of it, and nobody else's word."""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from diaspora_influence.settings import Network
from diaspora_influence.web.message import Message

FOR: Final = re.compile(r'(?:^|;)\s*for="?\[?([0-9a-fA-F.:]+?)\]?(?::\d+)?"?\s*(?:;|$)', re.IGNORECASE)
"""The address in one element of a Forwarded header (RFC 7239)."""
PROTO: Final = re.compile(r'(?:^|;)\s*proto="?(https?)"?\s*(?:;|$)', re.IGNORECASE)
HOST: Final = re.compile(r"[A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")
HEADERS: Final = (
    b"forwarded",
    b"x-forwarded-for",
    b"x-forwarded-proto",
    b"x-forwarded-host",
    b"x-forwarded-port",
)
"""What only a proxy may say; the app never sees it."""


class Origin(NamedTuple):
    """Where a request comes from and where it believes to go."""

    client: str
    scheme: str
    host: str

    @property
    def party(self) -> str:
        """Return whom the client's requests count for: who has one address may have its neighbours too."""
        return network_of(self.client) if ":" in self.client else self.client


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """Return the 64 bits of an IPv6 address that a site has at the least (RFC 6177), or the IPv4 in it."""
    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))


@dataclass(frozen=True)
class Proxies:
    """The hops whose word is taken."""

    trusted: tuple[Network, ...] = ()

    def trusts(self, address: str) -> bool:
        """Say whether *address* is one of ours."""
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.trusted)

    def origin(self, message: Message, peer: str) -> Origin:
        """Return where *message*, which came from *peer*, comes from.

        The hops are read from the last to the first, and the first that is not trusted is the client.
        """
        host = message.get(b"host") or ""
        if not self.trusted or not self.trusts(peer):
            return Origin(peer, "http", host)
        hops, scheme = told(message)
        client = next((hop for hop in reversed(hops) if not self.trusts(hop)), hops[0] if hops else peer)
        named = (message.get(b"x-forwarded-host") or "").rpartition(",")[2].strip()
        return Origin(client, scheme, named if HOST.fullmatch(named) else host)


def told(message: Message) -> tuple[list[str], str]:
    """Return the hops that the proxies name, the client's own first, and the scheme that was asked by."""
    if forwarded := message.get(b"forwarded"):
        elements = forwarded.split(",")
        found = [match[1] for element in elements if (match := FOR.search(element))]
        proto = PROTO.search(elements[-1])
        return found, proto[1].lower() if proto else "http"
    hops = [hop.strip() for hop in (message.get(b"x-forwarded-for") or "").split(",") if hop.strip()]
    scheme = (message.get(b"x-forwarded-proto") or "").rpartition(",")[2].strip().lower()
    return hops, "https" if scheme == "https" else "http"
