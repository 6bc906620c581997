"""The SHACL report as RDF/XML, put together without a parser."""

from functools import lru_cache
from typing import Final

from diaspora_influence.terms import RDF, SH, XSD
from diaspora_influence.validate.reports.report import Report
from diaspora_influence.web.validator.written import Node, literal, results

HEAD: Final = f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF xmlns:rdf="{RDF}" xmlns:sh="{SH}">\n'
PREFIXES: Final = {RDF: "rdf", SH: "sh"}
ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


def rdf_xml(report: Report) -> str:
    """Return the document; it may hold characters that no XML can."""
    conforms = f'"{str(not report.entries).lower()}"^^<{XSD}boolean>'
    body = (
        "<sh:result><sh:ValidationResult>\n"
        + "".join(told(SH + name, term) for name, term in said)
        + "</sh:ValidationResult></sh:result>\n"
        for said in results(report)
    )
    first = f"<sh:ValidationReport>\n{told(SH + 'conforms', conforms)}"
    return f"{HEAD}{first}{''.join(body)}</sh:ValidationReport>\n</rdf:RDF>\n"


@lru_cache(maxsize=4096)
def told(predicate: str, term: str | Node) -> str:
    """Return the element that says *term* by *predicate*, which is one of SHACL or RDF."""
    space = next(space for space in PREFIXES if predicate.startswith(space))
    name = f"{PREFIXES[space]}:{predicate.removeprefix(space)}"
    if isinstance(term, Node):
        return f'<{name} rdf:parseType="Resource">{"".join(told(*said) for said in term.said)}</{name}>\n'
    if term.startswith('"'):
        value, language, datatype = literal(term)
        kind = f' xml:lang="{language}"' if language else ""
        kind += f' rdf:datatype="{datatype.translate(ESCAPES)}"' if datatype else ""
        return f"<{name}{kind}>{value.translate(ESCAPES)}</{name}>\n"
    # a blank node's label may begin with a digit, and no name in XML does
    where = f'nodeID="b{term[2:]}"' if term[0] == "_" else f'resource="{term[1:-1].translate(ESCAPES)}"'
    return f"<{name} rdf:{where}/>\n"
