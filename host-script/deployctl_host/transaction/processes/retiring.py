"""Retires containers of processes: they get their stop signal, and may end what they do while the transaction goes on.

Each has a record on disk before its signal. A watcher, which is a process of its own, waits for their ends, kills those
that had their time, and records how each ended. What a dead watcher leaves, the next call settles.
"""

import contextlib

from ... import lock
from ...docker import containers
from ...errors import HostError
from ...store import retiring
from . import instances

# What Docker gives a container that names no time of its own.
DEFAULT_TIME = 10


def retire(scope, found, rollout, discard=False):
    """Sends the stop signal to listed containers of processes. Returns the records of those that are retiring now.

    `discard` removes each when it has ended; otherwise it is kept, for a rollback. One that had its signal before is
    left alone.
    """
    begun = []
    for one in sorted(instances.without_retiring(scope.state, instances.listed(found)), key=instances.key_of):
        try:
            record = _retire(scope, one, rollout, discard)
        except HostError as problem:
            scope.warn('stop', 'container %s was not told to end: %s' % (name_of(one), problem.message))
            continue
        except OSError as problem:      # a full disk: it ends all the same, and nothing tells how
            scope.warn('stop', 'the end of container %s will not be recorded: %s' % (name_of(one), problem.strerror))
            with contextlib.suppress(HostError):
                containers.send_stop_signal(scope.engine, one['Id'], containers.inspect(scope.engine, one['Id']) or {})
            continue
        if record is not None:
            begun.append(record)
    return begun


def _retire(scope, one, rollout, discard):
    if one['State'] == 'running':
        containers.set_restart(scope.engine, one['Id'], 'no')
        seen = containers.inspect(scope.engine, one['Id'])
        if seen is not None and seen['State'].get('Restarting'):
            containers.stop(scope.engine, one['Id'], 1)
        elif seen is not None and seen['State'].get('Running'):
            process, number = instances.key_of(one)
            record = retiring.begin(
                scope.state, one['Id'], time_of(seen), process=process, instance=number,
                release=one['Labels'][containers.RELEASE], signal=containers.stop_signal(seen), rollout=rollout,
                discard=discard)
            _signal(scope.engine, scope.state, record, seen)
            return record
    elif one['State'] in ('restarting', 'paused'):      # it has no job in hand, or does not go on with it
        containers.stop(scope.engine, one['Id'], 1)
    if discard:
        containers.remove(scope.engine, one['Id'])
    return None


def _signal(engine, app_state, record, seen):
    """Sends the stop signal, and records that: who finds a record without it sends it again."""
    containers.send_stop_signal(engine, record['container'], seen)
    retiring.was_signalled(app_state, record)


def time_of(seen):
    """Returns the seconds that a container has between its stop signal and SIGKILL."""
    found = (seen.get('Config') or {}).get('StopTimeout')
    return found if type(found) is int and found > 0 else DEFAULT_TIME


def name_of(one):
    return one['Names'][0].lstrip('/')


def of_watcher(app):
    """Returns the lock that the watcher of an app holds."""
    return lock.Lock(app + '.retiring')


def settle_left_over(scope):
    """Settles what a dead watcher left. Returns whether containers are retiring that nobody watches."""
    if not retiring.pending(scope.state):
        return False
    watcher = of_watcher(scope.app)
    if not watcher.take():
        return False        # one is at work
    try:
        return settle(scope.engine, scope.state) > 0
    finally:
        watcher.release()


def settle(engine, app_state):
    """Records the ends of retiring containers, and kills those that had their time. Returns how many still run."""
    running = 0
    for record in retiring.pending(app_state).values():
        running += not _settled(engine, app_state, record)
    return running


def _settled(engine, app_state, record):
    seen = containers.inspect(engine, record['container'])
    if seen is not None and seen['State'].get('Running'):
        if retiring.is_due(record):
            retiring.will_be_killed(app_state, record)
            containers.kill(engine, record['container'])
        elif retiring.lacks_signal(record):
            _signal(engine, app_state, record, seen)
        return False
    retiring.end(app_state, record, seen['State'].get('ExitCode') if seen else None)
    if seen is not None and (record.get('discard') or not _may_return(app_state, record['release'])):
        with contextlib.suppress(HostError):    # the next prune removes it
            containers.remove(engine, record['container'])
    retiring.forget(app_state, record)      # last: a container without this record counts as one that should run
    return True


def _may_return(app_state, release):
    """Returns whether containers of a release are kept for a rollback, as `prune` keeps them."""
    try:
        facts = app_state.load()
    except HostError:
        return True
    return release in (facts.get('current'), facts.get('previous'))


def set_aside(scope, container, found):
    """Gives the name of a retiring container free for its successor. Returns whether it was retiring."""
    record = retiring.pending(scope.state).get(found['Id'])
    if record is None:
        return False
    retiring.will_be_removed(scope.state, record)
    containers.rename(scope.engine, found['Id'], '%s.%s' % (container, found['Id'][:6]))
    return True
