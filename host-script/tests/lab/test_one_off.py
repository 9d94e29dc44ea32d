"""Tests of one-off commands on a real host: `run`, the release command, who is killed, stopped or switched off."""

import time
import unittest

from tests.lab.call import Call
from tests.lab.scenario import SCRIPT, Scenario

RUN = 'r-once'


class OneOffScenario(Scenario):
    settings = {'app.commands': 'migrate *\n    fail *\n    whoami', 'release.command': 'migrate 6',
                'release.timeout': '60s', 'release.check': 'migrated'}

    def setUp(self):
        super().setUp()
        self.first = self.serving('v1')
        self.digest = self.digest_of('v2')

    def digest_of(self, tag):
        return self.call('pull', '--tag=' + tag).last['digest']

    def command(self, *words, verb='run', **how):
        """Starts `run` in the background."""
        return Call(self.host.words('runuser', '-u', 'deploy', '--', 'sudo', '-n', SCRIPT, verb, self.app,
                                    '--output=ndjson', *how.get('options', ()), '--', *words))

    def release(self, rollout=RUN, *more):
        return self.start('release', '--digest=' + self.digest, '--rollout=' + rollout, *more)

    def kill_keeper(self, identity):
        self.host.sh('kill -9 $(cat /var/lib/deployctl/%s/runs/%s.keeper)' % (self.app, identity))

    def runs_here(self):
        return self.call('status').events[0]['runs']

    def attach(self, identity):
        return self.call('attach', '--run=' + identity)

    def entries(self):
        return [one for one in self.call('history').of('history.entry') if one['run']]

    def assert_nothing_left(self):
        """Checks that containers, tags and open records of commands are gone."""
        left = "docker ps -aq --filter label=deployctl.run; docker images -q 'deployctl/%s:run-*'; " \
               "ls /var/lib/deployctl/%s/runs | grep -v json || true" % (self.app, self.app)
        deadline = time.monotonic() + 90
        while self.host.sh(left):
            self.assertLess(time.monotonic(), deadline, self.host.sh(left))
            time.sleep(0.2)
        self.assert_serves(self.first)


class Callers(OneOffScenario):
    def test_command_goes_on_when_its_caller_is_killed(self):
        call = self.command('migrate', '3')
        identity = call.until('run.started')['run']
        self.host.sh("pkill -9 -f '[d]eployctl-host run %s'" % self.app)
        self.assertEqual([one['run'] for one in self.runs_here()], [identity])
        told = self.attach(identity)
        self.assertEqual((told.exit, told.last['exit']), (0, 0), told)
        self.assertEqual([one['line'] for one in told.of('log.line')][-1], 'migrated')
        entry = self.entries()[0]
        self.assertEqual((entry['by'], entry['outcome']), ('deploy', 'succeeded'))
        self.assertEqual(entry['run']['lines'][-1], 'migrated')
        self.assertGreater(entry['ms'], 2500)
        self.assert_nothing_left()
        self.assertEqual(self.attach(identity).last['exit'], 0)

    def test_image_whose_tags_others_remove_goes_on_and_leaves_no_tag(self):
        call = self.command('migrate', '3')
        identity = call.until('run.started')['run']
        self.host.sh('docker rmi -f deployctl/%s:%s >/dev/null || true' % (self.app, self.first))
        self.assertIn('run-' + identity, self.host.sh("docker images --format '{{.Tag}}' deployctl/" + self.app))
        self.assertEqual(call.done().last['exit'], 0)
        self.host.sh('docker tag $(docker inspect -f {{.Image}} deployctl-%s-%s-1) deployctl/%s:%s' % (
            self.app, self.first, self.app, self.first))
        self.assert_nothing_left()

    def test_command_of_an_image_that_is_not_live(self):
        self.host.sh('docker rmi -f registry:5000/blog@%s >/dev/null; rm -f /var/lib/deployctl/%s/images.json' % (
            self.digest, self.app))
        told = self.command('migrate', '0', options=('--digest=' + self.digest, '--from-tag=v2')).done()
        self.assertEqual((told.exit, told.events[0]['release'], told.events[0]['digest']), (0, None, self.digest), told)
        self.assert_nothing_left()
        self.assertIn(self.digest, ' '.join(self.call('prune').last['images']))


class TimeLimits(OneOffScenario):
    settings = dict(OneOffScenario.settings, **{'app.command-timeout': '2s', 'release.timeout': '2s'})

    def test_status_that_polls_at_the_time_limit_does_not_hide_it(self):
        call = self.command('migrate', '60')
        identity = call.until('run.started')['run']
        while self.runs_here():
            pass
        told = call.done()
        self.assertEqual((told.exit, told.error['kind']), (73, 'release-failed'), told)
        self.assertIn('had not ended after 2 s', self.entries()[0]['error'])
        self.assertEqual(self.attach(identity).error['kind'], 'release-failed')
        self.assert_nothing_left()

    def test_release_command_that_hangs_and_ignores_the_stop_signal_is_killed(self):
        self.digest = self.digest_of('v6-stubborn')
        told = self.release().done()
        self.assertEqual((told.exit, told.error['kind']), (73, 'release-failed'), told)
        self.assertIn('[release] timeout', told.error['hint'])
        again = self.release().done()
        self.assertEqual((again.exit, again.error.get('kind'), len(self.entries())), (73, 'release-failed', 1), again)
        self.assert_nothing_left()


