"""The SHACL report as JSON-LD, put together without a parser."""

import json
from collections.abc import Mapping
from functools import cache
from json.encoder import encode_basestring

from diaspora_influence.terms import SH, XSD
from diaspora_influence.validate.reports.json import READABLE
from diaspora_influence.validate.reports.report import Report
from diaspora_influence.web.documents import context_of
from diaspora_influence.web.validator.written import Node, literal, results


def json_ld(report: Report) -> bytes:
    """Return the report as one object; indented where people may read so much."""
    found = [*results(report)]
    names = {text for said in found for _, text in said if isinstance(text, str)}
    write = Writer(context_of(f"<{SH}{XSD} " + " ".join(names)))
    told = (write.node([(SH + name, text) for name, text in said], "ValidationResult") for said in found)
    conforms = f'"{str(not found).lower()}"^^<{XSD}boolean>'
    whole = write.node([(SH + "conforms", conforms)], "ValidationReport")[:-1]
    listed = f", {write.name(SH + 'result')}: [{', '.join(told)}]" if found else ""
    text = f'{{"@context": {json.dumps(write.context)}, {whole[1:]}{listed}}}\n'
    if len(found) <= READABLE:
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
    return text.encode()


class Writer:
    """Writes terms under a *context* of prefixes, none of which is the scheme of an IRI."""

    def __init__(self, context: Mapping[str, str]) -> None:
        self.context = context
        self.term, self.name = cache(self._term), cache(self._name)

    def node(self, said: list[tuple[str, str | Node]], kind: str = "") -> str:
        """Return an object without a name, of a class of SHACL where its *kind* is said."""
        held = [f'"@type": {self.name(SH + kind)}'] if kind else []
        return f"{{{', '.join([*held, *(f'{self.name(p)}: {self.term(o)}' for p, o in said)])}}}"

    def _name(self, iri: str) -> str:
        for prefix, space in self.context.items():
            if iri.startswith(space) and not iri.startswith("//", len(space)):
                return encode_basestring(f"{prefix}:{iri[len(space) :]}")
        return encode_basestring(iri)

    def _term(self, term: str | Node) -> str:
        if isinstance(term, Node):
            return self.node([*term.said])
        if not term.startswith('"'):
            return f'{{"@id": {encode_basestring(term) if term[0] == "_" else self._name(term[1:-1])}}}'
        value, language, datatype = literal(term)
        if language:
            return f'{{"@language": {encode_basestring(language)}, "@value": {encode_basestring(value)}}}'
        if datatype:
            return f'{{"@type": {self.name(datatype)}, "@value": {encode_basestring(value)}}}'
        return encode_basestring(value)
