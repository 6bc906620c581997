"""Pages of the real release: figures, timelines, arguments, sources and identifiers, each claim as a claim."""

import html
import re
from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from diaspora_influence.release.read import Release
from diaspora_influence.settings import Settings
from diaspora_influence.terms import BASE, PREFIXES
from web_fixtures import BROWSER, LIMITS, Outline, app, quads, serve

HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
CERTAINTY = re.compile(r"“(Stated|Probable|Possible|Contested|Alleged)\b")


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[FlaskClient]:
    """A client of the release of the checkout's own Turtle."""
    with serve(release, Settings(limits=LIMITS, contact="corrections@example.org")) as served:
        yield served.test_client()


@pytest.fixture(scope="module")
def found(release_store: ox.Store) -> "Ask":
    """Ask the release's store, past the web's own queries."""
    return Ask(release_store)


class Ask:
    """Answers a SELECT query from the union of the graphs, paths for things of ours."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    def __call__(self, where: str) -> list[tuple[str, ...]]:
        """Return the rows of `SELECT DISTINCT … WHERE`, each value as text."""
        rows = self.store.query(f"{HEAD}SELECT DISTINCT {where}", use_default_graph_as_union=True)
        assert isinstance(rows, ox.QuerySolutions)
        return [tuple(str(v.value).removeprefix(BASE) if v else "" for v in row) for row in rows]


def page(client: FlaskClient, path: str) -> str:
    """Return the text of the page of a thing as a browser gets it."""
    response = client.get(f"{path}.html", headers={"Accept": BROWSER})
    assert response.status_code == 200, path
    return response.text


def read(markup: str) -> str:
    """Return *markup* as it is read: no tags, white space folded, no-break spaces as spaces."""
    return (
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split()).replace(" ,", ",").replace(" ;", ";")
    )


def table(text: str, caption: str) -> list[str]:
    """Return the markup of each row of the body of the table under *caption*."""
    tables = re.findall(r"<caption>(.*?)</caption>(.*?)</table>", text, re.DOTALL)
    bodies = [body for name, body in tables if html.unescape(name) == caption]
    assert bodies, f"no table “{caption}”"
    return re.findall(r"<tr[^>]*>.*?</tr>", bodies[0].partition("</thead>")[2] or bodies[0], re.DOTALL)


def facts(text: str) -> dict[str, str]:
    """Return name to value of the first table of a page, as they are read."""
    rows = re.findall(r'<th scope="row">(.*?)</th>\s*<td>(.*?)</td>', text, re.DOTALL)
    return {read(name): read(value) for name, value in rows}


FIGURES = {
    "tajikistan-has-figure-for-remittances-share-of-economy": "nearly 50 %",
    "tajikistan-has-figure-for-remittances-share-of-economy-2008": "about 50 %",
    "georgia-has-figure-for-remittances-share-of-economy": "10 to 12 %",
    "council-of-nationalities-of-moscow-has-figure-for-nationalities-represented": "more than 70 nationalities",
    "odnoklassniki-has-figure-for-number-of-platform-users": "about 1,200,000 people",
    "odnoklassniki-has-figure-for-growth-of-platform-users": "more than 2 times as many",
    "all-russia-azerbaijani-congress-has-figure-for-rank-by-size-and-influence": "rank 1",
    "tajik-diaspora-organisations-in-russia-has-figure-for-number-of-diaspora-organisations": "dozens",
}


@pytest.mark.parametrize(("slug", "figure"), FIGURES.items())
def test_a_claim_says_its_figure_as_a_reader_does(client: FlaskClient, slug: str, figure: str) -> None:
    """Value, bounds and roughness are one row in words, and no rows of their own."""
    shown = facts(page(client, f"/claim/{slug}"))
    assert shown["figure"] == figure
    assert not {"value", "value from", "value to", "value in words", "approximate"} & shown.keys()


def test_a_claim_without_a_figure_has_no_row_for_one(client: FlaskClient) -> None:
    """The row is the figure's alone."""
    assert "figure" not in facts(page(client, "/claim/russia-controls-all-russia-azerbaijani-congress"))


