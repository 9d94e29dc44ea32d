"""Checks the recorded transcripts, which the orchestrator's tests read too, against docs/events.md."""

import json
import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
DIRECTORY = os.path.join(ROOT, 'contract', 'transcripts')


def documented():
    """Returns {type: set of fields} from the tables of docs/events.md."""
    with open(os.path.join(ROOT, 'docs', 'events.md'), encoding='utf-8') as source:
        rows = re.findall(r'^\| ((?:`[a-z.]+`(?:, )?)+) \| (.*) \|$', source.read(), re.MULTILINE)
    found = {}
    for names, fields in rows:
        for name in re.findall(r'`([a-z.]+)`', names):
            text = re.sub(r'\([^)]*\)|\{[^}]*\}', '', fields)
            found[name] = set(re.findall(r'`([a-z_]+)`', text.partition('one a check of')[0]))
    return found


class Transcripts(unittest.TestCase):
    def setUp(self):
        self.transcripts = {}
        for name in sorted(os.listdir(DIRECTORY)):
            with open(os.path.join(DIRECTORY, name), 'rb') as source:
                self.transcripts[name] = source.read()

    def events(self):
        for name, data in self.transcripts.items():
            for line in data.splitlines():
                yield name, json.loads(line)

    def test_every_event_is_documented_and_has_its_fields(self):
        types = documented()
        seen = set()
        for name, event in self.events():
            self.assertIn(event['type'], types, name)
            optional = {'error', 'kind', 'process', 'assets', 'applied', 'diff', 'names', 'cut', 'held', 'receipt',
                        'emergency', 'freeze', 'labels'}
            missing = types[event['type']] - set(event) - optional
            self.assertEqual(missing, set(), '%s: %s' % (name, event))
            seen.add(event['type'])
        for wanted in ('deploy.started', 'step.failed', 'health.probe', 'switched', 'drain.finished', 'check',
                       'run.finished'):
            self.assertIn(wanted, seen)

    def test_every_event_has_the_envelope(self):
        for name, data in self.transcripts.items():
            numbers = []
            for line in data.splitlines():
                self.assertLess(len(line), 64 * 1024)
                event = json.loads(line)
                self.assertEqual(event['v'], 1)
                self.assertRegex(event['ts'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$')
                numbers.append(event['seq'])
            self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))), name)
            self.assertEqual(numbers[0], 10 if name == 'attach.ndjson' else 1, name)

    def test_transactions_have_their_first_and_last_events(self):
        for name, data in self.transcripts.items():
            if name.startswith(('deploy-', 'rollback', 'restart')):
                first, last = (json.loads(line) for line in (data.splitlines()[0], data.splitlines()[-1]))
                self.assertEqual((first['type'], last['type']), ('deploy.started', 'deploy.finished'), name)

    def test_no_env_value_appears(self):
        for name, data in self.transcripts.items():
            self.assertNotIn(b'postgres://', data, name)


if __name__ == '__main__':
    unittest.main()
