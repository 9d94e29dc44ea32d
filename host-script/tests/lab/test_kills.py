"""Kills the worker and then each process that settles its transaction: scenario 30. See test_every_entry too."""

import unittest

from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic


class WhoSettles(Scenario):
    """The settling process is killed at the first entry that it writes, the next one at the second, and so on."""

    def settled_in_the_end(self, entry):
        self.killed(entry, 'after-all', 'deploy', '--tag=v2', '--force')
        deaths = 0
        while True:
            moment = ('before-settling', 'after-settling')[deaths % 2]
            sent = self.start_killed(deaths + 1, moment, 'recover').done()
            if sent.exit == 0:
                break
            self.assertEqual(sent.exit, 137, sent)
            deaths += 1
            self.assertIsNotNone(self.release_seen(), 'nothing serves after death %d' % deaths)
        self.assertEqual(self.call('recover').exit, 0)
        self.assertGreater(deaths, 1)
        return self.assert_serves(self.facts()['current'])

    def test_30_killed_while_it_undoes(self):
        first = self.serving('v1')
        with Traffic(self.host, 'scen.scen') as traffic:
            for entry in ('start:end', 'health:end', 'switch:kept'):
                self.assertEqual(self.settled_in_the_end(entry)['current'], first, entry)
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.goes_on()

    def test_30_killed_while_it_sees_through(self):
        first = self.serving('v1')
        with Traffic(self.host, 'scen.scen') as traffic:
            for entry in ('switch:end', 'commit:end', 'drain:begin'):
                now = self.settled_in_the_end(entry)['current']
                self.assertNotEqual(now, first, entry)
                first = now
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.goes_on('v2b')


class WhoSettlesPortMode(WhoSettles):
    mode = 'port'


if __name__ == '__main__':
    unittest.main()
