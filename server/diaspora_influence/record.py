"""Classes of named values that do not change: dataclasses, frozen and with slots, that are made fast.

`dataclasses` imports `inspect` and compiles six functions for each class: a sixth of the time of a small run
of `dio validate`. Here nothing is imported, and what has to be compiled is compiled when it is first called;
from then on it is no slower than theirs. What `dataclasses` does with its own classes it does with these too.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NoReturn, TypeVar, cast, dataclass_transform

T = TypeVar("T")


class Made:
    """A default that is made anew for each instance."""

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make


def field(*, default_factory: Callable[[], T]) -> T:
    """Return the default of a field that is made anew for each instance."""
    return cast(T, Made(default_factory))


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Return *cls* with its annotations as fields: slots, and a dictionary where it has cached properties."""
    body = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    names = tuple(body["__annotations__"])
    defaults = {name: body.pop(name) for name in names if name in body}
    caches = any(isinstance(value, cached_property) for value in body.values())
    body |= {"__slots__": (*names, "__dict__") if caches else names, "__match_args__": names, **METHODS}
    body["__dataclass_fields__"] = Fields(defaults)
    kind: Any = type(cls)
    made = kind(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    for name in WRITTEN:
        setattr(made, name, _unwritten(made, name, defaults))
    return cast(type[T], made)


def replace(held: T, **changes: object) -> T:
    """Return a record that is *held* but for *changes* to its fields."""
    kind: Any = type(held)
    return cast(T, kind(**{**dict(zip(kind.__match_args__, values(held), strict=True)), **changes}))


def values(held: Any) -> tuple[Any, ...]:
    """Return what a record holds, in the order of its fields."""
    return tuple(getattr(held, name) for name in held.__match_args__)


def _unwritten(cls: Any, name: str, defaults: Mapping[str, object]) -> Callable[..., Any]:
    """Return a method that, when it is first called, puts the written one in its place."""

    def method(*given: Any, **named: Any) -> Any:
        fields: Sequence[str] = cls.__match_args__
        space = {f"_{field}": default for field, default in defaults.items()}
        space |= {f"set_{field}": getattr(cls, field).__set__ for field in fields}
        exec(WRITTEN[name](fields, defaults), space)  # compile() would first make the hundred types of `ast`
        written: Any = space[name]
        written.__qualname__ = f"{cls.__qualname__}.{name}"
        setattr(cls, name, written)
        return written(*given, **named)

    return method


def _init(fields: Sequence[str], defaults: Mapping[str, object]) -> str:
    """Return the source of `__init__`; a default that is made is its own mark that nothing was given."""
    taken = "".join(f", {name}=_{name}" if name in defaults else f", {name}" for name in fields)
    lines = ["pass"]
    for name in fields:
        made = isinstance(defaults.get(name), Made)
        value = f"_{name}.make() if {name} is _{name} else {name}" if made else name
        lines.append(f"set_{name}(self, {value})")
    return f"def __init__(self{taken}):\n " + "\n ".join(lines)


def _tuple(of: str, fields: Sequence[str]) -> str:
    return "(" + "".join(f"{of}.{name}, " for name in fields) + ")"


WRITTEN: Final[dict[str, Callable[[Sequence[str], Mapping[str, object]], str]]] = {
    "__init__": _init,
    "__eq__": lambda fields, _: (
        "def __eq__(self, other):\n if other.__class__ is self.__class__:\n"
        f"  return {_tuple('self', fields)} == {_tuple('other', fields)}\n return NotImplemented"
    ),
    "__hash__": lambda fields, _: f"def __hash__(self):\n return hash({_tuple('self', fields)})",
}
"""Method that has to be fast, to what writes it for some fields and their defaults."""


def _repr(self: Any) -> str:
    said = zip(self.__match_args__, values(self), strict=True)
    return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in said)})"


def _refuse(_: object, name: str, *__: object) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change field {name!r}")


def _reduce(self: Any) -> tuple[type, tuple[Any, ...]]:
    return type(self), values(self)


METHODS: Final = {"__repr__": _repr, "__setattr__": _refuse, "__delattr__": _refuse, "__reduce__": _reduce}


class Fields:
    """The fields of a record as `dataclasses` describes them, made when it asks for them."""

    def __init__(self, defaults: Mapping[str, object]) -> None:
        self.defaults = defaults

    def __get__(self, _: object, cls: Any) -> dict[str, Any]:
        from dataclasses import dataclass, field

        given = {
            name: field(default_factory=value.make) if isinstance(value, Made) else value
            for name, value in self.defaults.items()
        }
        body = {"__annotations__": dict.fromkeys(cls.__match_args__, Any), **given}
        made: Any = dataclass(type(cls.__name__, (), body))
        cls.__dataclass_fields__ = made.__dataclass_fields__  # once for all
        return cast(dict[str, Any], made.__dataclass_fields__)
