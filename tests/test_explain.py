"""Why a query matches nothing: how it is cut, which part is to blame, and what is near it."""

import time
from collections.abc import Callable, Iterator

import pyoxigraph as ox
import pytest

from diaspora_influence.data import ROOT
from diaspora_influence.explain import Explanation, as_json, as_text, explain
from diaspora_influence.explain.ask import MOST, Questions
from diaspora_influence.explain.near import same_but_namespace, split, words
from diaspora_influence.explain.patterns import Element, Group
from diaspora_influence.explain.query import Query, read, where_of
from diaspora_influence.explain.source import UnreadableError, end_of, word
from diaspora_influence.release.examples import Example, examples
from diaspora_influence.sparql.client import Answer, Pool
from diaspora_influence.sparql.errors import Busy, DeadlineExceeded
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.sparql.request import SparqlRequest
from diaspora_influence.terms import BASE, DIO, GRAPH, ID, PREFIXES
from web_fixtures import write_release

LIMITS = Limits(workers=2, queue=8, time=5.0)
HEAD = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dio", "id", "claim", "rdfs", "skos"))
AGENTS = f"{GRAPH}instances/test/agents"
PASSAGES = f"{GRAPH}instances/test/passages"

Explain = Callable[..., Explanation]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """The small release behind a real pool."""
    release = write_release(tmp_path_factory.mktemp("release"))
    with Pool(release.directory, LIMITS) as started:
        yield started


