"""A small release, invented from end to end, and the real pool that answers for it."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from html.parser import HTMLParser
from pathlib import Path

import flask
import pyoxigraph as ox
import rdflib

from diaspora_influence import __version__
from diaspora_influence.data import ROOT
from diaspora_influence.release.proofs import Proofs, written
from diaspora_influence.release.read import CURRENT, MANIFEST, PROOFS, File, Release, open_current
from diaspora_influence.settings import Settings
from diaspora_influence.sparql.client import Pool
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.terms import GRAPH, PREFIXES
from diaspora_influence.web.app import Dataset, create_app
from diaspora_influence.web.documents import canonical

INSTANCES = """
GRAPH graph:instances/test/agents {
  id:palace a dio:StateOrgan ; rdfs:label "The Palace"@en ; dio:organOf id:ruritania .
  id:ruritania a dio:State ; rdfs:label "Ruritania"@en .
  id:union-of-testers a dio:DiasporaOrganization ; rdfs:label "Union of Testers"@en ;
    skos:altLabel "Soyuz testirovshchikov"@ru-Latn ; skos:editorialNote "Invented for the tests."@en .
  id:league-of-checkers a dio:DiasporaOrganization ; rdfs:label "League of Checkers"@en .
  id:injected a dio:Organization ; rdfs:label "<script>alert(1)</script>"@en ;
    rdfs:seeAlso <javascript:alert(1)> .
  id:anna-author a dio:Person ; rdfs:label "Anna Author"@en .
  id:chris-critic a dio:Person ; rdfs:label "Chris Critic"@en .
  id:adam-accused a dio:Person ; rdfs:label "Adam Accused"@en .
  id:old-union a dio:Organization ; rdfs:label "Old Union"@en ; owl:deprecated true ;
    dcterms:isReplacedBy id:union-of-testers .
  id:case-test a dio:Case ; rdfs:label "The test case"@en .
}
GRAPH graph:instances/test/passages {
  source:test-2020 a dio:Publication ; rdfs:label "A Test of Tests (2020)"@en .
  source:test-2020-text a dio:SourceText ; rdfs:label "text of A Test of Tests"@en .
  source:test-2020-l36-88-220 a oa:SpecificResource ; oa:hasSource source:test-2020-text ;
    rdfs:label "A Test of Tests, line 36, 88 to 220"@en ;
    oa:hasSelector [ a oa:FragmentSelector ; rdf:value "line=35,36" ;
      oa:refinedBy [ a oa:TextPositionSelector ; oa:start 88 ; oa:end 220 ] ] ;
    dio:section "Findings" ; dio:paragraph 4 ; dio:sentence 2 ;
    spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;
      spdx:checksumValue "cd67b239"^^xsd:hexBinary ] .
}
GRAPH graph:instances/test/claims/general {
  claim:union-of-testers-created-by-palace a dio:CreationClaim, dio:Claim ;
    rdfs:label "The Palace created the Union of Testers."@en ;
    dio:claimSubject id:union-of-testers ; dio:claimPredicate dio:createdBy ; dio:claimObject id:palace ;
    dio:heldBy id:chris-critic ; dio:reportedBy id:anna-author ; dio:reportedIn source:test-2020 ;
    dio:certainty dio:alleged ; dio:inCase id:case-test ; dio:evidence source:test-2020-l36-88-220 .
  claim:league-of-checkers-dissolved-by-palace a dio:DissolutionClaim, dio:Claim ;
    rdfs:label "The Palace dissolved the League of Checkers."@en ;
    dio:claimSubject id:league-of-checkers ; dio:claimPredicate dio:dissolvedBy ; dio:claimObject id:palace ;
    dio:heldBy id:anna-author ; dio:reportedIn source:test-2020 ; dio:certainty dio:stated ;
    dio:wording dio:presupposed ; dio:edtf "2012"^^edtf:EDTF ; dio:inCase id:case-test ;
    dio:evidence source:test-2020-l36-88-220 .
  claim:union-of-testers-created-by-palace-denied a dio:CreationClaim, dio:Claim ;
    rdfs:label "The Palace did not create the Union of Testers."@en ;
    dio:claimSubject id:union-of-testers ; dio:claimPredicate dio:createdBy ; dio:claimObject id:palace ;
    dio:polarity dio:denied ; dio:modality dio:potential ; dio:wording dio:presupposed ; dio:holderUnstated true ; dio:reportedIn source:test-2020 ;
    dio:certainty dio:stated ; dio:inCase id:case-test ; dio:evidence source:test-2020-l36-88-220 ;
    dio:disputes claim:union-of-testers-created-by-palace .
  claim:adam-accused-linked-to-palace a dio:AdverseClaim, dio:LinkClaim, dio:Claim ;
    rdfs:label "Adam Accused is linked to the Palace."@en ;
    dio:claimSubject id:adam-accused ; dio:claimPredicate dio:linkedTo ; dio:claimObject id:ruritania ;
    dio:heldBy id:anna-author ; dio:reportedIn source:test-2020 ; dio:certainty dio:possible .
  claim:withdrawn a dio:CreationClaim, dio:Claim ; rdfs:label "A withdrawn claim."@en ;
    dcterms:isReplacedBy claim:union-of-testers-created-by-palace .
}
GRAPH graph:derived/test {
  id:union-of-testers dio:reportedlyCreatedBy id:palace .
  id:league-of-checkers dio:reportedlyDissolvedBy id:palace ; dio:dissolvedBy id:palace .
  claim:union-of-testers-created-by-palace dio:notDerivedBecause dio:hedged .
  claim:union-of-testers-created-by-palace-denied dio:notDerivedBecause dio:deniedPolarity, dio:notActual .
}
GRAPH graph:inferred { id:league-of-checkers a dio:DissolvedOrganization, dio:Organization . }
GRAPH graph:shapes/claim {
  dios:claim a sh:NodeShape ; sh:name "claim"@en ; sh:description "A claim is whole."@en ; sh:targetClass dio:Claim .
  dios:claim-certainty a sh:PropertyShape ; sh:name "certainty"@en ; sh:message "Exactly one certainty."@en .
}
"""
LIMITS = Limits(workers=2, queue=8, time=5.0, rows=20_000)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


VOID = {"meta", "link", "br", "hr", "img", "input"}


class Outline(HTMLParser):
    """Reads a page: tags in balance, ids, links, headings, tables and what is loaded."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.counts: dict[str, int] = {}
        self.headings: list[int] = []
        self.tables: list[Counter[str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "table":
            self.tables.append(Counter())
        elif self.tables and "table" in self.open:
            self.tables[-1][f"{tag} {found.get('scope', '')}".strip()] += 1
        if tag not in VOID:
            self.open.append(tag)
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.links.append(found["href"])
        if tag in ("script", "img", "iframe") or found.get("rel") == "stylesheet":
            self.loaded.append(found.get("src") or found.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read_back(data: bytes | str, parser: str) -> list[ox.Triple]:
    """Return what rdflib reads in *data*, canonical, so that two graphs are equal where their lists are."""
    lines = rdflib.Graph().parse(data=data, format=parser).serialize(format="nt", encoding="utf-8")
    return canonical(quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))


def quads(more: str = "") -> list[ox.Quad]:
    """Return the invented instances, *more* of them in TriG, the real ontology and one line of metadata."""
    prefixes = {**PREFIXES, "graph": GRAPH}
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items())
    body = (INSTANCES + more).replace("GRAPH graph:", "GRAPH \0").splitlines()
    lines = [
        f"GRAPH <{GRAPH}{line[7:].replace(' {', '> {', 1)}" if line.startswith("GRAPH \0") else line
        for line in body
    ]
    found = list(ox.parse((head + "\n".join(lines)).encode(), format=ox.RdfFormat.TRIG))
    for name in ("diaspora-influence", "schemes"):
        graph = ox.NamedNode(f"{GRAPH}ontology/{name}")
        path = ROOT / "ontology" / f"{name}.ttl"
        found += [ox.Quad(*quad.triple, graph) for quad in ox.parse(path=str(path), rename_blank_nodes=True)]
    dataset = ox.NamedNode(PREFIXES["dio"] + "testDataset")
    kind, void = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["void"] + "Dataset")
    return [*found, ox.Quad(dataset, kind, void, ox.NamedNode(GRAPH + "metadata"))]


