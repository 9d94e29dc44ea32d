"""SIGKILL at any instant, of the worker and of who settles its work: scenario 30."""

import threading
import traceback
import unittest

from tests.lab.matrix import KINDS, Matrix
from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic


class EveryEntry(unittest.TestCase):
    def test_30_worker_killed_at_every_entry_of_its_journal(self):
        """Four apps at once, which shows besides that a death while nginx is being changed harms no other app."""
        host_of = Scenario()
        host_of.setUpClass()
        self.addCleanup(Scenario.tearDownClass)
        runs = [Matrix(kind) for kind in KINDS]
        problems = []

        def run(matrix):
            try:
                matrix.run_all()
            except BaseException:
                problems.append('%s: %s' % (matrix.kind, traceback.format_exc()))
        threads = [threading.Thread(target=run, args=(matrix,)) for matrix in runs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(problems, [], '\n'.join(problems))
        for matrix in runs:
            self.assertGreaterEqual(matrix.kills, 40)
            self.assertTrue(matrix.outcomes['failed'] and matrix.outcomes['succeeded'], matrix.outcomes)


class WhoSettles(Scenario):
    """The one who settles is killed at the first entry that it writes, the next one at the second, and so on."""

    def settled_in_the_end(self, entry):
        first = self.facts()['current']
        self.killed(entry, 'after-all', 'deploy', '--tag=v2', '--force')
        deaths = 0
        for moment in ('before-settling', 'after-settling'):
            for number in range(1, 40):
                told = self.start_killed(number, moment, 'recover').done()
                if told.exit == 0:
                    break
                self.assertEqual(told.exit, 137, told)
                deaths += 1
                self.assertIn(self.release_seen(), (first, self.facts()['pointed'] or self.release_seen()))
        self.assertEqual(self.call('recover').exit, 0)
        self.assertGreater(deaths, 1)
        return self.assert_serves(self.facts()['current'])

    def test_30_killed_while_it_undoes(self):
        first = self.serving('v1')
        with Traffic(self.host, 'scen.scen') as traffic:
            for entry in ('start:end', 'health:end', 'switch:kept'):
                self.assertEqual(self.settled_in_the_end(entry)['current'], first, entry)
        self.assertEqual(traffic.lost, 0, traffic.story())
        self.goes_on()

    def test_30_killed_while_it_sees_through(self):
        first = self.serving('v1')
        with Traffic(self.host, 'scen.scen') as traffic:
            for entry in ('switch:end', 'commit:end', 'drain:begin'):
                now = self.settled_in_the_end(entry)['current']
                self.assertNotEqual(now, first, entry)
                first = now
        self.assertEqual(traffic.lost, 0, traffic.story())
        self.goes_on()


class WhoSettlesPortMode(WhoSettles):
    mode = 'port'


if __name__ == '__main__':
    unittest.main()
