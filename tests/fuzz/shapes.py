"""Shapes of strangers: the words of SHACL with values that fit and values that do not, over small data."""

from typing import Final

from hypothesis import strategies as st

from diaspora_influence.terms import PREFIXES
from fuzz.harness import Job

HEAD: Final = "".join(
    f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("sh", "rdf", "rdfs", "owl", "xsd")
)
NODES: Final = ["<urn:a>", "<urn:b>", "<urn:c>", "<urn:Club>", "<urn:Sub>", "_:n", '"x"', '"é"@en', '"x"@en-GB', "5", "-1.50", "true",
                '"2001-02-30"^^xsd:date', '"2001-02-03"^^xsd:date', '"x"^^xsd:integer', '"007"^^xsd:integer', '""', '"a\\nb\\\\c"', "1e0"]  # fmt: skip
PREDICATES: Final = ["<urn:p>", "<urn:q>", "rdf:type", "rdfs:label", "rdfs:subClassOf"]
SHAPES: Final = ["<urn:S>", "<urn:T>", "<urn:P>", "_:s"]
ODD: Final = [
    "5",
    '"x"',
    "<urn:nowhere>",
    "[]",
    "()",
    "rdf:nil",
    '"-1"^^xsd:integer',
    "true",
    '"true"',
    "99999999999999999999",
    '"x"@en',
    "1.5",
    "_:loop",
    "sh:IRI",
]

nodes, predicates, shapes, odd = map(st.sampled_from, (NODES, PREDICATES, SHAPES, ODD))
paths = st.recursive(
    predicates,
    lambda inner: st.one_of(
        inner.map("[ sh:inversePath {} ]".format),
        st.lists(inner, min_size=1, max_size=3).map(lambda steps: f"( {' '.join(steps)} )"),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda ways: f"[ sh:alternativePath ( {' '.join(ways)} ) ]"
        ),
        st.tuples(st.sampled_from(["zeroOrMore", "oneOrMore", "zeroOrOne"]), inner).map(
            lambda of: f"[ sh:{of[0]}Path {of[1]} ]"
        ),
    ),
    max_leaves=4,
)
counts = st.sampled_from(["0", "1", "2", "'1'^^xsd:int", "1000"])
patterns = st.sampled_from(
    [
        "^x",
        "[a-z]+",
        "é",
        "^$",
        "(",
        "[",
        "\\\\d",
        "\\\\p{L}",
        "(?i)X",
        "(a|b)*c",
        "\\\\i\\\\c*",
        "a{2,1}",
        "$",
        "x?+",
        "(?<n>x)",
        "^[^\\\\s]+$",
        "\\\\1",
    ]
).map("'{}'".format)
lists = st.lists(nodes, max_size=3).map(lambda items: f"( {' '.join(items)} )")
shape_lists = st.lists(shapes | st.just("[ sh:class <urn:Club> ]"), max_size=2).map(
    lambda items: f"( {' '.join(items)} )"
)
WHERE: Final = [
    "$this <urn:p> ?value", "$this ?p ?value . ?value <urn:q> ?x", "$this $PATH ?value", "FILTER NOT EXISTS { $this <urn:p> ?x }",
    "{ $this <urn:p> ?value } UNION { ?value <urn:q> $this }", "OPTIONAL { $this <urn:q> ?value } FILTER(!bound(?value))",
    "$this <urn:p>/<urn:q>* ?value", "BIND($this AS ?value)", "FILTER(isIRI($this))", "$this <urn:p> ?value FILTER(?value > 3)",
    "$this <urn:p> ?value FILTER(str(?value) = 'x')", "VALUES ?value { 1 }", "$this <urn:p> ?v MINUS { $this <urn:q> ?v }",
    "SERVICE <http://127.0.0.1:9/> { $this ?p ?o }", "SERVICE#\n<http://127.0.0.1:9/> { $this ?p ?o }",
    "GRAPH ?g { $this ?p ?o }", "GRAPH $shapesGraph { $currentShape ?p ?o }", "{ SELECT $this (COUNT(?x) AS ?n) { $this <urn:p> ?x } GROUP BY $this }",
    "FILTER(1/0 = 1)", "FILTER(<urn:f>($this))", "$this <urn:p> ?value FILTER regex(str(?value), 'x', 'i')", "$this <urn:p> 'x'@en", "((", "?this <urn:p> ?value . # }",
    "$this <urn:p> ?value FILTER(strlen(?value) > 0 && lang(?value) = 'en')", "$this <urn:p> ?value FILTER(datatype(?value) = <urn:t>)", "?x ?y ?value", "$this ^<urn:p> ?value",
]  # fmt: skip
queries = st.tuples(
    st.sampled_from(
        [
            "SELECT $this",
            "SELECT $this ?value",
            "SELECT DISTINCT $this ?value",
            "SELECT ?value",
            "SELECT *",
            "ASK",
            "SELECT $this (1 AS ?value)",
            "PREFIX : <urn:> SELECT $this ?path ?value",
            "SELECT $this FROM <http://127.0.0.1:9/>",
            "CONSTRUCT { $this ?p ?o }",
            "",
        ]
    ),
    st.lists(st.sampled_from(WHERE), min_size=1, max_size=2).map(" . ".join),
    st.sampled_from(
        ["", " LIMIT 1", " ORDER BY ?value", " GROUP BY $this", " VALUES ?value { 1 }", "}", " HAVING(1)"]
    ),
).map(lambda of: f"{of[0]} WHERE {{ {of[1]} }}{of[2]}")
messages = st.sampled_from(
    ["'no'", "'no {?value} {$this} {?path}'", "'no'@en , 'nein'@de", "5", "'\\\\1 {?value'"]
)
sparql = st.tuples(queries, messages).map(lambda of: f"[ sh:message {of[1]} ; sh:select '''{of[0]}''' ]")

