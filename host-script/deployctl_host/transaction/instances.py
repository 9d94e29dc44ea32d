"""Checks each instance of a release that should be live: healthy ones are left alone, the others are restarted."""

import time

from .. import probes
from ..docker import containers
from ..errors import HostError
from . import release
from .processes import instances as of_processes

TRIES = 3


def unhealthy(transaction, record, tries=TRIES):
    """Returns {instance: what was seen} of those that were unhealthy at each of a few checks."""
    found = {instance: 'not looked at' for instance in release.instances(record)}
    for count in range(tries):
        if not found:
            break
        if count:
            time.sleep(min(transaction.definition.health.interval, 1.0))
        found = _check(transaction, record, list(found))
    return found


def _check(transaction, record, several):
    """Checks several instances once, in parallel: {instance: what was seen} of the unhealthy ones."""
    seen = {one: containers.inspect(transaction.engine, release.container(record, one)) for one in several}
    found = {one: what for one, what in ((one, _down(container)) for one, container in seen.items()) if what}
    up = [one for one in several if one not in found]
    if transaction.definition_of(record).health.type == 'docker':
        told = {one: (seen[one]['State'].get('Health') or {}).get('Status') for one in up}
        found.update((one, 'its HEALTHCHECK says unhealthy') for one in up if told[one] == 'unhealthy')
    else:
        found.update(_failing(transaction, record, up))
    for one in several:
        if one not in found:
            transaction.restarts[one] = seen[one].get('RestartCount') or 0
    return found


def _down(container):
    """Returns why a container cannot answer, or None."""
    if container is None:
        return 'its container is gone'
    condition = container['State']
    if condition.get('Restarting') or condition.get('Paused') or not condition.get('Running'):
        return 'its container is %s' % (condition.get('Status') or 'not running')
    return None


def _failing(transaction, record, several):
    """Returns {instance: what was seen} of those that fail a probe. Does not ask Docker."""
    wanted = transaction.definition_of(record).health
    questions = [probes.Question(wanted.type, release.address(transaction.state, record, one), wanted.timeout,
                                 wanted.path, wanted.host, wanted.expect, sent=wanted.headers) for one in several]
    answers = zip(several, probes.ask_all(questions, transaction.identity))
    return {one: seen.saw for one, seen in answers if not seen.ok}


def stop_unhealthy(transaction, record):
    """Stops each unhealthy instance, so that it is started from scratch.

    Between two restarts by Docker a container counts as running: a start would do nothing, the old socket would stay,
    and its earlier restarts would count as failures of this transaction.
    """
    for instance, saw in unhealthy(transaction, record).items():
        name = release.container(record, instance)
        if containers.inspect(transaction.engine, name) is not None:
            transaction.warn('woken', 'instance %d is not well (%s): its container is stopped and started again' % (
                instance, saw))
            containers.stop(transaction.engine, name, transaction.definition.drain.stop_timeout)


def describe_live(transaction, record):
    """Describes a release that should be live in a sentence, which says that it is only if it answers."""
    name, by_docker = release.described(record), transaction.definition_of(record).health.type == 'docker'
    if not record.is_web:
        return _describe_processes(transaction, record, name)
    try:
        found = unhealthy(transaction, record, 1) if by_docker else _failing(
            transaction, record, list(release.instances(record)))
    except HostError as problem:
        return 'nginx leads to %s; whether it answers is not known: %s' % (name, problem.message)
    if not found:
        return '%s is live on this host' % name
    return 'nginx leads to %s, which does not answer well (instance %d: %s); deployctl-host logs %s may tell why' % (
        (name,) + min(found.items()) + (transaction.app,))


def _describe_processes(transaction, record, name):
    """Describes a release without a web part, which is live by its record alone."""
    try:
        wrong = of_processes.trouble(transaction, record)
    except HostError as problem:
        return '%s is live on this host; whether its processes run is not known: %s' % (name, problem.message)
    if not wrong:
        return '%s is live on this host' % name
    (process, number), what = min(wrong.items())
    return '%s is live on this host, and process %s, instance %d of it does not run well: %s' % (
        name, process, number, what)
