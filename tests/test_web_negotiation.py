"""Which representation a client gets, for every Accept header that was ever trouble."""

import pytest

from diaspora_influence.web.documents import BY_MEDIA_TYPE, OFFERS
from diaspora_influence.web.errors import NotAcceptableError
from diaspora_influence.web.negotiate import choose, require

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

CASES = [
    (None, "ttl"),
    ("", "ttl"),
    ("   ", "ttl"),
    ("*/*", "ttl"),
    ("*/*;q=0.1", "ttl"),
    ("*", "ttl"),
    ("garbage", "ttl"),
    (";;;,,,", "ttl"),
    ("/", "ttl"),
    ("text/", "ttl"),
    ("text/turtle", "ttl"),
    ("TEXT/Turtle", "ttl"),
    ("text/turtle; charset=utf-8", "ttl"),
    ('text/turtle;version="1.2"', "ttl"),
    ("application/ld+json;profile=http://www.w3.org/ns/json-ld#compacted", "jsonld"),
    ("text/turtle;charset=utf-8;q=0.2, application/n-triples;q=0.3", "nt"),
    ("text/turtle;q=0.0001", "ttl"),
    ("text/turtle;q=0, */*", "html"),
    ("text/turtle;q=0, text/html;q=0, */*;q=0.5", "jsonld"),
    ("text/turtle;q=0.5, text/html;q=0.5", "ttl"),
    ("text/html, text/turtle;q=0.9", "html"),
    ("text/*", "ttl"),
    ("application/*", "jsonld"),
    ("application/rdf+xml", "rdf"),
    ("application/xml", "rdf"),
    ("text/html, application/xml", "html"),
    ("application/json", "jsonld"),
    ("application/xhtml+xml", "html"),
    ("image/png, application/n-triples;q=0.1", "nt"),
    (BROWSER, "html"),
]


@pytest.mark.parametrize(("header", "suffix"), CASES)
def test_the_best_offer_is_chosen(header: str | None, suffix: str) -> None:
    """Each header gets the representation that it likes best."""
    chosen = choose(header, OFFERS)
    assert chosen is not None
    assert BY_MEDIA_TYPE[chosen].suffix == suffix


def test_the_list_of_headers_is_whole() -> None:
    """No case was lost."""
    assert len(CASES) == 30


@pytest.mark.parametrize(
    "header", ["image/png", "text/turtle;q=0", "*/*;q=0", "image/*, text/csv", "text/turtle;q=0, image/png"]
)
def test_what_is_not_on_offer_is_refused_with_the_list(header: str) -> None:
    """A header that accepts nothing of ours is told what there is."""
    assert choose(header, OFFERS) is None
    with pytest.raises(NotAcceptableError) as caught:
        require(header, OFFERS)
    assert caught.value.offered == list(OFFERS)
    assert caught.value.status == 406
