"""What can be downloaded: the list, the files of this release, and their checksums."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import flask
from werkzeug.wrappers.response import Response

from diaspora_influence.release.read import File
from diaspora_influence.release.seal import CHECKSUMS
from diaspora_influence.settings import Settings
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.errors import UnknownThingError
from diaspora_influence.web.headers import keep_out, tagged

YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True)
class Releases:
    """The files of the release in service."""

    dataset: Dataset
    settings: Settings

    def register(self, app: flask.Flask) -> None:
        """Add the addresses to *app*."""
        app.add_url_rule("/data/", "data", self.listing, strict_slashes=False)
        app.add_url_rule("/release/<version>/<path:name>", "release", self.download)

    @cached_property
    def files(self) -> dict[str, File]:
        """Return path to file, for exactly what the release lists; no other path is ever opened."""
        return {file.path: file for file in self.dataset.release.files}

    def listing(self) -> Response:
        """Return the page that lists every file with size and digest."""
        html = flask.render_template("data.html", files=self.files, path="/data/")
        return tagged(html.encode(), "text/html; charset=utf-8", "html")

    def download(self, version: str, name: str) -> Response:
        """Return one file for good, or lead from the release's digest to its version."""
        release = self.dataset.release
        if name not in {*self.files, CHECKSUMS} or version not in (
            release.version,
            release.digest,
            release.digest[:16],
        ):
            listing = flask.request.script_root + "/data/"
            raise UnknownThingError(
                "This release has no such file.", [(listing, "the files of this release")]
            )
        if version != release.version:
            return flask.redirect(f"{flask.request.script_root}/release/{release.version}/{name}")
        return self.checksums() if name == CHECKSUMS else self.immutable(self.files[name])

    def checksums(self) -> Response:
        """Return the SHA-256 of every file for download, as `sha256sum --check` reads it."""
        lines = "".join(f"{file.sha256}  {path}\n" for path, file in self.files.items())
        return tagged(lines.encode(), "text/plain; charset=utf-8", "txt")

    def immutable(self, file: File) -> Response:
        """Return *file* with the digest of its manifest as ETag, to be kept for ever."""
        path = self.dataset.release.directory / file.path
        response = flask.send_file(
            path, mimetype=file.media_type, etag=file.sha256, last_modified=None, max_age=YEAR
        )
        response.cache_control.public = True
        response.cache_control.immutable = True
        keep_out(response)
        return response
