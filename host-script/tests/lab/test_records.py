"""Tests of lost, damaged or restored records, and of the hint for each, under load."""

import unittest

from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic

STATE = '/var/lib/deployctl/scen/state.json'
DAMAGE = {'lost': 'mv %s /root/moved', 'cut': 'truncate -s 20 %s', 'empty': ': >%s',
          'of an older release': 'cp /root/older %s', 'forgetful': 'echo {} >%s'}


class Records(Scenario):
    def setUp(self):
        super().setUp()
        self.good(self.deploy('v2b'))
        self.host.sh('cp %s /root/older' % STATE)
        self.addCleanup(self.host.sh, 'rm -f /root/older /root/moved')
        self.good(self.deploy('v1'))

    def damage(self, kind):
        self.host.sh(DAMAGE[kind] % STATE)

    def test_deploy_loses_nothing_and_keeps_the_live_release_for_a_rollback(self):
        """A damaged record is refused with a hint to rebuild it; an outdated one is corrected from nginx."""
        with Traffic(self.host, 'scen.scen') as traffic:
            for kind, tag in (('lost', 'v2'), ('cut', 'v1'), ('of an older release', 'v2')):
                live = self.release_seen()
                self.damage(kind)
                self.assertEqual(self.call('status').events[0]['state'], 'degraded', kind)
                sent = self.deploy(tag)
                if kind == 'cut':
                    self.assertEqual((sent.exit, sent.error['state']), (70, 'nothing was touched'), sent)
                    self.assertIn('deployctl-host recover scen', sent.error['hint'])
                    self.assertEqual(self.call('recover').exit, 0)
                    sent = self.deploy(tag)
                release = self.good(sent)
                self.assertEqual(self.assert_serves(release)['previous'], live, kind)
            self.assertEqual(self.good(self.call('rollback')), live)
        self.assertEqual(traffic.lost, 0, traffic.summary())

    def test_deploy_that_fails_after_the_switch_leads_users_back(self):
        self.define(health__min_healthy='5s', health__interval='100ms')
        live = self.release_seen()
        self.damage('lost')
        with Traffic(self.host, 'scen.scen') as traffic:
            sent = self.deploy('v7-late-fail')
            self.assertEqual((sent.exit, sent.last['serving'], self.release_seen()), (73, live, live), sent)
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.assertEqual(self.facts()['pointed'], live if self.mode == 'socket' else None)
        self.goes_on()

    def test_recover_rebuilds_what_was_recorded(self):
        with Traffic(self.host, 'scen.scen') as traffic:
            for kind in DAMAGE:
                before = self.facts()
                self.damage(kind)
                sent = self.call('recover')
                self.assertEqual((sent.exit, sent.last['settled']), (0, 1), sent)
                after = self.facts()
                for part in ('current', 'previous', 'ports', 'pointed', 'vhost', 'containers'):
                    self.assertEqual(after[part] or None, before[part] or None, '%s: %s' % (kind, part))
                self.assert_serves(before['current'])
        self.assertEqual(traffic.lost, 0, traffic.summary())

    def test_record_of_the_live_release_is_rebuilt_from_its_container(self):
        live = self.release_seen()
        with Traffic(self.host, 'scen.scen') as traffic:
            self.host.sh(': >/var/lib/deployctl/scen/releases/%s/release.json' % live)
            self.assertIn('deployctl-host recover scen', ' '.join(self.call('status').events[0]['drift']))
            self.assertEqual(self.call('recover').exit, 0)
            self.assert_serves(live)
            self.host.sh('rm /var/lib/deployctl/scen/releases/%s/release.json' % live)
            self.assertEqual(self.assert_serves(self.serving('v2'))['previous'], live)
            self.assertEqual(self.good(self.call('rollback')), live)
        self.assertEqual(traffic.lost, 0, traffic.summary())


class RecordsPortMode(Records):
    mode = 'port'


if __name__ == '__main__':
    unittest.main()
