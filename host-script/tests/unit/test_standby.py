"""Tests of calls that are prepared with --standby and started by a line on standard input."""

import os
import unittest

from deployctl_host import standby
from deployctl_host.errors import HostError
from deployctl_host.store import deploy_lock, state
from deployctl_host.store.transactions import TransactionRecord
from tests.unit.call_fixture import CallFixture


class Starts(unittest.TestCase):
    def wait(self, *parts, limit=5.0, close=True):
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        for part in parts:
            os.write(writing, part)
        if close:
            os.close(writing)
        else:
            self.addCleanup(os.close, writing)
        standby.wait(reading, limit)

    def test_line_starts_the_call(self):
        self.wait(b'start\n')
        self.wait(b'sta', b'rt\n')

    def test_line_starts_the_call_before_the_input_ends(self):
        self.wait(b'start\n', close=False)

    def test_anything_else_starts_nothing(self):
        for parts, reason in (((), 'ended'), ((b'start',), 'ended'), ((b'\n',), 'something else'),
                              ((b'stop\n',), 'something else'), ((b'Start\n',), 'something else')):
            with self.assertRaises(HostError) as caught:
                self.wait(*parts)
            self.assertIn(reason, caught.exception.message)
            self.assertEqual(('unavailable', 'nothing was touched'), (caught.exception.kind, caught.exception.state))

    def test_silence_starts_nothing(self):
        for parts in ((), (b'star',)):
            with self.assertRaisesRegex(HostError, 'not started within 0 s'):
                self.wait(*parts, limit=0.0, close=False)


class PreparedCalls(CallFixture):
    def prepared(self, before_the_start):
        """Lets something happen while calls wait for their start."""
        self.patch(standby, 'wait', before_the_start)

    def test_prepared_deploy_is_the_same_as_any_other(self):
        waited = []
        self.prepared(lambda: waited.append(True))
        code, sent = self.call('deploy', 'blog', '--tag=v1', '--rollout=r-one1', '--standby', '--output=ndjson')
        self.assertEqual((0, 'deploy.started', 'succeeded', [True]), (
            code, sent[0]['type'], sent[-1]['outcome'], waited))
        self.assertEqual([('begin', None), ('end', 0)], [(line['phase'], line.get('exit')) for line in self.audited()])

    def test_nothing_is_written_before_the_start(self):
        self.call('deploy', 'blog', '--tag=v1')
        found = []
        self.prepared(lambda: found.append(self.snapshot()))
        for words in (('lock', 'blog', '--lock=l-mine'), ('deploy', 'blog', '--tag=v2', '--lock=l-mine'),
                      ('unlock', 'blog', '--lock=l-mine')):
            before = self.snapshot()
            self.assertEqual(0, self.call(*words, '--standby', '--output=ndjson')[0])
            self.assertEqual(before, found.pop(), words)

    def test_call_that_is_never_started_changes_nothing(self):
        def never():
            raise standby._not_started('not started: standard input ended')
        self.prepared(never)
        code, sent = self.call('deploy', 'blog', '--tag=v1', '--rollout=r-one1', '--standby', '--output=ndjson')
        self.assertEqual((69, ['error'], 'unavailable'), (
            code, [event['type'] for event in sent], sent[0]['error']['kind']))
        self.assertFalse(TransactionRecord(state.AppState('blog'), 'r-one1').exists)
        self.assertEqual([('end', 69)], [(line['phase'], line['exit']) for line in self.audited()])

    def test_lock_that_was_lost_while_the_call_waited_refuses_it(self):
        self.call('lock', 'blog', '--lock=l-mine')

        def somebody_else_takes_it():
            deploy_lock.release(self.state, None, True)
            deploy_lock.take(self.state, 'l-other', 'bob', 'a hotfix', 90)
        self.prepared(somebody_else_takes_it)
        code, sent = self.call('deploy', 'blog', '--tag=v1', '--lock=l-mine', '--standby', '--output=ndjson')
        self.assertEqual((75, 'locked'), (code, sent[-1]['error']['kind']))

    def test_right_that_was_withdrawn_while_the_call_waited_refuses_it(self):
        self.prepared(lambda: self.redefine('deployers = alice', 'deployers = bob'))
        code, sent = self.call('deploy', 'blog', '--tag=v1', '--standby', '--output=ndjson')
        self.assertEqual((77, 'not-allowed'), (code, sent[-1]['error']['kind']))

    def test_invalid_arguments_are_refused_without_waiting(self):
        self.prepared(lambda: self.fail('waited'))
        self.assertEqual(64, self.call('deploy', 'blog', '--standby')[0])
        self.assertEqual(64, self.call('status', 'blog', '--standby')[0])

    def test_preflight_tells_that_calls_can_be_prepared(self):
        self.assertIs(True, self.call('preflight', 'blog')[1][-1]['standby'])
