"""What programs find out by asking, over HTTP, of the real server with the real release.

The queries and rules are those of the programs themselves: the SIB SPARQL editor's `metadata.ts`, Comunica's
`ActorRdfMetadataExtractSparqlService`; rdflib's store, SPARQLWrapper and curl are run.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, TURTLE, SPARQLWrapper

from diaspora_influence.data import ROOT
from diaspora_influence.release.examples import examples
from diaspora_influence.release.read import Release
from diaspora_influence.terms import DIO, ENDPOINT, GRAPH, ID, PREFIXES, RDF, SD, VOID

QUIET = {name: value for name, value in os.environ.items() if not name.startswith("DIO_")}


@pytest.fixture(scope="module")
def url(release: Release) -> Iterator[str]:
    """The address of `dio serve` with the release of the checkout's own Turtle."""
    command = [sys.executable, "-m", "diaspora_influence.cli", "serve", "--no-build", "--port", "0"]
    command += ["--release-dir", str(release.directory.parent)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=QUIET
    ) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().split()[-1].rstrip("/")
        finally:
            process.terminate()
            process.wait(30)


def get(address: str, accept: str) -> bytes:
    """Return the body of an answer, redirects followed."""
    request = urllib.request.Request(address, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        return bytes(response.read())


# the SIB SPARQL editor, which sends `ac=1` with every query


def editor(url: str, query: str) -> list[dict[str, str]]:
    """Return the rows that the editor gets."""
    body = get(f"{url}/sparql?ac=1&query={quote(query)}", "application/sparql-results+json")
    rows = json.loads(body)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


EDITOR_PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace
WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix}
ORDER BY ?prefix"""
EDITOR_EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query
WHERE {
  ?sq a sh:SPARQLExecutable ;
    rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?query .
} ORDER BY ?sq"""
EDITOR_VOID = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh:<http://www.w3.org/ns/shacl#>
PREFIX sd:<http://www.w3.org/ns/sparql-service-description#>
PREFIX void:<http://rdfs.org/ns/void#>
PREFIX void-ext:<http://ldf.fi/void-ext#>
SELECT DISTINCT ?graph ?graphLabel ?subjectClass ?prop ?objectClass ?objectDatatype
?triples ?subjectClassLabel ?objectClassLabel ?subjectClassComment ?objectClassComment ?propLabel ?propComment
WHERE {
      {
        OPTIONAL {
          ?graph sd:graph ?graphDesc .
          OPTIONAL { ?graph rdfs:label ?graphLabel }
          ?graphDesc void:classPartition ?cp .
        }
        ?cp void:class ?subjectClass ;
          void:propertyPartition ?pp .
        OPTIONAL { ?subjectClass rdfs:label ?subjectClassLabel }
        OPTIONAL { ?subjectClass rdfs:comment ?subjectClassComment }

        ?pp void:property ?prop .
        OPTIONAL { ?pp void:triples ?triples }
        OPTIONAL { ?prop rdfs:label ?propLabel }
        OPTIONAL { ?prop rdfs:comment ?propComment }
        OPTIONAL {
          {
            ?pp  void:classPartition [ void:class ?objectClass ] .
            OPTIONAL { ?objectClass rdfs:label ?objectClassLabel }
            OPTIONAL { ?objectClass rdfs:comment ?objectClassComment }
          } UNION {
            ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] .
          }
        }
      } UNION {
        ?linkset void:subjectsTarget [ void:class ?subjectClass ] ;
          void:linkPredicate ?prop ;
          void:objectsTarget [ void:class ?objectClass ] .
      }
} ORDER BY ?subjectClass ?objectClass ?objectDatatype ?graph ?triples"""
EDITOR_VOID_OLD = """PREFIX up: <http://purl.uniprot.org/core/>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype
WHERE {
  {
    ?cp void:class ?subjectClass ;
        void:propertyPartition ?pp .
    ?pp void:property ?prop .
    OPTIONAL {
        {
            ?pp  void:classPartition [ void:class ?objectClass ] .
        } UNION {
            ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] .
        }
    }
  } UNION {
    ?ls void:subjectsTarget [ void:class ?subjectClass ] ;
        void:linkPredicate ?prop ;
        void:objectsTarget [ void:class ?objectClass ] .
  }
}"""


def test_the_editor_finds_the_prefixes(url: str) -> None:
    """Every prefix of the house, and none twice."""
    rows = editor(url, EDITOR_PREFIXES)
    assert [(row["prefix"], row["namespace"]) for row in rows] == sorted(PREFIXES.items())


def test_the_editor_finds_examples_that_run(url: str) -> None:
    """Each competency question once, in words, as it is asked, and at an address that shows it."""
    rows = editor(url, EDITOR_EXAMPLES)
    assert len(rows) == len(examples()) >= 24
    for row, example in zip(rows, examples(), strict=True):
        assert (row["comment"], row["query"]) == (example.title, example.query)
        assert row["sq"] == f"{ENDPOINT}?example={example.slug}"
    assert all(editor(url, row["query"]) for row in rows[:3])
    path = urlsplit(rows[0]["sq"])
    page = get(f"{url}/sparql?{path.query}", "text/html").decode()
    assert "dio:createdBy" in page


@pytest.mark.parametrize("query", [EDITOR_VOID, EDITOR_VOID_OLD], ids=["new", "old"])
def test_the_editor_finds_classes_with_their_properties(url: str, query: str) -> None:
    """What members of a class have is offered for it, with the datatypes of literals."""
    rows = editor(url, query)
    found = {(row["subjectClass"], row["prop"], row.get("objectDatatype")) for row in rows}
    assert (f"{DIO}Claim", f"{DIO}certainty", None) in found
    assert (f"{DIO}Organization", f"{DIO}createdBy", None) in found
    assert (f"{DIO}Organization", f"{PREFIXES['rdfs']}label", f"{RDF}langString") in found
    assert not any(kind == f"{DIO}State" and prop == f"{DIO}certainty" for kind, prop, _ in found)


def test_the_counts_of_the_partitions_are_those_of_the_data(url: str) -> None:
    """Asked again of the graphs that are not the metadata."""
    head = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dio", "void", "rdfs"))
    ask = f"""{head}SELECT ?n (COUNT(DISTINCT ?s) AS ?members) {{
      ?cp void:class dio:Claim ; void:propertyPartition [ void:property dio:certainty ; void:triples ?n ] .
      ?s a dio:Claim ; dio:certainty ?c }} GROUP BY ?n"""
    assert [row["n"] == row["members"] for row in editor(url, ask)] == [True]


# Comunica


def comunica(description: bytes, address: str) -> dict[str, Any]:
    """Return what Comunica's actor reads of a description, quad by quad in the order of the document."""
    found: dict[str, Any] = {"features": set(), "resultFormats": set(), "supportedLanguages": set()}
    several = {
        "resultFormat": "resultFormats",
        "supportedLanguage": "supportedLanguages",
        "feature": "features",
    }
    for quad in ox.parse(description, format=ox.RdfFormat.TURTLE):
        subject = quad.subject
        known = isinstance(subject, ox.BlankNode) or str(subject.value) in (
            address,
            found.get("defaultDataset"),
        )
        name = quad.predicate.value.removeprefix(SD)
        if not known or name == quad.predicate.value:
            continue
        if name in several:
            found[several[name]].add(quad.object.value)
        elif name in ("endpoint", "defaultDataset", "defaultGraph"):
            found[name] = quad.object.value
    return found


