"""The guard: what is refused before the engine sees it, and what must not be."""

import pyoxigraph as ox
import pytest

from diaspora_influence.sparql.errors import (
    MalformedQuery,
    QueryTooComplex,
    QueryTooLarge,
    ServiceRefused,
    SparqlError,
    UpdateRefused,
)
from diaspora_influence.sparql.guard import check, decode, examine
from diaspora_influence.sparql.lexer import tokens
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.terms import DIO

LIMITS = Limits()
EX = "PREFIX ex: <http://127.0.0.1:1/> PREFIX SERVICEex: <http://127.0.0.1:1/> PREFIX FILTERex: <http://e/> "
CALL = "SERVICE <http://127.0.0.1:1/> {?s ?p 'x'}"

HOSTILE: list[tuple[str, str, type[SparqlError]]] = [
    ("nothing at all", "", MalformedQuery),
    ("a comment alone", "# SELECT * {}", MalformedQuery),
    ("a prologue alone", "PREFIX ex: <http://e/>", MalformedQuery),
    ("no form", "WHERE { ?s ?p ?o }", MalformedQuery),
    ("a misspelt word", "SELEKT * { ?s ?p ?o }", MalformedQuery),
    ("a NUL", "SELECT * { ?s ?p '\0' }", MalformedQuery),
    ("a lone surrogate", "SELECT * { ?s ?p '\ud800' }", MalformedQuery),
    ("a string without end", "SELECT * { ?s ?p 'x }", MalformedQuery),
    ("a long string without end", "SELECT * { ?s ?p '''x' }", MalformedQuery),
    ("an unknown prefix", "SELECT * { ?s ex:p ?o }", MalformedQuery),
    ("an insert", "INSERT DATA { <a> <b> <c> }", UpdateRefused),
    ("a delete after a prologue", EX + "\nDELETE WHERE { ?s ?p ?o }", UpdateRefused),
    ("a load", "LOAD <file:///etc/passwd>", UpdateRefused),
    ("a clear in small letters", "clear all", UpdateRefused),
    ("a drop behind a comment", "# SELECT\nDROP ALL", UpdateRefused),
    ("a service", f"SELECT * {{ {CALL} }}", ServiceRefused),
    ("a service in small letters", f"SELECT * {{ {CALL.lower()} }}", ServiceRefused),
    ("a silent service", "SELECT * { SERVICE SILENT ?x {} }", ServiceRefused),
    ("a service with an escape", "SELECT * { \\u0053ERVICE ?x {} }", ServiceRefused),
    ("a service with a long escape", "SELECT * { SERV\\U00000049CE ?x {} }", ServiceRefused),
    ("a service behind a comment", "SELECT * { SERVICE#\n?x {} }", ServiceRefused),
    ("a service far inside", "SELECT * {{{{ FILTER NOT EXISTS { SERVICE ?x {} } }}}}", ServiceRefused),
    ("a service in a subquery", "SELECT * {{ SELECT * { SERVICE ?x {} } }}", ServiceRefused),
    ("a service without a blank", EX + "SELECT * {SERVICEex:x{}}", ServiceRefused),
    ("silence without a blank", "SELECT * {SERVICESILENT<http://127.0.0.1:1/>{}}", ServiceRefused),
    ("a service behind a truth value", "SELECT*{?s ?p trueSERVICE<http://127.0.0.1:1/>{}}", ServiceRefused),
    ("a service behind a number", "SELECT*{?s ?p 1SERVICE<http://127.0.0.1:1/>{}}", ServiceRefused),
    ("a service in a false string", f"SELECT*{{FILTER(?a<'>'){CALL}FILTER(?a<'>')}}", ServiceRefused),
    ("… behind a called IRI", f"SELECT*{{FILTER<f>(?a<'>'){CALL}FILTER(?a<'>')}}", ServiceRefused),
    ("… behind a called name", EX + f"SELECT*{{FILTERex:f(?a<'>'){CALL}FILTER(?a<'>')}}", ServiceRefused),
    ("… in a subquery", f"SELECT*{{{{SELECT(?a<'>' AS ?b){{{CALL}FILTER(?a<'>')}}}}}}", ServiceRefused),
    ("… behind a function", f"SELECT*{{FILTER(STR(?a)<'>'){CALL}FILTER(?a<'>')}}", ServiceRefused),
    ("… behind an existence", f"SELECT*{{FILTER(EXISTS{{}}<'>'){CALL}FILTER(?a<'>')}}", ServiceRefused),
    ("a false comment", "SELECT*{FILTER(?a<?b#>'''\n)" + CALL + "#'''\n}", ServiceRefused),
    ("nested parentheses", f"SELECT * {{ FILTER({'(' * 5000}1{')' * 5000}) }}", QueryTooComplex),
    ("nested braces", "SELECT * " + "{" * 10_000 + "}" * 10_000, QueryTooComplex),
    ("nested functions", f"SELECT * {{ FILTER({'STR(' * 900}?a{')' * 900}) }}", QueryTooComplex),
    ("nested existence", f"SELECT * {{ {'FILTER NOT EXISTS {' * 900}{'}' * 900} }}", QueryTooComplex),
    ("nested collections", f"SELECT * {{ ?s ?p {'(' * 70}1{')' * 70} }}", QueryTooComplex),
    ("nested property lists", f"SELECT * {{ ?s ?p {'[ ?p ' * 70}1{']' * 70} }}", QueryTooComplex),
    ("nested triple terms", f"SELECT * {{ ?s ?p {'<<( ?a ?b ' * 40}?c{' )>>' * 40} }}", QueryTooComplex),
    ("nested subqueries", f"SELECT * {{{'{ SELECT * {' * 40}{'}}' * 40}}}", QueryTooComplex),
    ("a chain of ||", f"SELECT * {{ FILTER({'||'.join(['?a'] * 5000)}) }}", QueryTooComplex),
    ("a chain of +", f"SELECT * {{ FILTER(1{'+1' * 5000}) }}", QueryTooComplex),
    ("a chain of !", f"SELECT * {{ FILTER({'!' * 5000}?a) }}", QueryTooComplex),
    ("a chain of -", f"SELECT * {{ FILTER({'- ' * 5000}?a) }}", QueryTooComplex),
    ("a path of 5,000 steps", f"SELECT * {{ ?s {'/'.join(['<p>'] * 5000)} ?o }}", QueryTooComplex),
    ("a path of alternatives", f"SELECT * {{ ?s {'|'.join(['<p>'] * 5000)} ?o }}", QueryTooComplex),
    ("a path of inversions", f"SELECT * {{ ?s {'^' * 5000}<p> ?o }}", QueryTooComplex),
    ("a chain of UNION", f"SELECT * {{ {' UNION '.join(['{}'] * 5000)} }}", QueryTooComplex),
    ("a chain of OPTIONAL", f"SELECT * {{ {'OPTIONAL {}' * 5000} }}", QueryTooComplex),
    ("a chain of MINUS", f"SELECT * {{ {'MINUS {}' * 5000} }}", QueryTooComplex),
    (
        "a chain of BIND",
        f"SELECT * {{ {' '.join(f'BIND(1 AS ?a{i})' for i in range(999))} }}",
        QueryTooComplex,
    ),
    ("4,000 columns", f"SELECT {' '.join(f'(1 AS ?a{i})' for i in range(4000))} {{}}", QueryTooComplex),
    ("too many bytes", f"SELECT * {{ FILTER('{'x' * 70_000}') }}", QueryTooLarge),
]

