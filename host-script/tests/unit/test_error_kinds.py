"""The kinds of errors and their exit codes are those of the contract."""

import json
import os
import re
import unittest

from deployctl_host.errors import EXITS

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


class ErrorKinds(unittest.TestCase):

    def test_kinds_and_exit_codes_are_those_of_the_contract(self):
        with open(os.path.join(ROOT, 'contract', 'errors.json'), encoding='utf-8') as source:
            self.assertEqual(json.load(source)['errors'], EXITS)

    def test_kinds_and_exit_codes_are_those_of_the_events_document(self):
        with open(os.path.join(ROOT, 'docs', 'events.md'), encoding='utf-8') as source:
            rows = re.findall(r'^\| ([0-9]+) \| `([a-z-]+)` \|', source.read(), re.MULTILINE)
        self.assertEqual({kind: int(code) for code, kind in rows}, EXITS)


if __name__ == '__main__':
    unittest.main()
