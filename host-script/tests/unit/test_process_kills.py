"""Tests of a worker of deployctl-host that dies at each entry of its journal, for an app with processes."""

import unittest

from deployctl_host.store import retiring as records
from deployctl_host.store.transactions import TransactionRecord
from deployctl_host.transaction import recover
from tests.unit.dying_worker_fixture import DyingWorkerFixture
from tests.unit.process_fixture import ProcessFixture, WORKER
from tests.unit import test_recover

SINGLE = '[process single]\ncommand = bin/work\norder = stop-first\nhealth = running 0s\n'


class EveryEntry(test_recover.EveryEntry, ProcessFixture):
    processes = WORKER + SINGLE

    def check(self, number, before, facts):
        where = 'died %s entry %d: %s' % (self.moment, number, facts)
        self.assertIsNone(self.state.unfinished(), where)
        serving = self.serving
        expected = ['deployctl-blog-%s-1' % serving, self.name(serving, 'single'), self.name(serving),
                    self.name(serving, instance=2)]
        self.settle()
        self.assertEqual(expected, self.docker.running(), where)
        self.assertEqual({'always'}, {self.docker._by(name)['policy'] for name in expected}, where)
        self.assertEqual(serving, self.state.pointed_at(), where)
        self.assertEqual({}, records.pending(self.state), where)
        if facts:
            self.assertEqual((serving, serving == before), (facts['serving'], facts['outcome'] == 'failed'), where)
        self.assertLessEqual(len(self.docker.names()), 8, where)


class EveryEntryAfter(EveryEntry):
    moment = 'after'


class EveryEntryOfStopFirst(EveryEntry):
    """The web part stops first too."""

    def setUp(self):
        super().setUp()
        self.redefine('[app]', '[app]\norder = stop-first')


class EveryEntryAfterOfStopFirst(EveryEntryOfStopFirst):
    moment = 'after'


class Undo(DyingWorkerFixture, ProcessFixture):
    def test_worker_of_an_undone_release_finishes_its_job_though_the_transaction_died(self):
        self.docker.all_busy = True
        self.patch_mark_to_die('processes', 'end')
        facts = recover.settle(self.app, *self.loaded())
        self.assertEqual('failed', facts['outcome'])
        leaving = list(records.pending(self.state).values())
        self.assertEqual([1, 2], [one['instance'] for one in leaving])
        self.assertEqual(['blog'], self.watched)
        for one in leaving:
            self.docker.finish_job(self.name(one['release'], instance=one['instance']))
        self.settle()
        self.assertEqual(3, len(self.docker.names()))

    def patch_mark_to_die(self, step, phase):
        for number in range(1, 100):
            if not self.die_at(number, 'after', tag='v2'):
                self.fail('no entry %s:%s' % (step, phase))
            last = self.record_last()
            if (last['step'], last['phase']) == (step, phase):
                return
            self.docker.all_busy = False
            recover.settle(self.app, *self.loaded())
            self.docker.all_busy = True
            if self.serving != self.first:
                self.fail('committed before %s:%s' % (step, phase))

    def record_last(self):
        return TransactionRecord(self.state, self.state.unfinished()).entries()[-1]


if __name__ == '__main__':
    unittest.main()
