"""docs/events.md has an example of each recorded event, with the fields that the recorded event has."""

import json
import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
DIRECTORY = os.path.join(ROOT, 'contract', 'transcripts')
ENVELOPE = ('v', 'seq', 'ts')


def fields(value):
    """The names of all fields, nested ones included; the values do not matter."""
    if isinstance(value, dict):
        return {name: fields(inner) for name, inner in sorted(value.items()) if name not in ENVELOPE}
    return None


def recorded():
    """{type: the field sets of its events in the transcripts}."""
    found = {}
    for name in sorted(os.listdir(DIRECTORY)):
        with open(os.path.join(DIRECTORY, name), encoding='utf-8') as source:
            for line in source:
                event = json.loads(line)
                found.setdefault(event['type'], []).append(fields(event))
    return found


def examples():
    """The events in the JSON blocks of the document, without the one that shows the envelope."""
    with open(os.path.join(ROOT, 'docs', 'events.md'), encoding='utf-8') as source:
        text = source.read().partition('## Transactions')[2]
    decoder = json.JSONDecoder()
    for block in re.findall(r'^```json\n(.*?)^```', text, re.M | re.S):
        while block.strip():
            event, end = decoder.raw_decode(block.lstrip())
            block = block.lstrip()[end:]
            yield event


class Examples(unittest.TestCase):
    def test_each_has_the_fields_of_a_recorded_event(self):
        events = recorded()
        for event in examples():
            self.assertIn(fields(event), events.get(event['type'], []), event)

    def test_every_recorded_event_has_one(self):
        shown = {event['type'] for event in examples()}
        self.assertEqual(set(recorded()), shown)


if __name__ == '__main__':
    unittest.main()
