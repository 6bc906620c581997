"""What follows from the axioms: our own closure, and HermiT as its judge."""

from diaspora_influence.reason.closure import Closure, close, infer

__all__ = ["Closure", "close", "infer"]
