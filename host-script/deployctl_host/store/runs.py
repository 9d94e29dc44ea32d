"""The records of one-off commands: what was asked for, by whom, and how it ended.

    <app>/runs/<id>.json      written before anything is done, when the command starts, and when it has ended
    <app>/runs/<id>.keeper    there until the command has ended and its container is removed; locked by its keeper
    <app>/runs/<id>.readers   those who read the output hold a shared lock on it, so that the container stays for them
"""

import os
import time
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from .. import events, files, regex
from ..errors import HostError
from . import run_locks

KEPT = 200
KEPT_OF_A_SCHEDULE = 50
LINES = 10
LINE = 500
NAME = regex.lazy(r'([0-9a-f]{12})\.json')
OPEN = regex.lazy(r'([0-9a-f]{12})\.keeper')
BOOT_ID = '/proc/sys/kernel/random/boot_id'
NUMBER = (int, float)
FORM: Dict[str, Any] = {
    'kind': str, 'words': list, 'by': str, 'number': int, 'container': str, 'release': str, 'digest': str, 'tag': str,
    'rollout': str, 'schedule': str, 'reason': str, 'timeout': NUMBER, 'stop_timeout': NUMBER, 'asked': NUMBER,
    'deadline': NUMBER, 'exit': int, 'ms': int, 'error': str, 'lines': list, 'refused': dict, 'stopping': str,
    'ended': str, 'begun': str, 'warnings': list}
# Of records of an older version, and of damaged ones.
DEFAULTS: Dict[str, Any] = {'kind': 'run', 'words': [], 'by': 'not known', 'timeout': 0.0, 'stop_timeout': 0.0,
                            'deadline': 0.0, 'ended': None, 'exit': None, 'ms': None, 'error': None}
# A keeper that was asked to start has begun within this time; after it, a command without a keeper never starts.
BEGIN_WITHIN = 40.0
TAKE_WITHIN = 2.0


class OneOff(NamedTuple):
    """A one-off command that somebody asked for, from the image that `digest` or `tag` names or that of the release."""

    kind: str                           # 'run', 'release', 'check', 'schedule' or 'console'
    words: Tuple[str, ...]
    by: str
    timeout: float
    stop_timeout: float
    client: Optional[str] = None        # the address of the caller's SSH client
    digest: Optional[str] = None
    tag: Optional[str] = None           # with a digest, the tag that it was resolved from
    rollout: Optional[str] = None       # release, check: the rollout that needs it
    lock: Optional[str] = None          # release: the deploy lock that the caller holds
    schedule: Optional[str] = None      # schedule: its name
    slot: Optional[str] = None          # schedule: the time that the run was scheduled for
    reason: Optional[str] = None        # console: why it was opened


def identity_of(kind, rollout):
    """Returns the id of a new command. A rollout has only one release command, whose id follows from it."""
    if kind != 'release':
        return os.urandom(6).hex()
    import hashlib      # imported here because it loads OpenSSL
    return hashlib.sha256(('release command of ' + rollout).encode('ascii')).hexdigest()[:12]


def begin(app_state, identity, number, wanted):
    """Records a command that was asked for. Returns False if one of that id was started or is about to be.

    `number` is its place among the transactions of this host.
    """
    app_state.prepare()
    files.make_dir(run_locks.root(app_state), 0o700)
    keeping = run_locks.Keeping(app_state, identity)
    if not keeping.take(TAKE_WITHIN, os.O_CREAT):
        return False
    try:
        before = read(app_state, identity)
        if before is not None and not may_start_again(before):
            if before['ended']:
                close(app_state, identity)
            return False
        os.close(run_locks.open_file(run_locks.path_of(app_state, identity, 'readers'), os.O_CREAT))
        facts = {name: value for name, value in wanted._asdict().items() if value is not None and name != 'client'}
        files.write_json(_path(app_state, identity), dict(facts, **{
            'from': wanted.client, 'ts': events.now(), 'number': number, 'boot': boot(), 'asked': now(),
            'words': list(wanted.words), 'ended': None, 'again': before is not None}))
        return True
    finally:
        keeping.release()


def may_start_again(facts):
    """Returns True if a command was certainly never started, and nobody is about to start it."""
    return bool(facts.get('refused')) or not (facts['ended'] or facts.get('begun') or young(facts))


def read(app_state, identity) -> Optional[Dict[str, Any]]:
    """Returns the facts of a command, with its id as `run`; None if there is no record, or it is damaged."""
    try:
        found = files.read_json(_path(app_state, identity))
    except HostError:
        return None
    if not isinstance(found, dict) or not _is_sound(found):
        return None
    known = {name: value for name, value in found.items() if value is not None or name not in DEFAULTS}
    return dict(DEFAULTS, **dict(known, run=identity))


def _is_sound(found):
    """Returns True if the facts that others rely on have their form."""
    return isinstance(found.get('ts'), str) and all(found.get(name) is None or isinstance(found[name], kind) for (
        name, kind) in FORM.items()) and all(
            isinstance(text, str) for name in ('words', 'lines', 'warnings') for text in found.get(name) or ())


