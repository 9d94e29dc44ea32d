"""Tests of `console`, with a real terminal on the caller's side."""

import json
import os
import signal
import unittest

from deployctl_host import cli
from deployctl_host.store import runs
from tests.terminal import Person
from tests.unit.one_off_fixture import OneOffFixture


class Console(OneOffFixture):
    def setUp(self):
        super().setUp()
        self.redefine('keep = 2', 'keep = 2\nconsoles = bin/irb\n  bin/db -x\nconsole-timeout = 20s')

    def person(self, *words):
        return Person(lambda: cli.main(['console', 'blog', '--output=ndjson', *words]))

    def opened(self, *words):
        person = self.person(*words)
        self.before = person.until(b'red\x1b[0m\r\n')
        return person

    def identity(self):
        return runs.open_ids(self.state)[0]

    def test_bytes_pass_both_ways_unchanged(self):
        person = self.opened()
        self.assertTrue(self.before.endswith('grüß \x1b[31mred\x1b[0m\r\n'.encode()))
        for typed in ('grüße'.encode(), b'\x03', b'\x1b[A', b'\x04', b'\x1a', b'a\rb\nc'):
            person.type(typed)
            person.until(b'<' + typed + b'>')
        person.type(b'quit')
        self.assertEqual(person.end(), 3)
        self.gone()
        entry = self.history()[0]
        self.assertEqual((entry['run']['kind'], entry['run']['exit'], entry['by'], entry['run']['words']), (
            'console', 3, 'alice', ['bin/irb']))

    def test_last_event_before_the_terminal_is_raw_names_it(self):
        person = self.opened('--', 'bin/db', '-x')
        told = json.loads(self.before.splitlines()[0])
        self.assertEqual((told['type'], told['kind'], told['run'], told['words']), (
            'run.started', 'console', self.identity(), ['bin/db', '-x']))
        person.type(b'quit')
        person.end()

    def test_paste_of_10_kb_arrives_whole(self):
        person = self.opened()
        person.type(b'x' * 10240 + b'the end')
        self.assertEqual(person.until(b'the end').count(b'x'), 10240)
        person.type(b'quit')
        person.end()

    def test_size_follows_the_caller_s_terminal(self):
        person = self.opened()
        for rows, columns in ((40, 120), (50, 132)):
            person.resize(rows, columns)
            self.wait_until(lambda: any(one[2] == {'h': str(rows), 'w': str(columns)}
                                        for one in self.docker.calls('POST', '/resize$')))
        person.type(b'quit')
        person.end()

    def test_container_has_a_terminal_and_no_log(self):
        person = self.opened()
        spec = self.docker.calls('POST', '/containers/create')[-1][3]
        self.assertEqual((spec['Tty'], spec['OpenStdin'], spec['Cmd'], spec['HostConfig']['LogConfig']['Type']), (
            True, True, ['bin/irb'], 'none'))
        self.assertEqual(sorted(spec['Env']), ['DEPLOYCTL_RELEASE=' + self.serving, 'GREETING=hello',
                                               'TERM=xterm-256color'])
        person.type(b'quit')
        person.end()
        self.assertEqual(self.history()[0]['run']['lines'], [])

    def test_it_ends_with_the_connection(self):
        person = self.opened('--reason=incident 7')
        identity = self.identity()
        person.hang_up()
        self.gone()
        self.assertEqual(self.run_of(identity)['error'], 'it was stopped: its caller was disconnected')
        started, ended = (one for one in self.audited() if one.get('run') == identity)
        self.assertEqual([(one['by'], one['client'], one['reason'], one['phase']) for one in (started, ended)],
                         [('alice', '192.0.2.7', 'incident 7', phase) for phase in ('started', 'ended')])

    def test_it_ends_when_the_call_is_killed(self):
        person = self.opened()
        os.kill(person.pid, signal.SIGKILL)
        person.hang_up()
        self.gone()

    def test_it_ends_at_its_time_limit_and_says_so(self):
        self.redefine('console-timeout = 20s', 'console-timeout = 1s')
        person = self.opened()
        self.assertEqual(person.end(), 73)
        self.assertIn(b'had not ended after 1 s', person.shown)
        self.assertIn(b'[app] console-timeout', person.shown)
        self.gone()

    def test_command_that_docker_cannot_start(self):
        self.docker.fail[('POST', '/start')] = (400, 'exec: not found')
        person = self.person()
        self.assertEqual(person.end(), 73)
        self.assertIn(b'exec: not found', person.shown)
        self.gone()

    def test_exit_code_that_means_something_for_calls_is_not_passed_on(self):
        person = self.opened()
        person.type(b'quit 77')
        self.assertEqual(person.end(), 73)
        self.assertEqual(self.history()[0]['run']['exit'], 77)

    def test_attach_does_not_reach_another_s_terminal(self):
        person = self.opened()
        code, told = self.ndjson('attach', 'blog', '--run=' + self.identity())
        self.assertEqual((code, told[-1]['error']['kind']), (64, 'usage'))
        person.type(b'quit')
        person.end()


class Refused(OneOffFixture):
    def setUp(self):
        super().setUp()
        self.redefine('keep = 2', 'keep = 2\nconsoles = bin/irb\n  bin/db -x\nconsole-reason = required')

    def test_only_the_exact_commands_of_the_definition(self):
        for words in (['bin/sh'], ['bin/irb', '-e'], ['bin/db'], ['bin/ok']):
            code, told = self.ndjson('console', 'blog', '--reason=x', '--', *words)
            self.assertEqual((code, told[-1]['error']['kind']), (77, 'not-allowed'))
            self.assertIn('bin/irb; bin/db -x', told[-1]['error']['hint'])

    def test_no_console_without_a_definition_of_one(self):
        self.redefine('consoles = bin/irb\n  bin/db -x\n', '')
        self.assertEqual(self.ndjson('console', 'blog')[1][-1]['error']['kind'], 'not-allowed')

    def test_reason_where_it_is_required(self):
        code, told = self.ndjson('console', 'blog')
        self.assertEqual((code, told[-1]['error']['kind']), (64, 'usage'))
        self.assertIn('--reason', told[-1]['error']['message'])

    def test_no_terminal(self):
        code, told = self.ndjson('console', 'blog', '--reason=x')
        self.assertEqual((code, told[-1]['error']['kind']), (64, 'usage'))
        self.assertIn('terminal', told[-1]['error']['message'])
        self.assertEqual(self.docker.names(), self.served)


if __name__ == '__main__':
    unittest.main()
