"""Freezes on a real host: what is refused, what is not, and time zones of a minimal system."""

import unittest

from tests.lab.scenario import Scenario

FREEZE = '''[freeze audit]
from = 2000-01-01
until = 2100-01-01 12:00
timezone = Europe/Berlin
apps = scen
reason = the auditors are here
'''


class Freezes(Scenario):
    def setUp(self):
        super().setUp()
        self.first = self.serving('v1')
        self.before = self.facts()
        self.addCleanup(self.host.sh, 'rm -f /etc/deployctl/freezes.conf')
        self.host.write('/etc/deployctl/freezes.conf', FREEZE)

    def test_deploy_is_refused_and_an_emergency_and_a_rollback_are_not(self):
        sent = self.deploy('v2')
        error = self.assert_refused(sent, 75, 'frozen', self.before)
        self.assertIn('until 2100-01-01T11:00:00Z: the auditors are here', error['message'])
        self.assertEqual(self.call('status').events[0]['freeze']['name'], 'audit')
        self.good(self.deploy('v2', '--emergency=checkout is broken'))
        entry = self.call('history', '--limit=1').of('history.entry')[0]
        self.assertEqual(entry['emergency'], 'checkout is broken')
        self.assertEqual(self.good(self.call('rollback')), self.first)
        self.assert_serves(self.first)


if __name__ == '__main__':
    unittest.main()