def require(app_state, identity):
    """Returns the facts of a command; HostError('not-found') if it is not recorded."""
    facts = read(app_state, identity)
    if facts is None:
        raise HostError('not-found', 'no one-off command %s of %s is recorded on this host' % (
            identity, app_state.app), hint='deployctl-host history %s' % app_state.app)
    return facts


def update(app_state, identity, **changes):
    """Changes the record of a command that has not ended. Only who holds its lock may do so."""
    found = read(app_state, identity)
    if found is not None and not found['ended']:
        files.write_json(_path(app_state, identity), dict(found, **changes))


def end(app_state, identity, exit, ms, lines=(), error=None):
    """Records the result of a command; a second call changes nothing."""
    update(app_state, identity, ended=events.now(), exit=exit, ms=ms, error=error,
           lines=[line[:LINE] for line in lines][-LINES:])


def refuse(app_state, identity, problem):
    """Records that a command was never started, and why."""
    update(app_state, identity, ended=events.now(), exit=None, ms=None, error=problem.message, lines=[],
           refused=problem.as_dict())


def close(app_state, identity):
    """Removes the files that only a command under way needs."""
    for suffix in ('readers', 'keeper'):
        files.remove_file(run_locks.path_of(app_state, identity, suffix))


def forget(app_state, identity):
    """Removes the record of a command."""
    files.remove_file(_path(app_state, identity))
    close(app_state, identity)


def open_ids(app_state):
    """Returns the ids of all commands that have not ended, or whose container may still be there."""
    return [match.group(1) for match in map(OPEN.fullmatch, _names(app_state)) if match]


def every(app_state):
    """Returns (id, facts) of all recorded commands, oldest first."""
    ids = [match.group(1) for match in map(NAME.fullmatch, _names(app_state)) if match]
    found = [(identity, read(app_state, identity)) for identity in ids]
    return sorted(((identity, facts) for identity, facts in found if facts), key=lambda one: place(one[1]))


def forget_old(app_state):
    """Removes all but the newest records of commands that have ended. Those of each schedule count on their own: one
    that runs every minute must not push out the others.
    """
    ended: Dict[Optional[str], List[str]] = {}
    for identity, facts in every(app_state):
        if facts['ended']:
            ended.setdefault(facts.get('schedule'), []).append(identity)
    old = {one for schedule, found in ended.items() for one in found[:-(KEPT_OF_A_SCHEDULE if schedule else KEPT)]}
    for identity in old - set(open_ids(app_state)):
        forget(app_state, identity)


def young(facts):
    """Returns True if the keeper of the command may still be starting."""
    return facts.get('boot') == boot() and now() - facts.get('asked', 0.0) < BEGIN_WITHIN


def boot():
    """Returns the id of this boot of the host."""
    with open(BOOT_ID, encoding='ascii') as source:
        return source.read().strip()


def now():
    """Returns the time by the clock that counts from boot, since that cannot be set."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


# as events tell it

def place(facts):
    """Returns a command's position among the transactions of this host, independent of the clock."""
    return (facts.get('number') or 0, 0.0)


def named(facts):
    """Returns the fields that name a command in every event about it."""
    return {name: facts.get(name) for name in ('run', 'kind', 'rollout', 'schedule')}


def brief(facts):
    """Returns the fields of a running command in a `status` event."""
    return dict(named(facts), by=facts.get('by'), since=facts['ts'], words=facts.get('words') or [],
                container=(facts.get('container') or '')[:12], release=facts.get('release'),
                reason=facts.get('reason'))


def described(facts):
    """Describes a running command in a sentence."""
    return '%s since %s by %s, in container %s' % (
        ' '.join(facts.get('words') or []), facts['ts'], facts.get('by'), (facts.get('container') or '')[:12])


def summary(identity, facts):
    """Returns the fields of a command in a `history` event."""
    ended, exit = facts['ended'], facts.get('exit')
    error = facts.get('error')
    if ended and error is None and exit != 0:
        error = 'exit %s' % exit
    return {'ts': facts['ts'], 'by': facts.get('by'), 'from': facts.get('from'), 'verb': 'run', 'rollout': None,
            'release': facts.get('release'), 'digest': facts.get('digest'), 'tag': facts.get('tag'), 'replaces': None,
            'outcome': outcome(facts), 'ms': facts.get('ms'), 'error': error, 'receipt': None, 'emergency': None,
            'run': {'id': identity, 'kind': facts.get('kind') or 'run', 'rollout': facts.get('rollout'),
                    'schedule': facts.get('schedule'), 'reason': facts.get('reason'), 'digest': facts.get('digest'),
                    'words': facts.get('words') or [], 'container': (facts.get('container') or '')[:12],
                    'exit': exit, 'lines': facts.get('lines') or []}}


def outcome(facts):
    """Returns 'succeeded', 'failed', 'refused' (never started), or None while the command runs."""
    if not facts['ended']:
        return None
    if facts.get('refused'):
        return 'refused'
    return 'succeeded' if facts.get('exit') == 0 and not facts.get('error') else 'failed'


def _names(app_state):
    try:
        return os.listdir(run_locks.root(app_state))
    except FileNotFoundError:
        return []


def _path(app_state, identity):
    return run_locks.path_of(app_state, identity, 'json')
