"""What a shape asks for, for `--explain`: its words, whom it looks at, and how it is written."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.errors import InputError
from diaspora_influence.terms import PREFIXES, SH, SHAPES
from diaspora_influence.validate.examples import examples
from diaspora_influence.validate.inputs.named import content_of
from diaspora_influence.validate.mending import all_mending
from diaspora_influence.validate.reports.shown import level, visible
from diaspora_influence.validate.rule import OF_PROGRAM, Rule, compact
from diaspora_influence.validate.shape_rules import rules_of

ASKS = {
    "targetClass": "each thing of the class",
    "targetNode": "the node",
    "targetSubjectsOf": "the subjects of",
    "targetObjectsOf": "the objects of",
    "target": "what a query finds, by",
}
"""Target of a shape to how it is said."""
PARTS = ("property", "sparql", "node")
"""The predicates by which a shape holds another."""


def explained(name: str, files: Sequence[SourceFile], pages: Mapping[str, bytes]) -> str:
    """Return what the shape called *name* in *files* asks for; InputError, with the nearest, if none is.

    *name* is an IRI, a prefixed name, or a local name of our shapes; *pages* are the contents of files that
    were fetched, by their names.
    """
    known = rules_of(line.triple for file in files for line in file.lines)
    rules = {rule.name: rule for rule in (*known.values(), *OF_PROGRAM.values())}
    rule = _called(name, rules)
    lines = [visible(line) if line else "" for line in _words(rule, files)]
    return "\n".join([*lines, *_shown(rule), *_written(rule, files, pages)]) + "\n"


def _called(name: str, rules: dict[str, Rule]) -> Rule:
    by_iri = {rule.iri: rule for rule in rules.values()}
    wanted = name.removeprefix("<").removesuffix(">")
    prefix, _, local = wanted.partition(":")
    for iri in (wanted, PREFIXES.get(prefix, "\0") + local, SHAPES + wanted):
        if iri in by_iri:
            return by_iri[iri]
    near = get_close_matches(compact(wanted), rules, 3, 0.5) or get_close_matches(
        f"dios:{wanted}", rules, 3, 0.5
    )
    hint = f"; is it {' or '.join(near)}?" if near else ""
    raise InputError(f"--explain {name}: there is no such shape{hint}")


def _words(rule: Rule, files: Sequence[SourceFile]) -> Iterator[str]:
    title = f": {rule.title}" if rule.title else ""
    yield f"{rule.name}{title} ({level(rule.severity)})"
    yield ""
    if rule.message:
        yield f"  asks:  {rule.message}"
    if rule.description:
        yield f"  why:   {rule.description}"
    for sentence in all_mending(rule.asked):
        yield f"  mend:  {sentence}"
    for said in dict.fromkeys(_looked_at(rule.iri, files, frozenset())):
        yield f"  of:    {said}"
    if rule.page and rule.iri not in OF_PROGRAM:
        yield f"  see:   {rule.page}"


def _looked_at(iri: str, files: Sequence[SourceFile], seen: frozenset[str]) -> Iterator[str]:
    """Yield whom a shape looks at: by its own targets, else by those of the shapes that hold it."""
    node = ox.NamedNode(iri)
    for file in files:
        for line in file.lines:
            subject, predicate, value = line.triple
            name = predicate.value.removeprefix(SH)
            if subject == node and name in ASKS:
                yield f"{ASKS[name]} {compact(getattr(value, 'value', 'a query'))}"
            elif (
                value == node
                and name in PARTS
                and isinstance(subject, ox.NamedNode)
                and subject.value not in seen
            ):
                yield from _looked_at(subject.value, files, seen | {iri})


def _shown(rule: Rule) -> Iterator[str]:
    """Yield an example that breaks the rule and one that keeps it, where there are some."""
    pair = examples(rule.iri)
    for head, text in zip(("breaks it:", "keeps it:"), pair or (), strict=False):
        yield ""
        yield head
        yield from (f"  {line}".rstrip() for line in text.split("\n"))


def _written(rule: Rule, files: Sequence[SourceFile], pages: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the shape as its file writes it, from the first line that speaks of it to the last."""
    node = ox.NamedNode(rule.iri)
    for file in files:
        numbers = [line.number for line in file.lines if line.triple.subject == node]
        if numbers:
            source = (pages.get(file.name) or content_of(file.path)).decode("utf-8", "replace").split("\n")
            yield ""
            yield f"{visible(file.name)}:{min(numbers)}"
            yield from (f"  {visible(line)}" for line in source[min(numbers) - 1 : max(numbers)])
