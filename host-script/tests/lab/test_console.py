"""Tests of `console` from end to end: a terminal here, ssh, sudo, the host script, Docker, a program in a container."""

import json
import os
import time
import unittest

from tests.lab.scenario import SCRIPT, Scenario
from tests.terminal import Person


class Console(Scenario):
    settings = {'app.consoles': 'shell', 'app.console-timeout': '60s'}

    def setUp(self):
        super().setUp()
        self.first = self.serving('v1')

    def person(self, *words):
        config = self.host._lab('ssh-config')
        argv = ['ssh', '-F', config, '-tt', 'deploy@' + self.host.name, 'sudo', '-n', SCRIPT, 'console', self.app,
                '--output=ndjson', *words]
        return Person(lambda: os.execvp('ssh', argv))

    def opened(self, *words):
        person = self.person(*words)
        seen = person.until(b'shell of v1, a terminal\r\n', 60)
        line = next(line for line in seen.splitlines() if line.startswith(b'{'))
        self.identity = json.loads(line.decode())['run']
        return person

    def entry(self):
        return self.call('history').of('history.entry')[0]

    def assert_ended(self):
        deadline = time.monotonic() + 60
        while self.host.sh('docker ps -aq --filter label=deployctl.run=%s' % self.identity):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        self.assert_serves(self.first)

    def test_typing_colours_utf8_interrupts_size_and_exit_code(self):
        person = self.opened('--reason=incident')
        person.type('grüße\n'.encode())
        person.until('7 bytes: \x1b[31mgrüße\x1b[0m\r\n'.encode())
        person.type(b'half a line\x03')
        person.until(b'interrupted\r\n')
        for rows, columns in ((41, 121), (52, 133)):
            person.resize(rows, columns)
            self.until_size(person, b'%dx%d' % (rows, columns))
        status = self.call('status').events[0]
        self.assertEqual([(one['kind'], one['by'], one['reason'], one['words']) for one in status['runs']],
                         [('console', 'deploy', 'incident', ['shell'])])
        person.type(b'exit 0\n')
        self.assertEqual(person.end(), 0)
        self.assert_ended()
        entry = self.entry()
        self.assertEqual((entry['run']['kind'], entry['run']['exit'], entry['run']['reason'], entry['run']['lines']), (
            'console', 0, 'incident', []))

    def until_size(self, person, size):
        deadline = time.monotonic() + 60
        while True:
            person.type(b'size\n')
            if size in person.until(b'x') + person.until(b'\r\n'):
                return
            self.assertLess(time.monotonic(), deadline)

    def test_paste_of_10_kb(self):
        person = self.opened()
        pasted = b''.join(b'%04d %s\n' % (number, b'y' * 122) for number in range(80))
        self.assertEqual(len(pasted), 10240)
        person.type(pasted)
        for number in range(80):
            person.until(b'127 bytes: \x1b[31m%04d %s\x1b[0m\r\n' % (number, b'y' * 122))
        person.type(b'exit 5\n')
        self.assertEqual(person.end(), 5)
        self.assertEqual(self.entry()['run']['exit'], 5)
        self.assert_ended()

    def test_it_ends_with_the_connection(self):
        person = self.opened()
        person.hang_up()
        self.assert_ended()
        self.assertIn('its caller was disconnected', self.entry()['error'])
        audited = self.host.sh("grep '\"run\": \"%s\"' /var/log/deployctl/audit.log" % self.identity).splitlines()
        self.assertEqual([(one['phase'], one['by']) for one in map(json.loads, audited)],
                         [('started', 'deploy'), ('ended', 'deploy')])

    def test_it_ends_when_its_keeper_was_killed_and_the_caller_goes(self):
        person = self.opened()
        self.host.sh('kill -9 $(cat /var/lib/deployctl/%s/runs/%s.keeper)' % (self.app, self.identity))
        person.type(b'still here\n')
        person.until(b'10 bytes')
        person.hang_up()
        self.call('status')     # the next call finds that nobody keeps it
        self.assert_ended()

    def test_time_limit(self):
        self.define(app__console_timeout='3s')
        person = self.opened()
        self.assertEqual(person.end(), 73)
        self.assertIn(b'had not ended after 3 s', person.shown)
        self.assert_ended()

    def test_without_a_terminal_it_is_refused(self):
        told = self.call('console')
        self.assertEqual((told.exit, told.error['kind']), (64, 'usage'), told)

    def test_words_are_compared_and_reach_no_shell(self):
        person = self.person('--', 'shell', '-c', 'id')
        self.assertEqual(person.end(), 77)
        self.assertIn(b'not-allowed', person.shown)


if __name__ == '__main__':
    unittest.main()