@pytest.fixture(scope="module")
def why(pool: Pool) -> Explain:
    """Explain a query, the prefixes of the house before it, which the real engine has answered first."""

    def explained(query: str, default: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> Explanation:
        request = SparqlRequest(HEAD + query, default, named, "http://localhost/sparql")
        answer = pool.ask(request)
        empty = b'"boolean":false' in answer.body if b'"boolean"' in answer.body else answer.rows == 0
        return explain(pool.ask, request, empty, 10)

    return explained


def cut(query: str) -> Query:
    """Return *query* cut into parts."""
    return read(HEAD + query, "http://localhost/sparql")


def kinds(group: Group) -> list[str]:
    """Return the kinds of the elements of a group."""
    return [one.kind for one in group]


def texts(query: str) -> list[str]:
    """Return the elements of the group of *query* as they are asked."""
    return [one.text for one in cut(query).where]


# how a query is cut

CUTS: list[tuple[str, list[str]]] = [
    ("ASK { ?a dio:p ?b , ?c ; dio:q 'x'@en }", ["?a dio:p ?b .", "?a dio:p ?c .", "?a dio:q 'x'@en ."]),
    ("ASK { ?a a dio:X. ?b a dio:Y. }", ["?a a dio:X .", "?b a dio:Y ."]),
    ("ASK { _:a dio:p _:b . }", ["?blank_a dio:p ?blank_b ."]),
    ("ASK { ?a (^dio:p|!(dio:q|^dio:r))*/dio:s+ ?b }", ["?a (^dio:p|!(dio:q|^dio:r))*/dio:s+ ?b ."]),
    ('ASK { ?a dio:p "}" , "#"^^dio:t , """ } """ }', ['?a dio:p "}" .', '?a dio:p "#"^^dio:t .', '?a dio:p """ } """ .']),
    ("ASK { ?a dio:p 1, -2.5, 1e3, true # } no\n , false }", ["?a dio:p 1 .", "?a dio:p -2.5 .", "?a dio:p 1e3 .", "?a dio:p true .", "?a dio:p false ."]),
    ("ASK { ?a dio:p (1 ?x <http://e/>) }", ["?a dio:p (1 ?x <http://e/>) ."]),
    ("ASK { ?a dio:p ?b FILTER(?b > 1) FILTER regex(?b, '}') }", ["?a dio:p ?b .", "FILTER(?b > 1)", "FILTER regex(?b, '}')"]),
    ("ASK { ?a dio:p ?b . FILTER NOT EXISTS { ?b dio:q ?c } ?b dio:r ?d }", ["?a dio:p ?b .", "FILTER NOT EXISTS { ?b dio:q ?c }", "?b dio:r ?d ."]),
    ("ASK { BIND(1 AS ?x) VALUES (?y ?z) { (1 UNDEF) } VALUES ?w { 1 } }", ["BIND(1 AS ?x)", "VALUES (?y ?z) { (1 UNDEF) }", "VALUES ?w { 1 }"]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), CUTS)
def test_a_group_is_cut_into_its_elements(query: str, expected: list[str]) -> None:
    """Each as it was written, without comments, triples one by one."""
    assert texts(query) == expected


def test_property_lists_get_a_variable_and_keep_their_order() -> None:
    """The triple that leads to a node stands before what is said of it."""
    whole = cut("ASK { [ dio:p [ dio:q ?x ; dio:r [] ] ] dio:s ?y . ?z dio:t [] }").where
    assert kinds(whole) == ["triple"] * 5
    assert all("[" not in one.text for one in whole)
    names = [one.triple.subject.text for one in whole if one.triple]
    assert len(set(names)) == 3


GROUPS = [
    ("ASK { { ?a dio:p ?b } UNION { ?a dio:q ?b } UNION { ?a dio:r ?b } }", ["union"], 3),
    ("ASK { { ?a dio:p ?b } }", ["group"], 1),
    ("ASK { { SELECT ?a { ?a dio:p ?b } ORDER BY ?a LIMIT 1 } }", ["select"], 1),
    ("ASK { OPTIONAL { ?a dio:p ?b } MINUS { ?a dio:q ?b } }", ["optional", "minus"], 1),
    ("ASK { GRAPH ?g { ?a dio:p ?b } GRAPH <http://e/g> { ?a dio:p ?b } }", ["graph", "graph"], 1),
    (
        "SELECT ?a { ?a dio:p ?b } GROUP BY ?a HAVING (COUNT(?b) > 1) VALUES ?a { id:x }",
        ["triple", "values"],
        0,
    ),
    ("CONSTRUCT { ?a dio:p ?b } WHERE { ?a dio:q ?b , ?c }", ["triple", "triple"], 0),
    ("CONSTRUCT WHERE { ?a dio:q ?b }", ["triple"], 0),
    ("DESCRIBE ?a { ?a dio:q ?b }", ["triple"], 0),
]


@pytest.mark.parametrize(("query", "expected", "inside"), GROUPS)
def test_groups_and_forms_are_told_apart(query: str, expected: list[str], inside: int) -> None:
    """The template of a CONSTRUCT is not matched, and VALUES behind WHERE are joined."""
    where = cut(query).where
    assert kinds(where) == expected
    assert len(where[0].groups) == inside


def test_a_place_is_that_in_the_query_as_sent() -> None:
    """Lines and columns from 1, of the predicate where one subject has several."""
    where = read("ASK {\n  ?a ?p 1 ;\n     ?q 2 .\n}", "").where
    assert [one.place for one in where] == [(2, 6), (3, 6)]


@pytest.mark.parametrize("query", ["DESCRIBE <http://e/>", "SELECT", "", "ASK { GRAPH { } }"])
def test_what_has_no_group_is_not_cut(query: str) -> None:
    """It says so, and nothing else breaks."""
    with pytest.raises(UnreadableError):
        read(query, "")


@pytest.mark.parametrize("one", examples(), ids=lambda one: one.slug)
def test_a_question_put_together_again_has_the_same_answer(one: Example, release_store: ox.Store) -> None:
    """Nothing is lost or changed in the cutting of the competency questions."""
    query = read(one.query, BASE)
    items = query.source.items()
    first = next(at for at, item in enumerate(items) if word(item) == query.form)
    group = items[where_of(query.form, items, first)]
    cut_up = "\n".join(element.text for element in query.where)
    counts = [
        [str(row) for row in release_store.query(f"{query.prologue} SELECT (COUNT(*) AS ?n) {{ {body} }}")]  # type: ignore[union-attr]
        for body in (cut_up, one.query[group.at + 1 : end_of(group) - 1])
    ]
    assert counts[0] == counts[1]


def test_the_questions_are_all_there() -> None:
    """The test above runs over every file."""
    assert len(examples()) == len(list((ROOT / "ontology" / "questions").iterdir())) >= 24


# which part is to blame, and what is near it

CASES: list[tuple[str, str, str, str]] = [
    ("SELECT * { ?x dio:reportedlyCreatedBy id:palce }", "pattern", "term", "`id:palace`"),
    ("SELECT * { ?x dio:creatdBy ?y }", "pattern", "term", "`dio:createdBy`"),
    ("SELECT * { ?x a dio:Organisation }", "pattern", "term", "`dio:Organization`"),
    ("SELECT * { id:Palace ?p ?o }", "pattern", "term", "`id:palace`"),
    ("SELECT * { id:the-palace ?p ?o }", "pattern", "term", "`id:palace`"),
    ("SELECT * { id:xqzzkwv ?p ?o }", "pattern", "term", "nor anything like it"),
    (f"SELECT * {{ ?x <{DIO.replace('https', 'http')}createdBy> ?y }}", "pattern", "namespace", f"`<{DIO}createdBy>`"),
    (f"SELECT * {{ ?x <{DIO.replace('#', '/')}createdBy> ?y }}", "pattern", "namespace", f"`<{DIO}createdBy>`"),
    ("SELECT * { ?x skos:label ?y }", "pattern", "namespace", "`rdfs:label`"),
    ("SELECT * { id:palace dio:dissolvedBy ?x }", "pattern", "direction", "`?x dio:dissolvedBy id:palace`"),
    ("SELECT * { id:ruritania dio:organOf id:palace }", "pattern", "direction", "id:palace dio:organOf id:ruritania"),
    ("SELECT * { id:union-of-testers dio:createdBy ?x }", "pattern", "reported", "not a fact"),
    ("SELECT * { id:union-of-testers dio:createdBy id:palace }", "pattern", "reported", "`dio:reportedlyCreatedBy`"),
    ('SELECT * { ?x rdfs:label "The Palace" }', "pattern", "value", '`"The Palace"@en`'),
    ('SELECT * { ?x dio:paragraph "4" }', "pattern", "value", "xsd:integer"),
    ('SELECT * { ?x rdfs:label "The Palce"@en }', "pattern", "value", '`"The Palace"@en`'),
    ("SELECT * { ?x dio:fundedVia ?y }", "pattern", "empty-property", "`dio:fundedVia`"),
    ("SELECT * { ?x a dio:FundingChannel }", "pattern", "empty-class", "`dio:FundingChannel`"),
    ("SELECT * { id:palace dio:section ?x }", "pattern", "part", "`id:palace` has no `dio:section`"),
    ("SELECT * { ?x a dio:Person ; dio:organOf ?y }", "combination", "", "with the same ?x"),
    ("SELECT * { ?x a dio:State ; dio:dissolvedBy ?y . ?z a dio:Case }", "combination", "", "`?x a dio:State`"),
    ("SELECT * { ?x a dio:State . ?x dio:organOf ?y }", "combination", "direction", "`?y dio:organOf ?x`"),
    ("SELECT * { ?x a dio:DiasporaOrganization ; rdfs:label 'Union of Testers'@en ; dio:createdBy ?y }", "pattern", "reported", "`dio:reportedlyCreatedBy`"),
    ("SELECT * { VALUES ?x { id:palce } ?x a ?c }", "combination", "term", "`id:palace`"),
    ("SELECT * { ?x a dio:State ; rdfs:label ?l FILTER(?l = 'Ruritania') }", "filter", "value", "STR(?l)"),
    ("SELECT * { ?x a dio:State ; rdfs:label ?label FILTER(?lable = 'Ruritania'@en) }", "filter", "variable", "Did you mean ?label?"),
    ("SELECT * { ?x a dio:Claim OPTIONAL { ?x dio:edtf ?t } FILTER(?t > 3) }", "filter", "variable", "Only an OPTIONAL binds ?t"),
    ("SELECT * { ?x a dio:Claim FILTER EXISTS { ?x dio:certanty ?c } }", "filter", "term", "`dio:certainty`"),
    ("SELECT * { ?x a dio:Claim FILTER NOT EXISTS { ?x rdfs:label ?c } }", "filter", "", "NOT EXISTS"),
    ("SELECT * { ?x dio:paragraph ?n FILTER(?n > 4 || ?n < 2) }", "filter", "", "?n > 4"),
    ("SELECT * { ?x dio:paragraph ?n . ?c dio:certainty ?f FILTER(?f != dio:stated) FILTER(?f = dio:stated) }", "filter", "", "together"),
    ("SELECT * { ?x a dio:Claim MINUS { ?x rdfs:label ?l } }", "minus", "", "takes away every match"),
    ("SELECT * { OPTIONAL { ?x dio:organOf ?l } ?x rdfs:label ?l ; dio:organOf ?y }", "optional", "", "OPTIONAL"),
    ("SELECT * { { ?x dio:organOf id:palce } UNION { ?x a dio:Organisation } }", "pattern", "term", "`id:palace`"),
    ("SELECT * { { { ?x dio:organOf id:palce } } }", "pattern", "term", "`id:palace`"),
    ("SELECT * { { SELECT ?x { ?x a dio:Stat } LIMIT 3 } }", "pattern", "term", "`dio:State`"),
    ("SELECT * { { SELECT ?x { ?x a dio:State } LIMIT 0 } }", "subquery", "", "nothing is selected"),
    (f"SELECT * {{ GRAPH <{PASSAGES}> {{ id:palace a ?t }} }}", "pattern", "graph", f"`<{AGENTS}>`"),
    (f"SELECT * {{ GRAPH <{AGENTS}s> {{ id:palace a ?t }} }}", "graph", "graph", AGENTS),
    ("SELECT * { GRAPH ?g { ?x dio:organOf ?y . ?c dio:certainty ?f } }", "combination", "graph", "in no graph alone"),
    (f"SELECT * FROM <{PASSAGES}> {{ id:palace a ?t }}", "pattern", "graph", f"`<{AGENTS}>`"),
    (f"SELECT * FROM <{AGENTS}s> {{ id:palace a ?t }}", "dataset", "graph", AGENTS),
    (f"SELECT * FROM <{AGENTS}> {{ GRAPH ?g {{ id:palace a ?t }} }}", "dataset", "", "FROM NAMED"),
    (f"SELECT * FROM NAMED <{AGENTS}> {{ id:palace a ?t }}", "dataset", "", "default graph"),
    ("ASK { ?x a dio:Organisation }", "pattern", "term", "`dio:Organization`"),
    ("CONSTRUCT { ?x a dio:T } WHERE { ?x a dio:Organisation }", "pattern", "term", "`dio:Organization`"),
    ("CONSTRUCT { ?x a ?y } WHERE { ?x a dio:State }", "bound", "", "template"),
    ("SELECT * { ?x a dio:State } LIMIT 0", "bound", "", "LIMIT is 0"),
    ("SELECT * { ?x a dio:State } OFFSET 9", "bound", "", "OFFSET"),
    ("SELECT ?x { ?x a dio:State } GROUP BY ?x HAVING (COUNT(*) > 9)", "bound", "", "HAVING"),
    ("SELECT (COUNT(*) AS ?n) { ?x a dio:Organisation }", "pattern", "term", "`dio:Organization`"),
    ("SELECT * { id:palace dio:organOf/dio:organOf/dio:certanty ?x }", "pattern", "term", "`dio:certainty`"),
    ("SELECT * { ?c dio:evidence [ dio:section 'Findigs' ] }", "pattern", "value", '`"Findings"`'),
]  # fmt: skip


@pytest.mark.parametrize(("query", "kind", "hint", "said"), CASES)
def test_the_part_to_blame_is_named_with_what_is_near_it(
    why: Explain, query: str, kind: str, hint: str, said: str
) -> None:
    """The cause has its kind, its hint, and says what is meant, in text as in JSON."""
    found = why(query)
    assert found.complete, found.notes
    assert found.causes[0].kind == kind
    assert not hint or hint in [one.kind for one in found.causes[0].hints]
    assert said in as_text(found)
    assert said.replace('"', '\\"') in as_json(found)
    assert found.questions <= MOST


def test_the_list_of_cases_is_whole() -> None:
    """No case was lost."""
    assert (len(CUTS), len(GROUPS), len(CASES)) == (10, 9, 53)


def test_a_smallest_combination_has_nothing_to_spare(why: Explain) -> None:
    """Patterns that others do without are not blamed."""
    (cause,) = why("SELECT * { ?x a dio:State ; rdfs:label ?l ; dio:dissolvedBy ?y . ?z a dio:Case }").causes
    assert [one.text for one in cause.patterns] == ["?x a dio:State .", "?x dio:dissolvedBy ?y ."]


def test_every_branch_of_a_union_is_explained(why: Explain) -> None:
    """One that matches would be enough, so each has its cause."""
    causes = why("SELECT * { { ?x a dio:Stat } UNION { ?x a dio:Persn } }").causes
    assert ["`dio:State`" in str(cause.hints) for cause in causes] == [True, False]
    assert "`dio:Person`" in str(causes[1].hints)


def test_the_dataset_of_the_request_is_looked_at_too(why: Explain) -> None:
    """It beats FROM, so it is the one to blame."""
    query = f"SELECT * FROM <{AGENTS}> {{ id:palace a ?t }}"
    assert "graph" in [hint.kind for hint in why(query, default=(PASSAGES,)).causes[0].hints]
    assert why(query, default=(AGENTS + "s",)).causes[0].kind == "dataset"


def test_an_answer_that_is_not_empty_is_not_explained_away(why: Explain) -> None:
    """It says that there is nothing to explain."""
    found = why("SELECT * { ?x a dio:State }")
    assert (found.empty, found.causes, found.complete) == (False, (), True)
    assert "not empty" in as_text(found)


def test_an_adverse_claim_does_not_come_to_light_as_a_relation(why: Explain) -> None:
    """No relation is offered where none was derived from the claim."""
    found = why("SELECT * { id:adam-accused dio:linkedTo ?x }")
    assert not {"reported", "direction"} & {hint.kind for cause in found.causes for hint in cause.hints}


# what goes wrong


def test_what_gets_no_answer_is_noted_and_nothing_is_blamed_for_it() -> None:
    """A deadline is no proof that a pattern matches nothing."""

    def slow(_: SparqlRequest) -> Answer:
        raise DeadlineExceeded("The query took longer than 5 s.")

    request = SparqlRequest(HEAD + "SELECT * { ?x a dio:Nothing }", base=BASE)
    found = explain(slow, request, True, 10)
    assert (found.causes, found.complete) == ((), False)
    assert found.notes == ("The query took longer than 5 s.",)


def test_a_term_is_called_unknown_only_by_an_answer_that_says_so(pool: Pool) -> None:
    """Where looking up terms or what is near them gets no answer, nothing is said of them."""

    def halting(request: SparqlRequest) -> Answer:
        if "EXISTS" in request.query:
            raise DeadlineExceeded("The query took longer than 5 s.")
        return pool.ask(request)

    for wanted in ("ASK { ?x a dio:Stat }", f"ASK {{ GRAPH <{AGENTS}> {{ ?x a dio:Stat }} }}"):
        found = explain(halting, SparqlRequest(HEAD + wanted, base=BASE), True, 10)
        assert "nowhere" not in as_text(found)
        assert not found.complete


def test_an_adverse_claim_is_never_what_is_near(why: Explain) -> None:
    """As at its address: who does not know its name is not led to it."""
    found = why("SELECT * { claim:adam-accused-linked-to-palaec ?p ?o }")
    assert found.causes[0].hints[0].kind == "term"
    assert "adam-accused-linked-to-palace" not in as_json(found)


def test_who_is_too_busy_says_so() -> None:
    """That is no finding, and the client may come again."""

    def busy(_: SparqlRequest) -> Answer:
        raise Busy("All workers are busy.", retry_after=1)

    with pytest.raises(Busy):
        explain(busy, SparqlRequest("ASK { ?x ?y ?z }"), True, 10)


def test_the_questions_are_bounded(pool: Pool) -> None:
    """However many patterns there are."""
    many = " ".join(f"?x{n} a dio:State . ?x{n} dio:dissolvedBy ?y{n} ." for n in range(90))
    request = SparqlRequest(f"{HEAD}SELECT * {{ {many} }}", base=BASE)
    found = explain(pool.ask, request, True, 60)
    assert found.questions == MOST
    assert not found.complete
    assert "used up" in found.notes[-1]


def test_the_time_is_bounded(pool: Pool) -> None:
    """With none left nothing is asked, and nothing is claimed."""
    found = explain(pool.ask, SparqlRequest(HEAD + "ASK { ?x a dio:Nothing }", base=BASE), True, -1)
    assert (found.questions, found.causes, found.complete) == (0, (), False)


HOSTILE = [
    "ASK " + "{" * 60 + "?s a dio:Nothing" + "}" * 60,
    "ASK { ?s dio:p " + "[ dio:p " * 55 + "1" + "]" * 55 + " }",
    "ASK { ?s " + "(" * 55 + "dio:p" + ")" * 55 + " dio:Nothing }",
    "ASK { ?s a dio:Nothing FILTER(" + "(" * 50 + "1" + ")" * 50 + ") }",
    "ASK { " + " UNION ".join("{ ?s a dio:Nothing }" for _ in range(190)) + " }",
    "ASK { VALUES ?x { " + "id:a " * 8000 + "} ?x a dio:Nothing }",
    'ASK { ?s rdfs:label "' + "x" * 60_000 + '" }',
    "ASK { ?s <" + ID + "x" * 30_000 + "> ?o }",
    "ASK { ?s dio:p <<( ?a ?b ?c )>> . ?s dio:q ?o }",
    "ASK { << ?a ?b ?c >> dio:q ?o }",
    "ASK { ?a ?b ?c {| dio:q ?o |} . ?x a dio:Nothing }",
    "ASK { ?a ?b ?c ~ ?r . ?x a dio:Nothing }",
    'ASK { ?s rdfs:label "\\"}{\\\\" , \'}\' , """{"{"""@en }',
    "ASK { ?s <\\u0064io> <http://e/%00> }",
    "BASE <http://e/a/> PREFIX : <b#> ASK { :c <d> <../e#> . FILTER(?x<?y && ?y>?x) }",
    "ASK { ?s a dio:Nothing . # }\n }",
    "SELECT (1 AS ?s) (2 AS ?g) { ?graph_ ?literal_ ?s_ . ?o_ a dio:Nothing }",
    "ASK { ?s ?p ?o FILTER(?o IN ()) }",
    "ASK { LATERAL { ?s a dio:Nothing } }",
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_the_engine_takes_is_explained_or_said_not_to_be(pool: Pool, query: str) -> None:
    """No query breaks the help; the engine's own refusals stay what they are."""
    prologue = "" if query.startswith("BASE") else HEAD
    request = SparqlRequest(prologue + query, base="http://localhost/sparql")
    found = explain(pool.ask, request, True, 5)
    assert found.sentence
    assert as_text(found)
    assert all(len(cause.sentence) < 5000 for cause in found.causes)


def test_a_very_long_query_is_said_to_be_too_long(pool: Pool) -> None:
    """Cutting takes time in proportion to length and depth, so both are bounded."""
    request = SparqlRequest(HEAD + "ASK { " + "?s a dio:Nothing . " * 3000 + "}", base=BASE)
    found = explain(pool.ask, request, True, 5)
    assert (found.questions, found.complete) == (0, False)
    assert "too long" in found.sentence


@pytest.mark.parametrize("name", ["SERVICE", "service SILENT", "\\u0053ERVICE", "SERVICE:x"])
def test_another_server_is_never_asked_about_a_part(name: str) -> None:
    """Where SERVICE is allowed, one request for help would be many to somebody else."""
    with pytest.raises(UnreadableError):
        read(f"ASK {{ {name} <http://e/> {{ ?s ?p ?o }} }}", "")


def test_untold_is_never_no(pool: Pool) -> None:
    """What the engine refuses counts as a match."""
    query = read("ASK { ?s ?p ?o }", "")
    questions = Questions(pool.ask, SparqlRequest("ASK { ?s ?p ?o }"), query, time.monotonic() + 5)
    assert questions.match(["this is no SPARQL"])
    assert questions.untold


NAMES = [
    ("createdBy", "created by"),
    ("created-by", "created by"),
    ("OWLClass", "owl class"),
    ("id_2012-x", "id 2012 x"),
    ("Союз", "союз"),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_names_are_compared_as_words(name: str, expected: str) -> None:
    """Camels, kebabs and labels alike."""
    assert words(name) == expected


def test_what_differs_in_the_namespace_alone_is_the_same_name() -> None:
    """Scheme, www and the mark before the name are what people confuse."""
    assert same_but_namespace("http://www.example.org/a#b", "https://example.org/a/b")
    assert not same_but_namespace("http://example.org/a#b", "http://example.org/a#c")
    assert split(DIO + "createdBy") == (DIO, "createdBy")
    assert split("http://example.org/a/b") == ("http://example.org/a/", "b")


def test_an_element_is_comparable() -> None:
    """Equal elements of one group are the same question."""
    one, other = cut("ASK { ?a ?b ?c . ?a ?b ?c }").where
    assert isinstance(one, Element)
    assert one.text == other.text
    assert one.place != other.place
