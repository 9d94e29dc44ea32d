"""The watcher of a held release: a process of its own that abandons the release when its time is over."""

import time

from ... import events, lock
from ...errors import HostError
from ...store import held, state
from ...store.request import TransactionRequest
from ...store.transactions import TransactionRecord
from .. import launch

LOOK = 2.0
# Somebody has locked the app, or changes it now: a promote may be under way.
RETRY = 5.0
# How long a call that finds the time over waits for the removal.
LONGEST = 300.0
# A watcher that ends has its lock for a moment longer.
TURN = 3.0


def watch_over(scope):
    """Starts a watcher for a held release that nobody watches."""
    with scope.tolerant('held'):
        look_after(scope.state)


def look_after(app_state):
    """Starts a watcher for the held release of an app, if it has one that nobody watches."""
    if held.load(app_state) is not None and not _lock(app_state.app).busy():
        launch.watch_held(app_state.app)


def main(app):
    """Watches the held release of an app until it is held no longer. Returns an exit code; at once if one is at work.
    """
    launch.outlive_caller()
    app_state = state.AppState(app)
    watcher = _lock(app)
    # The next release may be held just before the lock is free: its transaction found the watcher at work.
    while held.load(app_state) and watcher.take(TURN):
        try:
            _watch(app_state)
        finally:
            watcher.release()
    return 0


def _watch(app_state):
    while True:
        found = held.load(app_state)
        if found is None:
            return
        if found.left() > 0:
            time.sleep(min(found.left(), LOOK))
        elif not _abandoned(app_state, found):
            time.sleep(RETRY)


def _abandoned(app_state, found):
    try:
        return abandon(app_state, found)
    except (HostError, OSError):    # a full disk, for example: nobody is there to be told
        return False


def abandon(app_state, found):
    """Abandons a held release by a transaction of this host's own. Returns whether it is held no longer."""
    if app_state.deploy_lock() is not None or lock.Lock(app_state.app).busy():
        return False
    record = TransactionRecord(app_state, state.new_rollout_id())
    if not record.create(TransactionRequest(
            verb='abandon', by=held.BY_ITSELF, asked=events.now(), app=app_state.app, release=found.release)):
        return False
    launch.launch(app_state.app, record.rollout)
    if not _has_ended(record):
        record.forget()
    return held.release_of(app_state) != found.release


def _has_ended(record):
    """Waits for the end of a transaction. Returns False if its worker refused it, or never began."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        if record.finish() is not None or not record.exists:     # the app was removed
            return True
        if record.refused() is not None:
            return False
        time.sleep(0.1)
    return record.begun


def _lock(app):
    """Returns the lock that the watcher of an app holds."""
    return lock.Lock(app + '.held')
