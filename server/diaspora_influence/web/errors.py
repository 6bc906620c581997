"""The errors of the web room: a status, a sentence, and what helps the client further."""

from collections.abc import Sequence

from diaspora_influence.errors import DioError


class WebError(DioError):
    """An HTTP request that cannot be answered as asked."""

    status = 400
    title = "Bad request"

    def __init__(self, detail: str, *, hint: str | None = None) -> None:
        super().__init__(detail)
        self.hint = hint


class NotAcceptableError(WebError):
    """None of the representations on offer is acceptable to the client."""

    status = 406
    title = "Not acceptable"

    def __init__(self, offered: Sequence[str]) -> None:
        super().__init__(
            "None of the media types in the Accept header, or of the formats asked for, is on offer."
        )
        self.offered = list(offered)


class MediaTypeError(WebError):
    """The body has a media type or a character encoding that is not taken here."""

    status = 415
    title = "Unsupported media type"


class RefusedError(WebError):
    """The request is understood, and not allowed here."""

    status = 403
    title = "Refused"


class UnknownThingError(WebError):
    """Nothing has this address; the nearest names that exist are handed along."""

    status = 404
    title = "Not found"

    def __init__(self, detail: str, suggestions: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(detail)
        self.suggestions = [{"path": path, "label": label} for path, label in suggestions]


class WithdrawnError(WebError):
    """The thing was withdrawn; its page for people remains and says why."""

    status = 410
    title = "Withdrawn"

    def __init__(self, detail: str, replaced_by: Sequence[str], hint: str) -> None:
        super().__init__(detail, hint=hint)
        self.replaced_by = list(replaced_by)


class TargetTooLongError(WebError):
    """The request line is longer than is read."""

    status = 414
    title = "Request line too long"
