"""Records are dataclasses, frozen and with slots, but for the time that they take to make."""

import copy
import dataclasses
import pickle
from collections.abc import Callable
from functools import cached_property
from typing import Any

import pytest

from diaspora_influence import record as records
from diaspora_influence.record import record


@record
class Place:
    """A place."""

    name: str
    line: int = 1
    notes: list[str] = records.field(default_factory=list)

    @property
    def next(self) -> int:
        return self.line + 1


@dataclasses.dataclass(frozen=True, slots=True)
class Twin:
    """A place."""

    name: str
    line: int = 1
    notes: list[str] = dataclasses.field(default_factory=list)

    @property
    def next(self) -> int:
        return self.line + 1


@record
class Plain:
    name: str
    line: int = 1


@record
class Held:
    name: str

    @cached_property
    def long(self) -> str:
        return self.name * 2


def raised(work: Callable[[], object]) -> type[BaseException] | None:
    """Return the kind of what *work* raises."""
    try:
        work()
    except Exception as error:
        return type(error)
    return None


ASKED: list[Callable[[Any], object]] = [
    lambda kind: repr(kind("a", notes=["b"])).partition("(")[2],
    lambda kind: kind("a") == kind("a", 1, []),
    lambda kind: kind("a") == kind("b"),
    lambda kind: kind("a") != kind("a", 2),
    lambda kind: kind("a") == ("a", 1, []),
    lambda kind: kind("a").notes is kind("a").notes,
    lambda kind: kind("a", line=3).next,
    lambda kind: kind.__match_args__,
    lambda kind: kind.__doc__,
    lambda kind: kind.__slots__,
    lambda kind: kind.__qualname__ == kind.__name__,
    lambda kind: hasattr(kind("a"), "__dict__"),
    lambda kind: [field.name for field in dataclasses.fields(kind)],
    lambda kind: dataclasses.asdict(kind("a", 2, ["b"])),
    lambda kind: dataclasses.astuple(dataclasses.replace(kind("a", 2), name="b")),
    lambda kind: dataclasses.is_dataclass(kind),
    lambda kind: copy.copy(kind("a", 2)) == kind("a", 2),
    lambda kind: copy.deepcopy(kind("a", 2, ["b"])).notes,
    lambda kind: pickle.loads(pickle.dumps(kind("a", 2))) == kind("a", 2),
    lambda kind: raised(lambda: kind()),
    lambda kind: raised(lambda: kind("a", 1, [], 4)),
    lambda kind: raised(lambda: kind("a", other=1)),
    lambda kind: raised(lambda: hash(kind("a"))),
    lambda kind: raised(lambda: setattr(kind("a"), "name", "b")),
    lambda kind: raised(lambda: setattr(kind("a"), "other", "b")) is not None,
    lambda kind: raised(lambda: delattr(kind("a"), "name")),
    lambda kind: raised(lambda: dataclasses.replace(kind("a"), other=1)),
]


@pytest.mark.parametrize("ask", ASKED, ids=range(len(ASKED)))
def test_record_answers_as_a_frozen_dataclass(ask: Callable[[Any], object]) -> None:
    assert ask(Place) == ask(Twin)


def test_questions_are_all_there() -> None:
    assert len(ASKED) == 27


def test_records_that_are_equal_have_one_hash_and_those_of_two_classes_are_not_equal() -> None:
    assert hash(Plain("a")) == hash(Plain("a", 1))
    assert {Plain("a"), Plain("a", 1), Plain("b")} == {Plain("b"), Plain("a")}
    assert Plain("a") != Place("a")


def test_replace_makes_another_record() -> None:
    held = Plain("a", 2)
    assert records.replace(held, name="b") == Plain("b", 2)
    assert held == Plain("a", 2)
    with pytest.raises(TypeError, match="other"):
        records.replace(held, other=1)


def test_cached_property_of_a_record_is_held_and_not_compared() -> None:
    held = Held("a")
    assert held.long is held.long
    assert held == Held("a")
    assert "long" not in repr(held)
    with pytest.raises(dataclasses.FrozenInstanceError):
        held.name = "b"  # type: ignore[misc]


def test_method_is_written_when_it_is_first_called_and_then_stays() -> None:
    @record
    class Fresh:
        name: str

    before = Fresh.__init__
    assert Fresh("a").name == "a"
    after = Fresh.__init__
    assert after is not before
    before(made := object.__new__(Fresh), "b")  # whoever holds the first one still has a record of it
    assert made.name == "b"
    assert Fresh.__init__.__qualname__.endswith("Fresh.__init__")


def test_match_takes_a_record_apart() -> None:
    match Plain("a", 2):
        case Plain(name, line):
            assert (name, line) == ("a", 2)
        case _:
            pytest.fail("no match")
