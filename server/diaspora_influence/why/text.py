"""An answer as an indented tree, for a terminal."""

from collections.abc import Iterable, Iterator

from diaspora_influence.release.proofs import Fact
from diaspora_influence.terms import RDF
from diaspora_influence.why.answer import WITHHELD, Answer
from diaspora_influence.why.claims import Claim
from diaspora_influence.why.links import Gap
from diaspora_influence.why.names import spelled
from diaspora_influence.why.tree import Step


def sentence(fact: Fact) -> str:
    """Return a triple as Turtle writes it, without its full stop."""
    subject, predicate, value = fact
    return " ".join(
        [spelled(subject), "a" if predicate == f"<{RDF}type>" else spelled(predicate), spelled(value)]
    )


def as_text(answer: Answer) -> str:
    """Return the whole answer."""
    lines = proved(answer.proof) if answer.proof else refused(answer)
    return "\n".join(lines) + "\n"


def proved(step: Step, margin: str = "") -> Iterator[str]:
    """Yield a step and, further in, what it rests on."""
    yield f"{margin}{step.number}. {sentence(step.fact)}"
    yield f"{margin}   {grounds(step)}"
    for premise in step.premises:
        yield from proved(premise, margin + "   ")
    for claim in step.claims:
        yield from claimed(claim, margin + "   ")


def grounds(step: Step) -> str:
    """Return in a line from what a step follows, and how firmly."""
    firmness = f"; certainty {step.certainty.word}" if step.certainty else ""
    if step.again:
        return f"{step.kind}, as shown above{firmness}"
    if step.rule is None:
        return f"{step.kind} in {', '.join(step.graphs)}{firmness}"
    return f"{step.kind} by {step.rule}{firmness}"


def claimed(claim: Claim, margin: str) -> Iterator[str]:
    """Yield a claim, who holds it, and where it stands; and why it has no direct triple."""
    firmness = claim.certainty.word if claim.certainty else "certainty not given"
    yield f"{margin}- {spelled(f'<{claim.iri}>')} “{claim.label}”"
    yield f"{margin}  {firmness}, held by {', '.join(claim.holders) or 'somebody not stated'}"
    if claim.adverse:
        yield f"{margin}  a claim of crime, detention or complicity: it gives no triple"
    yield from (f"{margin}  no direct triple: {reason}" for reason in claim.reasons)
    yield from (f"{margin}  {spelled(f'<{one.iri}>')}: {one.place}" for one in claim.passages)


def refused(answer: Answer) -> Iterator[str]:
    """Yield that a triple does not hold, and what is missing."""
    yield f"{sentence(answer.fact)}: this release does not hold it"
    if answer.withheld:
        yield WITHHELD
    yield from lacking(answer.gaps)
    yield "claims that gave no such triple:" if answer.claims else "no claim in this release would give it"
    for claim in answer.claims:
        yield from claimed(claim, "")


def lacking(gaps: Iterable[Gap], margin: str = "") -> Iterator[str]:
    """Yield what is missing and, further in, why."""
    for gap in gaps:
        yield f"{margin}- {gap.words}"
        yield from lacking(gap.gaps, margin + "  ")
