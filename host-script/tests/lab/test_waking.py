"""Tests of `start` for an app that should be live and is not, also with a stale socket."""

import time
import unittest

from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic


class Waking(Scenario):
    def kill(self, release, instance=1):
        """Kills the app's process like the kernel does when memory runs out."""
        self.host.sh('kill -9 $(docker inspect -f "{{.State.Pid}}" deployctl-scen-%s-%d)' % (release, instance))

    def until(self, wanted, why):
        deadline = time.monotonic() + 60
        while not wanted():
            self.assertLess(time.monotonic(), deadline, why)
            time.sleep(0.1)

    def test_14_app_that_binds_without_removing_a_stale_socket(self):
        self.env('APP_KEEP_SOCKET=1\n')
        release = self.serving('v1')
        self.kill(release)
        self.until(lambda: self.call('status').events[0]['instances']['restarts'] > 1, 'Docker does not restart it')
        self.assertEqual(self.host.get('scen.scen')[0], 502)
        sent = self.call('start')
        self.assertEqual(self.good(sent), release)
        self.assertIn('woken: instance 1', sent.warnings())
        self.assert_serves(release)
        self.goes_on()

    def test_14_start_that_fails_does_not_claim_that_the_release_is_live(self):
        release = self.serving('v1')
        self.host.sh('chmod 0 $(docker inspect -f "{{.GraphDriver.Data.MergedDir}}" deployctl-scen-%s-1)/*' % release)
        self.kill(release)
        self.until(lambda: self.release_seen() is None, 'it lives')
        sent = self.call('start')
        self.assertNotEqual(sent.exit, 0, sent)
        self.assertNotIn('serves', sent.error['state'])
        self.assertIn('nginx leads to v1 (%s), which does not answer' % release, sent.error['state'])
        self.goes_on()

    def test_14_one_of_two_instances_is_woken_and_users_do_not_notice(self):
        """The other one was restarted by Docker before, which does not count as unhealthy."""
        self.define(app__instances='2')
        release = self.serving('v1')
        self.kill(release)
        self.until(lambda: self.call('status').events[0]['state'] == 'ok', 'it did not come back')
        started = self.facts()['containers']['deployctl-scen-%s-1' % release]['started']
        with Traffic(self.host, 'scen.scen', ('keepalive-retries:2:think=20', 'new:2:think=20')) as traffic:
            self.host.sh('docker stop -t 0 deployctl-scen-%s-2' % release)
            self.assertEqual(self.call('status').events[0]['state'], 'degraded')
            self.assertEqual(self.good(self.call('start')), release)
            facts = self.assert_serves(release, instances=2)
            self.assertEqual(facts['containers']['deployctl-scen-%s-1' % release]['started'], started)
            self.host.sh('sleep 0.3')
        self.assertEqual(traffic.lost, 0, traffic.summary())


if __name__ == '__main__':
    unittest.main()
