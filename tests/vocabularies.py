"""Pinned copies of other vocabularies: fetched with npm, checked by SHA-256.

`python3 tests/vocabularies.py` fetches what `.vocabularies/` lacks; it needs npm, and no Python package.
"""

import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

LIST = Path(__file__).with_name("vocabularies.toml")
FOLDER = Path(__file__).parents[1] / ".vocabularies"


@dataclass(frozen=True)
class Vocabulary:
    """One row of the list: where a copy comes from, and the SHA-256 that its file must have."""

    package: str
    version: str
    file: str
    sha256: str
    licence: str
    source: str

    @property
    def archive(self) -> str:
        """Return the name that npm gives the package's archive."""
        return f"{self.package.removeprefix('@').replace('/', '-')}-{self.version}.tgz"

    def content(self, folder: Path = FOLDER) -> bytes:
        """Return the copy; ValueError where it is not the pinned one, FileNotFoundError where there is none."""
        return self.checked((folder / self.file).read_bytes())

    def checked(self, content: bytes) -> bytes:
        """Return *content*; raises ValueError where its SHA-256 is another."""
        if sha256(content).hexdigest() != self.sha256:
            raise ValueError(f"{self.file} is not the copy of {self.package} {self.version} that is pinned")
        return content

    def is_here(self, folder: Path = FOLDER) -> bool:
        """Say whether the copy is there, and the pinned one."""
        try:
            return bool(self.content(folder))
        except (FileNotFoundError, ValueError):
            return False


def pinned() -> dict[str, Vocabulary]:
    """Return the vocabularies of the list, by prefix."""
    return {name: Vocabulary(**row) for name, row in tomllib.loads(LIST.read_text("utf-8")).items()}


def fetch(missing: Iterable[Vocabulary], folder: Path = FOLDER) -> None:
    """Put the copies into *folder*; ValueError for one that is not the pinned one, CalledProcessError of npm."""
    folder.mkdir(exist_ok=True)
    wanted = list(missing)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        names = [f"{one.package}@{one.version}" for one in wanted]
        subprocess.run(
            ["npm", "pack", "--silent", *names], cwd=scratch, check=True, stdout=subprocess.DEVNULL
        )
        for one in wanted:
            kept = Path(scratch) / one.file
            kept.write_bytes(one.checked(member(Path(scratch) / one.archive, f"package/{one.file}")))
            kept.replace(folder / one.file)


def member(archive: Path, name: str) -> bytes:
    """Return one file of an archive; ValueError where it has none of that name."""
    with tarfile.open(archive) as files:
        found = files.extractfile(name) if name in files.getnames() else None
        if found is None:
            raise ValueError(f"{archive.name} has no {name}")
        return found.read()


def main() -> int:
    """Fetch what is missing or damaged; return 1 where a copy is not the pinned one or npm fails."""
    missing = [one for one in pinned().values() if not one.is_here()]
    try:
        if missing:
            fetch(missing)
    except (ValueError, OSError, subprocess.CalledProcessError) as error:
        print(f"vocabularies: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
