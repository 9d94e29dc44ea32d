"""Watches the instances of processes that a transaction has started: whether they run, and when they are healthy."""

import time
from typing import Dict, List, Optional, Set, Tuple

from ...docker import containers, execution, logs
from ...errors import HostError
from ...probes import Seen
from .. import health_checks
from .instances import Instance

LOOK = 0.5


class ProcessWatch:
    """Watches the instances of a release. None of them may end, not even once."""

    def __init__(self, transaction, record, watched: List[Instance]):
        self._transaction = transaction
        self._record = record
        self._watched = watched
        self._begun = time.monotonic()
        self._first: Dict[Tuple[str, int], Tuple[str, int]] = {}    # start and restarts when first seen
        self._healthy: Set[Tuple[str, int]] = set()
        self._last: Dict[Tuple[str, int], Seen] = {}
        self._commands: Dict[Tuple[str, int], str] = {}     # that ask for health now

    def check_running(self):
        """Returns Docker's records of the containers; raises the verdict on one that ended or was restarted."""
        return {one.key: self._running(one) for one in self._watched}

    def wait_healthy(self):
        """Waits until all are healthy. One that ends fails at once, a slow one at its deadline."""
        while True:
            self._transaction.safe_point()
            found = self.check_running()
            for one in self._watched:
                if one.key not in self._healthy:
                    self._look(one, found[one.key])
            if len(self._healthy) == len(self._watched):
                return
            for one in self._watched:
                if one.key not in self._healthy and self._waited >= _deadline(one.process.health):
                    raise self._verdict(one, 'never healthy in %g s' % one.process.health.deadline, found[one.key])
            time.sleep(LOOK)

    @property
    def _waited(self):
        return time.monotonic() - self._begun

    def _running(self, one):
        found = containers.inspect(self._transaction.engine, one.container(self._record))
        if found is None:
            raise self._verdict(one, 'container %s is gone' % one.container(self._record), None)
        condition = found['State']
        now = (condition.get('StartedAt'), found.get('RestartCount') or 0)
        first = self._first.setdefault(one.key, now)
        if condition.get('OOMKilled'):
            raise self._verdict(one, 'out of memory', found)
        if not condition.get('Running') or condition.get('Restarting'):
            raise self._verdict(one, 'the container ended with exit code %s' % condition.get('ExitCode'), found)
        if now != first:
            raise self._verdict(one, 'the container was restarted', found)
        return found

    def _look(self, one, found):
        seen = self._seen(one, found)
        if seen is None:
            return
        before = self._last.get(one.key)
        if before is None or (before.ok, before.saw) != (seen.ok, seen.saw):
            self._transaction.emit('health.probe', process=one.process.name, instance=one.number, ok=seen.ok,
                                   saw=seen.saw, ms=seen.ms)
        self._last[one.key] = seen
        if seen.ok:
            self._healthy.add(one.key)

    def _seen(self, one, found) -> Optional[Seen]:
        """Returns what a look at an instance shows; None if it does not show anything yet."""
        health = one.process.health
        if health.type == 'docker':
            return health_checks.docker_says(found)
        if health.type == 'exec':
            return self._executed(one)
        ms = int(self._waited * 1000)
        return Seen(True, 'has run for %g s' % health.seconds, ms) if ms >= health.seconds * 1000 else None

    def _executed(self, one):
        """Runs the command of an instance, unless it runs already, and returns how the last one ended."""
        engine, running = self._transaction.engine, self._commands.get(one.key)
        if running is None:
            running = execution.start(engine, one.container(self._record), one.process.health.words)
            if running is None:     # the container has ended: the next look tells how
                return None
            self._commands[one.key] = running
        code = execution.exit_code(engine, running)
        if code is None:
            return None
        del self._commands[one.key]
        return Seen(code == 0, 'exit code %d' % code, int(self._waited * 1000))

    def _verdict(self, one, what, found):
        name = one.container(self._record)
        lines = logs.last(self._transaction.engine, name, health_checks.KEPT_LINES) if found else []
        if lines:
            self._transaction.record.keep_logs(one.number, lines, one.process.name)
        return HostError('release-failed', '%s: %s' % (one, what), hint='deployctl-host logs %s --release=%s '
                         '--process=%s' % (self._transaction.app, self._record.id, one.process.name), verdict={
                             'process': one.process.name, 'instance': one.number, 'probe': self._probe(one),
                             'container': health_checks.condition(found), 'lines': [
                                 text[:health_checks.LINE_SHOWN] for _, _, text in lines[-health_checks.LINES:]]})

    def _probe(self, one):
        health = one.process.health
        what = {'running': 'running for %g s' % health.seconds, 'docker': 'HEALTHCHECK',
                'exec': 'exec ' + ' '.join(health.words)}[health.type]
        last = self._last.get(one.key)
        if last is None and one.key in self._commands:
            return '%s: has not ended yet' % what
        return '%s: %s' % (what, last.saw if last else 'not yet')


def _deadline(health):
    return health.seconds + health.deadline if health.type == 'running' else health.deadline
