"""Checks that docs/scenarios.md names existing tests, and each numbered one of them."""

import os
import re
import unittest

HOST_SCRIPT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DOCUMENT = os.path.join(os.path.dirname(HOST_SCRIPT), 'docs', 'scenarios.md')
COUNT = 40


def tests():
    """Returns the names of all lab and unit tests, and of their modules and classes."""
    found = set()
    for package in ('lab', 'unit'):
        directory = os.path.join(HOST_SCRIPT, 'tests', package)
        for name in os.listdir(directory):
            if name.endswith('.py'):
                with open(os.path.join(directory, name), encoding='utf-8') as source:
                    found.update(re.findall(r'^ *(?:def|class) (\w+)', source.read(), re.M))
                found.update((name[:-3], 'tests/%s/%s' % (package, name[:-3])))
    return found


class Document(unittest.TestCase):
    def setUp(self):
        with open(DOCUMENT, encoding='utf-8') as source:
            hosts = source.read().partition('\n## ')[0]  # what follows is about limits, and about rollouts
        self.rows = [line for line in hosts.splitlines() if line.startswith('| ')][1:]

    def test_every_scenario_has_a_row(self):
        numbers = [int(number) for number in re.findall(r'^\| ([0-9]+) \|', '\n'.join(self.rows), re.M)]
        self.assertEqual(list(range(1, COUNT + 1)), numbers)

    def test_every_named_test_exists(self):
        known = tests()
        for row in self.rows:
            named = re.findall(r'`((?:tests/\w+/)?(?:test_|[A-Z])[\w.]*)`', row.split('|')[4])
            self.assertTrue(named, row)
            for name in named:
                begin = name[:-3] if name.endswith('...') else None
                self.assertTrue(name in known or begin and any(each.startswith(begin) for each in known),
                                '%s in: %s' % (name, row))

    def test_every_numbered_test_has_its_row(self):
        numbers = {int(number) for number in re.findall(r'\btest_([0-9]{2})_', ' '.join(tests()))}
        self.assertLessEqual(numbers, set(range(1, COUNT + 1)))


if __name__ == '__main__':
    unittest.main()
