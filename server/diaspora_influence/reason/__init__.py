"""What follows from the axioms: our own closure, and HermiT as its judge."""

from diaspora_influence.reason.closure import Closure, Proof, Proofs, close

__all__ = ["Closure", "Proof", "Proofs", "close"]
