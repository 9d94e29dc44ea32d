"""Kills a worker with SIGKILL at every entry of its journal and checks the result.

test_every_entry.py meets each entry once; the command kill-matrix meets each as often as it is told to.
"""

import collections
import contextlib
import re
import threading
import time
import traceback

from tests.lab.host import Host
from tests.lab.jobs import Jobs
from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic

KINDS = {'socket-deploy': ('socket', 'deploy'), 'socket-rollback': ('socket', 'rollback'),
         'port-deploy': ('port', 'deploy'), 'port-rollback': ('port', 'rollback'),
         'workers-deploy': ('socket', 'deploy'), 'workers-rollback': ('socket', 'rollback')}
# Two kinds of workers beside the web part: beside their successors for a while, and never.
WORKERS = {
    'process worker.command': 'worker', 'process worker.instances': '2', 'process worker.health': 'running 200ms',
    'process single.command': 'worker', 'process single.order': 'stop-first', 'process single.health': 'running 200ms'}
PORTS = {'workers-deploy': 16381, 'workers-rollback': 16382}
HOLDS = {'hold': 'socket', 'port-hold': 'port'}
REMOVALS = {'socket-remove': 'socket', 'port-remove': 'port'}
# Before an entry the follower settles what the killed worker leaves; after it the follower dies too, as in a power cut,
# and `recover` settles.
MOMENTS = ('before', 'after-all')
CLIENTS = ('keepalive-retries:2:think=40', 'keepalive-naive:2:think=40', 'new:1:think=40', 'post-new:1:think=60')


def matrix(kind, host_name=None):
    """Returns the matrix of a kind."""
    from tests.lab import held_matrix   # which builds upon this module
    return (Removal if kind in REMOVALS else held_matrix.Holding if kind in HOLDS else Matrix)(kind, host_name)


class Matrix(Scenario):
    """Kills one verb in one mode at each entry in turn."""

    def __init__(self, kind, host_name=None):
        super().__init__('runTest')
        self.kind, self.host_name = kind, host_name or self.host_name
        self.mode, self.verb = KINDS.get(kind) or ({**REMOVALS, **HOLDS}[kind], 'remove')
        self.app = 'kill-' + kind
        self.total = 0                          # entries of an undisturbed transaction
        self.kills = 0
        self.outcomes = collections.Counter()
        self.counts = collections.Counter()     # of the traffic: sent, lost, races
        self.problem = None
        self.jobs = None
        self._count = 0
        self._instances = 1

    def runTest(self):
        raise NotImplementedError('a part of test_every_entry and of kill-matrix')

    def run_all(self, times, told):
        """Kills at every entry, `times` times. The first violation ends it and is stored in `problem`."""
        try:
            self.host = Host(self.host_name)
            type(self).host = self.host
            if self.kind in PORTS:
                self._with_workers()
            self.setUp()
            if self.jobs is not None:
                self.env('GREETING=hello\n' + self.jobs.env)
            self._begin()
            self.total = self._entries()
            for _ in range(times):
                self._round(told)
            self.serving('v2b')
            self.forget(self.app)
        except BaseException:
            self.problem = traceback.format_exc()
        finally:
            if self.jobs is not None:
                self.jobs.stop()

    def _with_workers(self):
        self.settings, self._instances = WORKERS, 4
        # No worker dies here, so none takes over the job of another, however slow the machine is.
        self.jobs = Jobs(self.host, PORTS[self.kind], claim_ms=60000)
        self.jobs.start()

    def _begin(self):
        for tag in ('v1', 'v2'):
            self.serving(tag)

    def _round(self, told):
        traffic = Traffic(self.host, self.app + '.scen', CLIENTS)
        try:
            with traffic, self.jobs or contextlib.nullcontext():
                for number in range(1, self.total + 1):
                    for moment in MOMENTS:
                        outcome = self._kill(number, moment)
                        told('%s %d of %d %s: %s' % (self.kind, number, self.total, moment, outcome))
        finally:
            if traffic.account:
                self.counts.update({name: traffic.account[name] for name in ('sent', 'lost', 'races')})
        told('%s so far: %d kills %s, %s' % (self.kind, self.kills, dict(self.outcomes), dict(self.counts)))
        # Races are not looked at: other apps reload nginx all the while, which closes idle connections.
        self.assertEqual(traffic.lost, 0, traffic.summary())
        if self.jobs is not None:       # nobody was killed that works on jobs
            done = self.jobs.wait_done()
            self.assertEqual({1}, set(done.values()), done)
            self.counts['jobs'] = len(done)

    def _words(self):
        """Returns the arguments of the next call, with a new rollout id and another release each time."""
        self._count += 1
        words = ['--rollout=r-%s%04d' % (self.kind.replace('-', ''), self._count)]
        return words + ['--tag=v%d' % (1 + self._count % 2), '--force'] if self.verb == 'deploy' else words

    def _entries(self):
        words = self._words()
        self.good(self.killed(0, 'before', self.verb, *words))
        path = '/var/lib/deployctl/%s/transactions/%s/journal.ndjson' % (self.app, words[0].partition('=')[2])
        return int(self.host.sh('grep -c . ' + path))

    def _kill(self, number, moment):
        """Returns the reported outcome; fails unless it is true and everything is settled."""
        before = self.facts()['current']
        told = self.killed(number, moment, self.verb, *self._words())
        settled = told.last
        if moment == 'after-all':
            # At the last entry the follower may have received the last event already and ended.
            self.assertIn(told.exit, (137,) if number < self.total else (137, 0), told)
            told = self.call('recover')
            self.assertEqual(told.exit, 0, told)
            settled = told.of('recovered')[0] if told.of('recovered') else {'outcome': None, 'serving': None}
        elif number == self.total:          # all events were sent, and only the file `unfinished` is left
            self.assertEqual(self.call('recover').exit, 0)
        where = '%s, killed %s entry %d: %s' % (self.kind, moment, number, told)
        facts = self.facts()
        if settled['outcome'] is None:      # its events were complete already
            self.assertGreaterEqual(number, self.total - 1, where)
        else:
            self.assertEqual(settled['serving'], facts['current'], where)
            self.assertEqual(facts['current'] == before, settled['outcome'] == 'failed', where)
            if moment == 'before' and number < self.total:
                self.assertEqual((told.last['type'], told.exit), ('deploy.finished', 70), where)
        self._all_ended()
        self.assert_serves(facts['current'], instances=self._instances)
        self.kills += 1
        self.outcomes[settled['outcome'] or 'told'] += 1
        return settled['outcome']

    def _all_ended(self):
        """Waits until no worker retires any more."""
        deadline = time.monotonic() + 60
        while self.host.retires(self.app):
            self.assertLess(time.monotonic(), deadline, 'a worker still retires')
            time.sleep(0.1)


