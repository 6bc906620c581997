"""What can be set for `dio validate` by a file, and what fits each key."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from diaspora_influence.record import record, replace
from diaspora_influence.validate.choices import ENGINES, FORMATS, KINDS, WEIGHTS


@record
class Options:
    """What a file can set; the names are those of the keys, with `_` for `-`."""

    files: tuple[str, ...] = ()
    format_in: str | None = None
    separately: bool = False
    shapes: tuple[str, ...] = ()
    add_shapes: tuple[str, ...] = ()
    ontology: tuple[str, ...] = ()
    add_ontology: tuple[str, ...] = ()
    context: bool = True
    context_files: tuple[str, ...] = ()
    lint: bool = True
    engine: str = "auto"
    format: str = "text"
    output: tuple[str, ...] = ()
    fail_on: str = "violation"
    baseline: str | None = None


def one_of(*names: str) -> Callable[[Any], bool]:
    """Return what says whether a value is one of *names*."""
    return lambda value: isinstance(value, str) and value in names


def is_text(value: Any) -> bool:
    """Say whether a value is a text that is not empty."""
    return isinstance(value, str) and bool(value)


def are_texts(value: Any) -> bool:
    """Say whether a value is a list of such texts."""
    return isinstance(value, list) and all(map(is_text, value))


def is_switch(value: Any) -> bool:
    """Say whether a value is true or false."""
    return isinstance(value, bool)


KEYS: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "files": (are_texts, "a list of files and folders"),
    "format-in": (one_of(*KINDS), f"one of {', '.join(KINDS)}"),
    "separately": (is_switch, "true or false"),
    "shapes": (are_texts, "a list of files and folders"),
    "add-shapes": (are_texts, "a list of files and folders"),
    "ontology": (are_texts, "a list of files and folders"),
    "add-ontology": (are_texts, "a list of files and folders"),
    "context": (is_switch, "true or false"),
    "context-files": (are_texts, "a list of files and folders"),
    "lint": (is_switch, "true or false"),
    "engine": (one_of(*ENGINES), f"one of {', '.join(ENGINES)}"),
    "format": (one_of(*FORMATS), f"one of {', '.join(FORMATS)}"),
    "output": (are_texts, "a list of [FORMAT=]FILE"),
    "fail-on": (one_of(*WEIGHTS), f"one of {', '.join(WEIGHTS)}"),
    "baseline": (is_text, "a file"),
}
"""Key of the file to what says whether a value fits, and to what fits."""


def resolved(flags: Mapping[str, Any], file: Options) -> Options:
    """Return *file* with what *flags* say in its place; a flag that is None or empty was not given."""
    given: dict[str, Any] = {name: value for name, value in flags.items() if value not in (None, [], ())}
    return replace(file, **given)
