"""How states shape diaspora organisations: the claims of the sources, compiled and served."""

__version__ = "0.1.0"
