"""What is let through at a glance the guard lets through too, or the engine does not read at all."""

import pyoxigraph as ox
import pytest

from diaspora_influence.sparql.errors import MalformedQuery, SparqlError
from diaspora_influence.sparql.glance import form_at_a_glance
from diaspora_influence.sparql.guard import examine
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.web.examples import examples
from test_guard import HOSTILE, WELCOME

LIMITS = Limits()


@pytest.mark.parametrize(("query", "kind"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_nothing_hostile_passes_at_a_glance(query: str, kind: type[SparqlError]) -> None:
    if form_at_a_glance(query, LIMITS) is None:
        return
    assert kind is MalformedQuery
    with pytest.raises(SyntaxError):
        ox.Store().query(query)


@pytest.mark.parametrize("query", [*WELCOME, *(one.query for one in examples())])
def test_the_form_at_a_glance_is_the_guards(query: str) -> None:
    found = form_at_a_glance(query, LIMITS)
    assert found in (None, examine(query, LIMITS).form)


def test_the_house_s_own_examples_are_plain_for_the_most_part() -> None:
    plain = [one for one in examples() if form_at_a_glance(one.query, LIMITS)]
    assert len(plain) > len(examples()) / 2


@pytest.mark.parametrize(
    ("query", "limits"),
    [
        ("ASK { " + "{ } " * 64 + "}", LIMITS),
        ("ASK { FILTER(" + "!" * 201 + "?a) }", LIMITS),
        ("ASK { FILTER(1 + 1 + 1) }", Limits(chain=1)),
        ("ASK { { } }", Limits(nesting=1)),
        ("ASK { \\u0053ERVICE ?x {} }", LIMITS),
        ("ASK { ?s ?p '\0' }", LIMITS),
        ("INSERT DATA { <a> <b> <c> } # SELECT", LIMITS),
        ("# SELECT\nLOAD <x:a>", LIMITS),
        ("PREFIX a: <SELECT * {}> DROP ALL", LIMITS),
        ("", LIMITS),
    ],
)
def test_what_is_at_the_limit_or_strange_is_left_to_the_guard(query: str, limits: Limits) -> None:
    assert form_at_a_glance(query, limits) is None


def test_a_long_prologue_is_read_in_no_time() -> None:
    for piece in ("PREFIX a: <x:> ", "# PREFIX\n", "PREFIX ", " ", "PREFIX a:<", "BASE <x:>"):
        assert form_at_a_glance(piece * 20_000, LIMITS) is None
