"""The settings of a server: a flag beats a DIO_… variable, a variable beats the default."""

import argparse
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from diaspora_influence.errors import InputError
from diaspora_influence.release.read import default_release_dir
from diaspora_influence.settings.setting import Network, Setting
from diaspora_influence.settings.table import NAMES, SETTINGS
from diaspora_influence.sparql.limits import Limits


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
