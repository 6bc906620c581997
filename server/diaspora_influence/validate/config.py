"""The file that configures `dio validate`: where it is looked for, and what it says."""

from pathlib import Path
from typing import Any, Final

from diaspora_influence.errors import InputError
from diaspora_influence.record import replace
from diaspora_influence.validate.inputs.addresses import is_address
from diaspora_influence.validate.options import KEYS, Options
from diaspora_influence.validate.reports.outputs import STDOUT

STDIN: Final = "-"
READ: Final = ("files", "shapes", "add-shapes", "ontology", "add-ontology", "context-files")
"""Keys whose values are read, and so may lie anywhere; what is written stays below the file's folder."""
NEVER: Final = {
    "allow-network": "only the flag --allow-network opens the network: a stranger's checkout must not",
}
"""Keys that somebody may look for, and why there are none."""


def found_above(folder: Path) -> Path | None:
    """Return the file that configures a run in *folder*, of the nearest folder upwards that has one.

    In one folder `dio.toml` comes before `pyproject.toml`, which counts only with a table of ours. The search
    ends where a repository begins.
    """
    for place in [folder, *folder.parents]:
        for name in ("dio.toml", "pyproject.toml"):
            path = place / name
            if path.is_file() and (name == "dio.toml" or _table(path) is not None):
                return path
        if (place / ".git").exists():
            return None
    return None


def read(path: Path) -> Options:
    """Return what the file at *path* sets, its paths taken from its own folder; InputError if it is wrong."""
    table = _table(path)
    if table is None:
        raise InputError(f"{path}: there is no table [tool.dio.validate]")
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key in NEVER:
            raise InputError(f"{path}: {key} cannot be configured; {NEVER[key]}")
        if key not in KEYS:
            from difflib import get_close_matches

            near = get_close_matches(key, KEYS, 1)
            hint = f"; is it {near[0]}?" if near else f"; there are {', '.join(KEYS)}"
            raise InputError(f"{path}: unknown key {key!r}{hint}")
        fits, what = KEYS[key]
        if not fits(value):
            raise InputError(f"{path}: {key} has to be {what}")
        values[key.replace("-", "_")] = _placed(path, key, value)
    return replace(Options(), **values)


def _table(path: Path) -> dict[str, Any] | None:
    """Return the table of ours in a TOML file, None where there is none."""
    import tomllib  # takes a tenth of the time of a small run

    try:
        text = path.read_text("utf-8")
        if path.name == "pyproject.toml" and "dio" not in text:
            return None
        whole = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: not TOML that can be read: {error}") from error
    if path.name != "pyproject.toml":
        unknown = sorted(whole.keys() - {"validate"})
        if unknown:
            raise InputError(f"{path}: unknown key {unknown[0]!r}; there is the table [validate]")
        return _as_table(path, "validate", whole.get("validate", {}))
    for name in ("tool", "dio", "validate"):
        if name not in whole:
            return None
        whole = _as_table(path, name, whole[name])
    return whole


def _as_table(path: Path, name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{path}: {name} has to be a table")
    return value


def _placed(path: Path, key: str, value: Any) -> Any:
    """Return a value with the paths in it taken from the folder of the file."""
    if key in READ:
        return tuple(_beside(path, name) for name in value)
    if key == "baseline":
        return _inside(path, value)
    return tuple(_inside(path, word) for word in value) if key == "output" else value


def _beside(path: Path, name: str) -> str:
    if name == STDIN or is_address(name):
        return name
    place = path.parent / name
    return str(place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place)


def _inside(path: Path, word: str) -> str:
    """Return `[FORMAT=]FILE` with its file placed; a stranger's file must not say to write where it likes."""
    form, equals, name = word.rpartition("=")
    if name == STDOUT:
        return word
    if not (path.parent / name).resolve().is_relative_to(path.parent.resolve()):
        raise InputError(f"{path}: {name} leads out of the folder of this file, where nothing is written")
    return f"{form}{equals}{_beside(path, name)}"