def test_every_qualifier_of_a_claim_is_on_its_page(client: FlaskClient, found: Ask) -> None:
    """Role, topic and circumstance stand as purpose, reason and means do."""
    names = {"topic": "topic", "inRole": "in role", "circumstance": "circumstance", "purpose": "purpose"}
    for name, shown in names.items():
        rows = found(f"?claim ?said WHERE {{ ?claim dio:{name} ?said }} ORDER BY ?claim LIMIT 5")
        assert rows
        for claim, said in rows:
            assert read(said) in facts(page(client, claim))[shown]


def test_a_time_is_in_words_with_the_data_beside_it(client: FlaskClient) -> None:
    """A season is no number to a reader."""
    shown = facts(page(client, "/claim/gruppa-24-created-by-umarali-quvvatov"))
    assert "summer 2012 (2012-22)" in shown.values()


LINKS = {
    "after": ("Comes after", "Comes before"),
    "groundFor": ("Given as a ground for", "Rests on"),
    "disputes": ("Disputes (both cannot be true)", "Disputes (both cannot be true)"),
    "inTensionWith": ("In tension with", "In tension with"),
}


@pytest.mark.parametrize(("relation", "captions"), LINKS.items())
def test_claims_name_each_other_from_both_ends(
    client: FlaskClient, found: Ask, relation: str, captions: tuple[str, str]
) -> None:
    """Order, grounds, disputes and tensions lead there and back, and say how firmly."""
    pairs = found(f"?one ?other WHERE {{ ?one dio:{relation} ?other }} ORDER BY ?one ?other")
    assert pairs
    for one, other in pairs[:12]:
        for here, there, caption in ((one, other, captions[0]), (other, one, captions[1])):
            rows = [row for row in table(page(client, here), caption) if f'href="{there}"' in row]
            assert len(rows) == 1, (here, there)
            assert re.search(r"\(\d of 5\)", rows[0])
            assert CERTAINTY.search(read(rows[0]))


def test_a_general_claim_and_the_case_it_is_seen_in_name_each_other(client: FlaskClient, found: Ask) -> None:
    """What a case is evidence for is the source's argument, in either direction."""
    pairs = found("?claim ?case WHERE { ?claim dio:exemplifiedBy ?case }")
    assert pairs
    for claim, case in pairs:
        assert f'href="{case}"' in page(client, claim)
        assert any(f'href="{claim}"' in row for row in table(page(client, case), "Offered as an instance of"))


CASES = ("georgia", "tajikistan", "azerbaijan", "general")


def timeline(client: FlaskClient, case: str) -> list[str]:
    """Return the rows of the timeline of a case, reached by its short address."""
    response = client.get(f"/case/{case}", headers={"Accept": BROWSER}, follow_redirects=True)
    assert response.request.path == f"/id/case-{case}.html"
    return table(response.text, "What is said to have happened, and when")


def claim_of(row: str) -> str:
    """Return the path of the claim that a row of a timeline is about."""
    return re.findall(r'href="(/claim/[^"]+)"', row)[0]


@pytest.mark.parametrize("case", CASES)
def test_a_timeline_has_what_is_affirmed_and_actual_and_has_a_time_or_an_order(
    client: FlaskClient, found: Ask, case: str
) -> None:
    """No more, no less, and each once."""
    expected = found(f"""?claim WHERE {{
      {{ ?claim dio:edtf ?x }} UNION {{ ?claim dio:after ?x }} UNION {{ ?x dio:after ?claim }}
      ?claim dio:inCase id:case-{case}
      MINUS {{ ?claim dio:polarity dio:denied }}
      MINUS {{ ?claim dio:modality ?m FILTER(?m != dio:actual) }} }}""")
    shown = [claim_of(row) for row in timeline(client, case)]
    assert sorted(shown) == sorted(claim for (claim,) in expected)


