"""Who waits, and how long: a client whose requests keep failing, and nobody else."""

import pytest

from diaspora_influence.sparql.presence import LeftError
from diaspora_influence.web.proxies import Origin
from diaspora_influence.web.tarpit import KNOWN, LEAST, LONGEST, QUERIES, REFUSALS, SHARE, Tarpit, Tarpits

LIMIT = 10.0


def refused(pits: Tarpits, times: int, client: str = "a", now: float = 0.0) -> None:
    """Refuse so many requests of *client* in no time."""
    for _ in range(times):
        pits.charge(client, 400, 0.0, now)


def test_who_is_answered_never_waits() -> None:
    pits = Tarpits(LIMIT)
    for status in (200, 206, 303, 304):
        pits.charge("a", status, 1000.0, 0.0)
    assert pits.wait("a", 0.0) == 0.0
    assert not pits.refused.levels
    assert not pits.ended.levels


def test_a_burst_of_refusals_is_free_and_the_next_request_waits() -> None:
    pits = Tarpits(LIMIT)
    free = round(REFUSALS / LEAST)
    refused(pits, free)
    assert pits.wait("a", 0.0) == pytest.approx(0.0, abs=1e-6)
    refused(pits, 1)
    assert pits.wait("a", 0.0) == pytest.approx(LEAST / SHARE)
    assert pits.wait("b", 0.0) == 0.0


@pytest.mark.parametrize("status", [504, 507])
def test_some_queries_that_run_too_long_are_free_in_a_row(status: int) -> None:
    pits = Tarpits(LIMIT)
    for _ in range(QUERIES):
        assert pits.wait("a", 0.0) == 0.0
        pits.charge("a", status, LIMIT, 0.0)
    assert pits.wait("a", 0.0) == 0.0
    pits.charge("a", status, LIMIT, 0.0)
    assert pits.wait("a", 0.0) == pytest.approx(LONGEST)


def test_nobody_waits_longer_than_the_longest_and_all_is_forgotten_in_time() -> None:
    pits = Tarpits(LIMIT)
    refused(pits, 100_000)
    assert pits.wait("a", 0.0) == pytest.approx(LONGEST)
    assert pits.wait("a", LONGEST / 2) == pytest.approx(LONGEST / 2)
    assert pits.wait("a", LONGEST) == pytest.approx(0.0, abs=1e-6)
    assert pits.refused.level("a", REFUSALS / SHARE + LONGEST) == 0.0


def test_in_the_long_run_failures_take_their_share_and_no_more() -> None:
    pits, now, failures = Tarpits(LIMIT), 0.0, 0
    while now < 1000.0:
        now += pits.wait("a", now)
        pits.charge("a", 400, 0.05, now)
        failures += 1
    assert failures * 0.05 == pytest.approx(1000.0 * SHARE + REFUSALS, rel=0.01)


def test_no_more_clients_are_remembered_than_so_many() -> None:
    pit = Tarpit(0.0)
    for number in range(KNOWN + 10):
        pit.charge(str(number), 1.0, 0.0)
    assert len(pit.levels) == KNOWN
    assert pit.wait("0", 0.0) == 0.0
    assert pit.wait(str(KNOWN + 9), 0.0) > 0.0


def test_whose_queries_keep_ending_at_their_limit_steps_aside_before_it_waits() -> None:
    pits = Tarpits(LIMIT)
    seen = []
    for _ in range(QUERIES):
        seen.append(pits.suspects("a", 0.0))
        pits.charge("a", 504, LIMIT, 0.0)
    assert seen == [False, False, False, True, True]
    assert pits.wait("a", 0.0) == 0.0
    assert not pits.suspects("b", 0.0)
    refused(pits, 1000, "b")
    assert not pits.suspects("b", 0.0)
    assert not pits.suspects("a", QUERIES * LIMIT / SHARE)


def test_who_keeps_leaving_waits_however_long_he_stayed() -> None:
    pits = Tarpits(LIMIT)
    pits.charge("a", LeftError.status, 100 * LIMIT, 0.0)
    assert pits.wait("a", 0.0) == 0.0
    for _ in range(round(REFUSALS / LEAST)):
        pits.charge("a", LeftError.status, 0.0, 0.0)
    assert pits.wait("a", 0.0) > 0.0


def test_who_comes_again_at_once_although_told_when_waits_and_who_comes_then_does_not() -> None:
    pits = Tarpits(LIMIT)
    for second in range(1000):
        pits.charge("patient", 503, 2 * LIMIT, float(second))
    assert pits.wait("patient", 1000.0) == 0.0
    for _ in range(round(REFUSALS / LEAST) + 1):
        pits.charge("impatient", 503, 0.0, 0.0)
    assert pits.wait("impatient", 0.0) > 0.0


@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("no:address", "no:address"),
        ("", ""),
    ],
)
def test_a_site_is_one_party_however_many_addresses_it_has(address: str, party: str) -> None:
    assert Origin(address, "http", "").party == party
