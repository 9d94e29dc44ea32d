"""Tests of events and journals that were damaged on disk or by hand: intact lines are read."""

import json
import os
import random

from deployctl_host import events, journal
from tests.sandbox import FUZZ, Sandbox

SOUND = [{'v': 1, 'seq': 1, 'ts': 'x', 'type': 'deploy.started', 'replaces': None},
         {'v': 1, 'seq': 2, 'type': 'step.started'},
         {'v': 1, 'seq': 3, 'type': 'deploy.finished', 'exit': 0}]
ENTRIES = [{'step': 'env', 'phase': 'begin'},
           {'step': 'bring', 'phase': 'begin', 'release': '20261123-053414-5fdd38', 'fresh': True}]


class Damaged(Sandbox):

    def lines(self, entries):
        return b''.join(b'\n' + json.dumps(entry).encode() + b'\n' for entry in entries)

    def test_intact_files_are_read_whole(self):
        path = self.write('events', self.lines(SOUND).replace(b'\n\n', b'\n').lstrip(b'\n'))
        self.assertEqual((SOUND, os.path.getsize(path)), events.read(path))
        self.assertEqual(ENTRIES, journal.read(self.write('journal', self.lines(ENTRIES))))

    def test_invalid_event_lines_are_skipped(self):
        for line in (b'', b'null', b'1', b'[]', b'"x"', b'{', b'\xff', b'{"type":"x"}', b'{"seq":1}',
                     b'{"type":1,"seq":1}',
                     b'{"type":"x","seq":true}', b'{"type":"deploy.finished","seq":4}', b'[' * 200000, b'\0' * 5000):
            first, second = (json.dumps(event).encode() for event in SOUND[:2])
            path = self.write('events', b'\n'.join([first, line, second, b'']))
            self.assertEqual(SOUND[:2], events.read(path)[0], line[:40])
            journal.read(path)

    def test_invalid_journal_entries_are_skipped(self):
        for damage in ({'release': '../../etc'}, {'release': 5}, {'fresh': 'yes'}, {'old': []}, {'workers': {'1': 'x'}},
                       {'step': None}, {'phase': 1}):
            path = self.write('journal', self.lines([ENTRIES[0], dict(ENTRIES[1], **damage)]))
            self.assertEqual(ENTRIES[:1], journal.read(path), damage)

    def test_random_damage_yields_only_valid_lines(self):
        """Seeded damage to both kinds of file: only valid events are returned, and only whole lines are skipped."""
        rng = random.Random(20261123)
        kept = 0
        for _ in range(1500 * FUZZ):
            data = bytearray(self.lines(SOUND + ENTRIES))
            for _ in range(rng.randrange(1, 5)):
                place = rng.randrange(len(data))
                kind = rng.randrange(3)
                if kind == 0:
                    del data[place:place + rng.randrange(30)]
                elif kind == 1:
                    data[place:place] = bytes(rng.randrange(256) for _ in range(rng.randrange(8)))
                else:
                    data[place] = rng.randrange(256)
                if not data:
                    break
            path = self.write('events', bytes(data))
            sent, end = events.read(path)
            self.assertLessEqual(end, len(data))
            for event in sent:
                self.assertIsInstance(event['seq'], int)
                self.assertIsInstance(event['type'], str)
                kept += 1
            for entry in journal.read(path):
                self.assertIsInstance(entry, dict)
        self.assertGreater(kept, 1500 * FUZZ)
