"""Kills the worker before and after every entry of its journal: all of scenario 30. It takes some minutes.

A deploy with workers has every entry of one without them, so the kinds without workers in the same mode are left to
the command kill-matrix.
"""

import unittest

from tests.lab import matrix     # by its module: the loader would take its class for a test
from tests.lab.scenario import Scenario

KINDS = ('workers-deploy', 'workers-rollback', 'port-deploy', 'port-rollback')


class EveryEntry(unittest.TestCase):
    def test_30_worker_killed_at_every_entry_of_its_journal(self):
        """Uses several apps at once, so that a death while nginx is being changed is tested against other apps too."""
        Scenario.setUpClass()
        self.addCleanup(Scenario.tearDownClass)
        for one in matrix.together([matrix.Matrix(kind) for kind in KINDS]):
            self.assertIsNone(one.problem)
            self.assertGreaterEqual(one.kills, 40)
            self.assertTrue(one.outcomes['failed'] and one.outcomes['succeeded'], one.outcomes)
            self.assertGreater(one.counts['sent'], 100)

    def test_remove_killed_before_each_of_its_changes(self):
        """Another app beside it is under load all the while."""
        Scenario.setUpClass()
        self.addCleanup(Scenario.tearDownClass)
        for one in matrix.together([matrix.matrix(kind) for kind in matrix.REMOVALS]):
            self.assertIsNone(one.problem)
            self.assertGreaterEqual(one.kills, 10)
            self.assertTrue(one.outcomes['failed'] and one.outcomes['succeeded'], one.outcomes)
            self.assertGreater(one.counts['sent'], 100)


if __name__ == '__main__':
    unittest.main()
