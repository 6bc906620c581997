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


class PlacedError(InputError):
    """Input that cannot be read, with the file, the line and, where it is known, the column, from 1."""

    def __init__(self, file: str, line: int, column: int | None, said: str) -> None:
        place = f"{file}:{line}" if column is None else f"{file}:{line}:{column}"
        super().__init__(f"{place}: {said}")
        self.file, self.line, self.column, self.said = file, line, column, said


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
