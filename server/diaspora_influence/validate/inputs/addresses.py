"""Addresses of a network where files are named: what one looks like, and the path that stands for it.

All that reads files knows them by their paths, so an address gets one too, which no file has.
"""

import re
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

STDIN: Final = Path("/dev/stdin")
"""What `-` stands for."""
REMOTE: Final = Path("/dev/null")
"""Below it stands each address, as one name: no file has such a path."""
ADDRESS: Final = r"(?!file:)[a-z][a-z0-9+.-]*://"
SCHEMES: Final = ("http", "https")


def is_address(name: str) -> bool:
    """Say whether *name* is the address of something on a network, and no path."""
    return "://" in name and bool(re.match(ADDRESS, name, re.IGNORECASE))


def parts_of(url: str) -> SplitResult:
    """Return the parts of a URL that may be asked for; ValueError, in words, for any other."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError("only http and https addresses are fetched, with --allow-network")
    if not parts.hostname or parts.port == 0:
        raise ValueError("the address names no host and port")
    if "@" in parts.netloc:
        raise ValueError("a name or a password in an address would stand in every report")
    return parts


def iri_of(url: str) -> str:
    """Return a URL as IRIs are written; what may not stand in one is escaped."""
    parts = urlsplit(url)
    rest = parts._replace(scheme="", netloc="").geturl()
    host = quote(parts.netloc, safe="[]:%", errors="replace")
    return f"{parts.scheme}://{host}" + quote(rest, safe="/%:@!$&'()*+,;=~?#", errors="replace")


def place_of(word: str) -> Path:
    """Return the path that stands for a file or an address that is named."""
    return REMOTE / quote(word, safe="", errors="surrogatepass") if is_address(word) else Path(word)


def is_remote(path: Path) -> bool:
    """Say whether *path* stands for an address of the network."""
    return path.parent == REMOTE and is_address(called(path))


def called(path: Path) -> str:
    """Return what a file is called in findings: its path, or the address that it stands for."""
    return unquote(path.name, errors="surrogatepass") if path.parent == REMOTE else str(path)


def address(path: Path) -> str:
    """Return the IRI of a file, which its relative IRIs are resolved against."""
    if is_remote(path):
        return iri_of(called(path))
    return (path if path == STDIN else path.resolve()).as_uri()


def identity(path: Path) -> object:
    """Return what two paths to one file have alike; to resolve every packaged one takes ten times as long."""
    try:
        said = path.stat()
    except OSError:  # an address
        return path
    return said.st_dev, said.st_ino
