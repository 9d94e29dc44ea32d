"""Steps `commit`, `drain`, `stop` and `prune`: the new release is the one, the old one ends without losing a request.

From the commit on nothing fails the transaction any more: what goes wrong is a warning.
"""

import threading
import time
from typing import Any, List

from .. import events, journal, sockets
from ..docker import containers
from ..errors import HostError
from ..nginx import access_log, process
from . import health_checks, release

LOOK = 0.1
TELL = 1.0
# As Docker's list calls a container that has a process or will have one again.
RUNNING = ('running', 'restarting', 'paused')


def commit(transaction):
    """From here on the new release comes back after a crash or a reboot, and the old one does not."""
    with transaction.step('commit'):
        new, old = transaction.new, transaction.old
        _comes_back(transaction, new)
        entries = transaction.record.entries()
        changes = {'current': new['release'], 'since': events.now(), 'by': transaction.request['by'],
                   'switched': journal.moment(entries, 'switch', 'kept'), 'rollout': transaction.record.rollout,
                   'log': access_log.mark(transaction.app),
                   'verb': transaction.request['verb'], 'committed': transaction.record.rollout, 'stopped': None}
        if old is not None and old['release'] != new['release']:
            changes['previous'] = old['release']
        changes['order'] = transaction.state.order(new['release'])
        transaction.state.save(**changes)
        transaction.committed = True
        if old is not None and old['release'] != new['release']:
            with transaction.tolerant('restart-policy'):
                policy(transaction, old, 'no')


def _comes_back(transaction, new):
    """From here on Docker starts again what ends. What ended before that it would leave dead, so it is looked for."""
    watch = health_checks.watching(transaction)
    try:
        policy(transaction, new, 'always')
    except HostError:
        # Docker refuses to update a container that is just ending: its end tells more than the refusal.
        deadline = time.monotonic() + TELL
        while time.monotonic() < deadline:
            watch.alive()
            time.sleep(LOOK)
        raise
    watch.alive()


def policy(transaction, record, name):
    for one in containers.find(transaction.engine, transaction.host_id, record['app'], record['release']):
        containers.set_restart(transaction.engine, one['Id'], name)


def drain(transaction, leaving, cap=None, reloaded=True):
    """Waits until nothing talks to a release any more, at most so long; tells how many connections are cut then.

    `reloaded` False: the workers that were there when nginx was changed were never replaced.
    """
    cap = transaction.definition.drain.timeout if cap is None else cap
    # In port mode an nginx worker of before the reload may be receiving an upload that it will bring to the old port in
    # the end: as long as it lives, nothing tells that the old release is done.
    by_workers = reloaded and ('port' in (leaving['mode'], transaction.new['mode']) or
                               transaction.request['verb'] == 'stop')
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
        found = containers.find(transaction.engine, transaction.host_id, record['app'], record['release'])
    except HostError:
        return False
    return not any(one['State'] in RUNNING for one in found)


def connections(transaction, record):
    if record['mode'] == 'socket':
        return sockets.connected(release.addresses(transaction.state, record))
    return sockets.established(record['ports'])


def drain_old(transaction):
    old = transaction.old
    if old is None or old['release'] == transaction.new['release']:
        return
    with transaction.step('drain'), transaction.tolerant('drain'):
        drain(transaction, old)


def stop_old(transaction):
    """The previous release stays, stopped: a rollback wakes it up. All older ones go."""
    old = transaction.old
    if old is None or old['release'] == transaction.new['release']:
        return
    with transaction.step('stop'), transaction.tolerant('stop'):
        stop(transaction, old)


def stop(transaction, record):
    """Stops all instances of a release at once, each with its own time; none of them comes back by itself."""
    found = containers.find(transaction.engine, transaction.host_id, record['app'], record['release'])
    running = [one for one in found if one['State'] in RUNNING]
    outcomes = together([lambda one=one: _stopped(transaction, one) for one in running])
    for one, outcome in zip(running, outcomes):
        name = one['Names'][0].lstrip('/')
        if isinstance(outcome, HostError):
            transaction.warn('stop', 'container %s was not stopped: %s' % (name, outcome.message))
            continue
        code, asked, problem = outcome
        if code == 137:
            transaction.warn('killed', 'container %s did not end within %g s of %s and was killed (SIGKILL)' % (
                name, transaction.definition.drain.stop_timeout, asked))
        if problem is not None:
            transaction.warn('restart-policy', 'container %s may come back with dockerd: %s' % (name, problem.message))


def _stopped(transaction, one):
    """(exit code, the signal that asked it to end, the error that keeps its restart policy from being set or None)."""
    code, asked = containers.stop_by(transaction.engine, one['Id'], transaction.definition.drain.stop_timeout)
    try:
        containers.set_restart(transaction.engine, one['Id'], 'no')
    except HostError as problem:
        return code, asked, problem
    return code, asked, None


def together(actions):
    """Does all at once and waits for each; a HostError is an outcome as well."""
    outcomes: List[Any] = [None] * len(actions)

    def one(place):
        try:
            outcomes[place] = actions[place]()
        except HostError as problem:
            outcomes[place] = problem
    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
