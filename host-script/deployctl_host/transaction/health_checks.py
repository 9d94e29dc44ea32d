"""Watches the containers of a release: whether they run, and what each instance answers."""

import time
from typing import Dict, Optional

from .. import probes
from ..docker import containers, logs
from ..errors import HostError
from . import release

LINES = 20
KEPT_LINES = 500
LINE_SHOWN = 1000
WATCH = 0.5


def stay_healthy(transaction, seconds):
    """Probes for `seconds`, and fails at the first probe that is not good."""
    watch = watch_of(transaction)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        watch.probe()
        if watch.unhealthy:
            raise watch.verdict('not healthy any more after the switch')
        watch.sleep_until(min(time.monotonic() + transaction.definition.health.interval, deadline))


def watch_of(transaction):
    """Returns the watch on the containers of `new`: that of step `health`, or a new one if they were running before."""
    if transaction.watch is None:
        transaction.watch = Watch(transaction, transaction.new, False)
    return transaction.watch


class Watch:
    """Watches all instances of a release, and keeps the last probe of each.

    `strict` is for containers that this transaction started: none of them may end, not even once. Of those that were
    running before, some may be down, but not all.
    """

    def __init__(self, transaction, record, strict):
        self._transaction = transaction
        self._record = record
        self._strict = strict
        self._good: Dict[int, int] = {instance: 0 for instance in release.instances(record)}
        self._last: Dict[int, probes.Seen] = {}
        self._first_start: Dict[int, str] = {}
        self.unhealthy: Optional[int] = None   # an instance that failed the last probe

    @property
    def healthy(self):
        return all(count >= self._transaction.definition.health.successes for count in self._good.values())

    def check_running(self):
        """Returns Docker's records of the containers by instance; raises the verdict on one that has ended.

        The instances of processes that this transaction started are checked too.
        """
        if self._transaction.process_watch is not None:
            self._transaction.process_watch.check_running()
        found, ended = {}, None
        for instance in self._good:
            try:
                found[instance] = self._check_running(instance)
            except HostError as problem:
                if self._strict or problem.kind != 'release-failed':
                    raise
                ended = problem
        if ended is not None and not found:
            raise ended
        return found

    def sleep_until(self, until):
        """Sleeps until a time of the monotonic clock; a container that ends is reported at once."""
        while True:
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, WATCH))
            if left > WATCH:
                self.check_running()

    def probe(self):
        """Checks once that every container runs, and probes every instance."""
        inspected = self.check_running()
        if self._transaction.definition.health.type == 'docker':
            seen = {instance: docker_says(record) for instance, record in inspected.items()}
        else:
            wanted = sorted(inspected)
            answers = probes.ask_all([self._question(instance) for instance in wanted], self._transaction.identity)
            seen = dict(zip(wanted, answers))
        self.unhealthy = None
        for instance, answer in seen.items():
            self._note(instance, answer)

    def _question(self, instance):
        wanted = self._transaction.definition.health
        headers = {wanted.release_header: self._record.id} if wanted.release_header else {}
        address = release.address(self._transaction.state, self._record, instance)
        return probes.Question(wanted.type, address, wanted.timeout, wanted.path, wanted.host, wanted.expect, headers,
                               sent=wanted.headers)

    def _note(self, instance, answer):
        before = self._last.get(instance)
        if before is None or (before.ok, before.saw) != (answer.ok, answer.saw):
            self._transaction.emit('health.probe', instance=instance, ok=answer.ok, saw=answer.saw, ms=answer.ms)
        self._last[instance] = answer
        self._good[instance] = self._good[instance] + 1 if answer.ok else 0
        if not answer.ok:
            self.unhealthy = instance

    def _check_running(self, instance):
        """Raises the verdict on a container that ended or was restarted: waiting would not help."""
        found = containers.inspect(self._transaction.engine, release.container(self._record, instance))
        if found is None:
            self.unhealthy = instance
            raise self.verdict('container %s is gone' % release.container(self._record, instance))
        condition = found['State']
        started = self._first_start.setdefault(instance, condition.get('StartedAt'))
        if condition.get('OOMKilled') and (self._strict or not condition.get('Running')):
            self.unhealthy = instance
            raise self.verdict('out of memory', found)
        if not condition.get('Running'):
            self.unhealthy = instance
            raise self.verdict('the container ended with exit code %s' % condition.get('ExitCode'), found)
        before = self._transaction.restarts.get(instance, 0)
        if self._strict and ((found.get('RestartCount') or 0) > before or condition.get('StartedAt') != started):
            self.unhealthy = instance
            raise self.verdict('the container ended with exit code %s' % condition.get('ExitCode')
                               if condition.get('Restarting') else 'the container was restarted', found)
        return found

    def verdict(self, what, found=None, probe=None):
        """Returns the error with all that is known: last probe, state of the container, last lines."""
        verdict = self.facts(found, probe)
        return HostError('release-failed', 'instance %d: %s' % (verdict['instance'], what), hint=self.hint,
                         verdict=verdict)

    @property
    def hint(self):
        return 'deployctl-host logs %s --release=%s' % (self._transaction.app, self._record.id)

    def facts(self, found=None, probe=None):
        """Returns the verdict of an error; `probe` replaces the last probe where another one tells more."""
        instance = next((one for one, count in self._good.items() if count == 0), 1)
        if self.unhealthy is not None:
            instance = self.unhealthy
        name = release.container(self._record, instance)
        if found is None:
            found = containers.inspect(self._transaction.engine, name)
        lines = logs.last(self._transaction.engine, name, KEPT_LINES) if found else []
        if lines:
            self._transaction.record.keep_logs(instance, lines)
        last = self._last.get(instance)
        return {'instance': instance, 'probe': probe or self._told(last), 'container': condition(found),
                'lines': [text[:LINE_SHOWN] for _, _, text in lines[-LINES:]]}

    def _told(self, last):
        wanted = self._transaction.definition.health
        what = {'http': 'GET ' + wanted.path, 'tcp': 'connect', 'docker': 'HEALTHCHECK'}[wanted.type]
        over = 'over ' + self._record.mode
        return '%s %s: %s in %d ms' % (what, over, last.saw, last.ms) if last else '%s %s: not tried' % (what, over)


def docker_says(found):
    """Returns what the HEALTHCHECK of a container says."""
    told = found['State'].get('Health')
    if told is None:
        return probes.Seen(False, 'the image has no HEALTHCHECK', 0)
    log = told.get('Log') or []
    output = containers.clean((log[-1].get('Output') or '').strip(), 200) if log else ''
    saw = told['Status'] + (': ' + output if output and told['Status'] != 'healthy' else '')
    return probes.Seen(told['Status'] == 'healthy', saw, 0)


def condition(found):
    """Returns how a container is, for a verdict; None if it is gone."""
    if found is None:
        return None
    now = found['State']
    return {'state': now.get('Status'), 'exit_code': now.get('ExitCode'),
            'oom_killed': bool(now.get('OOMKilled')), 'restarts': found.get('RestartCount') or 0,
            'error': containers.clean(now['Error'], 300) if now.get('Error') else None}
