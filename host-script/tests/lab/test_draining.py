"""Tests of requests in flight during a switch and of stopping the old release: scenarios 22 to 25, 36, 38 and 39."""

import threading
import time
import unittest

from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic

IN_FLIGHT = ('slow:2:s=4', 'upload:2:s=4:mb=2', 'sse:2:s=4', 'websocket:2:s=4')


class Draining(Scenario):
    def test_23_long_requests_over_a_switch(self):
        self.serving('v1')
        self.long_requests('v12-abrupt')
        self.long_requests('v2')        # now the one that ends is one that exits at once on SIGTERM

    def long_requests(self, tag):
        with Traffic(self.host, 'scen.scen', IN_FLIGHT) as traffic:
            time.sleep(1)
            sent = self.deploy(tag)
        self.good(sent)
        self.assertEqual(sent.of('drain.finished')[0]['cut'], 0, sent)
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.assert_serves(sent.last['serving'])

    def test_24_websocket_longer_than_the_cap(self):
        self.define(drain__timeout='2s', drain__stop_timeout='1s')
        self.serving('v1')
        with Traffic(self.host, 'scen.scen', ('websocket:1:s=60', 'new:1:think=200')) as traffic:
            time.sleep(0.5)
            sent = self.deploy('v2')
            self.good(sent)
            time.sleep(0.5)
        self.assertEqual(sent.of('drain.finished')[0]['cut'], 1, sent)
        self.assertGreaterEqual(sent.of('drain.finished')[0]['waited_ms'], 2000)
        self.assertEqual(traffic.account['lost_by_kind'], {'cut': 1}, traffic.summary())
        self.assert_serves(sent.last['serving'])

    def test_25_app_that_ignores_sigterm(self):
        self.serving('v6-stubborn')
        sent = self.deploy('v2')
        self.good(sent)
        self.assertRegex(sent.warnings(), 'killed: .*SIGTERM')
        self.assert_serves(sent.last['serving'])
        self.goes_on('v1')

    def test_36_rollback_while_the_old_release_still_drains(self):
        first = self.serving('v1')
        with Traffic(self.host, 'scen.scen', ('slow:2:s=5',)) as traffic:
            deploy = self.start('deploy', '--tag=v2')
            deploy.until('step.started', step='drain')
            at_once = self.call('rollback')
            self.assertEqual((at_once.exit, at_once.error['kind']), (75, 'locked'), at_once)
            self.assertIn('at step drain', at_once.error['message'])
            rollback = self.start('rollback', '--wait=60')
            self.good(deploy.done())
            self.assertEqual(self.good(rollback.done()), first)
        self.assertEqual(traffic.lost, 0, traffic.summary())
        time.sleep(1)                   # nothing of the deploy is left that could still stop it
        self.assert_serves(first)
        self.goes_on('v2b')

    def test_38_burst_on_an_app_with_a_small_backlog(self):
        """A known limit (docs/scenarios.md): nginx does not wait for a full listen backlog of a UNIX socket."""
        self.serving('v10-backlog')
        few = self.burst()
        self.assertGreater(few.count(502), 0, few)
        self.assertEqual(set(few), {200, 502})
        self.serving('v2')
        self.assertEqual(self.burst(), [200] * 40)

    def burst(self):
        """Returns the status codes of 40 requests that arrive while the app accepts no connection."""
        seen = []

        def ask():
            seen.append(self.host.get('scen.scen', timeout=60)[0])
        threads = [threading.Thread(target=ask) for _ in range(40)]
        live = '$(docker ps -q --filter label=deployctl.app=scen)'
        self.host.sh('docker pause ' + live)
        try:
            for thread in threads:
                thread.start()
            self.await_pending(threads)
        finally:
            self.host.sh('docker unpause ' + live)
        for thread in threads:
            thread.join()
        return seen

    def await_pending(self, threads):
        """Waits until each request was answered, or waits in nginx for the app."""
        deadline = time.monotonic() + 60
        while True:
            waiting = sum(thread.is_alive() for thread in threads)
            in_nginx = int(self.host.sh('ss -Htn state established "( sport = :80 )" | wc -l'))
            if in_nginx >= waiting or time.monotonic() > deadline:
                return

    def test_39_posts_on_pooled_connections_to_an_app_that_ends_at_once(self):
        clients = ('post-keepalive:8:think=2', 'post-new:4:think=2', 'keepalive-naive:4:think=2')
        self.serving('v12-abrupt')
        with Traffic(self.host, 'scen.scen', clients) as traffic:
            for _ in range(4):
                self.good(self.deploy('v12-abrupt', '--force'))
        self.assertGreater(traffic.account['sent'], 1000)
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())


class PortMode(Scenario):
    mode = 'port'

    def test_22_old_workers_still_serve_after_the_first_new_answer(self):
        """The old container is stopped only when the last of the old workers has ended."""
        self.serving('v12-abrupt')
        with Traffic(self.host, 'scen.scen', ('slow:4:s=4', 'new:4:think=5', 'upload:2:s=4:mb=1')) as traffic:
            time.sleep(1)
            before = self.facts()['workers']
            call = self.start('deploy', '--tag=v2')
            call.until('step.started', step='stop')
            left = self.host.sh('for p in %s; do [ ! -d /proc/$p ] || echo $p; done' % ' '.join(before))
            sent = call.done()
        self.assertEqual(left, '')
        self.good(sent)
        self.assertGreater(sent.of('drain.finished')[0]['waited_ms'], 1000)
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.assert_serves(sent.last['serving'])

    def test_23_long_requests_over_a_reload(self):
        self.serving('v12-abrupt')
        with Traffic(self.host, 'scen.scen', IN_FLIGHT) as traffic:
            time.sleep(1)
            sent = self.deploy('v2')
        self.good(sent)
        self.assertEqual(sent.of('drain.finished')[0]['cut'], 0, sent)
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.assert_serves(sent.last['serving'])


if __name__ == '__main__':
    unittest.main()
