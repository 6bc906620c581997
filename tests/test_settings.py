"""Settings: where a value comes from, and what is said of a bad one."""

import argparse
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from diaspora_influence.errors import InputError
from diaspora_influence.settings import NAMES, SETTINGS, Settings
from diaspora_influence.sparql.limits import Limits

BAD = [
    ("port", "http"), ("port", "65536"), ("port", "-1"), ("port", "80.5"), ("workers", "0"), ("workers", "many"),
    ("time_limit", "0"), ("time_limit", "nan"), ("time_limit", "inf"), ("time_limit", "ten"), ("memory_limit", "1"),
    ("row_limit", "0"), ("byte_limit", "1"), ("queue", "-1"), ("public_url", "example.org"),
    ("public_url", "ftp://example.org"), ("public_url", "https://example.org/?q"), ("contact", "a\nb"),
    ("contact", "<script>"), ("host", "a b"),
]  # fmt: skip


def from_flags(**flags: str) -> Settings:
    return Settings.from_environment(flags, environment={})


def test_defaults_suit_two_cores() -> None:
    settings = from_flags()
    assert settings == Settings()
    assert settings.limits == Limits(workers=6, queue=64, time=10.0, memory=512, rows=100_000, bytes=32 << 20)
    assert (settings.host, settings.port, settings.public_url, settings.contact) == (
        "127.0.0.1",
        8080,
        "",
        "",
    )


def test_flag_beats_variable_and_variable_beats_default() -> None:
    environment = {"DIO_PORT": "81", "DIO_WORKERS": "2", "DIO_QUEUE": ""}
    settings = Settings.from_environment({"port": "82", "workers": None}, environment=environment)
    assert (settings.port, settings.limits.workers, settings.limits.queue) == (82, 2, 64)


def test_every_setting_is_wired() -> None:
    told: dict[str, Any] = {
        "host": "::1", "port": 0, "workers": 3, "time_limit": 0.5, "memory_limit": 99, "row_limit": 7,
        "byte_limit": 2048, "query_limit": 4096, "nesting_limit": 9, "chain_limit": 17, "queue": 0, "public_url": "https://example.org/x", "contact": "a@example.org",
        "release_dir": Path("/srv/releases"), "cache_bytes": 0, "trusted_proxies": "10.0.0.0/8, ::1", "allow_service": "https://query.example.org", "access_log": "anonymous",
    }  # fmt: skip
    assert set(told) == NAMES == {setting.name for setting in SETTINGS}
    bounds = {"query_bytes": 4096, "nesting": 9, "chain": 17}
    limits = Limits(workers=3, time=0.5, memory=99, rows=7, bytes=2048, queue=0, **bounds)
    proxies = (ip_network("10.0.0.0/8"), ip_network("::1"))
    expected = Settings(
        "::1", 0, "https://example.org/x", "a@example.org", Path("/srv/releases"), limits, 0, proxies,
        frozenset({"https://query.example.org"}), "anonymous",
    )  # fmt: skip
    variables = {f"DIO_{name.upper()}": str(value) for name, value in told.items()}
    assert from_flags(**{name: str(value) for name, value in told.items()}) == expected
    assert Settings.from_environment({}, environment=variables) == expected


@pytest.mark.parametrize(("name", "text"), BAD)
def test_bad_value_is_told_with_its_place_and_what_is_allowed(name: str, text: str) -> None:
    allowed = next(setting.allowed for setting in SETTINGS if setting.name == name)
    with pytest.raises(InputError) as caught:
        from_flags(**{name: text})
    assert str(caught.value) == f"--{name.replace('_', '-')}: {text!r} is not {allowed}"
    with pytest.raises(InputError, match=f"^DIO_{name.upper()}: "):
        Settings.from_environment({}, environment={f"DIO_{name.upper()}": text})


def test_variable_that_a_command_does_not_read_cannot_fail_it() -> None:
    environment = {"DIO_PORT": "nonsense", "DIO_ROW_LIMIT": "5"}
    assert Settings.from_environment({}, ("row_limit",), environment).limits.rows == 5


def test_public_url_has_no_slash_at_its_end() -> None:
    assert from_flags(public_url="https://example.org/").public_url == "https://example.org"


def test_help_names_flag_variable_and_default_of_each() -> None:
    parser = argparse.ArgumentParser(prog="dio serve")
    Settings.add_arguments(parser)
    text = " ".join(parser.format_help().split())
    for setting in SETTINGS:
        assert setting.flag in text
        assert setting.variable in text
    assert "default: 8080" in text
