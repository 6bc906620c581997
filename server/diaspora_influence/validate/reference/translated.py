"""What pyshacl raises, as errors of the house, and what it is kept from while it judges foreign shapes."""

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

from pyparsing import ParseException
from pyshacl.errors import ReportableRuntimeError, ShapeRecursionWarning
from pyshacl.shape import Shape
from rdflib.plugins.sparql import evaluate

from diaspora_influence.errors import DioError, InputError, InternalError

# What it raises it logs too, which Python prints where nobody listens.
logging.getLogger("pyshacl").addHandler(logging.NullHandler())

LONGEST: Final = 400
"""Characters of what an engine says that are passed on; of deep shapes it tells the whole way."""
OF_SHAPES: Final = (
    (KeyError, "'this'", "its SPARQL target does not select ?this"),
    (TypeError, "object of type 'NoneType' has no len()", "its SPARQL target is not SELECT"),
    (Exception, "Unknown namespace prefix", "a query has a prefix that nothing declares; add sh:declare"),
    (Exception, "requiring a dataset", "a query asks for named graphs, and there are none"),
)
"""What is raised, with what in it, where a shape is to blame and pyshacl does not say so."""


@contextmanager
def translated(shape: Shape) -> Iterator[None]:
    """Turn what pyshacl raises into the house's errors: a bad shape is input, all else is ours to mend."""
    try:
        with warnings.catch_warnings(), nothing_fetched():
            warnings.simplefilter("error", ShapeRecursionWarning)  # after it pyshacl lets everything pass
            yield
    except ShapeRecursionWarning as error:
        raise InputError(f"{shape.node}: the shape refers to itself, which SHACL leaves undefined") from error
    except RecursionError as error:
        raise InputError(f"{shape.node}: cannot be judged by: it is nested too deep") from error
    except re.error as error:
        raise InputError(f"{shape.node}: cannot be judged by: no regular expression: {error}") from error
    # a ValidationFailure is one of the first
    except (ReportableRuntimeError, ParseException, NotImplementedError) as error:
        raise InputError(f"{shape.node}: cannot be judged by: {brief(error)}") from error
    except Exception as error:  # foreign shapes reach every corner of an engine that is not ours
        raise _blamed(shape, error) from error


def _blamed(shape: Shape, error: Exception) -> DioError:
    """Return the error of the shape that is to blame, else ours."""
    for kind, part, said in OF_SHAPES:
        if isinstance(error, kind) and part in str(error):
            return InputError(f"{shape.node}: cannot be judged by: {said}")
    return InternalError(f"{shape.node}: the engine failed: {type(error).__name__}: {brief(error)}")


def brief(error: Exception) -> str:
    """Return what *error* says, on one line and not at length."""
    said = " ".join(str(error).split())
    return said if len(said) <= LONGEST else said[:LONGEST] + " …"


@contextmanager
def nothing_fetched() -> Iterator[None]:
    """Refuse SERVICE in any query.

    pyshacl looks for it by a pattern, which SPARQL targets never pass and an IRI with `#` on the line evades.
    """
    bare: Any = evaluate
    plain = bare.evalServiceQuery
    bare.evalServiceQuery = _refuse
    try:
        yield
    finally:
        bare.evalServiceQuery = plain


def _refuse(*_: object) -> NoReturn:
    raise NotImplementedError("a query asks another endpoint (SERVICE), and nothing is fetched")
