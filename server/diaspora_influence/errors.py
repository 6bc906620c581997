"""The one error family: a sentence for the reader, an exit code and an HTTP status for the machine."""

from typing import ClassVar


class DioError(Exception):
    """An error that a user can mend; its text names what, where and how."""

    exit_code: ClassVar[int] = 2
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Error"


class InputError(DioError):
    """The input cannot be read or is not what was asked for."""

    status = 400
    title = "Unreadable input"


class FindingsError(DioError):
    """The input was read and judged, and it does not pass."""

    exit_code = 1
    status = 422
    title = "Findings"


class MissingToolError(DioError):
    """A program or file that this machine lacks is needed."""

    status = 500
    title = "Missing tool"


class InternalError(DioError):
    """The program or a limit of it failed, not the input."""

    exit_code = 3
    title = "Internal error"
