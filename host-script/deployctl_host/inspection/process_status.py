"""The processes of an app on this host: how many instances run, and which containers are retiring."""

import contextlib

from ..docker import containers
from ..errors import HostError
from ..store import retiring as records
from ..transaction.processes import instances, retiring


def facts(status, found):
    """Returns `processes` of a `status` event and notes drift. `found` are the app's containers, without those that
    retire; None if not known.
    """
    current = status.current
    if current is None or not current.processes:
        return []
    ours = {instances.key_of(one): one for one in instances.listed(found or [])
            if one['Labels'][containers.RELEASE] == current.id}
    here = {each.name: each for each in instances.here(status.host, current)}
    if found is not None and not status.recorded.get('stopped'):
        _note_drift(status, ours, here)
    return [_process(status, each, each.instances if each.name in here else 0, [
        one for key, one in ours.items() if key[0] == each.name]) for each in current.processes]


def _note_drift(status, ours, here):
    for each in here.values():
        for number in range(1, each.instances + 1):
            one = ours.get((each.name, number))
            if one is None:
                status.drift.append('process %s, instance %d: its container is missing' % (each.name, number))
            elif one['State'] != 'running' or '(unhealthy)' in one['Status']:
                status.drift.append('process %s, instance %d is %s' % (each.name, number, one['Status'].lower()))
    for name, number in ours:
        if name not in here and ours[name, number]['State'] == 'running':
            status.drift.append('process %s, instance %d runs, and does not belong on this host: the next deploy '
                                'removes it' % (name, number))


def _process(status, process, wanted, ours):
    running = [one for one in ours if one['State'] == 'running']
    stopped = bool(status.recorded.get('stopped'))
    used = [amount for amount in (containers.memory(one['Id']) for one in running) if amount is not None]
    return dict({'process': process.name, 'running': len(running), 'wanted': wanted,
                 'memory': {'limit': process.resources.memory * wanted, 'used': sum(used) if used else None}},
                **status.restarts([] if stopped else ours))


def retiring_now(status):
    """Returns `retiring` of a `status` event, after recording the ends that nobody has recorded."""
    with contextlib.suppress(HostError):    # that Docker does not answer is drift already
        retiring.settle_left_over(status)
    return [dict(records.brief(one), since=one['since'], killed=one['killed'])
            for one in records.pending(status.state).values()]
