"""The competency questions: each runs on the release and gives exactly the rows written beside it."""

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_influence.data import ROOT
from diaspora_influence.terms import PREFIXES

QUESTIONS = sorted((ROOT / "ontology" / "questions").glob("*.rq"))
MARK = "# Expected rows, in order, tab-separated, a hyphen where unbound:"


@dataclass(frozen=True)
class Question:
    """A competency question: its words, its query and the rows it must give, header first."""

    words: str
    query: str
    rows: list[list[str]]

    @classmethod
    def read(cls, path: Path) -> "Question":
        query, _, expected = path.read_text("utf-8").partition(MARK)
        rows = [line.removeprefix("#\t").split("\t") for line in expected.strip().splitlines()]
        return cls(query.splitlines()[0].removeprefix("# "), query, rows)


def shown(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    """Return a term as the question files write it: a prefixed name, or the text of a literal."""
    if not isinstance(term, ox.NamedNode):
        return "-" if term is None else term.value
    prefix, namespace = next((pair for pair in PREFIXES.items() if term.value.startswith(pair[1])), ("", ""))
    return f"{prefix}:{term.value.removeprefix(namespace)}"


def test_there_are_twenty_five_questions() -> None:
    assert len(QUESTIONS) == 25


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_gives_its_rows(path: Path, release_store: ox.Store) -> None:
    question = Question.read(path)
    assert question.words.endswith("?")
    answer = release_store.query(question.query)
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    given = [[shown(row[name]) for name in names] for row in answer]
    assert [["?" + name for name in names], *given] == question.rows
    assert len(question.rows) > 1


def test_the_readme_counts_the_members_of_every_defined_class(release_store: ox.Store) -> None:
    counts = release_store.query(
        f"""PREFIX owl: <http://www.w3.org/2002/07/owl#>
        SELECT ?class (COUNT(DISTINCT ?thing) AS ?members) {{
          ?class owl:equivalentClass ?definition .
          OPTIONAL {{ ?thing a ?class . FILTER (STRSTARTS(STR(?thing), "{PREFIXES["id"]}")) }}
        }} GROUP BY ?class ORDER BY ?class"""
    )
    assert isinstance(counts, ox.QuerySolutions)
    rows = [f"| `{shown(row['class'])}` | {shown(row['members'])} |" for row in counts]
    assert len(rows) > 20
    assert "\n".join(rows) in (ROOT / "ontology" / "README.md").read_text("utf-8")


def test_the_readme_counts_the_conclusions_of_every_pattern(release_store: ox.Store) -> None:
    counts = release_store.query(
        """PREFIX dio: <https://w3id.org/diaspora-influence/ontology#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?pattern ?rule ?class (COUNT(DISTINCT ?any) AS ?all) (COUNT(DISTINCT ?firm) AS ?stated) {
          ?pattern a dio:ConclusionPattern ; skos:notation ?rule ; dio:patternClass ?class .
          OPTIONAL { ?any dio:followsPattern ?pattern }
          OPTIONAL { ?firm dio:followsPattern ?pattern ; dio:weakestCertainty dio:stated }
        } GROUP BY ?pattern ?rule ?class ORDER BY ?pattern"""
    )
    assert isinstance(counts, ox.QuerySolutions)
    names = ("pattern", "rule", "class", "all", "stated")
    rows = [[shown(row[name]) for name in names] for row in counts]
    lines = [f"| `{one}` | `{rule}` | {found} | {firm}: `{kind}` |" for one, rule, kind, found, firm in rows]
    assert len(lines) == 4
    assert "\n".join(lines) in (ROOT / "ontology" / "README.md").read_text("utf-8")
