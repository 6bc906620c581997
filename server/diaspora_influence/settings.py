"""What an operator can set: a flag beats a DIO_… variable, a variable beats the default."""

import argparse
import ipaddress
import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from diaspora_influence.errors import InputError
from diaspora_influence.origin import origin
from diaspora_influence.release.read import default_release_dir
from diaspora_influence.sparql.limits import Limits

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


GIB: Final = 1 << 30
SETTINGS: Final = (
    Setting("host", matching(r"\S+"), "a host name or address", "the address that is listened on"),
    Setting("port", number(0, 65535), whole(0, 65535), "the port; 0 takes any that is free"),
    Setting("workers", number(1, 256), whole(1, 256), "queries that run at the same time", "workers"),
    Setting(
        "time_limit",
        number(0.05, 3600, float),
        "a number of seconds from 0.05 to 3600",
        "how long a query may run",
        "time",
    ),
    Setting(
        "memory_limit",
        number(16, 1 << 20),
        whole(16, 1 << 20) + " of MiB",
        "how much memory a query may take",
        "memory",
    ),
    Setting(
        "row_limit", number(1, 10**9), whole(1, 10**9), "rows or triples that an answer may have", "rows"
    ),
    Setting("byte_limit", number(1024, GIB), whole(1024, GIB), "bytes that an answer may have", "bytes"),
    Setting(
        "query_limit",
        number(1024, 1 << 22),
        whole(1024, 1 << 22),
        "bytes that a query may have, its dataset with it",
        "query_bytes",
    ),
    Setting(
        "nesting_limit", number(8, 512), whole(8, 512), "brackets of a query open at one time", "nesting"
    ),
    Setting("chain_limit", number(16, 2000), whole(16, 2000), "operators of a query in one chain", "chain"),
    Setting("queue", number(0, 10_000), whole(0, 10_000), "queries that may wait for a worker", "queue"),
    Setting(
        "cache_bytes",
        number(0, 64 * GIB),
        whole(0, 64 * GIB) + "; 0 keeps none",
        "bytes of answers that are kept",
    ),
    Setting(
        "trusted_proxies",
        networks,
        "addresses or networks, apart by commas",
        "the proxies whose Forwarded or X-Forwarded headers are believed",
    ),
    Setting(
        "allow_service",
        origins,
        "origins such as https://query.example.org, apart by commas",
        "whom SERVICE may call; no private address, whatever is said here",
    ),
    Setting(
        "public_url", address, "a URL with http or https", "the address by which clients know the server"
    ),
    Setting(
        "access_log",
        matching("none|anonymous|with-client"),
        "none, anonymous or with-client",
        "a line of JSON for each answer, on standard error; with-client names addresses",
    ),
    Setting("contact", matching(r"[^\x00-\x1f<>\"]+"), "one line of text", "where corrections are sent to"),
    Setting("release_dir", Path, "a folder", "where releases lie"),
)
NAMES: Final = frozenset(setting.name for setting in SETTINGS)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a server; each is described in SETTINGS."""

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    contact: str = ""
    release_dir: Path = field(default_factory=default_release_dir)
    limits: Limits = field(default_factory=Limits)
    cache_bytes: int = 1 << 26
    trusted_proxies: tuple[Network, ...] = ()
    allow_service: frozenset[str] = frozenset()
    access_log: str = "none"
    scratch: bool = False
    """Serve an empty dataset that takes updates, and no release; a flag alone says so, never a variable."""

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser, names: Collection[str] = NAMES) -> None:
        """Add a flag for each of the settings in *names* to *parser*."""
        defaults = Settings()
        for setting in SETTINGS:
            if setting.name in names:
                default = standard(setting, defaults)
                text = f"{setting.purpose}; {setting.allowed}; also {setting.variable}; default: {default}"
                parser.add_argument(setting.flag, metavar=setting.name.upper(), help=text)

    @classmethod
    def from_environment(
        cls,
        flags: Mapping[str, Any],
        names: Collection[str] = NAMES,
        environment: Mapping[str, str] = os.environ,
    ) -> Self:
        """Return the settings in *names* from *flags* and *environment*, the others at their defaults.

        A flag that is None, and a variable that is empty, count as not given. Raises InputError that
        names the flag or variable and says what it takes.
        """
        given = [(setting, *told) for setting in SETTINGS if setting.name in names
                 for told in source(setting, flags, environment)]  # fmt: skip
        values = {setting: value_of(setting, place, text) for setting, place, text in given}
        limits = Limits(**{setting.limit: value for setting, value in values.items() if setting.limit})
        rest = {setting.name: value for setting, value in values.items() if not setting.limit}
        return cls(limits=limits, **rest)


def source(
    setting: Setting, flags: Mapping[str, Any], environment: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the place from which *setting* is taken and its text there; empty where it is not given."""
    if flags.get(setting.name) is not None:
        return [(setting.flag, str(flags[setting.name]))]
    return [(setting.variable, environment[setting.variable])] if environment.get(setting.variable) else []


def value_of(setting: Setting, place: str, text: str) -> Any:
    """Return the value that *text* is, or say what *place* takes."""
    try:
        return setting.read(text)
    except ValueError as error:
        raise InputError(f"{place}: {text!r} is not {setting.allowed}") from error


def standard(setting: Setting, defaults: Settings) -> str:
    """Return the default of *setting*, in words."""
    if setting.name == "release_dir":
        return "release/ in a checkout, else the user's cache"
    value = getattr(defaults.limits, setting.limit) if setting.limit else getattr(defaults, setting.name)
    if value in ("", (), frozenset()):
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
