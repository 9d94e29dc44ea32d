"""`scheduled`: runs a schedule of the live release. Its systemd timer calls this, in a unit of its own for each elapse.

A run that does not take place is recorded with its reason. The command itself is a one-off command: it goes on with its
image whatever becomes of this call, or of the release.
"""

import contextlib
import os
import time

from .. import lock
from ..config import definition
from ..docker.api import Engine
from ..errors import HostError
from ..schedules import claims, timers
from ..store import runs, schedules, state
from ..transaction import targets
from ..transaction.one_off import course, follower

# How long to wait for another call that is about to start the same schedule.
LOCK_TIMEOUT = 90.0
LOOK = 1.0


def run(call):
    return Scheduled(call).run()


class Scheduled:
    """One call for one slot of a schedule."""

    def __init__(self, call):
        self._call = call
        self._state = state.AppState(call.app)
        self._host = definition.load_host()
        self._engine = Engine(self._host.docker)
        self._name = call.option('schedule')
        self._schedule = _find(targets.recorded(self._state), self._name)
        self._slot = timers.slot(self._schedule)
        self._stop_timeout = call.definition.drain.stop_timeout

    def run(self):
        try:
            identity, claim = self._start()
        except claims.Taken as taken:
            self._call.output.emit('schedule.skipped', **self._skip(taken.reason, taken.message))
            return 0
        try:
            return follower.follow(self._state, identity, self._call.output, self._engine)
        finally:
            self._wait(identity)
            self._release(claim)

    def _start(self):
        """Starts the command. Returns (its id, the claim on the slot or None); Taken if it is not to run."""
        only_one = lock.Lock('%s.%s' % (self._call.app, self._name))
        if not only_one.take(LOCK_TIMEOUT):
            raise claims.Taken('overlap', 'another call has been starting this schedule for %g s' % LOCK_TIMEOUT)
        try:
            return self._start_alone()
        finally:
            only_one.release()

    def _start_alone(self):
        with self._recorded('failed'):
            self._engine.ping()
            self._require_turn()
            course.sweep(self._state, self._engine)
        claim = None
        if self._schedule.on == 'one' and self._host.etcd.endpoints:
            with self._recorded('etcd'):
                claim = claims.claim(self._call.app, self._schedule, self._slot, self._stop_timeout, self._host.etcd,
                                     os.urandom(6).hex())
        try:
            with self._recorded('failed'):
                return self._begin(), claim
        except BaseException:
            self._release(claim)
            raise

    def _begin(self):
        runs.forget_old(self._state)
        return course.begin(self._state, runs.OneOff(
            'schedule', self._schedule.command, self._call.caller.name, self._schedule.timeout, self._stop_timeout,
            client=self._call.caller.client, schedule=self._name, slot=timers.shown(self._slot)))

    @contextlib.contextmanager
    def _recorded(self, reason):
        """Records an error in its block as the reason for which the run did not take place."""
        try:
            yield
        except HostError as problem:
            self._skip(reason, problem.message)
            self._call.warn('schedules', 'schedule %s was not run (%s)' % (self._name, (
                'whether another host runs it is not known' if reason == 'etcd' else 'it could not be started')))
            raise

    def _require_turn(self):
        """Raises Taken if the schedule is not to run on this host now, without asking other hosts."""
        stopped = self._state.load().get('stopped')
        if stopped:
            raise claims.Taken('stopped', '%s is stopped since %s, by %s' % (
                self._call.app, stopped['since'], stopped['by']))
        if not timers.has_role(self._schedule, self._host):
            raise claims.Taken('role', 'this host has none of the roles %s' % ', '.join(self._schedule.roles))
        if self._schedule.overlap == 'skip':
            for facts in course.under_way(self._state, self._engine):
                if facts.get('schedule') == self._name:
                    raise claims.Taken('overlap', 'the run of %s has not ended: run %s, in container %s' % (
                        facts.get('slot'), facts['run'], (facts.get('container') or '')[:12]))

    def _skip(self, reason, message):
        return schedules.skip(self._state, self._name, timers.shown(self._slot), reason, message)

    def _wait(self, identity):
        """Waits for the end of the command, where nobody reads its output any more."""
        while not (runs.read(self._state, identity) or {'ended': True})['ended']:
            with contextlib.suppress(HostError):    # Docker may be restarting
                course.settle(self._state, self._engine, identity)
            time.sleep(LOOK)

    def _release(self, claim):
        if claim is not None:
            try:
                claim.release()
            except HostError as problem:
                self._call.warn('schedules', 'etcd was not told of the end of this run, so the next ones are skipped '
                                'until its time limit has passed: %s' % problem.message)


def _find(record, name):
    for schedule in record.schedules:
        if schedule.name == name:
            return schedule
    raise HostError('not-found', 'release %s of %s has no schedule %s' % (record.id, record.app, name),
                    state='nothing was touched', hint='deployctl-host schedules %s' % record.app)
