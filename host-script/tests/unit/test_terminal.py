"""Tests that text of an app, a registry or a caller cannot control the reader's terminal."""

import json
import os
import re
import unittest

from deployctl_host import events, render

HOSTILE = '\x1b]0;owned\x07 \x1b[2J \x9b31m \u202ereversed\u202c \x00 \r over \x7f \u2028 \b\b é'
STEERING = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]')


class Terminal(unittest.TestCase):

    def output(self, renderer, **fields):
        reader, writer = os.pipe()
        try:
            events.Output(writer, renderer).emit('unknown.type', **fields)
        finally:
            os.close(writer)
        with os.fdopen(reader, 'rb') as source:
            return source.read()

    def test_text_output(self):
        shown = self.output(render.Renderer().line, message=HOSTILE).decode('utf-8')
        self.assertIsNone(STEERING.search(shown), ascii(shown))
        self.assertIn('é', shown)

    def test_text_of_an_error(self):
        container = {'state': 'exited', 'exit_code': 1, 'oom_killed': False, 'restarts': 0}
        error = {'kind': 'release-failed', 'message': HOSTILE, 'state': HOSTILE, 'hint': HOSTILE,
                 'verdict': {'probe': HOSTILE, 'container': container, 'lines': [HOSTILE]}}
        reader, writer = os.pipe()
        events.Output(writer, render.Renderer().line).emit('error', exit=73, error=error)
        os.close(writer)
        with os.fdopen(reader, 'rb') as source:
            shown = source.read().decode('utf-8')
        self.assertIsNone(STEERING.search(shown), ascii(shown))
        self.assertGreaterEqual(shown.count('owned'), 4)

    def test_events_are_ascii_whatever_is_in_them(self):
        line = self.output(None, message=HOSTILE, bad='\udcff')
        self.assertRegex(line, rb'\A[ -~]+\n\Z')
        self.assertEqual(HOSTILE, json.loads(line)['message'])

    def test_lines_stay_below_their_limit(self):
        for fields in ({'message': 'x' * 200000}, {'lines': [HOSTILE * 100] * 2000}, {'deep': [['x' * 5000] * 50] * 50},
                       {'name%d' % number: 'x' * 4000 for number in range(100)}):
            line = self.output(None, **fields)
            self.assertLessEqual(len(line), events.LINE_LIMIT)
            self.assertEqual('unknown.type', json.loads(line)['type'])