def test_comunica_reads_the_description(url: str) -> None:
    """The subject is the address asked, which is also where queries go; the default graph is the union."""
    address = f"{url}/sparql"
    accept = "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,text/turtle;q=0.6"
    request = urllib.request.Request(address, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.headers.get_content_type() == "application/ld+json"
    found = comunica(get(address, "text/turtle"), address)
    assert found["endpoint"] == address
    assert SD + "UnionDefaultGraph" in found["features"]
    assert SD + "SPARQL11Query" in found["supportedLanguages"]
    assert "http://www.w3.org/ns/formats/SPARQL_Results_JSON" in found["resultFormats"]
    assert {"defaultDataset", "defaultGraph"} <= found.keys()


def test_the_description_says_what_is_asserted_and_what_is_not(url: str, release: Release) -> None:
    """Every graph has a sentence, and the union says what it unites and how each can be asked alone."""
    graph = rdflib.Graph().parse(data=get(f"{url}/sparql", "text/turtle"), format="turtle")
    sd, about = rdflib.Namespace(SD), rdflib.DCTERMS.description
    dataset = graph.value(rdflib.URIRef(f"{url}/sparql"), sd.defaultDataset)
    union = str(graph.value(graph.value(dataset, sd.defaultGraph), about))
    for word in ("asserted", "derived", "inferred", "FROM", "default-graph-uri"):
        assert word in union
    said = {
        str(graph.value(named, sd.name)): str(graph.value(graph.value(named, sd.graph), about))
        for named in graph.objects(dataset, sd.namedGraph)
    }
    assert said.keys() == {*release.graphs, f"{GRAPH}metadata"}
    assert all(len(text) > 20 for text in said.values())
    assert "Asserted" in said[f"{GRAPH}ontology/diaspora-influence"]
    assert "derived" in said[f"{GRAPH}derived/miles-2017"]
    assert "Inferred" in said[f"{GRAPH}inferred"]


def test_each_graph_of_the_description_can_be_asked_alone(url: str, release: Release) -> None:
    """By the name that the description gives, and as many triples as it says."""
    for name in (f"{GRAPH}derived/miles-2017", f"{GRAPH}inferred"):
        rows = editor(url, f"SELECT (COUNT(*) AS ?n) FROM <{name}> {{ ?s ?p ?o }}")
        assert rows == [{"n": str(release.graphs[name])}]


# VoID


def test_void_stands_at_its_place_and_in_the_default_graph(url: str) -> None:
    """The document and the endpoint say the same of the dataset."""
    graph = rdflib.Graph().parse(data=get(f"{url}/.well-known/void", "text/turtle"), format="turtle")
    void = rdflib.Namespace(VOID)
    (dataset,) = graph.subjects(rdflib.RDF.type, void.Dataset)
    classes = {str(graph.value(part, void["class"])) for part in graph.objects(dataset, void.classPartition)}
    properties = {
        str(graph.value(part, void.property)) for part in graph.objects(dataset, void.propertyPartition)
    }
    assert f"{DIO}Claim" in classes
    assert f"{DIO}createdBy" in properties
    asked = f"SELECT ?c {{ <{dataset}> <{VOID}classPartition> [ <{VOID}class> ?c ] }}"
    assert {row["c"] for row in editor(url, asked)} == classes


# client libraries

LABEL = f"SELECT ?label {{ <{ID}kremlin> <{PREFIXES['rdfs']}label> ?label }}"


def test_rdflibs_store_asks_and_walks(url: str) -> None:
    """By GET and by POST: typed rows, ASK, CONSTRUCT, patterns and a count."""
    for method in ("GET", "POST"):
        graph = rdflib.Graph(SPARQLStore(f"{url}/sparql", method=method))
        (row,) = graph.query(LABEL)
        assert row[0].language == "en"
        assert graph.query(f"ASK {{ <{ID}kremlin> ?p ?o }}").askAnswer
        built = graph.query(f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o FILTER(?s = <{ID}kremlin>) }}").graph
        assert built is not None
        assert len(built) == len(list(graph.triples((rdflib.URIRef(f"{ID}kremlin"), None, None)))) > 2


