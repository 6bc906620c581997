"""Pages for people: an allegation never looks like a fact, and everything can be reached, cited and corrected."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from diaspora_influence import __version__
from diaspora_influence.settings import Settings
from web_fixtures import BROWSER, LIMITS, Outline, app

PAGES = [
    "/",
    "/sparql",
    "/data/",
    "/problems",
    "/ontology.html",
    "/shapes.html",
    "/id/palace.html",
    "/id/league-of-checkers.html",
    "/id/injected.html",
    "/id/old-union.html",
    "/source/test-2020-l36-88-220.html",
    "/claim/union-of-testers-created-by-palace.html",
    "/claim/union-of-testers-created-by-palace-denied.html",
    "/nothing",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the small release, with a contact for corrections."""
    settings = Settings(limits=LIMITS, contact="corrections@example.org")
    with app(tmp_path_factory.mktemp("release"), settings) as served:
        yield served.test_client()


def page(client: FlaskClient, path: str) -> str:
    """Return the text of a page as a browser gets it."""
    return client.get(path, headers={"Accept": BROWSER}).text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_well_made(client: FlaskClient, path: str) -> None:
    """Tags are in balance, ids unique, one h1, a language, a skip link, and nothing comes from elsewhere."""
    response = client.get(path, headers={"Accept": BROWSER})
    outline = Outline(response.text)
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.counts["h1"] == outline.counts["main"] == 1
    assert '<html lang="en">' in response.text
    assert outline.links[0] == "#main"
    assert outline.loaded == ["/static/style.css"]
    assert "style=" not in response.text
    assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_names_contact_and_licence(client: FlaskClient, path: str) -> None:
    """Whoever is named on a page finds whom to write to."""
    text = page(client, path)
    assert "mailto:corrections@example.org" in text
    assert 'rel="license"' in text


def test_the_list_of_pages_is_whole() -> None:
    """No case was lost."""
    assert len(PAGES) == 14


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/nothing"])
def test_every_link_of_ours_leads_somewhere(client: FlaskClient, path: str) -> None:
    """No page links to an address of this host that does not answer."""
    for href in set(Outline(page(client, path)).links):
        target = href.partition("#")[0]
        if target.startswith("/"):
            response = client.get(target, headers={"Accept": BROWSER})
            assert response.status_code in (200, 303), href
            response.close()


def test_a_page_of_a_thing_names_its_data(client: FlaskClient) -> None:
    """Alternates and the canonical address stand in the head."""
    text = page(client, "/id/palace.html")
    assert '<link rel="alternate" type="text/turtle" href="/id/palace.ttl"' in text
    assert '<link rel="canonical" href="https://w3id.org/diaspora-influence/id/palace.html">' in text


def test_an_allegation_says_so_in_words(client: FlaskClient) -> None:
    """Title, heading and every line carry certainty and holder."""
    text = page(client, "/claim/union-of-testers-created-by-palace.html")
    assert re.search(r"<title>Alleged: “The Palace created", text)
    assert re.search(r"<h1>Alleged: “The Palace created", text)
    assert "alleged (1 of 5)" in text.lower()
    assert re.search(r"Held by <a[^>]*>Chris Critic</a>;\s+reported by <a[^>]*>Anna Author</a>", text)


def test_a_claim_page_shows_every_facet(client: FlaskClient) -> None:
    """Defaults are shown as defaults, and the missing direct triple with its reason."""
    text = page(client, "/claim/union-of-testers-created-by-palace.html")
    for word in ("affirmed", "actual", "asserted"):
        assert re.search(rf"{word}</a>\s*<span[^>]*>\(not said; the default\)", text)
    assert "No direct triple is derived from this claim" in text
    assert "hedged" in text
    assert "reportedly created by" in text
    assert "line 36 of the text" in text
    assert "characters 88 to 220" in text
    assert "cd67b239" in text


def test_a_stated_claim_shows_its_direct_triple_and_its_wording(client: FlaskClient) -> None:
    """Stated and presupposed is said as both."""
    text = page(client, "/claim/league-of-checkers-dissolved-by-palace.html")
    assert "Stated (5 of 5)" in text
    assert re.search(r"Presupposed\..*takes for granted that it is so\.", text, re.DOTALL)
    assert "The direct triple is derived" in text


def test_a_denial_and_a_possibility_say_so(client: FlaskClient) -> None:
    """Polarity and modality are in words beside the certainty."""
    text = page(client, "/claim/union-of-testers-created-by-palace-denied.html")
    assert "Denied." in text
    assert "Potential." in text
    assert "takes for granted that it is potential." in text
    assert "someone whom the source does not state" in text


