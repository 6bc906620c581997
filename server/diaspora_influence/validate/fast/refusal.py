"""How the fast engine says what it cannot judge, so that nothing passes unseen."""

from diaspora_influence.errors import InputError


class UnsupportedError(InputError):
    """Shapes or data hold something that only pyshacl judges; the text names it and where it stands."""

    @classmethod
    def of(cls, where: object, what: str) -> "UnsupportedError":
        """Return the refusal of *what*, which stands at or in *where*."""
        return cls(f"{where}: the fast engine does not judge {what}; --engine pyshacl does")
