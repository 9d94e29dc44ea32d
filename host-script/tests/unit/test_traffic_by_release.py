"""Tests of `traffic --since`: the requests of the last time, each with the release that was live when it began."""

import time
import unittest

from deployctl_host import events
from deployctl_host.nginx import access_log
from tests.unit.call_fixture import CallFixture
from tests.unit.test_traffic import line


class TrafficByRelease(CallFixture):
    def setUp(self):
        super().setUp()
        self.patch(access_log, 'DIRECTORY', self.root + '/log')
        self.call('deploy', 'blog', '--tag=v1')

    def asked(self, text, *words):
        """Writes the log, asks, and returns the events of the releases, newest first, without the last event."""
        self.write('log/deployctl-blog.log', text)
        code, sent = self.call('traffic', 'blog', *words, '--output=ndjson')
        self.assertEqual((code, sent[-1]['type'], sent[-1]['releases']), (0, 'traffic.finished', len(sent) - 1), sent)
        return sent[:-1]

    def switched(self, rollout):
        """Returns when users were led to what a transaction made live."""
        path = self.state.root + '/transactions/%s/events.ndjson' % rollout
        return next(events.moment(event['ts']) for event in events.read(path)[0] if event['type'] == 'switched')

    def test_each_request_counts_for_the_release_that_was_live_when_it_began(self):
        live = events.moment(self.state.load()['since'])
        time.sleep(max(0.0, live + 0.5 - time.time()))
        self.call('deploy', 'blog', '--tag=v2', '--rollout=r-second')
        switch = self.switched('r-second')
        text = line(switch - 700) + line(switch - 0.2, 0.01) + line(switch + 0.1, 0.3, 502) + line(switch + 0.3, 0.05)
        time.sleep(max(0.0, switch + 0.5 - time.time()))
        new, old = self.asked(text, '--since=600')
        self.assertEqual((new['tag'], new['requests']['requests'], new['requests']['errors_5xx']), ('v2', 1, 0))
        self.assertEqual((old['tag'], old['requests']['requests'], old['requests']['errors_5xx']), ('v1', 2, 1))
        self.assertEqual(new['since'], old['until'])

    def test_release_that_was_rolled_back_to_is_listed_again(self):
        self.call('deploy', 'blog', '--tag=v2')
        self.call('rollback', 'blog')
        found = self.asked(line(time.time() - 700), '--since=600')
        self.assertEqual([one['tag'] for one in found], ['v1', 'v2', 'v1'])

    def test_deploy_that_failed_made_nothing_live(self):
        self.call('maintenance', 'blog', '--on')
        self.call('maintenance', 'blog', '--off')
        self.call('deploy', 'blog', '--tag=v99')
        self.assertEqual([one['tag'] for one in self.asked(line(time.time() - 700), '--since=600')], ['v1'])

    def test_log_that_does_not_reach_back_is_not_known(self):
        self.state.save(log=None)
        self.move_back(3000)
        found, = self.asked(line(time.time() - 10), '--since=600')
        self.assertIsNone(found['requests'])
        self.assertIn('does not reach back to', found['unknown'])

    def test_log_that_begins_with_the_first_deploy_has_lost_nothing(self):
        self.state.save(log=None)
        rollout = self.transactions()[0].rollout
        probe = line(self.switched(rollout) + 0.01, agent='deployctl-host')
        found, = self.asked(probe + line(time.time(), 0.0), '--since=600')
        self.assertEqual(found['requests']['requests'], 1)

    def move_back(self, seconds):
        """Makes the first deploy one of the past, whose transaction is no longer recorded."""
        for record in self.transactions():
            record.forget()
        then = events.stamp(time.time() - seconds)
        self.state.save(since=then, switched=then)

    def transactions(self):
        from deployctl_host.store import transactions
        return transactions.every(self.state)

    def test_live_release_whose_transaction_is_not_recorded_any_more(self):
        self.move_back(3000)
        found, = self.asked(line(time.time() - 700) + line(time.time() - 30), '--since=600')
        self.assertEqual((found['tag'], found['requests']['requests']), ('v1', 1))

    def test_window_and_since_exclude_each_other(self):
        self.assertEqual(self.call('traffic', 'blog', '--since=5', '--window=5')[0], 64)

    def test_text_output(self):
        self.write('log/deployctl-blog.log', line(time.time() - 700))
        self.assertRegex(self.call('traffic', 'blog', '--since=600', '--output=text')[1], r'(?s)v1 .* 0 requests in')


if __name__ == '__main__':
    unittest.main()
