"""Tests of the proof of a switch under load: only answers of the new release count, and its containers are watched."""

import os
import unittest

from tests.lab.scenario import Scenario
from tests.lab.test_switching import TEMPLATE
from tests.lab.traffic import Traffic

ROUNDS = int(os.environ.get('DEPLOYCTL_ROUNDS', '3'))
# Every connection of nginx to the old release is in its pool and in use, which is how a proof was fooled.
BUSY = ('keepalive-retries:6:think=5', 'new:4:think=5', 'post-keepalive:2:think=10')
LONG = ('keepalive-retries:4:think=10', 'websocket:1:s=3', 'slow:1:s=2')
OPERATORS = '/etc/deployctl/scen.template'


class Proof(Scenario):
    settings = {'health.release-header': None}

    def assert_led_back(self, sent, before):
        error = self.assert_refused(sent, 73, 'release-failed', before, reload=self.mode == 'port')
        self.assertEqual(sent.last['serving'], before['current'])
        return error


class BehindNginx(Proof):
    """A release that answers its probe on its own socket, and 503 to requests through nginx."""

    def never_proved(self, rounds=1, clients=BUSY):
        self.serving('v1')
        before = self.facts()
        for number in range(rounds):
            with self.subTest(round=number), Traffic(self.host, 'scen.scen', clients):
                error = self.assert_led_back(self.deploy('v20-behind-nginx'), before)
                self.assertIn('503', error['verdict']['probe'])
                self.assertIn('its own probe finds the release well', error['message'])
                self.assertEqual(error['verdict']['container']['state'], 'running')

    def test_under_traffic_many_times(self):
        self.never_proved(ROUNDS)
        self.goes_on()

    def test_under_traffic_with_a_release_header(self):
        self.define(health__release_header='X-Release')
        self.never_proved()

    def test_under_traffic_with_connections_that_outlive_the_switch(self):
        self.never_proved(clients=BUSY + ('websocket:1:s=6',))

    def test_under_traffic_behind_an_operators_template(self):
        self.addCleanup(self.host.sh, 'rm -f ' + OPERATORS)
        self.host.write(OPERATORS, TEMPLATE.replace('proxy_set_header Host', 'proxy_set_header X-Real-IP $remote_addr;'
                                                    '\n        proxy_set_header Host') % '')
        self.define(vhost__template=OPERATORS)
        self.never_proved()


class Good(Proof):
    def test_good_release_under_traffic_costs_users_nothing(self):
        self.serving('v1')
        workers = self.facts()['workers']
        with Traffic(self.host, 'scen.scen', BUSY + LONG) as traffic:
            sent = self.deploy('v2')
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())
        self.assert_serves(self.good(sent))
        self.assert_not_reloaded(workers)


class Renamed(Proof):
    """Sockets whose name in the kernel is not that of their file."""

    def over_and_over(self, tag):
        self.serving('v1')
        with Traffic(self.host, 'scen.scen', BUSY + LONG) as traffic:
            self.serving(tag)
            self.serving('v2')
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())
        self.assert_serves(self.facts()['current'])

    def test_socket_that_is_renamed_into_place(self):
        self.over_and_over('v22-renames')

    def test_socket_that_is_bound_from_within_its_directory(self):
        self.over_and_over('v23-relative')

    def test_release_behind_nginx_is_not_proved_by_a_pool_to_such_a_socket(self):
        self.serving('v23-relative')
        before = self.facts()
        with Traffic(self.host, 'scen.scen', BUSY):
            self.assertIn('503', self.assert_led_back(self.deploy('v20-behind-nginx'), before)['message'])


class EndsLate(Proof):
    """A release that ends after the switch."""

    def setUp(self):
        super().setUp()
        self.first = self.serving('v1')
        self.before = self.facts()

    def assert_ended(self, sent, code):
        error = self.assert_led_back(sent, self.before)
        self.assertIn('the container ended with exit code %d' % code, error['message'])
        container = error['verdict']['container']
        self.assertEqual((container['state'], container['exit_code']), ('exited', code), error)
        self.assertTrue(error['verdict']['lines'], error)
        return error

    def between(self, entry):
        """Ends the release while the transaction is at an entry of its journal."""
        with Traffic(self.host, 'scen.scen'):
            call, worker = self.held(entry, 'deploy', '--tag=v2')
            self.host.sh('docker kill --signal=KILL $(docker ps -q --filter label=deployctl.app=scen | head -1)')
            self.host.signal('CONT', worker)
            self.assert_ended(call.done(), 137)

    def test_as_the_commit_begins(self):
        self.between('commit:begin')
        self.goes_on()

    def test_at_the_first_request_of_a_user(self):
        with Traffic(self.host, 'scen.scen', BUSY) as traffic:
            sent = self.deploy('v21-dies-of-users')
            error = self.assert_ended(sent, 7)
        self.assertIn('FATAL cannot answer a user', error['verdict']['lines'])
        self.assertNotIn('another virtual host', error['hint'])
        self.assertLess(sent.of('step.failed')[0]['ms'], 5000, sent)
        self.assertLess(traffic.lost, traffic.account['sent'] / 5, traffic.summary())


class Ended(EndsLate):
    def test_between_health_and_switch(self):
        self.between('health:end')

    def test_between_proof_and_commit(self):
        self.between('verify:end')

    def test_rollback_to_a_release_that_ends_rises_no_more(self):
        second = self.serving('v2')
        call, worker = self.held('commit:begin', 'rollback')
        self.host.sh('docker kill --signal=KILL $(docker ps -q --filter name=%s)' % self.first)
        self.host.signal('CONT', worker)
        sent = call.done()
        self.assertEqual((sent.exit, sent.error['verdict']['container']['exit_code']), (73, 137), sent)
        self.assert_serves(second)
        self.assertEqual(self.facts()['containers']['deployctl-scen-%s-1' % self.first]['policy'], 'no')


class EndedPortMode(EndsLate):
    mode = 'port'


if __name__ == '__main__':
    unittest.main()
