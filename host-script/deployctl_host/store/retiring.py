"""The records of retiring containers: instances of processes that got their stop signal and may finish what they do.

    <app>/retiring/<container>.json                     while one runs
    <app>/transactions/<rollout>/retired-<container>.json   how it ended, kept as long as that transaction's record
"""

import os
from typing import Any, Dict, List

from .. import events, files, regex
from ..errors import HostError
from . import uptime
from .transactions import TransactionRecord

NAME = regex.lazy(r'([0-9a-f]{12})\.json')
ENDED = regex.lazy(r'retired-[0-9a-f]{12}\.json')
NEEDED = ('process', 'instance', 'release', 'container', 'since', 'until', 'deadline', 'boot', 'signal', 'rollout')
# A signal that was sent is recorded within this time.
SIGNAL_GRACE = 5.0


def begin(app_state, container, seconds, **facts):
    """Records that a container is about to get its stop signal, and has `seconds` to end. Returns the record.

    `facts` are process, instance, release, signal, rollout (None outside of transactions), and discard: whether
    the container is removed afterwards.
    """
    files.make_dir(_root(app_state), 0o700)
    record = dict(facts, container=container, since=events.now(), until=events.now(seconds), seconds=seconds,
                  deadline=uptime.now() + seconds, boot=uptime.boot(), signalled=False, ended=None, exit=None,
                  killed=False)
    _save(app_state, record)
    return record


def pending(app_state) -> Dict[str, Dict[str, Any]]:
    """Returns the records of all containers that are retiring, by container id. Damaged ones are left out.
    """
    try:
        names = sorted(os.listdir(_root(app_state)))
    except FileNotFoundError:
        return {}
    found = {}
    for name in names:
        try:
            record = files.read_json('%s/%s' % (_root(app_state), name)) if NAME.fullmatch(name) else None
        except HostError:
            continue
        if isinstance(record, dict) and set(NEEDED) <= set(record) and isinstance(record['container'], str):
            found[record['container']] = record
    return found


def is_due(record):
    """Returns whether a container has had its time. That of an earlier boot is over."""
    return record['boot'] != uptime.boot() or uptime.now() >= record['deadline']


def left(record):
    """Returns the seconds that a container still has."""
    return 0.0 if is_due(record) else record['deadline'] - uptime.now()


def was_signalled(app_state, record):
    """Records that a container got its stop signal."""
    _save(app_state, dict(record, signalled=True))


def lacks_signal(record):
    """Returns whether a container has not got its stop signal because whoever retired it died right before."""
    return not record.get('signalled') and uptime.now() >= record['deadline'] - record['seconds'] + SIGNAL_GRACE


def will_be_killed(app_state, record):
    """Records that a container did not end in time and is about to be killed."""
    _save(app_state, dict(record, killed=True))


def will_be_removed(app_state, record):
    """Records that a container is to be removed when it has ended."""
    _save(app_state, dict(record, discard=True))


def end(app_state, record, exit):
    """Records the end of a container with its transaction; `exit` is None if it is not known.

    The container counts as retiring until `forget`. An end that was recorded before stays as it is: the container may
    have been removed since, and then nothing tells its exit code any more.
    """
    if not (record['rollout'] and TransactionRecord(app_state, record['rollout']).exists) or os.path.exists(
            _end_path(app_state, record)):
        return
    ended = dict(record, ended=events.now(), exit=exit)
    if record['boot'] == uptime.boot():
        ended['ms'] = max(0, int((uptime.now() - (record['deadline'] - record['seconds'])) * 1000))
    _keep(app_state, ended)


def forget(app_state, record):
    """Removes the record of a container whose end is recorded."""
    files.remove_file(_path(app_state, record['container']))


def ended_at_once(app_state, rollout, exit, killed, ms, **facts):
    """Records the end of a container that a transaction has waited for. `facts` are those of `begin`."""
    _keep(app_state, dict(facts, rollout=rollout, ended=events.now(), exit=exit, killed=killed, ms=ms))


def of_transaction(record) -> List[Dict[str, Any]]:
    """Returns how the containers ended that a transaction retired: `retired` of a `history.entry` event."""
    try:
        names = sorted(name for name in os.listdir(record.directory) if ENDED.fullmatch(name))
    except FileNotFoundError:
        return []
    found = [files.read_json('%s/%s' % (record.directory, name), {}) for name in names]
    return [{name: one.get(name) for name in ('process', 'instance', 'exit', 'killed', 'ms')} for one in sorted(
        found, key=lambda one: (str(one.get('process')), one.get('instance') or 0))]


def brief(record):
    """Returns the fields of a retiring container in events."""
    return {'process': record['process'], 'instance': record['instance'], 'container': record['container'][:12],
            'release': record['release'], 'until': record['until']}


def _keep(app_state, ended):
    files.write_json(_end_path(app_state, ended), ended)


def _save(app_state, record):
    files.write_json(_path(app_state, record['container']), record)


def _root(app_state):
    return app_state.root + '/retiring'


def _path(app_state, container):
    return '%s/%s.json' % (_root(app_state), container[:12])


def _end_path(app_state, record):
    return '%s/retired-%s.json' % (TransactionRecord(app_state, record['rollout']).directory, record['container'][:12])
