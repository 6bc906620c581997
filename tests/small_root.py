"""A small dataset of its own, for tests of the build: two agents, one claim, one shape."""

import shutil
from pathlib import Path

TURTLE = {
    "ontology/small.ttl": """\
@prefix dio: <https://w3id.org/diaspora-influence/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

dio:Agent a owl:Class ;
    rdfs:label "agent"@en ;
    rdfs:subClassOf [ a owl:Restriction ; owl:onProperty dio:createdBy ; owl:allValuesFrom dio:Agent ] .

dio:createdBy a owl:ObjectProperty ;
    rdfs:label "created by"@en .
""",
    "instances/small/agents.ttl": """\
@prefix dio: <https://w3id.org/diaspora-influence/ontology#> .
@prefix id: <https://w3id.org/diaspora-influence/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

id:state a dio:Agent ;
    rdfs:label "State"@en .

id:union a dio:Agent ;
    rdfs:label "Union"@en , "Союз"@ru ;
    rdfs:seeAlso [ rdfs:label "note" ] , _:same .

_:same rdfs:label "note" .
""",
    "instances/small/more.ttl": """\
@prefix dio: <https://w3id.org/diaspora-influence/ontology#> .
@prefix id: <https://w3id.org/diaspora-influence/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

id:council a dio:Agent ;
    rdfs:label "Council"@en ;
    rdfs:seeAlso _:same .

_:same rdfs:label "note" .
""",
    "shapes/agent.ttl": """\
@prefix dio: <https://w3id.org/diaspora-influence/ontology#> .
@prefix dios: <https://w3id.org/diaspora-influence/shapes#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

dios:Agent a sh:NodeShape ;
    sh:targetClass dio:Agent ;
    sh:property dios:Agent-label .

dios:Agent-label a sh:PropertyShape ;
    sh:path rdfs:label ;
    sh:minCount 1 ;
    sh:severity sh:Violation ;
    sh:name "label"@en ;
    sh:description "An agent has a name."@en ;
    sh:message "An agent needs a label."@en .
""",
}
"""Path below the root to content."""


def write_root(root: Path, order: int = 1) -> Path:
    """Write the small dataset below *root*, its files in the given *order* (1 or -1)."""
    for name in list(TURTLE)[::order]:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TURTLE[name], "utf-8")
    return root


def without_instances(root: Path) -> Path:
    """Write the small dataset with an empty folder of instances."""
    write_root(root)
    shutil.rmtree(root / "instances")
    (root / "instances").mkdir()
    return root