def small_proofs() -> Proofs:
    """Return why the small release has its inferred triples."""
    league, kind = f"<{PREFIXES['id']}league-of-checkers>", f"<{PREFIXES['rdf']}type>"
    given = (league, f"<{PREFIXES['dio']}dissolvedBy>", f"<{PREFIXES['id']}palace>")
    inferred = [
        (league, kind, f"<{PREFIXES['dio']}{name}>") for name in ("DissolvedOrganization", "Organization")
    ]
    follows = dict.fromkeys(inferred, ("prp-dom", (given,)))
    return Proofs(follows, {given: ("derived/test",)})


def write_release(release_dir: Path, found: list[ox.Quad] | None = None) -> Release:
    """Write the small release, or one of the quads *found*, into *release_dir* as a build would, and open it."""
    folder = release_dir / "0123456789abcdef"
    (folder / "dumps").mkdir(parents=True)
    found = found or quads()
    content = b"".join(sorted(f"{quad} .\n".encode() for quad in found))
    (folder / "dump.nq").write_bytes(content)
    (folder / "dumps" / "ontology.ttl").write_bytes(b"# nothing\n")
    (folder / PROOFS).write_bytes(written(small_proofs()))
    files = [
        File(path, media_type, hashlib.sha256(data).hexdigest(), len(data))
        for path, media_type, data in (
            ("dump.nq", "application/n-quads", content),
            ("dumps/ontology.ttl", "text/turtle", b"# nothing\n"),
        )
    ]
    graphs = Counter(quad.graph_name.value for quad in found if isinstance(quad.graph_name, ox.NamedNode))
    del graphs[GRAPH + "metadata"]
    manifest = {
        "digest": "0123456789abcdef" * 4,
        "version": __version__,
        "commit": None,
        "sources": "0" * 64,
        "triples": len(found),
        "graphs": graphs,
        "files": [asdict(file) for file in files],
    }
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    (release_dir / CURRENT).write_text(f"{folder.name}\n", "utf-8")
    return open_current(release_dir)


@contextmanager
def app(release_dir: Path, settings: Settings, found: list[ox.Quad] | None = None) -> Iterator[flask.Flask]:
    """Serve the small release, or *found*, by a real pool for as long as the context lasts."""
    with serve(write_release(release_dir, found), settings) as served:
        yield served


@contextmanager
def serve(release: Release, settings: Settings) -> Iterator[flask.Flask]:
    """Serve a release by a real pool for as long as the context lasts."""
    with Pool(release.directory, settings.limits) as pool:
        yield create_app(Dataset(release, pool), settings)