class ReleaseCommand(OneOffScenario):
    def test_two_calls_at_once_run_it_once(self):
        both = [self.release(), self.release()]
        told = [call.done() for call in both]
        self.assertEqual([one.exit for one in told], [0, 0], told)
        self.assertEqual(len({one.events[-1]['run'] for one in told}), 1)
        self.assertEqual(len(self.entries()), 1)
        lines = [[event['line'] for event in one.of('log.line')] for one in told]
        self.assertEqual(lines[0], lines[1])
        self.assert_nothing_left()

    def test_deploy_is_told_that_it_runs(self):
        call = self.release()
        identity = call.until('run.started')['run']
        told = self.deploy('v2')
        self.assertEqual((told.exit, told.error['kind']), (75, 'locked'), told)
        self.assertIn('release command of rollout ' + RUN, told.error['message'])
        self.assertIn(identity, told.error['hint'])
        self.assertEqual(call.done().exit, 0)
        self.assertEqual(self.deploy('v2').exit, 0)

    def test_failing_command_fails_every_call_of_its_rollout(self):
        self.define(release__command='fail 7')
        for _ in range(2):
            told = self.release().done()
            self.assertEqual((told.exit, told.last['exit']), (73, 7), told)
        self.assertEqual(len(self.entries()), 1)
        self.assert_nothing_left()

    def test_check_tells_whether_there_is_anything_to_do(self):
        for tag, exit in (('v2', 0), ('v26-pending', 1)):
            told = self.call('release', '--digest=' + self.digest_of(tag), '--check')
            self.assertEqual((told.last['exit'], told.last['kind']), (exit, 'check'), told)
        self.assert_nothing_left()


class Killed(OneOffScenario):
    def test_keeper_killed_while_it_runs(self):
        call = self.release()
        identity = call.until('run.started')['run']
        self.kill_keeper(identity)
        told = self.deploy('v2')
        self.assertEqual((told.exit, told.error['kind']), (75, 'locked'), told)
        self.assertEqual(call.done().last['exit'], 0)
        self.assertEqual(self.release().done().last['exit'], 0)
        self.assertEqual(len(self.entries()), 1)
        self.assert_nothing_left()

    def test_keeper_killed_between_its_record_and_the_start(self):
        self.host.dockerd('STOP')
        self.addCleanup(self.host.dockerd, 'CONT')
        self.host.python('begin_release.py', self.app, self.digest, RUN)
        self.host.sh('for i in $(seq 100); do [ -s /var/lib/deployctl/%s/runs/*.keeper ] && break; sleep 0.1; done; '
                     'kill -9 $(cat /var/lib/deployctl/%s/runs/*.keeper)' % (self.app, self.app))
        self.host.dockerd('CONT')
        time.sleep(41)      # until then a keeper may be starting; callers wait for it
        told = self.release().done()
        self.assertRegex(told.warnings(), 'never started .*it is started now')
        self.assertEqual((told.exit, told.last['exit']), (0, 0), told)
        self.assertEqual(len(self.entries()), 1)
        self.assert_nothing_left()


class DockerRestart(OneOffScenario):
    def restart_docker(self):
        self.host.service('docker', 'stop')
        self.host.service('docker', 'start')

    def test_release_command_that_ends_with_0_when_docker_stops_it_did_not_succeed(self):
        self.digest = self.digest_of('v12-abrupt')      # ends with 0 at SIGTERM, whatever it was doing
        self.define(release__command='migrate 100', release__timeout='10m')
        call = self.release()
        call.until('log.line')
        self.restart_docker()
        told = call.done()
        self.assertEqual((told.exit, told.last['exit']), (73, None), told)
        self.assertIn('not known whether it ended', told.last['error'])
        again = self.release().done()
        self.assertEqual((again.exit, again.last['exit'], len(self.entries())), (73, None, 1), again)

    def test_command_that_docker_kills_failed(self):
        call = self.command('migrate', '100')
        call.until('log.line')
        self.restart_docker()
        told = call.done()
        self.assertEqual(told.exit, 73, told)
        self.assertIn('a stop of the Docker daemon', told.last['error'])


class PowerCut(OneOffScenario):
    def test_end_of_a_release_command_is_unknown_after_a_power_cut(self):
        self.define(release__command='migrate 100', release__timeout='10m')
        call = self.release()
        identity = call.until('run.started')['run']
        call.until('log.line')
        self.addCleanup(self.host.power, 'start')
        self.host.power('kill')
        self.host.power('start')
        call.done()
        for told in (self.attach(identity), self.release().done()):
            self.assertEqual((told.exit, told.last['exit']), (73, None), told)
            self.assertIn('it is not known how it ended', told.last['error'])
        self.assertEqual(len(self.entries()), 1)
        self.assertEqual(self.deploy('v2').exit, 0)


if __name__ == '__main__':
    unittest.main()
