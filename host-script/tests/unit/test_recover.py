"""Tests of a worker that dies at each entry of its journal and of the call that settles its transaction."""

import unittest

from deployctl_host import events, files, lock
from deployctl_host.store.transactions import TransactionRecord
from deployctl_host.transaction import flow, recover, undo
from deployctl_host.transaction.steps import verify
from tests.unit.dying_worker_fixture import Died, DyingWorkerFixture
from tests.unit.host_fixture import HostFixture


class EveryEntry(DyingWorkerFixture):
    def settle_all(self, verb, request):
        """Dies at each entry in turn and checks the result each time."""
        number, outcomes = 1, []
        while True:
            before = self.serving
            if not self.die_at(number, self.moment, verb, **request(number)):
                return outcomes
            facts = recover.settle(self.app, *self.loaded())
            self.check(number, before, facts)
            if facts:  # at the last entry all events had been written already
                outcomes.append(facts['outcome'])
            number += 1

    def check(self, number, before, facts):
        where = 'died %s entry %d: %s' % (self.moment, number, facts)
        self.assertIsNone(self.state.unfinished(), where)
        serving = self.serving
        self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % serving], where)
        self.assertEqual(self.state.pointed_at(), serving, where)
        policy = self.docker._by('deployctl-blog-%s-1' % serving)['policy']
        self.assertEqual(policy, 'always', where)
        if facts:
            self.assertEqual(facts['serving'], serving, where)
            self.assertEqual(serving == before, facts['outcome'] == 'failed', where)
            sent = events.read(self.record_of(facts).events_path)[0]
            self.assertEqual([event['seq'] for event in sent], list(range(1, len(sent) + 1)), where)
            self.assertLessEqual([event['type'] for event in sent].count('receipt'), 1, where)
            self.assertEqual((sent[-1]['type'], sent[-1]['serving'], sent[-1]['exit']),
                             ('deploy.finished', serving, 70), where)
        self.assertLessEqual(len(self.docker.names()), 2, where)

    def record_of(self, facts):
        return TransactionRecord(self.state, facts['rollout'])

    moment = 'before'

    def test_deploy_killed_at_each_journal_entry(self):
        outcomes = self.settle_all('deploy', lambda number: {'tag': 'v%d' % (2 + number % 2), 'force': True})
        self.assertIn('failed', outcomes)
        self.assertIn('succeeded', outcomes)
        self.assertEqual(outcomes, sorted(outcomes), 'seen through once, it is so at every later entry')

    def test_rollback_killed_at_each_journal_entry(self):
        self.deploy('v2')
        outcomes = self.settle_all('rollback', lambda number: {})
        self.assertIn('failed', outcomes)
        self.assertIn('succeeded', outcomes)


class EveryEntryAfter(EveryEntry):
    moment = 'after'


class SpecialCases(DyingWorkerFixture):
    def test_recover_without_unfinished_work_does_nothing(self):
        self.docker.requests.clear()
        self.assertIsNone(recover.settle(self.app, *self.loaded()))
        self.assertEqual(self.docker.requests, [])

    def test_running_worker_is_left_alone(self):
        self.state.begin('r-busy')
        holder = lock.Lock(self.app)
        self.assertTrue(holder.take())
        self.assertIsNone(recover.settle(self.app, *self.loaded()))
        self.assertEqual(self.state.unfinished(), 'r-busy')
        holder.release()

    def test_dead_release_after_the_switch_is_replaced_by_the_old_one(self):
        """After a power cut the new containers have no restart policy yet and are down."""
        def die_at_verify(transaction):
            for one in self.docker.containers.values():
                self.docker._end(one, 255)
            raise Died()
        plain = verify.verify
        self.patch(verify, 'verify', die_at_verify)

        def die(*_):
            raise Died()
        plain_undo = undo.undo
        self.patch(undo, 'undo', die)
        try:
            self.deploy('v2')
        except (Died, AssertionError):
            pass
        verify.verify, undo.undo = plain, plain_undo
        facts = recover.settle(self.app, *self.loaded())
        self.assertEqual((facts['outcome'], facts['serving']), ('failed', self.first))
        self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % self.first])
        self.assertEqual(self.state.pointed_at(), self.first)


class PowerCut(HostFixture):
    def test_names_of_a_transaction_are_on_disk_before_anything_is_done(self):
        """A power cut may lose what was not synced, including the names of files and directories."""
        synced = []
        plain = files.fsync_dir
        self.patch(files, 'fsync_dir', lambda path: synced.append(path) or plain(path))
        first_done = []
        self.patch(flow, 'check_host', lambda transaction, plan: first_done.extend(synced))
        self.deploy('v1')
        for path in (self.state.root + '/transactions', self.record.directory, self.state.root):
            self.assertIn(path, first_done)
        self.assertGreaterEqual(first_done.count(self.record.directory), 2, 'for the request and for the journal')


if __name__ == '__main__':
    unittest.main()