@pytest.mark.parametrize("case", CASES)
def test_a_timeline_is_in_the_order_of_time(client: FlaskClient, found: Ask, case: str) -> None:
    """Dated rows follow their first day; what came after without a date stands below what it came after."""
    first = dict(found("?claim ?day WHERE { ?claim dio:notBefore ?day }"))
    shown = [claim_of(row) for row in timeline(client, case)]
    days = [first[claim] for claim in shown if claim in first]
    assert days == sorted(days)
    for later, earlier in found("?claim ?earlier WHERE { ?claim dio:after ?earlier }"):
        if later in shown and earlier in shown:
            assert shown.index(later) > shown.index(earlier)


def test_what_has_no_date_stands_under_what_it_came_after(client: FlaskClient) -> None:
    """Directly under it, indented, and with its name."""
    rows = timeline(client, "tajikistan")
    shown = [claim_of(row) for row in rows]
    here = shown.index("/claim/unstated-arrested-umarali-quvvatov")
    assert shown[here - 1] == "/claim/gruppa-24-created-by-umarali-quvvatov"
    assert 'class="depth-1"' in rows[here]
    assert 'class="depth-0"' in rows[here - 1]
    assert read(rows[here]).startswith("later; no date")
    assert "After “Stated: Gruppa 24 was created by Umarali Quvvatov" in read(rows[here])


def test_what_was_over_by_a_time_stands_before_what_happened_in_it(client: FlaskClient) -> None:
    """`../2012` has no first day, and still its place."""
    said = [read(row) for row in timeline(client, "tajikistan")]
    by, first, last = (
        [i for i, row in enumerate(said) if row.startswith(f"{time} ")]
        for time in ("by 2012", "2012", "2008")
    )
    assert max(last) < min(by) <= max(by) < min(first)


@pytest.mark.parametrize("case", CASES)
def test_no_row_of_a_timeline_reads_as_a_fact(client: FlaskClient, case: str) -> None:
    """Each is quoted, begins with its certainty, and has rank and holder beside it."""
    for row in timeline(client, case):
        said = read(row)
        assert CERTAINTY.search(said), said
        assert re.search(r"\([1-5] of 5\), (held by|holder not stated)", said), said


def test_an_adverse_claim_on_a_timeline_is_marked_and_not_quoted_by_search_engines(
    client: FlaskClient, found: Ask
) -> None:
    """The case may be found; the claim's own page may not, nor may a line here be a snippet."""
    adverse = {claim for (claim,) in found("?claim WHERE { ?claim a dio:AdverseClaim }")}
    rows = [row for row in timeline(client, "tajikistan") if claim_of(row) in adverse]
    assert rows
    for row in rows:
        assert "a claim of crime, detention or complicity" in row
        assert re.search(rf'<span data-nosnippet><a href="{claim_of(row)}"', row)
        assert client.get(f"{claim_of(row)}.html").headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get("/id/case-tajikistan.html").headers


def test_a_source_of_an_adverse_claim_stays_out_of_search_engines(client: FlaskClient, found: Ask) -> None:
    """Its page lists what rests on it, as the page of a passage does."""
    sources = found("?source WHERE { ?claim a dio:AdverseClaim ; dio:basedOn ?source }")
    assert sources
    for (source,) in sources:
        assert client.get(f"{source}.html").headers["X-Robots-Tag"] == "noindex"


def test_the_page_of_a_thing_has_its_figures_once(client: FlaskClient) -> None:
    """In a table with certainty and holder, and not again among the claims."""
    text = page(client, "/id/tajikistan")
    rows = [read(row) for row in table(text, "Figures that are claimed")]
    assert (
        "share of remittances in the economy about 50 % 2008 stated (5 of 5) held by Marintha Miles" in rows
    )
    nearly = next(row for row in rows if "nearly 50 %" in row)
    assert "disputed: another claim says otherwise" in nearly
    assert "Claimed: has figure for" not in text


