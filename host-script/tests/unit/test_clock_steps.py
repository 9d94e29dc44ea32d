"""Tests with a clock that was set back or forward: the order of commits counts, not the time in a release's id."""

import os
import time
import unittest

from deployctl_host import events
from deployctl_host.store import sequence, state, transactions
from deployctl_host.transaction.steps import prune
from tests.unit.call_fixture import CallFixture

DAY = 86400


class ClockSteps(CallFixture):
    def setUp(self):
        super().setUp()
        self.offset = 0
        plain = time.time
        self.patch(events, 'now', lambda: time.strftime('%Y-%m-%dT%H:%M:%S.000Z', time.gmtime(plain() + self.offset)))
        self.patch(state, 'new_release_id', lambda: '%s-%s' % (
            time.strftime('%Y%m%d-%H%M%S', time.gmtime(plain() + self.offset)), os.urandom(3).hex()))

    def made(self, *offsets):
        """Deploys with the clock moved by each number of days in turn, and returns the releases in that order."""
        found = []
        for number, days in enumerate(offsets):
            self.offset = days * DAY
            self.assertEqual(self.call('deploy', 'blog', '--tag=v%d' % (1 + number % 3), '--force')[0], 0)
            rollout = self.state.load()['rollout']
            os.utime('%s/transactions/%s/request.json' % (self.state.root, rollout),
                     (time.time() + self.offset,) * 2)
            found.append(self.serving)
        return found

    def test_newest_releases_are_kept_after_the_clock_went_back(self):
        made = self.made(0, 0, 0, -2, -2, -2)
        self.assertEqual(self.state.releases(), made[:-4:-1])
        self.assertEqual(self.call('prune', 'blog', '--output=ndjson')[1][-1]['releases'], [])

    def test_newest_releases_are_kept_after_each_further_step(self):
        made = self.made(-3, 5, -1, 4, -2, 3, -4)
        self.assertEqual(self.state.releases(), made[:-4:-1])

    def test_release_that_was_rolled_back_to_counts_as_newest(self):
        made = self.made(0, -1, -2)
        self.call('rollback', 'blog', '--to=' + made[0])
        self.assertEqual(self.state.releases(), [made[0], made[2], made[1]])

    def test_releases_without_a_recorded_order_are_the_oldest(self):
        made = self.made(0, 0)
        self.state.save(order=[])
        made += self.made(-2)
        self.assertEqual(self.state.releases()[0], made[2])

    def test_history_is_in_the_order_of_requests(self):
        self.made(0, -2, 2, -1)
        whole = [one for one in self.call('history', 'blog', '--output=ndjson')[1] if one['type'] == 'history.entry']
        self.assertEqual([one['release'] for one in whole][0], self.serving)
        self.assertEqual([one['replaces'] for one in whole], [one['release'] for one in whole][1:] + [None])

    def test_oldest_records_are_removed_first(self):
        self.made(0, 0, 0, -2, -2, -2)
        self.patch(prune, 'TRANSACTIONS_KEPT', 2)
        newest = [one.rollout for one in transactions.every(self.state)][-2:]
        prune.forget_transactions(self.state)
        self.assertLessEqual(set(newest), {one.rollout for one in transactions.every(self.state)})
        self.assertEqual(transactions.every(self.state)[-1].rollout, self.state.load()['rollout'])

    def test_previous_release_and_rebuilt_record_use_the_order(self):
        made = self.made(0, -2, 2, -1)
        before = self.state.load()
        os.unlink(self.state.path)
        self.call('recover', 'blog')
        after = self.state.load()
        self.assertEqual((after['current'], after['previous']), (made[3], made[2]))
        self.assertEqual([name for name in before['order'] if name in self.state.releases()], after['order'])

    def test_numbers_continue_after_the_last_one_was_lost(self):
        self.made(0, 0, 0)
        last = transactions.every(self.state)[-1].place[0]
        for text in ('', '{', '"x"', '-5', None):
            path = self.write('state/sequence', text or '')
            if text is None:
                os.unlink(path)
            self.assertEqual(sequence.next(transactions._highest), last + 1)


if __name__ == '__main__':
    unittest.main()