PARAMETERS: Final = {
    "class": st.sampled_from(["<urn:Club>", "<urn:Sub>", "rdfs:Class"]),
    "datatype": st.sampled_from(["xsd:integer", "xsd:string", "xsd:date", "xsd:decimal", "rdf:langString", "<urn:t>"]),
    "nodeKind": st.sampled_from([f"sh:{kind}" for kind in ("IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "IRIOrLiteral", "BlankNodeOrLiteral")]),
    "minCount": counts, "maxCount": counts, "minLength": counts, "maxLength": counts,
    "minInclusive": nodes, "maxInclusive": nodes, "minExclusive": nodes, "maxExclusive": nodes,
    "pattern": patterns, "flags": st.sampled_from(["'i'", "'x'", "'q'", "''"]),
    "languageIn": st.just("( 'en' 'de' )"), "uniqueLang": st.sampled_from(["true", "false"]),
    "equals": predicates, "disjoint": predicates, "lessThan": predicates, "lessThanOrEquals": predicates,
    "hasValue": nodes, "in": lists, "closed": st.sampled_from(["true", "false"]), "ignoredProperties": st.just("( rdf:type )"),
    "node": shapes, "property": shapes, "not": shapes, "and": shape_lists, "or": shape_lists, "xone": shape_lists,
    "qualifiedValueShape": shapes, "qualifiedMinCount": counts, "qualifiedMaxCount": counts, "qualifiedValueShapesDisjoint": st.just("true"),
    "sparql": sparql, "severity": st.sampled_from(["sh:Info", "sh:Warning", "<urn:odd>", "'x'", "[]"]), "deactivated": st.sampled_from(["true", "false", "'x'"]),
    "message": messages, "name": st.just("'n'"), "order": counts, "group": nodes, "js": st.just("[ sh:jsFunctionName 'f' ]"),
    "expression": st.just("[ sh:path <urn:p> ]"), "rule": st.just("[ a sh:TripleRule ; sh:subject sh:this ; sh:predicate <urn:z> ; sh:object 1 ]"),
}  # fmt: skip
TARGETS: Final = {
    "targetNode": nodes, "targetClass": st.sampled_from(["<urn:Club>", "<urn:Sub>", "rdfs:Class", "'x'", "[]"]),
    "targetSubjectsOf": predicates, "targetObjectsOf": predicates,
    "target": queries.map("[ a sh:SPARQLTarget ; sh:select '''{}''' ]".format),
}  # fmt: skip


@st.composite
def said(draw: st.DrawFn, right: bool) -> str:
    """Draw one thing that a shape says."""
    name = draw(st.sampled_from(list(PARAMETERS)))
    wrong = not right and draw(st.integers(0, 3)) == 0
    return f"sh:{name} {draw(odd if wrong else PARAMETERS[name])}"


@st.composite
def turtle(draw: st.DrawFn, right: bool = False) -> str:
    """Draw some shapes; *right* ones say nothing of a wrong kind, though they may say it in a wrong place."""
    made = []
    for name in SHAPES[: draw(st.integers(1, 4))]:
        parts = draw(st.lists(said(right), min_size=1, max_size=4))
        if name == "<urn:S>" or draw(st.integers(0, 3)) == 0:
            target = draw(st.sampled_from(list(TARGETS)))
            parts.append(f"sh:{target} {draw(TARGETS[target])}")
        of_property = name == "<urn:P>" or draw(st.integers(0, 4)) == 0
        path = draw(paths if right else paths | odd | st.sampled_from(["_:loop", "_:deep"]))
        kind = f"a sh:PropertyShape ; sh:path {path}" if of_property else "a sh:NodeShape"
        message = "sh:message 'm'" if right else draw(st.sampled_from(["sh:message 'm'", "rdfs:label 'l'"]))
        made.append(f"{name} {kind} ; {' ; '.join([message, *parts])} .\n")
    made += draw(st.lists(st.sampled_from(ODDITIES), max_size=0 if right else 2))
    return HEAD + "".join(made)


ODDITIES: Final = [
    "_:loop rdf:first <urn:p> ; rdf:rest _:loop .\n", "_:loop sh:inversePath _:loop .\n", "_:loop rdf:first _:loop ; rdf:rest () .\n", "_:loop rdf:rest rdf:nil .\n",
    "_:loop rdf:first 1 , 2 ; rdf:rest rdf:nil .\n", "_:loop rdf:first 1 ; rdf:rest 5 .\n", "rdf:nil rdf:rest rdf:nil .\n", "_:loop sh:alternativePath _:loop .\n",
    f"_:deep sh:inversePath {'[ sh:inversePath ' * 60}<urn:p>{' ]' * 60} .\n", "<urn:S> a rdfs:Class .\n", "<urn:T> sh:node <urn:S> .\n", "<> owl:imports <http://127.0.0.1:9/> .\n",
    "<urn:C> a sh:ConstraintComponent ; sh:parameter [ sh:path <urn:x/q> ] ; sh:validator [ a sh:SPARQLAskValidator ; sh:ask 'ASK { FILTER($q = 1) }' ] .\n<urn:S> <urn:x/q> 5 .\n",
    "<urn:C> a sh:ConstraintComponent .\n", "<urn:x/f> a sh:SPARQLFunction ; sh:select 'x' .\n", "<urn:S> sh:path <urn:p> .\n", "<urn:P> sh:path <urn:q> .\n", "sh:Violation a sh:NodeShape .\n",
    "<urn:S> sh:prefixes [ sh:declare [ sh:prefix 'x' ; sh:namespace 5 ] ] .\n", "<urn:S> sh:shapesGraph <http://127.0.0.1:9/> ; sh:entailment <urn:e> .\n",
]  # fmt: skip
triples = st.tuples(st.sampled_from([node for node in NODES if node[0] in "<_"]), predicates, nodes).map(
    " ".join
)
data = st.lists(triples, max_size=8).map(lambda rows: HEAD + "".join(f"{row} .\n" for row in rows))
LIMIT: Final = ("--time-limit", "20")


@st.composite
def jobs(draw: st.DrawFn, right: bool = False) -> Job:
    """Draw a run over small data by shapes of a stranger."""
    given = {"data.ttl": draw(data).encode(), "shapes.ttl": draw(turtle(right)).encode()}
    return Job(given, ["--no-config", "--no-context", "--no-lint", "data.ttl", "--shapes", "shapes.ttl"])
