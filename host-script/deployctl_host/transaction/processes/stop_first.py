"""Parts with `order = stop-first`: the old instances stop right before the new ones start, and return if those fail."""

import time

from ... import files
from ...docker import containers
from ...docker.api import DockerError
from ...errors import HostError
from ...store import retiring
from .. import instances as of_web
from .. import release_containers
from . import instances
from . import retiring as retirement

LOOK = 0.2


def stop_web(transaction):
    """Stops the old instances of the web part, if the definition says so."""
    old = transaction.live_before
    if transaction.definition.order == 'stop-first' and old is not None and not transaction.same_release:
        found = containers.web(_running(transaction, old.id))
        _stop(transaction, 'start', found, transaction.definition.drain.stop_timeout)


def stop_processes(transaction, names):
    """Stops all instances of these processes of other releases, also those that are retiring."""
    found = [one for one in instances.listed(_running(transaction))
             if one['Labels'][containers.RELEASE] != transaction.new.id and instances.key_of(one)[0] in names]
    _stop(transaction, 'processes', found, None)


def _running(transaction, release=None):
    return [one for one in containers.find(transaction.engine, transaction.host_id, transaction.app, release)
            if one['State'] in release_containers.RUNNING]


def _stop(transaction, step, found, seconds):
    """Stops containers, and waits for it. What an undo starts again is in the journal before."""
    if not found:
        return
    leaving = retiring.pending(transaction.state)
    transaction.mark(step, 'stopping', stopped=[
        retirement.name_of(one) for one in found if one['Id'] not in leaving])
    outcomes = release_containers.at_once([lambda one=one: _end(transaction, one, leaving.get(one['Id']), seconds)
                                           for one in found])
    failed = next((one for one in outcomes if isinstance(one, HostError)), None)
    if failed is not None:
        raise failed
    transaction.mark(step, 'stopped')


def _end(transaction, one, record, seconds):
    """Ends one container: a retiring one has the time that it was given before."""
    engine, begun = transaction.engine, time.monotonic()
    seen = containers.inspect(engine, one['Id']) or {}
    if record is not None:
        seconds = max(1.0, retiring.left(record))
    elif seconds is None:
        seconds = retirement.time_of(seen)
    containers.set_restart(engine, one['Id'], 'no')     # or dockerd would start it beside the new one when it restarts
    code, asked = containers.stop_by(engine, one['Id'], seconds)
    killed = code == 137
    if killed:
        transaction.warn('killed', 'container %s did not end within %g s of %s and was killed (SIGKILL)' % (
            retirement.name_of(one), seconds, asked))
    process = containers.process_of(one)
    if process is not None and record is None:
        retiring.ended_at_once(
            transaction.state, transaction.record.rollout, code, killed, int((time.monotonic() - begun) * 1000),
            process=process, instance=int(one['Labels'][containers.INSTANCE]), container=one['Id'],
            release=one['Labels'][containers.RELEASE])


def stopped(transaction):
    """Returns the names of the containers that this transaction stopped first."""
    names = [name for entry in transaction.record.entries() for name in entry.get('stopped') or ()]
    return list(dict.fromkeys(names))


def restore(transaction):
    """Ends what was started in the place of the stopped instances, and starts those again."""
    names = stopped(transaction)
    if not names:
        return
    found = {retirement.name_of(one): one for one in containers.find(
        transaction.engine, transaction.host_id, transaction.app)}
    again = [found[name] for name in names if name in found]
    transaction.mark('undo', 'restoring')
    _end_successors(transaction, found.values(), {containers.process_of(one) for one in again})
    for one in again:
        _start(transaction, one)
    if any(containers.process_of(one) is None for one in again):
        _until_well(transaction)
    transaction.mark('undo', 'restored')


def _end_successors(transaction, found, parts):
    new = transaction.new
    mine = [one for one in found if new is not None and one['Labels'][containers.RELEASE] == new.id and
            containers.process_of(one) in parts and one['State'] in release_containers.RUNNING]
    release_containers.at_once([lambda one=one: containers.stop(transaction.engine, one['Id'], retirement.time_of(
        containers.inspect(transaction.engine, one['Id']) or {})) for one in mine])


def _start(transaction, one):
    own = one['Labels']
    if containers.process_of(one) is None and one['State'] not in release_containers.RUNNING:
        files.remove_file(transaction.state.socket(own[containers.RELEASE], int(own[containers.INSTANCE])))
    try:
        containers.start(transaction.engine, one['Id'])
        containers.set_restart(transaction.engine, one['Id'], 'always')
    except DockerError as problem:
        transaction.warn('undo', 'container %s does not start again: %s' % (
            retirement.name_of(one), problem.message))


def _until_well(transaction):
    """Waits until the old release answers again, at most until the deadline of a new one."""
    deadline = time.monotonic() + transaction.definition.health.deadline
    while transaction.old is not None and of_web.unhealthy(transaction, transaction.old, 1):
        if time.monotonic() >= deadline:
            transaction.warn('undo', 'the old release was started again and does not answer well yet')
            return
        time.sleep(LOOK)
