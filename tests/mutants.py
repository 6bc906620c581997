"""Data made wrong on purpose, for tests of two engines against each other: mutants of triples, by a seed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Final

import pyoxigraph as ox

from diaspora_influence.data import Line, SourceFile
from diaspora_influence.terms import DIO, RDF, SKOS, XSD
from diaspora_influence.validate.fast.exact import rewritten

Pool = Sequence[ox.Triple]
Mutation = Callable[[ox.Triple, Pool, Random], list[ox.Triple]]


def of(triple: ox.Triple, **parts: object) -> ox.Triple:
    """Return *triple* with some of its parts replaced."""
    s, p, o = triple
    said = {"s": s, "p": p, "o": o, **parts}
    return ox.Triple(said["s"], said["p"], said["o"])  # type: ignore[arg-type]


def drop(_: ox.Triple, __: Pool, ___: Random) -> list[ox.Triple]:
    return []


def retarget(triple: ox.Triple, pool: Pool, random: Random) -> list[ox.Triple]:
    """Give it the object of another triple of the same predicate, or of any."""
    alike = [other for other in pool if other.predicate == triple.predicate]
    return [of(triple, o=random.choice(random.choice([alike, pool])).object)]


def retype(triple: ox.Triple, pool: Pool, random: Random) -> list[ox.Triple]:
    """Give its subject one more class, or another."""
    types = [other for other in pool if other.predicate.value == RDF + "type"]
    fresh = of(random.choice(types), s=triple.subject)
    return [fresh] if triple.predicate == fresh.predicate else [triple, fresh]


def duplicate(triple: ox.Triple, pool: Pool, random: Random) -> list[ox.Triple]:
    """Give it a second value."""
    return [triple, *retarget(triple, pool, random)]


def swap(triple: ox.Triple, pool: Pool, random: Random) -> list[ox.Triple]:
    """Give it the predicate of another triple."""
    return [of(triple, p=random.choice(pool).predicate)]


def turn(triple: ox.Triple, _: Pool, __: Random) -> list[ox.Triple]:
    """Turn it round."""
    return (
        [triple] if isinstance(triple.object, ox.Literal) else [of(triple, s=triple.object, o=triple.subject)]
    )


def copy(triple: ox.Triple, pool: Pool, random: Random) -> list[ox.Triple]:
    """Say all that is said of its subject of a second one too."""
    subject = triple.subject
    name = subject.value if isinstance(subject, ox.NamedNode) else f"urn:{subject.value}"
    twin = random.choice(
        [ox.NamedNode(f"{name}-twin"), ox.BlankNode(f"twin{len(pool)}x{random.randrange(9999)}")]
    )
    return [triple, *(of(other, s=twin) for other in pool if other.subject == subject)]


LEXICAL: Final = ["", "x", "0", "-1", "007", "1.50", "two words", " 5 ", "true", "2001-02-30", "2001-02-03", "2001",
                  "a\nb", 'say "so"\\', "-13", "1999/2001", "Ünïcode.", "A sentence."]  # fmt: skip
TYPES: Final = [
    "string",
    "integer",
    "decimal",
    "boolean",
    "date",
    "hexBinary",
    "double",
    "gYear",
    "anyURI",
    "dateTime",
]
TAGS: Final = ["en", "EN-GB", "de", "ru-Latn"]


def literal(random: Random) -> ox.Literal:
    """Return a literal as likely wrong as right."""
    text = random.choice(LEXICAL)
    if random.random() < 0.3:
        return ox.Literal(text, language=random.choice(TAGS))
    return ox.Literal(text, datatype=ox.NamedNode(XSD + random.choice(TYPES)))


def reword(triple: ox.Triple, _: Pool, random: Random) -> list[ox.Triple]:
    """Give it a literal of another form, or its own literal with another datatype or language."""
    fresh = literal(random)
    if isinstance(triple.object, ox.Literal) and random.random() < 0.6:
        text = triple.object.value
        language, datatype = fresh.language, fresh.datatype
        fresh = ox.Literal(text, language=language) if language else ox.Literal(text, datatype=datatype)
    return [of(triple, o=fresh)]


def respell(triple: ox.Triple, _: Pool, random: Random) -> list[ox.Triple]:
    """Spell a number or a truth value otherwise."""
    if not isinstance(triple.object, ox.Literal) or triple.object.language:
        return [triple]
    text = {"true": "1", "false": "0"}.get(
        triple.object.value, random.choice(["0", "+", ""]) + triple.object.value
    )
    return [of(triple, o=ox.Literal(text, datatype=triple.object.datatype))]


def rename(triple: ox.Triple, _: Pool, random: Random) -> list[ox.Triple]:
    """Give it another kind of object: an unknown IRI, a term, a blank node."""
    others = [ox.NamedNode("urn:unknown"), ox.NamedNode(DIO + "createdBy"), ox.NamedNode(SKOS + "Concept")]
    return [of(triple, o=random.choice([*others, ox.BlankNode("mutant")]))]


MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(drop, retarget, retype, duplicate, swap, turn, copy, reword, reword, rename),
)


def mutated(
    files: Sequence[SourceFile], seed: int, many: int, mutations: Sequence[Mutation] = MUTATIONS
) -> list[SourceFile]:
    """Return *files* with *many* of their triples made wrong; the same seed makes the same mutants."""
    random, lines = Random(seed), [line for file in files for line in file.lines]
    pool = [line.triple for line in lines]
    chosen = set(random.sample(range(len(lines)), min(many, len(lines))))
    number, made = 0, []
    for file in files:
        fresh: list[Line] = []
        for line in file.lines:
            wrong = number in chosen
            triples = random.choice(mutations)(line.triple, pool, random) if wrong else [line.triple]
            fresh += [Line(triple, line.number) for triple in triples]
            number += 1
        made.append(replace(file, lines=tuple(fresh)))
    return made


def plainly_spelt(file: SourceFile) -> SourceFile:
    """Return *file* with numbers, dates and truth values as the store spells them, so that none is refused."""
    forms = rewritten(
        [line.triple.object for line in file.lines if isinstance(line.triple.object, ox.Literal)]
    )

    def spelt(triple: ox.Triple) -> ox.Triple:
        s, p, o = triple
        return ox.Triple(s, p, forms.get(o, o))  # type: ignore[call-overload,arg-type]

    return replace(file, lines=tuple(Line(spelt(line.triple), line.number) for line in file.lines))
