"""The release in service: found through a one-line pointer, described by its manifest."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from diaspora_influence import __version__
from diaspora_influence.data import PACKAGE, ROOT
from diaspora_influence.errors import InputError
from diaspora_influence.release.stamp import sources_digest

CURRENT: Final = "current"
"""The pointer: a file of one line, the name of the folder in service."""
FOLDER: Final = re.compile(r"[0-9a-f]{16}")
"""How a release's folder is named: the first 64 bits of its digest."""
MANIFEST: Final = "release.json"
STORE: Final = "store"
QUADS: Final = "dump.nq"
METADATA: Final = "metadata.nq"
PROOFS: Final = "proofs.json"
BUILD: Final = "run `dio build`"


@dataclass(frozen=True, slots=True)
class File:
    """One file for download: path below the release's folder, SHA-256 in lower-case hex, size in bytes."""

    path: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Release:
    """One immutable release.

    *digest* is the SHA-256 of the canonical N-Quads of all named graphs but graph/metadata; *sources* that of
    the bytes it was built from; *triples* counts the default graph without the metadata, *graphs* each graph.
    """

    directory: Path
    digest: str
    version: str
    commit: str | None
    sources: str
    triples: int
    graphs: Mapping[str, int]
    files: tuple[File, ...]

    @property
    def store(self) -> Path:
        """Return the RocksDB folder, for `pyoxigraph.Store.read_only`."""
        return self.directory / STORE

    @property
    def dump(self) -> Path:
        """Return the canonical N-Quads of all graphs but graph/metadata; their SHA-256 is the digest."""
        return self.directory / QUADS

    @property
    def metadata(self) -> Path:
        """Return the N-Quads of graph/metadata."""
        return self.directory / METADATA


def default_release_dir(root: Path = ROOT) -> Path:
    """Return where releases lie unless told otherwise: DIO_RELEASE_DIR, the checkout, or the user's cache."""
    if named := os.environ.get("DIO_RELEASE_DIR"):
        return Path(named)
    if root != PACKAGE:
        return root / "release"
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "diaspora-influence" / "release"


def open_current(release_dir: Path) -> Release:
    """Return the release in service.

    Raises InputError where there is none or where it cannot be read.
    """
    try:
        name = (release_dir / CURRENT).read_text("utf-8").strip()
    except FileNotFoundError as error:
        raise InputError(f"{release_dir}: no release here; {BUILD}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{release_dir / CURRENT}: cannot be read ({error}); {BUILD}") from error
    if not FOLDER.fullmatch(name):
        raise InputError(f"{release_dir / CURRENT}: names no release; {BUILD}")
    return open_folder(release_dir / name)


def open_folder(directory: Path) -> Release:
    """Return the release in *directory*.

    Raises InputError where its manifest is missing or damaged.
    """
    try:
        manifest: dict[str, Any] = json.loads((directory / MANIFEST).read_bytes())
        files = tuple(File(**file) for file in manifest.pop("files"))
        return Release(directory=directory, files=files, **manifest)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"{directory}: the release is damaged ({error}); {BUILD}") from error


def is_stale(release: Release, root: Path = ROOT) -> bool:
    """Say whether the Turtle below *root*, or what compiles it, has changed since *release* was built."""
    return release.version != __version__ or release.sources != sources_digest(root)
