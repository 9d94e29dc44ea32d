"""Tests of concurrent deploys of one app and of two: scenarios 28 and 29, in DEPLOYCTL_ROUNDS rounds (4)."""

import os
import unittest

from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic

ROUNDS = int(os.environ.get('DEPLOYCTL_ROUNDS', '4'))
BROKEN = 'server { listen 80; server_name @SERVER_NAME@; proxy_pss http://@UPSTREAM@; @PROOF@ }\n'
SOUND = 'server { listen 80; server_name @SERVER_NAME@; location / { proxy_pass http://@UPSTREAM@; } @PROOF@ }\n'


class OneApp(Scenario):
    def test_28_second_deploy_is_told_who_is_at_work(self):
        first = self.serving('v1')
        call, worker = self.held('health:begin', 'deploy', '--tag=v2', '--rollout=r-first')
        second = self.deploy('v2b')
        self.assertEqual((second.exit, second.error['kind']), (75, 'locked'), second)
        self.assertRegex(second.error['message'], r'deploy by root since 20.*, at step health')
        self.assertIn('--rollout=r-first', second.error['hint'])
        self.assertEqual(self.release_seen(), first)
        self.host.signal('CONT', worker)
        self.assert_serves(self.good(call.done()))

    def test_28_two_at_once(self):
        self.serving('v1')
        with Traffic(self.host, 'scen.scen') as traffic:
            for number in range(ROUNDS):
                calls = [self.start('deploy', '--tag=' + tag, '--force') for tag in ('v2', 'v2b')]
                sent = [call.done() for call in calls]
                self.assertIn(sorted(one.exit for one in sent), ([0, 75], [0, 0]), '\n'.join(map(str, sent)))
                release = self.facts()['current']
                self.assertIn(release, [one.last.get('serving') for one in sent if one.exit == 0])
                self.assert_serves(release)
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())


class TwoApps(Scenario):
    def setUp(self):
        super().setUp()
        self.forget('other')
        self.addCleanup(self.forget, 'other')
        self.addCleanup(self.host.sh, 'rm -f /etc/deployctl/other.template')
        self.env('GREETING=hello\n', app='other')

    def define_other(self, template, **more):
        self.host.write('/etc/deployctl/other.template', template)
        self.define(app='other', app__repository='registry:5000/shop', connect__mode='port',
                    vhost__template='/etc/deployctl/other.template', **more)

    def test_29_one_of_two_has_a_broken_virtual_host_half_of_the_time(self):
        """Both reload nginx each time; the good app must not be affected, and the broken one only by its own file."""
        self.serving('v1')
        self.define_other(SOUND)
        good_before = self.serving('v1', app='other')
        with Traffic(self.host, 'scen.scen', ('new:4:think=10', 'keepalive-retries:4:think=10')) as traffic:
            for number in range(ROUNDS):
                broken = number % 2 == 0
                self.define(vhost__client_max_body_size='%dm' % (number + 1))
                self.define_other(BROKEN if broken else SOUND)
                calls = [self.start('deploy', '--tag=v%d' % (1 + number % 2), '--force'),
                         self.start('deploy', '--tag=v2', '--force', app='other')]
                mine, other = [call.done() for call in calls]
                self.assert_serves(self.good(mine))
                self.assertEqual(other.exit, 78 if broken else 0, other)
                if broken:
                    self.assertIn('proxy_pss', other.error['message'])
                    self.assertEqual(other.last['serving'], good_before)
                else:
                    good_before = other.last['serving']
                self.assert_serves(good_before, app='other')
        self.assertEqual(traffic.lost, 0, traffic.summary())

    def test_29_one_of_two_has_a_broken_definition(self):
        self.serving('v1')
        self.host.write('/etc/deployctl/apps/other.conf', '[app]\nrepositry = x\n')
        calls = [self.start('deploy', '--tag=v2'), self.start('deploy', '--tag=v2', app='other')]
        mine, other = [call.done() for call in calls]
        self.assert_serves(self.good(mine))
        self.assertEqual((other.exit, other.error['kind']), (78, 'definition'), other)


if __name__ == '__main__':
    unittest.main()
