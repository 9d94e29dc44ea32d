"""Looks at each instance of a release that should be live: what answers is left alone, the rest is started again."""

import time

from .. import probes
from ..docker import containers
from ..errors import HostError
from . import release

TRIES = 3


def unwell(transaction, record, tries=TRIES):
    """{instance: what was seen} of those that were not well at any of a few looks."""
    found = {instance: 'not looked at' for instance in release.instances(record)}
    for count in range(tries):
        if not found:
            break
        if count:
            time.sleep(min(transaction.definition.health.interval, 1.0))
        found = _look(transaction, record, list(found))
    return found


def _look(transaction, record, several):
    """One look at instances, all at once: {instance: what was seen} of those that are not well."""
    seen = {one: containers.inspect(transaction.engine, release.container(record, one)) for one in several}
    found = {one: what for one, what in ((one, _down(container)) for one, container in seen.items()) if what}
    up = [one for one in several if one not in found]
    if transaction.definition.health.type == 'docker':
        told = {one: (seen[one]['State'].get('Health') or {}).get('Status') for one in up}
        found.update((one, 'its HEALTHCHECK says unhealthy') for one in up if told[one] == 'unhealthy')
    else:
        found.update(_silent(transaction, record, up))
    for one in several:
        if one not in found:
            transaction.restarts[one] = seen[one].get('RestartCount') or 0
    return found


def _down(container):
    """Why a container cannot answer, or None."""
    if container is None:
        return 'its container is gone'
    condition = container['State']
    if condition.get('Restarting') or condition.get('Paused') or not condition.get('Running'):
        return 'its container is %s' % (condition.get('Status') or 'not running')
    return None


def _silent(transaction, record, several):
    """{instance: what it was seen to do} of those that do not answer well. Asks no Docker."""
    wanted = transaction.definition.health
    questions = [probes.Question(wanted.type, release.address(transaction.state, record, one), wanted.timeout,
                                 wanted.path, wanted.host, wanted.expect) for one in several]
    answers = zip(several, probes.ask_all(questions, transaction.identity))
    return {one: seen.saw for one, seen in answers if not seen.ok}


def wake(transaction, record):
    """Stops each instance that is not well, so that its start is a fresh one.

    Between two of Docker's own attempts a container counts as running: a start would do nothing, a socket of its former
    life would stay in its way, and how often it was restarted would be held against it.
    """
    for instance, saw in unwell(transaction, record).items():
        name = release.container(record, instance)
        if containers.inspect(transaction.engine, name) is not None:
            transaction.warn('woken', 'instance %d is not well (%s): its container is stopped and started again' % (
                instance, saw))
            containers.stop(transaction.engine, name, transaction.definition.drain.stop_timeout)


def seen_live(transaction, record):
    """A sentence on a release that should be live: that it runs is said only where it was seen to answer."""
    name, by_docker = release.described(record), transaction.definition.health.type == 'docker'
    try:
        found = unwell(transaction, record, 1) if by_docker else _silent(
            transaction, record, list(release.instances(record)))
    except HostError as problem:
        return 'nginx leads to %s; whether it answers is not known: %s' % (name, problem.message)
    if not found:
        return '%s serves on this host' % name
    return 'nginx leads to %s, which does not answer well (instance %d: %s); deployctl-host logs %s may tell why' % (
        (name,) + min(found.items()) + (transaction.app,))
