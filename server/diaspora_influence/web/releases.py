"""What can be downloaded: the list, the files of this release, and what the dataset says of itself."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence.release.read import File
from diaspora_influence.settings import Settings
from diaspora_influence.terms import METADATA
from diaspora_influence.web.dataset import Dataset, query
from diaspora_influence.web.documents import BY_MEDIA_TYPE, OFFERS, canonical, write
from diaspora_influence.web.errors import UnknownThingError
from diaspora_influence.web.headers import tagged
from diaspora_influence.web.negotiate import require

YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True)
class Releases:
    """The files of the release in service, and its metadata."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the addresses to *app*."""
        app.add_url_rule("/data/", "data", self.listing)
        app.add_url_rule("/release/<version>/<path:name>", "release", self.download)
        app.add_url_rule("/.well-known/void", "void", self.void)

    @cached_property
    def files(self) -> dict[str, File]:
        """Return name to file, for exactly what the release lists; no other path is ever opened."""
        return {PurePosixPath(file.path).name: file for file in self.dataset.release.files}

    def listing(self) -> Response:
        """Return the page that lists every file with size and digest."""
        html = flask.render_template("data.html", files=self.files, path="/data/")
        return tagged(html.encode(), "text/html; charset=utf-8", "html")

    def download(self, version: str, name: str) -> Response:
        """Return one file for good, or lead from the release's digest to its version."""
        release = self.dataset.release
        if name not in self.files or version not in (release.version, release.digest, release.digest[:16]):
            listing = flask.request.script_root + "/data/"
            raise UnknownThingError(
                "This release has no such file.", [(listing, "the files of this release")]
            )
        if version != release.version:
            return flask.redirect(f"{flask.request.script_root}/release/{release.version}/{name}")
        return self.immutable(self.files[name])

    def immutable(self, file: File) -> Response:
        """Return *file* with the digest of its manifest as ETag, to be kept for ever."""
        path = self.dataset.release.directory / file.path
        response = flask.send_file(
            path, mimetype=file.media_type, etag=file.sha256, last_modified=None, max_age=YEAR
        )
        response.cache_control.public = True
        response.cache_control.immutable = True
        return response

    def void(self) -> Response:
        """Return what the dataset says of itself: VoID and DCAT, Turtle unless asked otherwise."""
        document = BY_MEDIA_TYPE[
            require(flask.request.headers.get("Accept"), [o for o in OFFERS if "html" not in o])
        ]
        triples = canonical(self.dataset.triples(query("graph").replace("$graphs", f"<{METADATA}>")))
        return tagged(write(triples, document.suffix), document.content_type, document.suffix)
