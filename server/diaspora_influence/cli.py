"""The command `dio`: one table of commands, each imported only when it is called."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, cast

from diaspora_influence import __version__
from diaspora_influence.errors import DioError
from diaspora_influence.validate.collector import without_collector

COMMANDS: Final[dict[str, str]] = {
    "build": "compile the Turtle into a release",
    "check": "let HermiT judge consistency and classification",
    "export": "write the release in the format of another tool",
    "locate": "find a passage of the source text and print its evidence node",
    "new": "print a filled-in Turtle skeleton of a claim",
    "query": "ask the release, or an endpoint, in SPARQL",
    "serve": "serve the release over HTTP",
    "stats": "count claims by group, or recompute the agreement of two coders",
    "validate": "judge Turtle by the shapes",
    "verify": "recompute every passage from the source text; --coverage: claims line by line",
    "why": "say from what a triple follows, or what is missing",
}
"""Command to its help line; its module is `diaspora_influence.commands.<command>`."""

EPILOG: Final = "Exit codes: 0 fine, 1 findings, 2 misuse or unreadable input, 3 internal error or limit."

USUAL: Final = 80
"""Columns of a terminal that does not tell."""


def columns() -> int:
    """Return how wide the terminal is, as `shutil.get_terminal_size` does, which takes long to import."""
    with suppress(ValueError):
        said = int(os.environ.get("COLUMNS", 0))
        if said > 0:
            return said
    with suppress(OSError):
        return os.get_terminal_size().columns or USUAL
    return USUAL


class Listed(argparse.ArgumentParser):
    """The parser of a command that is listed and not called."""

    def __init__(self, **_: object) -> None:
        """Make nothing: to make ten parsers takes a fifth of the time of --help."""


def made(**given: Any) -> argparse.ArgumentParser:
    """Return the parser of a command, which has a description if it is the one that is called."""
    return argparse.ArgumentParser(**given) if "description" in given else Listed()


def parser_for(name: str | None, others: bool = True) -> argparse.ArgumentParser:
    """Return the parser with the arguments of *name* filled in, and the *others* listed."""
    width = columns() - 2
    parser = argparse.ArgumentParser(
        prog="dio",
        description="Work with diaspora-influence.",
        epilog=EPILOG,
        formatter_class=partial(argparse.HelpFormatter, width=width),
    )
    parser.add_argument("--version", action="version", version=f"dio {__version__}")
    commands: Any = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=cast(Any, made)
    )
    for command, line in COMMANDS.items():
        if command != name:
            if others:
                commands.add_parser(command, help=line)
            continue
        module = importlib.import_module(f"diaspora_influence.commands.{command}")
        sub = commands.add_parser(
            command,
            help=line,
            description=module.__doc__,
            epilog=EPILOG,
            formatter_class=partial(argparse.RawDescriptionHelpFormatter, width=width),
        )
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; an error is one sentence on standard error."""
    words = list(sys.argv[1:] if argv is None else argv)
    name = next((word for word in words if word in COMMANDS), None)
    with without_collector():  # modules and parsers are no garbage
        parser = parser_for(name, others=words[:1] != [name])
        args = parser.parse_args(words)
    try:
        return int(args.run(args))
    except DioError as error:
        print(f"dio {args.command}: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        return 0  # the reader, `head` say, has seen enough
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