WELCOME = [
    "SELECT * { ?s ?p ?o }",
    "select distinct ?s where { ?s a <http://e/C> . } order by desc(?s) limit 10 offset 2",
    "BASE <http://e/> PREFIX : <x#> ASK { <a> :b 'c'@en-GB, \"d\"^^:t, '''e 'f' ''', \"\"\"g \"h\" \"\"\" ; a :C . }",
    EX + "SELECT * { ?s ex:p/ex:q|^(ex:r)* ?o ; !(ex:a|^ex:b) ?x . ?s ex:a\\'b ?y }",
    EX + "SELECT (COUNT(DISTINCT ?x) AS ?n) (GROUP_CONCAT(?x; SEPARATOR=', ') AS ?l) { ?x ?p ?o } GROUP BY ?x HAVING(COUNT(*) > 1)",
    "SELECT * { VALUES (?a ?b) { (<a'b> 1) (UNDEF -2.5e3) } FILTER(?a < ?b && ?b <= 3 || ?a IN (<x>, <y>)) }",
    "SELECT * { VALUES ?a { " + "-1 " * 1000 + "} }",
    "SELECT * { ?s ?p " + ", ".join(["1"] * 30) + " }",
    "SELECT * { FILTER(?a IN (" + ", ".join(["-1"] * 1000) + ")) }",
    "SELECT * { FILTER(!BOUND(?a) && ?a != 'SERVICE' && ?b != <http://service.example/SERVICE>) } # SERVICE",
    "PREFIX service: <http://e/> SELECT ?SERVICE { GRAPH service:g { ?SERVICE service:p service:SERVICE } }",
    "CONSTRUCT { ?s ?p [ ?q (1 2 3) ] } WHERE { ?s ?p ?o MINUS { ?s ?p 1 } OPTIONAL { ?s ?p 2 } }",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "DESCRIBE <http://e/a> ?x FROM <http://e/g> FROM NAMED <http://e/h> WHERE { ?x ?p ?o }",
    "SELECT * { { SELECT (?a<?b AS ?c) { ?a ?p ?b } } UNION { BIND(IF(?a<'>', 1, 2) AS ?x) } }",
    "SELECT * { ?s ?p ?o FILTER REGEX(STR(?o), '^a{2}(b|c)+$', 'i') FILTER NOT EXISTS { ?o ?q ?s } }",
    "VERSION '1.2' SELECT * { << ?a ?b ?c >> ?p <<( ?a ?b ?c )>> . ?a ?b ?c ~ ?r {| ?x ?y |} }",
    "\ufeff".strip("\ufeff") + "ASK{}",
    "ASK { _:b1 ?p _:b2.1 . [] a [] }",
    "SELECT\n#comment '\n*\n{ ?été ?p 'ü' }",
]  # fmt: skip


