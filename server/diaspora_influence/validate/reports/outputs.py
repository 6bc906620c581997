"""Where reports go: `--output [FORMAT=]FILE`, each file written whole or not at all."""

import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Final

from diaspora_influence.errors import InputError
from diaspora_influence.record import record
from diaspora_influence.validate.choices import FORMATS

FOR_PEOPLE: Final = ("text", "concise", "github")
"""The formats that say on standard output what could not be read, so that nothing says it twice."""
STDOUT: Final = "-"


@record
class Output:
    """One report: its format, and the file it goes to; `-` is standard output."""

    format: str
    file: str


def outputs(words: Collection[str], plain: str, quiet: bool) -> list[Output]:
    """Return where reports go by the words of `--output`.

    *plain* is the format of those that name none. Standard output gets a report in it unless a FILE without a
    format takes its place or *quiet* is said.
    Raises InputError for an unknown format and for two reports in one file.
    """
    found = [_output(word, plain) for word in words]
    bare = any("=" not in word for word in words)
    if not bare and not quiet and STDOUT not in [output.file for output in found]:
        found.append(Output(plain, STDOUT))
    taken: set[str] = set()
    for output in found:
        name = output.file if output.file == STDOUT else str(Path(output.file).resolve())
        if name in taken:
            raise InputError(f"{output.file}: two reports cannot go to one file")
        taken.add(name)
    return found


def _output(word: str, plain: str) -> Output:
    name, equals, file = word.partition("=")
    if not equals:
        name, file = plain, word
    if name not in FORMATS:
        raise InputError(f"--output {word}: {name} is no format; there are {', '.join(FORMATS)}")
    if not file:
        raise InputError(f"--output {word}: no file is named")
    return Output(name, file)


def send(said: str | bytes, output: Output) -> None:
    """Write one report to where it goes, in UTF-8; InputError where the file cannot be written."""
    if isinstance(said, str) and output.file == STDOUT and output.format in FOR_PEOPLE:
        kind = sys.stdout.encoding or "utf-8"
        sys.stdout.write(said.encode(kind, "backslashreplace").decode(kind))
        return
    content = said if isinstance(said, bytes) else said.encode("utf-8", "replace")
    if output.file != STDOUT:
        write_whole(Path(output.file), content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def write_whole(path: Path, content: bytes) -> None:
    """Put *content* at *path* by one rename, so that nobody reads half of it; a device or pipe is written to.

    A link keeps leading to the file that it leads to. Raises InputError where it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        target = path.resolve()
        part = target.with_name(f".{target.name[:200]}.{os.getpid()}.part")
        try:
            part.write_bytes(content)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
