"""Claims of a slot: one host of all runs it, the one that puts a key for it into etcd first.

    /deployctl/APP/schedules/NAME/20261201T180000Z   for a day: the run of this slot is taken
    /deployctl/APP/schedules/NAME/running            while the run goes on, at most for its time limit

A slot is the time that the run was scheduled for, not the time of the call, so clocks that differ by less than a day
cannot make two hosts run the same slot, or none. The leases belong to etcd: a host that dies loses `running` after the
time limit, and keeps the slot.
"""

import json
import socket
import time
from typing import List, NamedTuple

from .. import events
from ..errors import HostError
from ..etcd import client

SLOT_SECONDS = 24 * 3600
# What a run may take beyond its time limit: the pull of its image, its stop, the record of its end.
MARGIN = 900
# How long etcd is asked again after it has not answered, and how often.
TRY_FOR = 30.0
TRY_EVERY = 2.0


class Taken(Exception):
    """The run does not take place on this host: `reason` of docs/events.md, and a sentence."""

    def __init__(self, reason, message):
        super().__init__(message)
        self.reason = reason
        self.message = message


class Claim(NamedTuple):
    """The right of this host to run one slot."""

    config: object
    lease: int  # of the key `running`; 0 if there is none

    def release(self):
        """Lets the next run begin. HostError if etcd does not answer: then the lease ends by itself."""
        if self.lease:
            client.Writer(self.config).revoke(self.lease)


def prefix(app, name):
    return '/deployctl/%s/schedules/%s/' % (app, name)


def claim(app, schedule, slot, stop_timeout, config, run):
    """Returns the claim of this host on a slot; `run` identifies this call.

    Raises Taken if another host has it or an earlier run goes on, HostError if etcd cannot tell.
    """
    attempt = _Attempt(app, schedule, slot, stop_timeout, config, run)
    deadline = time.monotonic() + TRY_FOR
    while True:
        try:
            return attempt.once()
        except HostError as problem:
            if problem.kind != 'unavailable' or time.monotonic() + TRY_EVERY > deadline:
                raise _explained(problem, app)
            time.sleep(TRY_EVERY)


def problems(app, schedules, config):
    """Returns a sentence for each schedule that etcd would not let this host claim now. Writes nothing."""
    asked = [schedule.name for schedule in schedules if schedule.on == 'one'] if config.endpoints else []
    try:
        for name in asked:
            client.Writer(config).may_put(prefix(app, name) + 'running')
    except HostError as problem:
        problem = _explained(problem, app)
        return ['schedule %s would not run now: %s%s' % (name, problem.message.replace('\n', ' '), (
            ' (%s)' % problem.hint if problem.kind == 'definition' else ''))]
    return []


class _Attempt:
    """One call's attempts to get a slot. A later one recognizes what an earlier one did if its answer was lost."""

    def __init__(self, app, schedule, slot, stop_timeout, config, run):
        self._config = config
        self._run = run
        where = prefix(app, schedule.name)
        self._lasting = {where + time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(slot)): SLOT_SECONDS}
        if schedule.overlap == 'skip':
            self._lasting[where + 'running'] = schedule.timeout + stop_timeout + MARGIN
        self._keys = list(self._lasting)
        self._leases: List[int] = []

    def once(self):
        reader = client.Reader(self._config)
        found = [pair for key in self._keys for pair in reader.range(key)[1]]
        if not found:       # most hosts end before this, and cost etcd no lease
            found = self._put()
        if not found or self._is_ours(found):
            return Claim(self._config, self._leases[1] if len(self._leases) > 1 else 0)
        raise _taken(found, self._keys)

    def _put(self):
        """Puts the keys. Returns those that another host has put, or an earlier attempt of this one."""
        writer = client.Writer(self._config)
        self._leases = [writer.grant(seconds) for seconds in self._lasting.values()]
        value = json.dumps({'host': socket.gethostname(), 'run': self._run, 'since': events.now()}, sort_keys=True)
        found = writer.put_if_absent([(key, value, lease) for key, lease in zip(self._keys, self._leases)])
        if found and not self._is_ours(found):
            for lease in self._leases:
                writer.revoke(lease)
        return found

    def _is_ours(self, found):
        return len(found) == len(self._keys) and all(_content(value).get('run') == self._run for _, value in found)


def _taken(found, keys):
    key, value = found[0]
    who = _content(value)
    if key.decode('utf-8', 'replace') == keys[0]:
        return Taken('other-host', '%s runs it this time' % (who.get('host') or 'another host'))
    return Taken('overlap', 'the run on %s since %s has not ended' % (
        who.get('host') or 'another host', who.get('since') or 'an unknown time'))


def _content(value):
    try:
        found = json.loads(value.decode('utf-8'))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _explained(problem, app):
    """Returns the error with a hint that fits; etcd's own refusals speak of reading."""
    if problem.kind == 'definition':
        where = '/deployctl/%s/schedules/' % app
        return HostError('definition', 'etcd does not allow this host to write %s (%s)' % (where, problem.message),
                         hint='grant it: etcdctl role grant-permission ROLE --prefix=true readwrite ' + where)
    return problem