def test_an_agent_page_groups_claims_with_certainty_and_holder(client: FlaskClient) -> None:
    """Each line has its own words; the inverse relation names the group."""
    text = page(client, "/id/palace.html")
    groups = re.findall(r"<caption>Claimed: ([^<]+)</caption>(.*?)</table>", text, re.DOTALL)
    assert [name for name, _ in groups] == ["created", "dissolved"]
    created = re.findall(r"<tr>(.*?)</tr>", groups[0][1], re.DOTALL)[1:]
    assert ["(5 of 5)" in row for row in created] == [True, False]
    assert "denied" in created[0]
    assert "holder not stated" in created[0]
    assert "alleged (1 of 5)" in created[1]
    assert "Chris Critic" in created[1]


def test_a_claim_is_quoted_wherever_it_is_mentioned(client: FlaskClient) -> None:
    """A label alone would read as if it were so."""
    for path in ("/id/palace.html", "/source/test-2020-l36-88-220.html"):
        assert "“The Palace created the Union of Testers.”" in page(client, path)


def test_a_dispute_is_shown_from_both_ends(client: FlaskClient) -> None:
    """It is written once and is symmetric."""
    slug = "union-of-testers-created-by-palace"
    assert f'<a href="/claim/{slug}">' in page(client, f"/claim/{slug}-denied.html")
    assert f'<a href="/claim/{slug}-denied">' in page(client, f"/claim/{slug}.html")


def test_a_holder_finds_the_claims_that_it_holds(client: FlaskClient) -> None:
    """The count leads to the list, asked of the same endpoint."""
    text = page(client, "/id/chris-critic.html")
    href = re.findall(r'Claims held: <a href="([^"]+)">1</a>', text)[0]
    answer = client.get(href.replace("&amp;", "&"))
    assert "claim:union-of-testers-created-by-palace" in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_derived_triples_are_not_shown_as_background(client: FlaskClient) -> None:
    """Names and background hold what was written, not what follows from claims."""
    text = page(client, "/id/league-of-checkers.html")
    assert "reportedly dissolved by" not in text
    assert re.search(
        r"by inference, as the source has it:.*dissolved organisation", text, re.DOTALL | re.IGNORECASE
    )


def test_a_hostile_label_is_text(client: FlaskClient) -> None:
    """Data never becomes markup, nor a link that runs."""
    text = page(client, "/id/injected.html")
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert 'href="javascript' not in text


def test_a_foreign_name_keeps_its_language(client: FlaskClient) -> None:
    """Screen readers switch voice."""
    assert re.search(r'<span lang="ru-latn">Soyuz', page(client, "/id/union-of-testers.html"), re.IGNORECASE)


def test_the_first_page_counts_cites_and_limits(client: FlaskClient) -> None:
    """What is in it, how to cite it, and the limits in numbers."""
    text = page(client, "/")
    assert re.search(r"Claims</th><td[^>]*>5<", text)
    assert re.search(r"alleged</a> \(1 of 5\)</th>\s*<td[^>]*>1<", text)
    assert "0123456789abcdef" * 4 in text
    assert "20,000" in text
    assert '<a href="/sparql?example=01-who-created-whom">' in text
    assert "A Test of Tests (2020)" in text


def test_downloads_have_digest_and_size(client: FlaskClient) -> None:
    """The list says what the file is, and the file is that."""
    text = page(client, "/data/")
    name, digest = re.findall(
        rf'href="/release/{re.escape(__version__)}/(dump\.nq)".*?([0-9a-f]{{64}})', text, re.DOTALL
    )[0]
    with client.get(f"/release/{__version__}/{name}") as response:
        assert response.headers["ETag"] == f'"{digest}"'
        assert "immutable" in response.headers["Cache-Control"]
        assert int(response.headers["Content-Length"]) == len(response.data)


def test_a_digest_leads_to_the_version(client: FlaskClient) -> None:
    """Either form of the digest is an address."""
    for digest in ("0123456789abcdef", "0123456789abcdef" * 4):
        response = client.get(f"/release/{digest}/dump.nq")
        assert response.status_code in (302, 303, 307)
        assert response.headers["Location"] == f"/release/{__version__}/dump.nq"


def test_the_dataset_describes_itself(client: FlaskClient) -> None:
    """VoID stands at its well-known place, in Turtle unless asked otherwise."""
    assert "void:Dataset" in client.get("/.well-known/void").text
    assert (
        client.get("/.well-known/void", headers={"Accept": "application/n-triples"}).mimetype
        == "application/n-triples"
    )


def test_probes_answer(client: FlaskClient) -> None:
    """Alive, and able to answer."""
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"
