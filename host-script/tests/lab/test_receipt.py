"""The receipt of a switch, from nginx's logs, against the load generator, which knows what its users felt."""

import time
import unittest

from tests.lab.scenario import Scenario
from tests.lab.traffic import NAIVE, Traffic

LOG = '/var/log/nginx/deployctl-scen.log'


class Receipts(Scenario):
    def setUp(self):
        super().setUp()
        self.serving('v1')

    def receipt_of(self, sent):
        found = sent.of('receipt')
        self.assertEqual(len(found), 1, sent)
        return found[0]

    def assert_known(self, found):
        self.assertIsNone(found['unknown'], found)
        return found

    def test_switch_under_load_lost_nothing(self):
        with Traffic(self.host, 'scen.scen', NAIVE + ('slow:2:s=1', 'sse:1:s=1')) as traffic:
            time.sleep(3)       # the time before the switch is as long as the switch
            sent = self.deploy('v2')
        self.good(sent)
        found = self.assert_known(self.receipt_of(sent))
        self.assertEqual((found['failures'], found['cut'], traffic.lost), (0, 0, 0), traffic.summary())
        self.assertEqual(found['before']['failures'], 0)
        self.assertGreater(found['requests'], 50)
        self.assertLessEqual(found['requests'] + found['before']['requests'], traffic.account['sent'])
        kept = self.call('history', '--limit=1').of('history.entry')[0]['receipt']
        self.assertEqual(kept, {name: found[name] for name in kept})

    def test_old_release_that_dies_during_its_drain(self):
        old = self.call('status').events[0]['serving']['release']
        with Traffic(self.host, 'scen.scen', ('slow:4:s=4', 'keepalive-naive:2:think=20')) as traffic:
            time.sleep(1)
            call = self.start('deploy', '--tag=v2')
            call.until('step.started', step='drain')
            self.host.sh('docker kill deployctl-scen-%s-1' % old)
            sent = call.done()
        self.good(sent)
        found = self.assert_known(self.receipt_of(sent))
        self.assertGreater(traffic.lost, 0, traffic.summary())
        self.assertEqual(found['failures'], traffic.lost, traffic.summary())

    def test_release_that_dies_of_its_users_and_is_rolled_back(self):
        with Traffic(self.host, 'scen.scen', ('new:4:think=5', 'post-new:2:think=5')) as traffic:
            time.sleep(1)
            sent = self.deploy('v21-dies-of-users')
        self.assertEqual(sent.last['outcome'], 'failed', sent)
        found = self.assert_known(self.receipt_of(sent))
        self.assertGreater(traffic.lost, 0, traffic.summary())
        self.assertEqual(found['failures'], traffic.lost, traffic.summary())

    def test_connections_cut_at_the_cap_are_no_failures(self):
        self.define(drain__timeout='2s', drain__stop_timeout='1s')
        with Traffic(self.host, 'scen.scen', ('websocket:2:s=60', 'new:1:think=100')) as traffic:
            time.sleep(0.5)
            sent = self.deploy('v2')
            self.good(sent)
            time.sleep(0.5)
        found = self.assert_known(self.receipt_of(sent))
        self.assertEqual((found['failures'], found['cut'], traffic.lost), (0, 2, 2), traffic.summary())

    def test_log_that_is_rotated_during_the_switch(self):
        self.addCleanup(self.host.sh, 'rm -f %s-20261130' % LOG)
        self.assert_rotated('mv %s %s-20261130 && nginx -s reopen' % (LOG, LOG), None)

    def test_log_that_is_truncated_during_the_switch(self):
        self.assert_rotated(': > %s' % LOG, 'truncated')

    def assert_rotated(self, command, unknown):
        with Traffic(self.host, 'scen.scen') as traffic:
            call, worker = self.held('verify:end', 'deploy', '--tag=v2')
            self.host.sh(command)
            self.host.signal('CONT', worker)
            sent = call.done()
        found = self.receipt_of(sent)
        self.assertEqual(traffic.lost, 0, traffic.summary())
        if unknown is None:
            self.assert_known(found)
            self.assertEqual(found['failures'], 0)
            self.assertGreater(found['requests'], 0)
        else:
            self.assertIn(unknown, found['unknown'] or '')
            self.assertEqual((found['requests'], found['failures'], found['before']), (None, None, None))


class PortMode(Receipts):
    mode = 'port'


if __name__ == '__main__':
    unittest.main()