def test_the_page_of_a_quantity_has_the_figures_of_all(client: FlaskClient) -> None:
    """Whose figure it is stands where on other pages the quantity does."""
    text = page(client, "/id/remittances-share-of-economy")
    rows = [read(row) for row in table(text, "Figures that are claimed")]
    assert any(row.startswith("Georgia 10 to 12 % stated") for row in rows)
    assert any(row.startswith("Tajikistan about 30 % since 2008 stated") for row in rows)


def test_every_figure_is_on_the_page_of_its_thing_and_of_its_quantity(
    client: FlaskClient, found: Ask
) -> None:
    """None is lost on the way."""
    rows = found("""?claim ?of ?quantity WHERE { ?claim dio:claimPredicate dio:hasFigureFor ;
      dio:claimSubject ?of ; dio:claimObject ?quantity }""")
    assert len(rows) >= 20
    for claim, *ends in rows:
        for end in ends:
            figures = table(page(client, end), "Figures that are claimed")
            assert any(f'<a href="{claim}">' in row for row in figures)


@pytest.mark.parametrize("kind", ["Goal", "MissionGoal", "ActivityKind", "Quantity"])
def test_a_concept_is_introduced_by_its_definition(client: FlaskClient, found: Ask, kind: str) -> None:
    """Under the heading, not as a row of data among formal types."""
    for thing, definition in found(f"?x ?d WHERE {{ ?x a dio:{kind} ; skos:definition ?d }}")[:5]:
        text = page(client, thing)
        assert read(definition) in read(re.findall(r'<p class="lead">(.*?)</p>', text, re.DOTALL)[0])
        assert "NamedIndividual" not in text
        assert "top concept of" not in text


def test_who_serves_a_goal_is_shown_case_by_case(client: FlaskClient) -> None:
    """Each case has a heading of its own in the table."""
    rows = table(page(client, "/id/migration-law-and-order"), "Claimed: goal served by")
    cases: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if 'scope="rowgroup"' in row:
            current = read(row)
        else:
            cases[current].append(read(row))
    assert any(
        "Georgian diaspora organisations in Russia serve" in row for row in cases["the case of Georgia"]
    )
    assert any(
        "Tajik diaspora organisations in Russia serve" in row for row in cases["the case of Tajikistan"]
    )
    assert not any("Tajik" in row for row in cases["the case of Georgia"])


def test_every_identifier_stands_with_where_it_was_verified(client: FlaskClient, found: Ask) -> None:
    """Link, dataset and the place in it; the record of each has a page."""
    caption = "The same thing elsewhere, and where the identifier was read"
    rows = found("""?thing ?identifier ?link ?source ?place WHERE { ?thing schema:sameAs ?identifier .
      ?link oa:hasTarget ?thing ; oa:hasBody ?identifier ; dcterms:source ?source ; dcterms:description ?place }""")
    assert len(rows) >= 40
    for thing, identifier, link, source, place in rows:
        here = next(row for row in table(page(client, thing), caption) if f'href="{identifier}"' in row)
        assert f'href="{link}"' in here
        assert f'href="{source}"' in here
        assert read(place) in read(here)


def test_no_identifier_lacks_its_verification(client: FlaskClient, found: Ask) -> None:
    """A page that says “not verified” would be a finding."""
    for (thing,) in found("?thing WHERE { ?thing schema:sameAs ?identifier }"):
        assert "not verified" not in page(client, thing)


def test_the_record_of_a_verification_says_what_and_where(client: FlaskClient) -> None:
    """It is headed by the thing, in words, without a class of another vocabulary for a name."""
    text = page(client, "/source/link-vienna-geonames-2")
    assert "<h1>Identifier of Vienna, verified</h1>" in text
    shown = facts(text)
    assert list(shown) == ["thing", "its identifier", "read in", "place in it", "read on"]
    assert shown["its identifier"] == "https://sws.geonames.org/2761369/"
    assert re.fullmatch(r"\d{1,2} [A-Z][a-z]+ \d{4}", shown["read on"])
    assert "No claim" not in text


