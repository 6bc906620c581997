"""Where triples stand in files, for either engine's terms."""

from collections.abc import Hashable, Iterable, Sequence

from diaspora_influence.data import SourceFile
from diaspora_influence.record import field, record

Place = tuple[str, int]
"""The name of a file and a line in it, from 1."""


@record
class Places:
    """Where each triple of some files stands, from the narrowest question to the widest.

    *kind* is rdf:type and *value* rdf:value in the terms that the triples are written with; *start* is where
    the files begin. A subject stands where its type does; that is where an author begins.
    """

    kind: Hashable
    value: Hashable
    start: Place
    triples: dict[tuple[Hashable, Hashable, Hashable], Place] = field(default_factory=dict)
    predicates: dict[tuple[Hashable, Hashable], Place] = field(default_factory=dict)
    subjects: dict[Hashable, Place] = field(default_factory=dict)
    objects: dict[Hashable, Place] = field(default_factory=dict)
    typed: set[Hashable] = field(default_factory=set)

    def note(self, s: Hashable, p: Hashable, o: Hashable, place: Place) -> None:
        """Remember that a triple stands at *place*, which comes after all that were noted before."""
        self.triples.setdefault((s, p, o), place)
        self.predicates[s, p] = place
        self.objects.setdefault(o, place)
        if p == self.kind and s not in self.typed:
            self.typed.add(s)
            self.subjects[s] = place
        self.subjects.setdefault(s, place)

    def of(self, focus: Hashable, predicates: Sequence[Hashable], value: Hashable | None) -> Place:
        """Return the place of the triple that is meant, else of its predicate's last, else of the subject."""
        hits = [self.triples.get((focus, predicate, value)) for predicate in predicates if value is not None]
        hits += [self.predicates.get((focus, predicate)) for predicate in predicates]
        hits += [self.triples.get((focus, self.value, value))] if value is not None else []
        # a nested shape's focus may be no subject
        hits += [self.subjects.get(focus), self.objects.get(focus)]
        return next((hit for hit in hits if hit), self.start)


def start_of(files: Iterable[SourceFile]) -> Place:
    """Return where the first triple of *files* stands, which is where what stands nowhere is put."""
    places = ((file.name, file.lines[0].number) for file in files if file.lines)
    return next(places, ("", 1))
