"""One setting: what it is called, and how its text is read."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from diaspora_influence.origin import origin

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: what it is called, how its text is read, and what text it takes, in words.

    *read* raises ValueError. *limit* is the field of `Limits` that it fills, where it is one.
    """

    name: str
    read: Callable[[str], Any]
    allowed: str
    purpose: str
    limit: str = ""

    @property
    def flag(self) -> str:
        """Return how it is called on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """Return how it is called in the environment."""
        return "DIO_" + self.name.upper()


def number(least: float, most: float, kind: type[int] | type[float] = int) -> Callable[[str], float]:
    """Return a reader of numbers of *kind* from *least* to *most*."""

    def read(text: str) -> float:
        value = kind(text)
        if not least <= value <= most:
            raise ValueError(text)
        return value

    return read


def matching(pattern: str) -> Callable[[str], str]:
    """Return a reader of texts that are *pattern* as a whole."""

    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(text)
        return text

    return read


def address(text: str) -> str:
    """Return the URL *text* without a slash at its end."""
    return matching(r"https?://[^\s/?#]+[^\s?#]*")(text).rstrip("/")


def networks(text: str) -> tuple[Network, ...]:
    """Return the addresses and networks that *text* lists."""
    return tuple(ipaddress.ip_network(word) for word in text.replace(",", " ").split())


def origins(text: str) -> frozenset[str]:
    """Return the origins that *text* lists, each in one spelling."""
    pattern = r"https?://(?:\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)(?::[0-9]{1,5})?/?"
    return frozenset(origin(matching(f"(?i:{pattern})")(word)) for word in text.replace(",", " ").split())


def whole(least: int, most: int) -> str:
    """Return in words what `number` takes."""
    return f"a whole number from {least} to {most}"