class Removal(Matrix):
    """Kills `remove` before each of its changes. `recover` finishes what was decided; before that, nothing has changed.

    The traffic is another app's, which must not be affected.
    """

    def __init__(self, kind, host_name=None):
        super().__init__(kind, host_name)
        self.other = self.app + '-by'

    def _begin(self):
        super()._begin()
        self.forget(self.other)
        self.define(self.other)
        self.env('GREETING=hello\n', self.other)
        self.serving('v1', app=self.other)

    def _entries(self):
        told = self.killed(0, 'before-effect', 'remove')
        self.assertEqual(told.exit, 0, told)
        self._assert_gone('undisturbed')
        return int(re.search(r'(\d+) effects', told.stderr).group(1))

    def _round(self, told):
        with Traffic(self.host, self.other + '.scen', CLIENTS) as traffic:
            for number in range(1, self.total + 1):
                told('%s %d of %d: %s' % (self.kind, number, self.total, self._kill_removal(number)))
        self.counts.update({name: traffic.account[name] for name in ('sent', 'lost', 'races')})
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.forget(self.other)

    def _kill_removal(self, number):
        self.serving('v1')
        release = self.serving('v2')
        told = self.killed(number, 'before-effect', 'remove')
        where = '%s, killed before change %d: %s' % (self.kind, number, told)
        self.assertEqual(told.exit, 137, where)
        decided = self.host.sh('test ! -e /var/lib/deployctl/%s/removing || echo yes' % self.app)
        recovered = self.call('recover')
        self.assertEqual(recovered.exit, 0, recovered)
        self.kills += 1
        outcome = 'succeeded' if decided else 'failed'
        self.outcomes[outcome] += 1
        if decided:
            self.assertEqual([event['app'] for event in recovered.of('remove.finished')], [self.app], where)
        else:
            self.assert_serves(release)
            self.assertEqual(self.killed(0, 'before-effect', 'remove').exit, 0, where)
        self._assert_gone(where)
        return outcome

    def _assert_gone(self, where):
        facts = self.facts()
        self.assertEqual((facts['containers'], facts['images'], facts['files'], facts['vhost']), ({}, [], [], None),
                         where)
        self.assertEqual(self.host.get(self.app + '.scen')[0], 404, where)


def together(matrices, times=1, told=lambda text: None):
    """Runs all of them in parallel, each with its own app."""
    threads = [threading.Thread(target=matrix.run_all, args=(times, told)) for matrix in matrices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return matrices
