"""Acts on all containers of a release, of its web part and its processes: restart policy and stop."""

import threading
from typing import Any, List

from ..docker import containers
from ..errors import HostError
from ..store import retiring as records
from .processes import instances, retiring

# States in Docker's list of a container that has a process, or will get one again.
RUNNING = ('running', 'restarting', 'paused')


def of_release(scope, release):
    """Returns the containers of a release as Docker lists them, without those of processes that are retiring."""
    return instances.without_retiring(scope.state, containers.find(
        scope.engine, scope.host_id, scope.app, release))


def set_restart(transaction, record, name):
    for one in of_release(transaction, record.id):
        containers.set_restart(transaction.engine, one['Id'], name)


def stop(transaction, record):
    """Retires the processes of a release, stops its web part in parallel, and keeps Docker from restarting both."""
    found = of_release(transaction, record.id)
    retire(transaction, found)
    running = [one for one in containers.web(found) if one['State'] in RUNNING]
    outcomes = at_once([lambda one=one: _stopped(transaction, one) for one in running])
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


def stop_all(scope, found, time_of):
    """Stops listed containers in parallel, each in the seconds that `time_of` gives it. Warns of those that go on."""
    running = [one for one in found if one['State'] in RUNNING]
    outcomes = at_once([lambda one=one: containers.stop(scope.engine, one['Id'], time_of(one)) for one in running])
    for one, outcome in zip(running, outcomes):
        if isinstance(outcome, HostError):
            scope.warn('stop', 'container %s was not stopped: %s' % (one['Names'][0].lstrip('/'), outcome.message))


def retire(transaction, found, discard=False):
    """Retires those of listed containers that belong to processes."""
    leaving = instances.listed(found)
    if not leaving:
        return
    transaction.mark('stop', 'retiring', containers=[retiring.name_of(one) for one in leaving])
    for one in retiring.retire(transaction, leaving, transaction.rollout, discard):
        transaction.emit('process.retiring', **records.brief(one))
    transaction.mark('stop', 'retired')


def _stopped(transaction, one):
    """Returns (exit code, the signal that stopped it, the error of setting its restart policy or None)."""
    code, asked = containers.stop_by(transaction.engine, one['Id'], transaction.definition.drain.stop_timeout)
    try:
        containers.set_restart(transaction.engine, one['Id'], 'no')
    except HostError as problem:
        return code, asked, problem
    return code, asked, None


def at_once(actions):
    """Runs actions in parallel. Returns the outcome of each, which may be a HostError."""
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
