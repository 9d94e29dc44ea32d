"""Tests of env files (scenarios 33 and 34), of changes of variables, and of callers without rights (scenario 40)."""

import json
import unittest

from tests.lab.scenario import SCRIPT, Scenario

# Each of these arrives in the container as it stands here.
VERBATIM = {
    'SPACES': 'a b  c', 'HASH': 'a # b', 'EQUALS': 'a=b=c', 'DOLLAR': '$HOME ${HOME}', 'TICKS': '`id` $(id)',
    'BACKSLASH': 'a\\nb\\\\', 'TAB': 'a\tb', 'UNICODE': 'Läden \u20ac \U0001f600', 'DOUBLE': '"quoted"',
    'SINGLE': "'single'", 'TRAILING': 'a  ', 'LEADING': '  a', 'EMPTY': '', '_UNDER9': 'x', 'lower': 'y',
}
REFUSED = {
    'a name alone': 'HOME_OF\n', 'a name twice': 'A=1\nA=2\n', 'a blank in the name': 'A B=1\n',
    'export': 'export A=1\n', 'a blank before =': 'A =1\n', 'no name': '=x\n', 'a digit first': '1A=x\n',
    'a dot': 'a.b=x\n', 'NUL': 'A=x\0y\n', 'a value over 32 KiB': 'A=%s\n' % ('x' * 33000),
    'more than 1 MiB': ''.join('A%d=%s\n' % (number, 'x' * 30000) for number in range(36)),
    'the loader': 'LD_PRELOAD=/x\n', 'what the script sets': 'DEPLOYCTL_RELEASE=x\n', 'nothing': '\n',
}


class Environment(Scenario):
    def test_33_values_arrive_as_they_stand_or_are_refused(self):
        self.env(''.join('%s=%s\n' % pair for pair in VERBATIM.items()))
        self.serving('v1')
        for name, value in VERBATIM.items():
            seen = self.host.get('scen.scen', '/env?name=' + name)[2].decode()
            if name == 'EMPTY':
                self.assertIn('EMPTY 0', self.host.get('scen.scen', '/env')[2].decode().splitlines())
            else:
                self.assertEqual(seen, value, name)
        before = self.facts()
        for what, text in REFUSED.items():
            with self.subTest(what):
                self.env(text)
                sent = self.deploy('v2')
                self.assertEqual((sent.exit, sent.last['outcome']), (78, 'refused'), sent)
                self.assertNotIn('xxxx', str(sent))
        self.assert_untouched(before)
        self.env('GREETING=hello\n')
        self.goes_on()

    def test_34_name_without_a_value(self):
        """Docker would take the value from its client's environment, or remove the variable."""
        self.serving('v1')
        before = self.facts()
        self.env('GREETING=hello\nPATH_OF_NOTHING\n')
        error = self.assert_refused(self.deploy('v2'), 78, 'definition', before, outcome='refused')
        self.assertIn('line 2', error['message'])
        self.env('GREETING=hello\n')
        self.goes_on()


class Changed(Scenario):
    settings = {'env.editors': '%deployers'}

    def edit(self, verb, *words, value=None):
        """Makes a call through sudo with a value on standard input; returns (exit code, its last event)."""
        done = self.host.run('runuser', '-u', 'deploy', '--', 'sudo', '-n', SCRIPT, verb, 'scen', *words,
                             '--output=ndjson', input=value)
        self.assertNotIn('canary', done.stdout + done.stderr)
        return done.returncode, json.loads(done.stdout.splitlines()[-1])

    def listed(self):
        done = self.host.run('runuser', '-u', 'deploy', '--', 'sudo', '-n', SCRIPT, 'env-list', 'scen',
                             '--output=ndjson')
        return {event['name']: event for event in map(json.loads, done.stdout.splitlines()) if 'name' in event}

    def test_variable_that_is_set_is_live_after_a_restart(self):
        self.serving('v1')
        token = self.listed()['GREETING']['token']
        exit, last = self.edit('env-set', '--name=GREETING', '--expect=' + token, '--until-nul', value='canary a # b\0')
        self.assertEqual((exit, last['outcome']), (0, 'set'), last)
        self.assertEqual(self.listed()['GREETING']['live'], 'differs')
        self.assertEqual(self.host.get('scen.scen', '/env?name=GREETING')[2].decode(), 'hello')
        self.good(self.call('restart'))
        self.assertEqual(self.host.get('scen.scen', '/env?name=GREETING')[2].decode(), 'canary a # b')
        self.assertEqual(self.listed()['GREETING']['live'], 'same')
        exit, last = self.edit('env-unset', '--name=GREETING', '--expect=' + token)
        self.assertEqual((exit, last['error']['kind']), (75, 'locked'))
        self.assertIn('was changed by deploy at', last['error']['message'])
        self.assertNotIn('canary', self.host.read('/var/log/deployctl/audit.log'))
        self.define(env__editors=None)
        self.assertEqual(self.edit('env-set', '--name=GREETING', value='x')[0], 77)
        self.goes_on()


class Callers(Scenario):
    def test_40_caller_without_rights_or_with_an_environment_of_his_own(self):
        self.serving('v1')
        before = self.facts()
        bare = self.host.run('runuser', '-u', 'deploy', '--', SCRIPT, 'deploy', 'scen', '--tag=v2')
        self.assertEqual((bare.returncode, bare.stdout), (77, ''))
        self.assertIn('sudo -n deployctl-host', bare.stderr)
        outsider = self.call('deploy', '--tag=v2', user='outsider')
        self.assertEqual((outsider.exit, outsider.events), (1, []), 'sudo itself refuses')
        self.assert_untouched(before)
        own = ['env', 'HOME=/tmp/none', 'DOCKER_HOST=tcp://127.0.0.1:1', 'DOCKER_CONTEXT=none',
               'DOCKER_CONFIG=/tmp/none', 'PYTHONPATH=/tmp/none', 'http_proxy=http://127.0.0.1:1']
        done = self.host.run('runuser', '-u', 'deploy', '--', *own, 'sudo', '-n', SCRIPT, 'deploy', 'scen', '--tag=v2')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.facts()['previous'], before['current'])
        self.goes_on('v2b')


if __name__ == '__main__':
    unittest.main()
