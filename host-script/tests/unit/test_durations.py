"""Durations are read and written as deployctl reads and writes them: contract/durations.json."""

import json
import os
import unittest

from deployctl_host import phrases
from deployctl_host.config import values

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
ANY = values.duration(0, 1e12)


class Durations(unittest.TestCase):

    def setUp(self):
        with open(os.path.join(ROOT, 'contract', 'durations.json'), encoding='utf-8') as source:
            self.contract = json.load(source)

    def test_reads_what_deployctl_reads(self):
        for text, milliseconds in self.contract['read'].items():
            self.assertEqual(round(ANY(text) * 1000, 3), milliseconds, text)

    def test_refuses_what_deployctl_refuses(self):
        for text in self.contract['refused']:
            with self.subTest(text), self.assertRaises(ValueError):
                ANY(text)

    def test_a_number_without_a_unit_is_refused_with_the_units_that_could_be_meant(self):
        wanted = "'30' is a duration without a unit: write 30s for seconds, 30m for minutes"
        with self.assertRaisesRegex(ValueError, wanted):
            ANY('30')

    def test_writes_what_deployctl_writes(self):
        for milliseconds, text in self.contract['written'].items():
            self.assertEqual(phrases.duration(int(milliseconds)), text)


if __name__ == '__main__':
    unittest.main()
