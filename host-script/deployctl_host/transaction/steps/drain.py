"""Step `drain`: waits until nothing talks to the old release any more."""

import time

from ... import journal, sockets
from ...docker import containers
from ...errors import HostError
from ...nginx import process
from .. import release
from ..release_containers import RUNNING

LOOK = 0.1
TELL = 1.0


def drain_old(transaction):
    old = transaction.old
    if old is None or old.id == transaction.new.id:
        return
    with transaction.step('drain'), transaction.tolerant('drain'):
        drain(transaction, old)


def drain(transaction, leaving, cap=None, reloaded=True):
    """Waits until nothing talks to a release any more, at most so long; tells how many connections are cut then.

    `reloaded` False: the workers that were there when nginx was changed were never replaced.
    """
    cap = transaction.definition.drain.timeout if cap is None else cap
    # In port mode an nginx worker of before the reload may be receiving an upload that it will bring to the old port in
    # the end: as long as it lives, nothing tells that the old release is done.
    by_workers = reloaded and ('port' in (leaving.mode, transaction.new.mode) or
                               transaction.request.verb == 'stop')
    workers = journal.fact(transaction.record.entries(), 'workers') or {}
    begun = told = looked = time.monotonic()
    quiet = 0
    while True:
        open_now = connections(transaction, leaving)
        if by_workers and not open_now and time.monotonic() - looked >= TELL:
            looked = time.monotonic()
            by_workers = not _has_ended(transaction, leaving)   # what they still bring finds nobody there
        busy = open_now or (by_workers and process.still_there(workers))
        quiet = 0 if busy else quiet + 1
        waited = int((time.monotonic() - begun) * 1000)
        if quiet >= 2:
            transaction.emit('drain.finished', cut=0, waited_ms=waited)
            return
        if waited >= cap * 1000:
            transaction.emit('drain.finished', cut=open_now, waited_ms=waited)
            return
        if time.monotonic() - told >= TELL:
            told = time.monotonic()
            transaction.emit('drain.progress', connections=open_now, waited_ms=waited)
        time.sleep(LOOK)


def _has_ended(transaction, record):
    """Whether none of its containers runs. No answer is no yes."""
    try:
        found = containers.find(transaction.engine, transaction.host_id, record.app, record.id)
    except HostError:
        return False
    return not any(one['State'] in RUNNING for one in found)


def connections(transaction, record):
    if record.mode == 'socket':
        return sockets.connected(release.addresses(transaction.state, record))
    return sockets.established(record.ports)
