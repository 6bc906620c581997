"""Serve the release over HTTP: SPARQL, linked data and pages.

Builds the release on first start, and again where the Turtle or the program has changed since; a build that
fails leaves the release before it in service. Queries run in worker processes of their own, under the limits
below. Prints one line with the address when it is ready; ends on SIGTERM or Ctrl-C, once what was asked is
answered.

With --scratch it serves an empty dataset in memory instead, which takes updates at /sparql and graphs at
/graph-store: for trying things out, and for the W3C's protocol tests.

Example:
    dio serve --port 8080 --contact corrections@example.org
"""

import argparse
import gc
import logging
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

from diaspora_influence.errors import FindingsError, InputError
from diaspora_influence.release.read import Release, is_stale, open_current
from diaspora_influence.settings import Settings

if TYPE_CHECKING:
    from diaspora_influence.sparql.client import Pool
    from diaspora_influence.web.front import Front

RARELY: Final = 20_000
"""Objects made and not freed after which the interpreter looks for cycles among them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the settings, and whether to build."""
    Settings.add_arguments(parser)
    parser.add_argument(
        "--no-build", action="store_true", help="serve the release that is there, stale or not"
    )
    parser.add_argument(
        "--scratch",
        action="store_true",
        help="serve an empty dataset that takes updates, on this machine alone, and no release",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    settings = replace(Settings.from_environment(vars(args)), scratch=args.scratch)
    signal.signal(signal.SIGTERM, leave)
    logging.basicConfig(level=logging.WARNING, format="dio serve: %(levelname)s: %(message)s")
    from diaspora_influence.web.listen import bound

    with bound(settings.host, settings.port) as listener:
        serve(release_for(settings, listener, args.no_build), settings, listener)
    return 0


def release_for(settings: Settings, listener: socket.socket, no_build: bool) -> Release:
    """Return what is to be served; in scratch mode nothing, on this machine alone, and loudly."""
    if settings.scratch:
        from diaspora_influence.web.scratch import LOUD, no_release, require_loopback

        require_loopback(settings.host, listener.getsockname()[0])
        say(LOUD)
        return no_release()
    return open_current(settings.release_dir) if no_build else fresh(settings.release_dir)


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
    pool = pool_for(release, settings)
    try:
        with ThreadPoolExecutor(1) as threads:
            started = threads.submit(pool.start)  # the engine starts while the app is imported
            from diaspora_influence.web.app import Dataset, create_app
            from diaspora_influence.web.front import Front
            from diaspora_influence.web.listen import url
            from diaspora_influence.web.succession import Succession, name_of

            started.result()
        dataset = Dataset(release, pool)
        hot = None if settings.scratch else dataset  # what changes is neither kept nor answered past the app
        front = Front(create_app(dataset, settings), listener, settings, hot)
        succession = Succession(front, dataset, settings, say)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: front.stop())
        name = "scratch" if settings.scratch else name_of(release)
        print(f"Serving {name} at {url(listener)}", flush=True)
        if not settings.scratch:
            succession.start()
            threading.Thread(target=settle, args=(pool, front), name="settle", daemon=True).start()
        gc.freeze()  # what the start has made stays; what a request makes is freed without a search
        gc.set_threshold(RARELY)
        front.run()
        succession.stop()
    finally:
        pool.stop()


def pool_for(release: Release, settings: Settings) -> "Pool":
    """Return what answers for *release*, or the scratch dataset; nothing runs yet."""
    if settings.scratch:
        from diaspora_influence.sparql.scratch.client import ScratchPool

        return ScratchPool(settings.limits)
    from diaspora_influence.sparql.client import Pool

    return Pool(release.directory, settings.limits, reserve=1, quick=True)


def settle(pool: "Pool", front: "Front") -> None:
    """Do what the first answers need not wait for, now that they are given.

    The patterns of the guard and the app's routes are compiled, which would hold up whoever is asked for at
    the first refusal, and the release is answered from memory; where it cannot be, that is a warning.
    """
    from diaspora_influence.sparql.errors import SparqlError
    from diaspora_influence.sparql.guard import examine

    examine("ASK {}", pool.limits)
    front.answering.gateway.app.url_map.update()
    try:
        pool.take_over()
    except SparqlError as error:
        logging.getLogger(__name__).warning("answers come from disk, which takes longer: %s", error)


def leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """End before there is anything to drain; what was started is stopped on the way out."""
    sys.exit(0)


def say(line: str) -> None:
    """Say one line of progress on standard error."""
    print(f"dio serve: {line}", file=sys.stderr, flush=True)
