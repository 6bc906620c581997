"""The validator's process, a program of its own as `sparql.engine` is: it ends when its lifeline closes.

Nothing ever forks from the front, which has threads.
"""

import gc
import json
import shutil
import socket
import sys
from pathlib import Path

from diaspora_influence.errors import DioError
from diaspora_influence.sparql import confine, wire
from diaspora_influence.sparql.engine import say, say_ready
from diaspora_influence.sparql.limits import Limits
from diaspora_influence.web.validator.judging import warm
from diaspora_influence.web.validator.keeper import Keeper


def main(folder: Path, limits: Limits) -> None:
    """Run the validator with its socket in *folder*, which it removes at its end."""
    confine.leave_network()
    confine.deepen_stack()
    try:
        warm()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(folder / wire.SOCKET))
        listener.listen(limits.workers + 1)
        gc.collect()
        gc.freeze()
        Keeper(listener, limits).run(say_ready)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Limits(**json.loads(sys.argv[3])))
    except (DioError, OSError, SyntaxError, ValueError) as error:
        say({"error": str(error)})
        sys.exit(1)
