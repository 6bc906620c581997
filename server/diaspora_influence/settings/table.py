"""Every setting, in one table."""

from pathlib import Path
from typing import Final

from diaspora_influence.settings.setting import Setting, address, matching, networks, number, origins, whole

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