def test_sparqlwrapper_converts_every_answer(url: str) -> None:
    """JSON rows, CSV, a graph; by GET and by POST, with a dataset."""
    asked = SPARQLWrapper(f"{url}/sparql")
    asked.setQuery(LABEL)
    asked.setReturnFormat(JSON)
    for method in ("GET", POST):
        asked.setMethod(method)
        rows: Any = asked.queryAndConvert()
        assert rows["results"]["bindings"][0]["label"]["xml:lang"] == "en"
    asked.setReturnFormat(CSV)
    answer: Any = asked.queryAndConvert()
    assert answer.decode().startswith("label\r\n")
    asked.setReturnFormat(TURTLE)
    asked.setQuery(f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o FILTER(?s = <{ID}kremlin>) }}")
    built: Any = asked.queryAndConvert()
    assert len(rdflib.Graph().parse(data=built, format="turtle")) > 2
    asked.addDefaultGraph(f"{GRAPH}inferred")
    asked.setReturnFormat(JSON)
    asked.setQuery(f"ASK {{ ?s a <{DIO}Claim> ; <{DIO}certainty> ?c }}")
    told: Any = asked.queryAndConvert()
    assert told["boolean"] is False


# curl, as the documents show it


def commands(url: str) -> list[str]:
    """Return every curl command of the READMEs and of the editor's page, with the address of the server."""
    texts = [path.read_text("utf-8") for path in (ROOT / "README.md", ROOT / "server" / "README.md")]
    page = get(f"{url}/sparql", "text/html").decode()
    shown = re.findall(r"<pre><code>(curl .*?)</code></pre>", page, re.DOTALL)
    found = [line for text in texts for line in text.splitlines() if line.startswith("curl ")]
    unescaped = [line.replace("&#39;", "'").replace("&amp;", "&") for line in shown]
    return [line.replace("http://127.0.0.1:8080", url) for line in [*found, *unescaped]]


def test_curl_does_what_the_documents_show(url: str) -> None:
    """Each command of the documents runs as it stands, and gets what it asks for."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not on this machine")
    shown = commands(url)
    assert len(shown) >= 4
    for line in shown:
        done = subprocess.run(
            [*shlex.split(line), "--silent", "--show-error", "--fail", "--write-out", "\n%{content_type}"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=60,
        )
        assert done.returncode == 0, (line, done.stderr)
        body, _, media_type = done.stdout.rpartition("\n")
        wanted = re.search(r"Accept: ([^']+)'", line)
        assert not wanted or media_type.startswith(wanted[1]), line
        assert body.strip(), line
