"""What a release was built from: a digest of the sources' bytes, and the commit that holds them."""

import hashlib
import subprocess
from pathlib import Path
from typing import Final

from diaspora_influence.data import FOLDERS, PACKAGE, turtle_files
from diaspora_influence.errors import InputError
from diaspora_influence.release.examples import question_files

MACHINERY: Final = (
    "convert.py", "data.py", "lines.py", "terms.py", "derive*.py", "reason*.py",
    "derive/*.py", "reason/*.py", "release/*.py", "rules/**/*.rq", "validate/*.py",
)  # fmt: skip
"""What shapes a release besides the Turtle; pages and endpoint do not."""


def sources_digest(root: Path) -> str:
    """Return the SHA-256 over Turtle and questions, names and bytes, and what compiles them."""
    own = sorted({path for pattern in MACHINERY for path in PACKAGE.glob(pattern)})
    named = [(path.relative_to(root), path) for path in (*turtle_files(root), *question_files(root))]
    named += [(path.relative_to(PACKAGE.parent), path) for path in own]
    total = hashlib.sha256()
    try:
        for name, path in named:
            total.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name.as_posix()}\n".encode())
    except OSError as error:
        raise InputError(f"{error.filename}: cannot be read: {error.strerror}") from error
    return total.hexdigest()


def commit(root: Path) -> str | None:
    """Return the commit that holds exactly the Turtle below *root*; None where git knows of none."""
    turtle = [f"{folder}/*.ttl" for folder in FOLDERS]
    unsaved = _git(root, "status", "--porcelain", "--untracked-files=all", "--ignored", "--", *turtle)
    return (_git(root, "rev-parse", "--verify", "HEAD") or None) if unsaved == "" else None


def _git(root: Path, *words: str) -> str | None:
    """Return what git prints, stripped; None where it fails, is missing or hangs."""
    try:
        done = subprocess.run(["git", "-C", root, *words], capture_output=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace").strip()