def guarded(query: str, limits: Limits = LIMITS) -> str:
    return check(SparqlRequest(query), limits).form


@pytest.mark.parametrize(("query", "kind"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_hostile_query_is_refused(query: str, kind: type[SparqlError]) -> None:
    with pytest.raises(SparqlError) as caught:
        guarded(query)
    assert type(caught.value) is kind


def test_there_are_as_many_hostile_queries_as_promised() -> None:
    assert len(HOSTILE) == len({name for name, _, _ in HOSTILE}) >= 40


@pytest.mark.parametrize("query", WELCOME)
def test_honest_query_passes_and_the_engine_reads_it(query: str) -> None:
    form = guarded(query)
    assert form in query.upper()
    ox.Store().query(query, base_iri="http://base.example/")


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT * {\n  SERVICE ?x {} }", 2, 3),
        ("SELECT * { 'é\\n' ?p ex:x }", 1, 21),
        ("\n\n  DROP ALL", 3, 3),
        ("SELECT * { ?s ?p '''\n\n''', ex:x }", 3, 6),
        ("SELECT * {\r\n ?s ?p 'x\r\n}", 2, 8),
        ("ASK", None, None),
    ],
)
def test_refusal_names_line_and_column(query: str, line: int | None, column: int | None) -> None:
    if line is None:
        assert guarded(query) == "ASK"  # its lack is the parser's to tell
        return
    with pytest.raises(SparqlError) as caught:
        guarded(query)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_unknown_prefix_of_the_house_comes_with_the_line_to_add() -> None:
    with pytest.raises(MalformedQuery) as caught:
        guarded("SELECT * { ?s dio:createdBy ?o }")
    assert caught.value.hint == f"Add: PREFIX dio: <{DIO}>"


def test_unknown_prefix_of_others_comes_without() -> None:
    with pytest.raises(MalformedQuery) as caught:
        guarded("SELECT * { ?s unheard:of ?o }")
    assert caught.value.hint is None


def test_limits_are_the_last_values_that_pass() -> None:
    limits = Limits(nesting=3, chain=3)
    assert guarded("SELECT * {{{}}}", limits) == "SELECT"
    assert guarded("SELECT * { FILTER(?a||?b||?c||?d) }", limits) == "SELECT"
    for query in ("SELECT * {{{{}}}}", "SELECT * { FILTER(?a||?b||?c||?d||?e) }"):
        with pytest.raises(QueryTooComplex):
            guarded(query, limits)


def test_separators_begin_a_new_chain() -> None:
    limits = Limits(chain=3)
    query = "SELECT * { ?s <a>/<b>/<c> ?o ; <a>/<b>/<c> ?o . ?s <a>/<b>/<c> ?o, ?p FILTER(f(?a+1, ?b+1)) }"
    assert guarded(query.replace("f(", "IF("), limits) == "SELECT"


def test_size_counts_the_dataset_too() -> None:
    request = SparqlRequest("ASK {}", default_graphs=tuple(f"http://e/{n}" for n in range(20)))
    check(request, LIMITS)
    with pytest.raises(QueryTooLarge):
        check(request, Limits(query_bytes=100))


def test_bytes_that_are_not_utf8_are_placed() -> None:
    assert decode("ASK { 'é' }".encode()) == decode(b"\xef\xbb\xbfASK { '\xc3\xa9' }") == "ASK { 'é' }"
    with pytest.raises(MalformedQuery) as caught:
        decode(b"\xef\xbb\xbfASK {\n '\xc3\xa9\xff' }")
    assert (caught.value.line, caught.value.column) == (2, 4)


@pytest.mark.parametrize(
    "piece",
    ['"', "'", "<", "\\", "a.", "a:.", ".", '"" ', "?", "#", ":", "1.", "1e", "<a", '"\\', "<<", "@", "é."],
)
@pytest.mark.parametrize("before", ["", "SELECT * {", "SELECT * { FILTER(?a ", 'SELECT * { ?s ?p """'])
def test_tokens_cover_any_text(piece: str, before: str) -> None:
    text = before + piece * (20_000 // len(piece))
    found = list(tokens(text))
    assert found[-1].kind in ("end", "torn")
    assert all(text.startswith(token.text, token.at) for token in found)


def test_service_passes_only_where_it_is_allowed() -> None:
    query = "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }"
    assert examine(query, LIMITS, allow_service=True).form == "SELECT"
    with pytest.raises(ServiceRefused):
        examine(query, LIMITS)
