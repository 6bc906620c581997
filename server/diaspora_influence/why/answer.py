"""The answer to "why": the proof of a triple, or what is missing, and the claims that gave nothing."""

from dataclasses import dataclass

from diaspora_influence.release.proofs import Fact, Proofs
from diaspora_influence.why import conclusions
from diaspora_influence.why.ask import Ask, query, tuples
from diaspora_influence.why.claims import Claim, claims
from diaspora_influence.why.definitions import TYPE, Classes
from diaspora_influence.why.links import Gap, of_property
from diaspora_influence.why.names import require_known
from diaspora_influence.why.tree import Step, tree

WITHHELD = (
    "withheld: the person policy allows no such relation with a person or small group at an end, "
    "whether or not anything gives it"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The proof, where the release holds *fact*; else what is missing, and claims of it without a triple.

    What the person policy withholds is *withheld* and has no gaps: nothing is said of what would follow.
    """

    fact: Fact
    proof: Step | None
    withheld: bool = False
    gaps: tuple[Gap, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def holds(self) -> bool:
        """Say whether the release holds the triple."""
        return self.proof is not None


def why(ask: Ask, proofs: Proofs, fact: Fact) -> Answer:
    """Return why the release holds *fact*, or why it does not.

    Raises UnknownTermError where a term of it stands nowhere in the release.
    """
    require_known(ask, fact)
    if proof := tree(ask, proofs, fact):
        return Answer(fact, proof)
    found = tuple(claims(ask, silent(ask, fact)).values())
    withheld = any(row["withheld"].value == "true" for row in ask(query("withheld", tuples([fact]))))
    return Answer(fact, None, withheld, () if withheld else gaps(ask, fact), found)


def gaps(ask: Ask, fact: Fact) -> tuple[Gap, ...]:
    """Return what stands in the way of *fact*, way by way; it holds by none of them."""
    if fact[1] == TYPE:
        return (*Classes.read(ask).gaps(fact[0], fact[2]), *conclusions.gaps(ask, fact[0], fact[2]))
    return tuple(of_property(ask, fact))


def silent(ask: Ask, fact: Fact) -> list[str]:
    """Return the claims that would give *fact* and do not."""
    subject, predicate, value = fact
    if predicate == TYPE:
        rows = ask(query("unstated_claims", s=subject, o=value))
    else:
        rows = ask(query("named_claims", tuples([fact])))
    return [row["claim"].value for row in rows]
