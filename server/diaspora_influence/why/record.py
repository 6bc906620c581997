"""An answer as JSON."""

import json
from typing import Any

from diaspora_influence.release.proofs import Fact
from diaspora_influence.why.answer import WITHHELD, Answer
from diaspora_influence.why.claims import Certainty, Claim
from diaspora_influence.why.links import Gap
from diaspora_influence.why.names import spelled
from diaspora_influence.why.tree import Step


def as_json(answer: Answer) -> str:
    """Return the whole answer as a JSON object."""
    record = {
        "triple": triple(answer.fact),
        "holds": answer.holds,
        "proof": step(answer.proof) if answer.proof else None,
        "withheld": WITHHELD if answer.withheld else None,
        "missing": [gap(one) for one in answer.gaps],
        "claims": [claim(one) for one in answer.claims],
    }
    kept = (
        ("triple", "holds", "proof") if answer.holds else ("triple", "holds", "withheld", "missing", "claims")
    )
    return json.dumps({name: record[name] for name in kept}, ensure_ascii=False, indent=2) + "\n"


def triple(fact: Fact) -> dict[str, str]:
    """Return a triple, its terms as `dio why` takes them."""
    return dict(zip(("subject", "predicate", "object"), map(spelled, fact), strict=True))


def certainty(found: Certainty | None) -> dict[str, Any] | None:
    """Return a certainty with its rank."""
    return {"iri": found.iri, "rank": found.rank} if found else None


def step(one: Step) -> dict[str, Any]:
    """Return a step with what it rests on; one that was shown before says so."""
    record: dict[str, Any] = {"number": one.number, "triple": triple(one.fact), "kind": one.kind}
    rest = {
        "rule": one.rule,
        "certainty": certainty(one.certainty),
        "graphs": list(one.graphs),
        "premises": [step(premise) for premise in one.premises],
        "claims": [claim(each) for each in one.claims],
        "shownAbove": one.again,
    }
    return record | {name: value for name, value in rest.items() if value}


def claim(one: Claim) -> dict[str, Any]:
    """Return what is said of a claim."""
    return {
        "iri": one.iri,
        "label": one.label,
        "certainty": certainty(one.certainty),
        "heldBy": list(one.holders),
        "notDerivedBecause": list(one.reasons),
        "adverse": one.adverse,
        "passages": [{"iri": each.iri, "place": each.place} for each in one.passages],
    }


def gap(one: Gap) -> dict[str, Any]:
    """Return what is missing, and what that lacks."""
    return {"missing": one.words, "because": [gap(each) for each in one.gaps]}
