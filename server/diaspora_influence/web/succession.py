"""A new release comes into service while the server runs: no request is dropped, none is answered by both.

What was asked of the release before is answered by it; its engine ends once nothing of that can be left.
"""

import gc
import logging
import threading
from collections.abc import Callable
from typing import Final

from diaspora_influence.errors import DioError
from diaspora_influence.release.read import Release, open_current
from diaspora_influence.settings import Settings
from diaspora_influence.sparql.client import PATIENCE, Pool
from diaspora_influence.web.app import create_app
from diaspora_influence.web.dataset import Dataset
from diaspora_influence.web.front import GRACE, Front

LOOK: Final = 1.0
"""Seconds between two looks at which release is in service."""

logger: Final = logging.getLogger(__name__)


class Succession:
    """Watches the folder of releases in a thread of its own, and lets *front* answer by the newest."""

    def __init__(
        self, front: Front, dataset: Dataset, settings: Settings, say: Callable[[str], None]
    ) -> None:
        """Take what is served now; *say* tells the operator of each change."""
        self.front, self.dataset, self.settings, self.say = front, dataset, settings, say
        self.refused = ""
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.watch, name="succession", daemon=True)
        self.retired: list[Pool] = []

    def start(self) -> None:
        """Begin to watch."""
        self.thread.start()

    def stop(self) -> None:
        """Watch no more, and end every engine, the one in service too."""
        self.ending.set()
        if self.thread.is_alive():
            self.thread.join()
        for pool in (*self.retired, self.dataset.pool):
            pool.stop()

    def watch(self) -> None:
        """Look again and again."""
        while not self.ending.wait(LOOK):
            try:
                self.look()
            except Exception as error:  # a thread that ended here would leave every later release out
                logger.error("a new release was not looked at", exc_info=error)

    def look(self) -> None:
        """Bring the release in service in, where it is another; one that cannot be opened is told once."""
        try:
            release = open_current(self.settings.release_dir)
        except DioError:
            return  # one that is being replaced, or was removed: what is served goes on
        if release.digest in (self.dataset.release.digest, self.refused):
            return
        pool = Pool(release.directory, self.settings.limits, self.dataset.pool.reserve)
        try:
            pool.start()
            self.succeed(Dataset(release, pool))
        except Exception as error:
            pool.stop()
            self.refused = release.digest
            self.say(f"{name_of(release)} cannot be served ({error}); the one before stays")

    def succeed(self, dataset: Dataset) -> None:
        """Let the front answer by *dataset*, and end the engine before it when its last answer is out."""
        app = create_app(dataset, self.settings, self.front.answering.observer)
        self.front.succeed(app, dataset)
        before, self.dataset = self.dataset, dataset
        self.say(f"{name_of(dataset.release)} is in service now")
        self.retired.append(before.pool)
        threading.Thread(target=self.retire, args=(before.pool,), daemon=True).start()

    def retire(self, pool: Pool) -> None:
        """End *pool* after the longest that a question to it can take."""
        self.ending.wait((PATIENCE + 1) * self.settings.limits.time + GRACE)
        pool.stop()
        gc.unfreeze()  # the app before was frozen at the start
        gc.collect()
        gc.freeze()


def name_of(release: Release) -> str:
    """Return how a release is called on one line."""
    return f"release {release.version} ({release.digest[:16]})"
