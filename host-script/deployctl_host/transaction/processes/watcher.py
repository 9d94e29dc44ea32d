"""The watcher of retiring containers: a process of its own that waits for their ends, whoever else dies."""

import time

from ...config import definition
from ...docker.api import Engine
from ...errors import HostError
from ...store import retiring as records
from ...store import state
from .. import launch
from . import retiring

LOOK = 0.2
SLOWEST = 2.0
# A daemon that does not answer for so long was stopped on purpose. The next call settles when it is back.
GIVE_UP = 3600.0
# A call that settles has the lock for a moment.
TURN = 10.0


def watch_over(scope):
    """Settles the retiring containers that nobody watches, and starts a watcher for those that still run."""
    with scope.tolerant('retiring'):
        if retiring.settle_left_over(scope):
            launch.watch_retiring(scope.app)


def main(app):
    """Watches the retiring containers of an app until all have ended. Returns an exit code; at once if one is at work.
    """
    launch.outlive_caller()
    app_state = state.AppState(app)
    watcher = retiring.of_watcher(app)
    engine = Engine(definition.load_host().docker)
    # Another container may begin to retire just before the lock is free: its transaction found the watcher at work.
    while records.pending(app_state) and watcher.take(TURN):
        try:
            _watch(engine, app_state)
        except HostError:
            return 1
        finally:
            watcher.release()
    return 0


def _watch(engine, app_state):
    pause, silent = LOOK, None
    while True:
        try:
            if not retiring.settle(engine, app_state):
                return
            silent = None
        except HostError:   # the daemon may be restarting
            engine = Engine(engine.config)
            silent = silent or time.monotonic()
            if time.monotonic() - silent > GIVE_UP:
                raise
        time.sleep(pause)
        pause = min(pause * 1.1, SLOWEST)