def test_a_dataset_lists_the_identifiers_that_were_read_in_it(client: FlaskClient, found: Ask) -> None:
    """All of them, and none that were read elsewhere."""
    for (source,) in found("?s WHERE { ?s a dio:ReferenceDataset }"):
        links = {
            link for (link,) in found(f"?l WHERE {{ ?l dcterms:source <{BASE}{source}> ; oa:hasBody ?b }}")
        }
        rows = "".join(table(page(client, source), "Identifiers that were read here")) if links else ""
        assert set(re.findall(r'href="(/source/link-[^"]+)"', rows)) == links


def test_a_publication_has_its_bibliographic_record_in_order(client: FlaskClient) -> None:
    """As a reader looks a work up."""
    shown = facts(page(client, "/source/miles-2017"))
    assert list(shown)[:6] == ["title", "by", "in", "number", "published", "language"]
    assert (shown["by"], shown["published"]) == ("Marintha Miles", "July 2017")


def test_a_source_lists_every_claim_that_is_based_on_it(client: FlaskClient, found: Ask) -> None:
    """Interview, communication, statement and cited work alike, with certainty and holder."""
    based: dict[str, set[str]] = defaultdict(set)
    for source, claim in found("?source ?claim WHERE { ?claim dio:basedOn ?source }"):
        based[source].add(claim)
    assert len(based) >= 10
    for source, claims in based.items():
        rows = table(page(client, source), "Claims based on it")
        assert {claim_of(row) for row in rows} == claims
        assert all(re.search(r"\(\d of 5\) .*(held by|holder not stated)", read(row)) for row in rows)


def test_the_first_page_leads_to_every_timeline(client: FlaskClient) -> None:
    """Nobody has to guess the address of a case."""
    text = client.get("/", headers={"Accept": BROWSER}).text
    assert all(f'href="/id/case-{case}"' in text for case in CASES)


def test_a_page_of_every_kind_of_thing_is_well_made(client: FlaskClient, found: Ask) -> None:
    """Tags in balance, headings without a leap, tables with caption and headers, links of ours that answer."""
    kinds = found("?kind (MIN(STR(?x)) AS ?one) WHERE { ?x a ?kind . ?x rdfs:label|oa:hasBody|oa:hasSource ?y "
                  "FILTER(STRSTARTS(STR(?x), STR(id:)) || STRSTARTS(STR(?x), STR(source:)) "
                  "|| STRSTARTS(STR(?x), STR(claim:))) } GROUP BY ?kind")  # fmt: skip
    paths = {one for _, one in kinds} | {f"/id/case-{case}" for case in CASES}
    assert len(paths) >= 30
    links: set[str] = set()
    for path in paths:
        outline = Outline(page(client, path))
        assert outline.open == []
        assert outline.headings[0] == 1
        assert all(b - a <= 1 for a, b in zip(outline.headings, outline.headings[1:], strict=False))
        assert all(one["caption"] == 1 and (one["th row"] or one["th col"]) for one in outline.tables)
        assert all(one["th"] == 0 for one in outline.tables), "a header cell without a scope"
        links |= {href for href in outline.links if href.startswith(("/source/", "/id/", "/case/"))}
    for href in sorted(links):
        assert client.get(href, headers={"Accept": BROWSER}).status_code in (200, 303), href


