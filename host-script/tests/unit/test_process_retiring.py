"""Tests of processes that retire: they get their stop signal and the time to finish their job."""

import errno
import os
import unittest

from deployctl_host.docker import containers
from deployctl_host.store import retiring as records
from deployctl_host.transaction.processes import retiring, watcher
from tests.unit.process_fixture import of, ProcessFixture, WORKER


class Retiring(ProcessFixture):
    def retire_busy(self):
        """Deploys v1 and, while its first worker has a job in hand, v2. Returns both releases and the events."""
        first = self.live('v1')
        self.docker.busy.add(self.name(first))
        told = self.deploy('v2')
        self.assertEqual('succeeded', self.last(told)['outcome'], told[-1])
        return first, self.serving, told

    def test_old_processes_get_their_stop_signal_and_may_finish_their_job(self):
        first, second, told = self.retire_busy()
        self.assertEqual([1, 2], [event['instance'] for event in of(told, 'process.retiring')])
        self.assertTrue(all(event['until'] > event['ts'] for event in of(told, 'process.retiring')))
        self.assertTrue(self.worker(first)['running'])
        self.assertTrue(self.worker(second)['running'])
        self.assertEqual(['blog'], self.watched)
        self.assertEqual(1, self.settle())
        self.docker.finish_job(self.name(first))
        self.assertEqual(0, self.settle())
        self.assertEqual([('worker', 1, 0, False), ('worker', 2, 0, False)],
                         [(one['process'], one['instance'], one['exit'], one['killed']) for one in self.retired()])
        self.assertEqual([], os.listdir(self.state.root + '/retiring'))

    def test_one_that_does_not_end_in_time_is_killed_and_recorded(self):
        first, _, _ = self.retire_busy()
        self.settle()
        record = next(iter(records.pending(self.state).values()))
        records._save(self.state, dict(record, deadline=0.0))
        self.assertEqual(1, self.settle())
        self.assertEqual(0, self.settle())
        self.assertEqual([(137, True), (0, False)], [(one['exit'], one['killed']) for one in self.retired()])
        self.assertFalse(self.worker(first)['running'])

    def test_one_of_an_earlier_boot_has_had_its_time(self):
        self.retire_busy()
        self.settle()
        record = next(iter(records.pending(self.state).values()))
        records._save(self.state, dict(record, boot='another'))
        self.settle()
        self.assertEqual(0, self.settle())

    def test_signal_that_nobody_sent_is_sent_by_whoever_settles(self):
        plain = containers.send_stop_signal
        self.patch(containers, 'send_stop_signal', lambda *_: self.fail('died before the signal'))
        first = self.live('v1')
        with self.assertRaises(AssertionError):
            self.transact('stop')
        containers.send_stop_signal = plain
        self.settle()
        self.assertTrue(self.worker(first)['running'], 'it may be sent right now')
        self.patch(records, 'SIGNAL_GRACE', 0.0)
        self.settle()
        self.assertFalse(self.worker(first)['running'])

    def test_full_disk_keeps_no_process_from_ending(self):
        first = self.live('v1')

        def full(*_, **__):
            raise OSError(errno.ENOSPC, 'No space left on device')
        self.patch(records, 'begin', full)
        told = self.deploy('v2')
        self.assertEqual('succeeded', self.last(told)['outcome'])
        self.assertIn('will not be recorded: No space left on device', ' '.join(
            event['message'] for event in of(told, 'warning')))
        self.assertFalse(self.worker(first)['running'])

    def test_next_deploy_works_while_some_still_retire(self):
        first, second, _ = self.retire_busy()
        self.docker.busy.add(self.name(second))
        third = self.live('v3')
        self.assertEqual([True, True, True], [self.worker(one)['running'] for one in (first, second, third)])
        self.assertEqual({first, second}, {one['release'] for one in records.pending(self.state).values()})

    def test_container_of_a_pruned_release_is_removed_when_it_has_ended(self):
        first, _, _ = self.retire_busy()
        for tag in ('v3', 'v1', 'v2', 'v3'):
            self.live(tag, force=True)
        self.assertIsNone(self.state.release(first))
        self.assertTrue(self.worker(first)['running'])
        self.docker.finish_job(self.name(first))
        self.assertEqual(0, self.settle())
        self.assertIsNone(self.worker(first))

    def test_rollback_to_a_release_whose_process_still_retires_starts_another_container(self):
        first, _, _ = self.retire_busy()
        told = self.transact('rollback')
        self.assertEqual(('succeeded', first), (self.last(told)['outcome'], self.serving), told[-1])
        aside = [name for name in self.docker.names() if name.startswith(self.name(first) + '.')]
        self.assertEqual(1, len(aside))
        self.assertEqual(('no', 'always'), (self.docker._by(aside[0])['policy'], self.worker(first)['policy']))
        self.docker.finish_job(aside[0])
        self.settle()
        self.assertIsNone(self.docker._by(aside[0]))
        self.assertTrue(self.worker(first)['running'])

    def test_power_cut_after_the_removal_of_a_container_loses_no_exit_code(self):
        first, _, _ = self.retire_busy()
        deploy = self.record
        self.transact('rollback')
        self.docker.finish_job(next(name for name in self.docker.names() if name.startswith(self.name(first) + '.')), 3)
        forget = records.forget
        self.patch(records, 'forget', lambda *_: self.fail('died before the record was removed'))
        with self.assertRaises(AssertionError):
            self.settle()
        self.assertFalse([name for name in self.docker.names() if '.' in name])
        self.assertEqual(1, len(records.pending(self.state)))
        records.forget = forget
        self.assertEqual(0, self.settle())
        self.assertEqual({}, records.pending(self.state))
        self.assertEqual([(1, 3), (2, 0)], [(one['instance'], one['exit']) for one in records.of_transaction(deploy)])

    def test_second_watcher_leaves_the_work_to_the_first(self):
        self.retire_busy()
        self.patch(watcher, 'TURN', 0.1)
        lock = retiring.of_watcher('blog')
        self.assertTrue(lock.take())
        self.addCleanup(lock.release)
        self.assertEqual(0, watcher.main('blog'))
        self.assertEqual(1, len(records.pending(self.state)))


class Undoing(ProcessFixture):
    processes = WORKER + '[process other]\ncommand = bin/work\nhealth = running 0s\n'

    def test_new_processes_of_a_failed_release_may_finish_the_job_that_they_took(self):
        first = self.live('v1')
        self.redefine('[process other]\ncommand = bin/work', '[process other]\ncommand = bin/crash')
        self.docker.all_busy = True
        told = self.deploy('v2')
        self.assertEqual('failed', self.last(told)['outcome'])
        leaving = list(records.pending(self.state).values())
        self.assertEqual([('worker', 1), ('worker', 2)], [(one['process'], one['instance']) for one in leaving])
        self.assertEqual(['blog'], self.watched)
        for one in leaving:
            self.docker.finish_job(self.name(one['release'], instance=one['instance']))
        self.settle()
        self.assertEqual(sorted(self.docker.running()), sorted(
            [self.name(first), self.name(first, instance=2), self.name(first, 'other'), 'deployctl-blog-%s-1' % first]))
        self.assertEqual([0, 0], [one['exit'] for one in self.retired()])
        self.assertEqual(4, len(self.docker.names()))


if __name__ == '__main__':
    unittest.main()
