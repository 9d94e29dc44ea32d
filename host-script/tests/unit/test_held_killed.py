"""Tests of a worker that dies at each entry of its journal while a release is held, promoted or abandoned."""

import os
import unittest

from deployctl_host import events
from deployctl_host.store import held
from deployctl_host.store.transactions import TransactionRecord
from deployctl_host.transaction import recover
from tests.unit.dying_worker_fixture import DyingWorkerFixture
from tests.unit.held_fixture import TOKEN


class Killed(DyingWorkerFixture):
    """The worker dies at each entry of its journal in turn; what it left is settled, and everything holds."""

    moment = 'before'
    processes = ()      # that the live release has
    runs_beside = True  # whether a held release is alive

    def setUp(self):
        self.patch(os, 'fsync', lambda descriptor: None)    # most of the time of these tests
        super().setUp()
        processes = ['[process %s]\ncommand = bin/work\nhealth = running 0s\n' % each for each in self.processes]
        self.redefine('[vhost]\n', ''.join(processes) + '[vhost]\npreview = yes\n')
        self.first = self.last(self.deploy('v1', force=True))['serving']

    def hold(self):
        """Holds a release, whatever is held, and returns its id."""
        return self.last(self.transact(tag='v2', hold=3600, preview=TOKEN, force=True))['held']

    def settled(self, verb, before=lambda: None, **request):
        """Yields (where it died, facts of the settled transaction) for each entry."""
        for number in range(1, 200):
            before()
            if not self.die_at(number, self.moment, verb, **request):
                return
            facts = recover.settle(self.app, *self.loaded())
            where = 'died %s entry %d: %s' % (self.moment, number, facts)
            self.assertIsNone(self.state.unfinished(), where)
            self.check_live(where)
            yield where, facts
        self.fail('it never ended')

    def names(self, release):
        return ['deployctl-blog-%s-1' % release] + ['deployctl-blog-%s-%s-1' % (release, one) for one in self.processes]

    def check_live(self, where):
        """Checks that users reach what is recorded as live, and that nothing runs but that and a held release."""
        serving, beside = self.serving, held.release_of(self.state)
        self.assertEqual(serving, self.state.pointed_at(), where)
        running = self.names(serving) + (['deployctl-blog-%s-1' % beside] if beside and self.runs_beside else [])
        self.assertEqual(sorted(running), sorted(self.docker.running()), where)
        for name in self.names(serving):
            self.assertEqual('always', self.docker._by(name)['policy'], where)
        if beside:
            self.assertEqual('no', self.docker._by('deployctl-blog-%s-1' % beside)['policy'], where)
            self.assertIsNotNone(self.state.release(beside), where)
        self.assertEqual([TOKEN, 'held'] if beside else [], self.links(), where)

    def links(self):
        directory = held.preview_dir(self.state)
        return sorted(os.listdir(directory)) if os.path.isdir(directory) else []

    def sent(self, facts):
        return events.read(TransactionRecord(self.state, facts['rollout']).events_path)[0]

    def check_hold(self, where, facts, outcomes):
        self.assertEqual(self.first, self.serving, where)
        beside = held.load(self.state)
        outcomes.append('held' if beside else 'failed')
        if facts is None:       # it had not begun, or all events had been written already
            return
        self.assertEqual(('held' if beside else 'failed', self.first), (facts['outcome'], facts['serving']), where)
        told = self.sent(facts)
        self.assertEqual((70, False, beside.release if beside else None), (
            told[-1]['exit'], told[-1]['changed'], told[-1].get('held')), where)
        shown = [one['preview']['token'] for one in told if one['type'] == 'release.held']
        self.assertEqual([TOKEN] if beside else [], shown, where)

    def end_hold(self):
        if held.load(self.state) is not None:
            self.transact('abandon')

    def test_hold(self):
        outcomes = []
        for where, facts in self.settled('deploy', self.end_hold, tag='v2', hold=3600, preview=TOKEN):
            self.check_hold(where, facts, outcomes)
        self.assertEqual({'failed', 'held'}, set(outcomes))
        self.assertEqual(outcomes, sorted(outcomes))

    def test_hold_that_adds_the_preview_to_the_virtual_host(self):
        outcomes = []

        def without_preview():
            self.end_hold()
            self.redefine('preview = yes\n', '')
            self.first = self.last(self.deploy('v1', force=True))['serving']
            self.redefine('[vhost]\n', '[vhost]\npreview = yes\n')
            self.reloads = self.nginx.reloads
        for where, facts in self.settled('deploy', without_preview, tag='v2', hold=3600, preview=TOKEN):
            self.check_hold(where, facts, outcomes)
        self.assertEqual({'failed', 'held'}, set(outcomes))

    def test_promote(self):
        outcomes = []

        def anew():
            self.before, self.beside = self.serving, self.hold()
        for where, facts in self.settled('promote', anew):
            self.assertIn(self.serving, (self.before, self.beside), where)
            self.assertEqual(None if self.serving == self.beside else self.beside, held.release_of(self.state), where)
            outcomes.append('failed' if self.serving == self.before else 'succeeded')
            if facts:
                self.assertEqual('failed' if self.serving == self.before else 'succeeded', facts['outcome'], where)
                self.assertEqual(facts['outcome'] == 'succeeded', self.sent(facts)[-1]['changed'], where)
        self.assertEqual({'failed', 'succeeded'}, set(outcomes))
        self.assertEqual(outcomes, sorted(outcomes))

    def test_promote_of_a_release_that_has_died(self):
        outcomes = []

        def anew():
            self.beside = self.hold()
            self.docker._end(self.docker._by('deployctl-blog-%s-1' % self.beside), 1)
        self.runs_beside = False
        for where, facts in self.settled('promote', anew):
            self.assertEqual(self.first, self.serving, where)
            if held.load(self.state) is None:
                self.assertNotIn(self.beside, self.state.releases(), where)
            outcomes.append(held.release_of(self.state))
            self.assertIn(facts and facts['outcome'], ('failed', None), where)
        self.assertIsNone(outcomes[-1])

    def test_abandon(self):
        outcomes = []

        def anew():
            self.beside = self.hold()
        for where, facts in self.settled('abandon', anew):
            if facts is None and held.load(self.state) is not None:
                continue        # it had not begun
            self.assertIsNone(held.load(self.state), where)
            self.assertNotIn('deployctl-blog-%s-1' % self.beside, self.docker.names(), where)
            self.assertNotIn(self.beside, self.state.releases(), where)
            if facts:
                outcomes.append(facts['outcome'])
                self.assertEqual((self.first, False), (facts['serving'], self.sent(facts)[-1]['changed']), where)
        self.assertEqual({'succeeded'}, set(outcomes))


class KilledAfter(Killed):
    moment = 'after'


class KilledWithProcesses(Killed):
    processes = ('single',)


if __name__ == '__main__':
    unittest.main()
