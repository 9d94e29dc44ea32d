"""Step `drain`: waits until no connection to the old release is left."""

import time

from ... import journal, sockets
from ...docker import containers
from ...errors import HostError
from ...nginx import process
from .. import release, routing
from ..release_containers import RUNNING

LOOK = 0.1
TELL = 1.0


def drain_old(transaction):
    """Drains the release that was live before, if another one is now. Only a web part has connections.

    Returns how many connections were cut; None if that could not be watched.
    """
    old, new = transaction.old, transaction.new
    if old is None or old.id == new.id or not old.is_web or routing.is_left_behind(transaction, old):
        return 0
    cut = None
    with transaction.step('drain'), transaction.tolerant('drain'):
        cut = drain(transaction, old)
        if not new.is_web:
            transaction.state.point_nowhere()   # no worker of nginx is left that would follow the symlink
    return cut


def drain(transaction, leaving, reloaded=True):
    """Waits until no connection to a release is left, or for the drain timeout, after which the rest is cut.

    Returns how many were cut. `reloaded` False says that nginx's workers were not replaced.
    """
    cap = transaction.definition.drain.timeout
    # In port mode an nginx worker from before the reload may be receiving an upload that it will send to the old port
    # in the end: while it lives, the old release may still get requests.
    # Without the symlink of a withdrawn web part that upload would find nothing in socket mode either.
    by_workers = reloaded and (not {'port', 'none'}.isdisjoint((leaving.mode, transaction.new.mode)) or
                               transaction.request.verb == 'stop')
    workers = journal.fact(transaction.record.entries(), 'workers') or {}
    begun = told = looked = time.monotonic()
    quiet = 0
    while True:
        open_now = connections(transaction.state, leaving)
        if by_workers and not open_now and time.monotonic() - looked >= TELL:
            looked = time.monotonic()
            by_workers = not _has_ended(transaction, leaving)   # what they still send finds no container
        busy = open_now or (by_workers and process.still_there(workers))
        quiet = 0 if busy else quiet + 1
        waited = int((time.monotonic() - begun) * 1000)
        if quiet >= 2:
            transaction.emit('drain.finished', cut=0, waited_ms=waited)
            return 0
        if waited >= cap * 1000:
            transaction.emit('drain.finished', cut=open_now, waited_ms=waited)
            return open_now
        if time.monotonic() - told >= TELL:
            told = time.monotonic()
            transaction.emit('drain.progress', connections=open_now, waited_ms=waited)
        time.sleep(LOOK)


def _has_ended(transaction, record):
    """Returns whether no container of its web part runs. False if Docker does not answer."""
    try:
        found = containers.find(transaction.engine, transaction.host_id, record.app, record.id)
    except HostError:
        return False
    return not any(one['State'] in RUNNING for one in containers.web(found))


def connections(app_state, record):
    """Counts the open connections to a release."""
    if record.mode == 'port':
        return sockets.established(record.ports)
    return sockets.connected(release.addresses(app_state, record))