HOSTILE = """
GRAPH graph:instances/test/hostile {
  id:nasty a dio:State ; rdfs:label "Nasty {0} %s {{ 7*7 }}"@en ; skos:definition "<script>alert(0)</script>"@en ;
    schema:sameAs <javascript:alert(1)>, <http://a℀b/Q1> .
  id:quantity a dio:Quantity ; rdfs:label "<b>quantity</b>"@en .
  id:unit a dio:Unit ; rdfs:label "<i>{0.__class__}</i>"@en .
  source:link-nasty a oa:Annotation ; oa:hasTarget id:nasty ; oa:hasBody <javascript:alert(1)> ;
    dcterms:source source:test-2020 ; dcterms:description "<img src=x onerror=alert(2)>" ;
    dcterms:created "<u>2020" .
  claim:hostile a dio:FigureClaim, dio:Claim ; rdfs:label "<script>alert(3)</script>"@en ;
    dio:claimSubject id:nasty ; dio:claimPredicate dio:hasFigureFor ; dio:claimObject id:quantity ;
    dio:valueFrom "1e999999999" ; dio:valueTo "<script>alert(4)</script>" ; dio:unit id:unit ;
    dio:topic "<script>alert(5)</script>" ; dio:inRole "\\"><script>" ; dio:edtf "<script>2012"^^edtf:EDTF ;
    dio:holderNamedAs "<script>alert(6)</script>"@en ; dio:holderUnstated true ; dio:certainty dio:alleged ;
    dio:inCase id:case-test ; dio:after claim:round, claim:hostile .
  claim:words a dio:FigureClaim, dio:Claim ; rdfs:label "Words."@en ; dio:claimSubject id:nasty ;
    dio:claimPredicate dio:hasFigureFor ; dio:claimObject id:quantity ; dio:valueInWords "<script>many</script>" ;
    dio:certainty dio:stated ; dio:inCase id:case-test ; dio:groundFor claim:hostile ; dio:basedOn source:test-2020 .
  claim:round a dio:LinkClaim, dio:Claim ; rdfs:label "Round."@en ; dio:certainty dio:stated ;
    dio:inCase id:case-test ; dio:after claim:about .
  claim:about a dio:LinkClaim, dio:Claim ; rdfs:label "About."@en ; dio:certainty dio:stated ;
    dio:inCase id:case-test ; dio:before claim:round ; dio:after claim:round .
  claim:old a dio:LinkClaim, dio:Claim ; rdfs:label "Old."@en ; dio:certainty dio:stated ;
    dio:inCase id:case-test ; dio:edtf "1999"^^edtf:EDTF ; owl:deprecated true .
}
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a small release whose data mean ill."""
    with app(tmp_path_factory.mktemp("hostile"), Settings(limits=LIMITS), quads(HOSTILE)) as served:
        yield served.test_client()


ILL = ["/id/nasty", "/id/quantity", "/claim/hostile", "/claim/words", "/id/case-test", "/source/link-nasty",
       "/source/test-2020"]  # fmt: skip


@pytest.mark.parametrize("path", ILL)
def test_hostile_data_are_text_on_every_kind_of_page(hostile: FlaskClient, path: str) -> None:
    """Neither markup nor a link that runs, nor a pattern that is filled in."""
    text = page(hostile, path)
    outline = Outline(text)
    assert outline.open == []
    assert outline.loaded == ["/static/style.css"]
    assert not outline.counts.keys() & {"script", "b", "i", "u", "img"}
    assert 'href="javascript' not in text
    assert "<class " not in html.unescape(text)
    assert "49" not in re.findall("<h1>.*?</h1>", text)[0]


def test_a_circle_of_claims_ends(hostile: FlaskClient) -> None:
    """Claims that come after each other are shown, each once; a withdrawn one is not."""
    rows = timeline(hostile, "test")
    shown = [claim_of(row) for row in rows]
    slugs = ("hostile", "round", "about", "league-of-checkers-dissolved-by-palace")
    assert sorted(shown) == sorted(f"/claim/{slug}" for slug in slugs)


def test_a_relation_written_at_one_end_is_read_at_the_other_without_inference(hostile: FlaskClient) -> None:
    """The small release holds no inverse of what was written."""
    assert claim_of(table(page(hostile, "/claim/hostile"), "Rests on")[0]) == "/claim/words"
    assert claim_of(table(page(hostile, "/source/test-2020"), "Claims based on it")[0]) == "/claim/words"


def test_a_claim_whose_label_hides_its_certainty_is_shown_with_it_all_the_same(hostile: FlaskClient) -> None:
    """The rank stands beside it in a row, and beside it again where another came after it."""
    row = next(row for row in timeline(hostile, "test") if claim_of(row) == "/claim/round")
    assert "“Round.” stated (5 of 5), holder not stated" in read(row)
    assert "After “About.”, stated (5 of 5)" in read(row)
