"""The addresses of things: a 303 to the best representation, and each representation under its suffix."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence.settings import Settings
from diaspora_influence.terms import CC_BY, SKOS
from diaspora_influence.web import claims, sheets, views
from diaspora_influence.web.conclusions import conclusions
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.documents import BY_MEDIA_TYPE, BY_SUFFIX, DOCUMENTS, OFFERS, write
from diaspora_influence.web.errors import UnknownThingError, WithdrawnError
from diaspora_influence.web.figures import figures
from diaspora_influence.web.headers import keep_out, tagged
from diaspora_influence.web.identifiers import identifiers
from diaspora_influence.web.links import local
from diaspora_influence.web.mentions import groups, roles
from diaspora_influence.web.negotiate import require
from diaspora_influence.web.positions import positions
from diaspora_influence.web.relations import relations
from diaspora_influence.web.things import KINDS, SLUG, Status, Things
from diaspora_influence.web.timeline import timeline

Sections = dict[str, Callable[[Dataset, str], tuple[Any, ...]]]
CLAIM_SECTIONS: Final[Sections] = {
    "positions": positions,
    "relations": relations,
    "reasons": claims.reasons,
    "conclusions": conclusions,
}
THING_SECTIONS: Final[Sections] = {
    "timeline": timeline,
    "figures": figures,
    "identifiers": identifiers,
    "positions": positions,
    "conclusions": conclusions,
    "groups": groups,
    "relations": relations,
    "roles": roles,
}
"""What a page shows beside the facts, to who reads it; what is empty is left out."""


def see_other(path: str) -> flask.Response:
    """Return a 303 from a thing to the representation of it that the client likes best."""
    document = BY_MEDIA_TYPE[require(flask.request.headers.get("Accept"), OFFERS)]
    response = moved(f"{path}.{document.suffix}")
    response.vary.add("Accept")
    return response


def moved(path: str) -> flask.Response:
    """Return a 303 to *path* on this host."""
    place = flask.request.script_root + path
    return flask.Response(
        f"See {place}\n", 303, {"Location": place}, content_type="text/plain; charset=utf-8"
    )


def alternates(path: str) -> list[tuple[str, str, str]]:
    """Return href, media type and name of each representation of *path*."""
    root = flask.request.script_root
    return [(f"{root}{path}.{one.suffix}", one.media_type, one.name) for one in DOCUMENTS]


def split(name: str) -> tuple[str, str | None]:
    """Return slug and suffix; a name without a suffix that we write is all slug."""
    slug, dot, suffix = name.rpartition(".")
    return (slug, suffix) if dot and suffix in BY_SUFFIX else (name, None)


@dataclass(frozen=True)
class Linked:
    """The things of a dataset at their addresses."""

    dataset: Dataset
    settings: Settings

    @cached_property
    def things(self) -> Things:
        """Return the one reader of things, which remembers their names."""
        return Things(self.dataset)

    def register(self, app: flask.Flask) -> None:
        """Add the addresses to *app*."""
        for kind in KINDS:
            app.add_url_rule(f"/{kind}/<path:name>", kind, partial(self.thing, kind))
        app.add_url_rule("/case/<path:name>", "case", self.case)

    def case(self, name: str) -> flask.Response:
        """Lead from /case/georgia to the case itself."""
        slug, suffix = split(name)
        path = f"/id/case-{slug}"
        self.status("id", f"case-{slug}")
        return see_other(path) if suffix is None else moved(f"{path}.{suffix}")

    def thing(self, kind: str, name: str) -> Response:
        """Answer for one address: a redirect, a page or data."""
        slug, suffix = split(name)
        status = self.status(kind, slug)
        response: Response
        if suffix is None:
            response = see_other(f"/{kind}/{slug}")
        elif suffix == "html":
            response = self.page(kind, slug, status)
        else:
            response = self.data(kind, slug, suffix, status)
        if status.adverse or status.withdrawn:
            keep_out(response)
        return response

    def status(self, kind: str, slug: str) -> Status:
        """Return the status of a thing; UnknownThingError, with the nearest names, where there is none."""
        found = self.things.status(KINDS[kind] + slug) if SLUG.fullmatch(slug) else None
        if found is None:
            near = [(flask.request.script_root + path, label) for path, label in self.things.nearest(slug)]
            raise UnknownThingError("Nothing in this release has this address.", near)
        return found

    def data(self, kind: str, slug: str, suffix: str, status: Status) -> Response:
        """Return the data of a thing; raise WithdrawnError where it was withdrawn."""
        path = f"/{kind}/{slug}"
        if status.withdrawn:
            hint = f"its page says why: {flask.request.script_root}{path}.html"
            raise WithdrawnError("This was withdrawn.", status.replaced_by, hint)
        body = write(self.things.data(KINDS[kind] + slug), suffix)
        response = tagged(body, BY_SUFFIX[suffix].content_type, suffix)
        for href, media_type, _ in alternates(path):
            response.headers.add("Link", f'<{href}>; rel="alternate"; type="{media_type}"')
        response.headers.add("Link", f'<{CC_BY}>; rel="license"')
        return response

    def page(self, kind: str, slug: str, status: Status) -> Response:
        """Return the page of a thing for people."""
        thing = views.thing(self.dataset, KINDS[kind] + slug)
        build = self.claim_page if kind == "claim" else self.thing_page
        html = flask.render_template(
            f"{'claim' if kind == 'claim' else 'thing'}.html",
            thing=thing,
            status=status,
            noindex=status.adverse or status.withdrawn,
            path=f"/{kind}/{slug}.html",
            alternates=[] if status.withdrawn else alternates(f"/{kind}/{slug}"),
            replacements=[local(iri) for iri in status.replaced_by],
            **build(thing),
        )
        return tagged(html.encode(), "text/html; charset=utf-8", "html")

    def claim_page(self, thing: views.Thing) -> dict[str, Any]:
        """Return what the page of a claim shows beside the thing."""
        return {
            "headline": claims.headline(thing),
            "facets": claims.facets(self.dataset, thing),
            "direct": claims.direct(self.dataset, thing.iri),
            **self.sections(CLAIM_SECTIONS, thing),
        }

    def thing_page(self, thing: views.Thing) -> dict[str, Any]:
        """Return what the page of anything else shows beside the thing."""
        sheet = sheets.sheet(thing)
        return {
            "headline": sheets.headline(thing, sheet),
            "definition": thing.first(SKOS + "definition"),
            "caption": sheet.caption,
            "facts": sheets.facts(thing, sheet),
            **self.sections(THING_SECTIONS, thing),
        }

    def sections(self, table: Sections, thing: views.Thing) -> dict[str, Any]:
        """Return each section of *table* as it is read of the thing."""
        return {name: read(self.dataset, thing.iri) for name, read in table.items()}
