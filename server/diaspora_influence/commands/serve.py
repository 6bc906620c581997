"""Serve the release over HTTP: SPARQL, linked data and pages.

Builds the release on first start, and again where the Turtle or the program has changed since; a build that
fails leaves the release before it in service. Queries run in worker processes of their own, under the limits
below. Prints one line with the address when it is ready; ends on SIGTERM or Ctrl-C, once what was asked is
answered.

Example:
    dio serve --port 8080 --contact corrections@example.org
"""

import argparse
import logging
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from diaspora_influence.errors import FindingsError, InputError
from diaspora_influence.release.read import Release, is_stale, open_current
from diaspora_influence.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the settings, and whether to build."""
    Settings.add_arguments(parser)
    parser.add_argument(
        "--no-build", action="store_true", help="serve the release that is there, stale or not"
    )


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    settings = Settings.from_environment(vars(args))
    signal.signal(signal.SIGTERM, leave)
    logging.basicConfig(level=logging.WARNING, format="dio serve: %(levelname)s: %(message)s")
    from diaspora_influence.web.listen import bound

    with bound(settings.host, settings.port) as listener:
        release = open_current(settings.release_dir) if args.no_build else fresh(settings.release_dir)
        serve(release, settings, listener)
    return 0


def fresh(release_dir: Path) -> Release:
    """Return the release in service, built first where there is none or where it is stale.

    Raises FindingsError or InputError, as the build did, where it fails and there is no release before it.
    """
    last = existing(release_dir)
    if last and not is_stale(last):
        return last
    say("building the release first" if last is None else "the sources have changed; building again")
    # A process of its own: what the shapes' judge leaves behind in it, memory and switches, goes with it.
    command = [sys.executable, "-m", "diaspora_influence.cli", "build", "--release-dir", str(release_dir)]
    code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode
    if code == 0:
        return open_current(release_dir)
    if last is None:
        kind = FindingsError if code == FindingsError.exit_code else InputError
        raise kind("the build failed, and there is no release before it to serve")
    say(f"the build failed; the release before it, {last.digest[:16]}, stays in service")
    return last


def existing(release_dir: Path) -> Release | None:
    """Return the release in service, None where there is none that can be read."""
    try:
        return open_current(release_dir)
    except InputError:
        return None


def serve(release: Release, settings: Settings, listener: socket.socket) -> None:
    """Start the engine, then the front, and serve until told to stop."""
    from diaspora_influence.sparql.client import Pool
    from diaspora_influence.web.app import Dataset, create_app
    from diaspora_influence.web.front import Front
    from diaspora_influence.web.listen import url

    with Pool(release.directory, settings.limits, reserve=1) as pool:
        front = Front(create_app(Dataset(release, pool), settings), listener, settings)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: front.stop())
        print(f"Serving release {release.version} ({release.digest[:16]}) at {url(listener)}", flush=True)
        front.run()


def leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """End before there is anything to drain; what was started is stopped on the way out."""
    sys.exit(0)


def say(line: str) -> None:
    """Say one line of progress on standard error."""
    print(f"dio serve: {line}", file=sys.stderr, flush=True)
