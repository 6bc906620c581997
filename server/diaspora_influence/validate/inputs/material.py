"""What one run reads: what each word of its options stands for, the shapes, and what can be looked up."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from diaspora_influence.data import SourceFile
from diaspora_influence.errors import InputError
from diaspora_influence.record import record
from diaspora_influence.terms import SHAPES
from diaspora_influence.validate.inputs.addresses import STDIN, place_of
from diaspora_influence.validate.inputs.files import (
    added_context,
    context_for,
    expanded,
    read_all,
)
from diaspora_influence.validate.inputs.packaged import own_files, own_shapes
from diaspora_influence.validate.options import Options

if TYPE_CHECKING:
    from diaspora_influence.validate.inputs.fetched import Web

ShapeSet = Sequence[SourceFile] | None
"""Shapes that are judged by together; None for the packaged ones."""


@record
class Material:
    """The paths that a run reads, by what they are for; None is what is packaged.

    *named* are the files that were named themselves and not found in a folder; *packaged* says that what is
    packaged can be looked up; *web* fetches, where that is allowed.
    """

    files: Sequence[Path]
    shapes: Sequence[Path] | None
    more_shapes: Sequence[Path]
    ontology: Sequence[Path] | None
    more_ontology: Sequence[Path]
    beside: Sequence[Path]
    named: frozenset[Path]
    packaged: bool
    web: "Web | None"

    @property
    def paths(self) -> Iterator[Path]:
        """Yield every path that is read."""
        for some in (
            self.files,
            self.shapes,
            self.more_shapes,
            self.ontology,
            self.more_ontology,
            self.beside,
        ):
            yield from some or ()

    @property
    def texts(self) -> dict[str, bytes]:
        """Return what was fetched, by its address."""
        pages = self.web.pages if self.web else {}
        return {url: page.content for url, page in pages.items() if not isinstance(page, InputError)}

    def data(self, files: Sequence[SourceFile]) -> list[SourceFile]:
        """Return those of *files* that are judged: what is found in a folder and is shapes is no data."""
        shapes = {*(self.shapes or ()), *self.more_shapes}
        return [file for file in files if file.path in self.named or file.path not in shapes]

    def context(self, files: Sequence[SourceFile]) -> Sequence[ox.Triple]:
        """Return what is there to be looked up for *files*, and is not judged."""
        packaged = context_for(files, ontology=self.ontology is None) if self.packaged else ()
        ontology = [*(self.ontology or ()), *self.more_ontology]
        added = [
            *added_context(ontology, files, self.web, whole=True),
            *added_context(self.beside, files, self.web),
        ]
        return [*packaged, *added] if added else packaged

    def shape_sets(self, files: Sequence[SourceFile]) -> list[ShapeSet]:
        """Return the shapes to judge by, one set after the other; what is among *files* is not read again.

        Shapes that stand beside the packaged ones and say nothing of them are a set of their own, so that
        each is judged as it would be alone, and ours fast.
        """
        more = self.read_shapes(self.more_shapes, files, "t")
        if self.shapes is not None:
            return [[*self.read_shapes(self.shapes, files, "s"), *more]]
        if not more:
            return [None]
        return [[*read_all(own_shapes(), "s"), *more]] if speak_of_ours(more) else [None, more]

    def all_shapes(self) -> list[SourceFile]:
        """Return every file of shapes, those that are packaged too where none take their place."""
        paths = [*(own_shapes() if self.shapes is None else self.shapes), *self.more_shapes]
        return self.read_shapes(paths, (), "s")

    def read_shapes(self, paths: Sequence[Path], files: Sequence[SourceFile], label: str) -> list[SourceFile]:
        """Return the files at *paths*, those of *files* as they were read."""
        known = {file.path: file for file in files}
        unread = [path for path in paths if path not in known]
        known |= {file.path: file for file in read_all(unread, label, self.web)}
        return [known[path] for path in paths]


def material(options: Options, kind: str | None, network: bool) -> Material:
    """Return what *options* name; *kind* is the format of all files; InputError for what is not there."""
    web = None
    if network:
        from diaspora_influence.validate.inputs.fetched import Web  # takes a tenth of the time of a small run

        web = Web()

    def some(names: Sequence[str], flag: str) -> list[Path]:
        found = expanded(names, network=network)
        if STDIN in found:
            raise InputError(f"--{flag} -: standard input is data; name a file")
        return found

    ontology = some(options.ontology, "ontology") if options.ontology else None
    return Material(
        files=expanded(options.files, kind, network) if options.files else own_files(ontology is None),
        shapes=expanded(options.shapes, network=network) if options.shapes else None,
        more_shapes=expanded(options.add_shapes, network=network),
        ontology=ontology,
        more_ontology=some(options.add_ontology, "add-ontology"),
        beside=some(options.context_files, "context"),
        named=frozenset(map(place_of, options.files)),
        packaged=options.context and bool(options.files),
        web=web,
    )


def speak_of_ours(shapes: Sequence[SourceFile]) -> bool:
    """Say whether any triple of *shapes* names a packaged shape: to use, change or deactivate it."""
    terms = (term for file in shapes for line in file.lines for term in line.triple)
    return any(isinstance(term, ox.NamedNode) and term.value.startswith(SHAPES) for term in terms)
