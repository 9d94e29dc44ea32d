"""Tests of apps without a web part on a host without nginx, and of apps that gain or lose theirs under load."""

import socket
import time
import unittest

from tests.lab.scenario import SCRIPT, Scenario
from tests.lab.traffic import Traffic

APP = '''[app]
repository = registry:5000/blog
deployers = %%deployers
keep = 2
commands = whoami
[env]
source = file
[resources]
memory = 32m
[drain]
timeout = 8s
stop-timeout = 2s
[process worker]
command = worker
instances = 2
health = running 500ms
%s'''
WEB = '''[connect]
mode = %s
[vhost]
server-name = scen.scen
[health]
path = /healthz
interval = 100ms
deadline = 5s
timeout = 1s
release-header = X-Release
'''
# Entries of the journal of a deploy that takes the web part away or adds it, and whether it is seen through from there.
LOSS = tuple((entry, False) for entry in ('processes:end', 'commit:begin')) + tuple((entry, True) for entry in (
    'commit:end', 'withdraw:begin', 'switch:workers', 'switch:reload', 'switch:applied', 'withdraw:end', 'drain:begin',
    'drain:end', 'stop:retiring', 'stop:end'))
GAIN = tuple((entry, False) for entry in ('health:end', 'processes:end', 'switch:kept', 'switch:workers')) + tuple(
    (entry, True) for entry in ('switch:applied', 'switch:end', 'verify:end', 'commit:end', 'stop:end'))


class PartsFixture(Scenario):
    """An app with two workers, with or without a web part."""

    web = False

    def setUp(self):
        super().setUp()
        self.define_app(self.web)

    def define_app(self, web, more=''):
        text = APP % ((WEB % self.mode if web else '') + more)
        self.host.write('/etc/deployctl/apps/scen.conf', text)

    def status(self):
        told = self.call('status')
        self.assertEqual(told.exit, 0, told)
        return told.events[0]

    def until_retired(self):
        """Waits until no container retires. Returns the status."""
        deadline = time.monotonic() + 60
        while True:
            status = self.status()
            if not status['retiring']:
                return status
            if time.monotonic() > deadline:
                self.fail('containers are retiring after 60 s')
            time.sleep(0.1)

    def assert_live(self, release, web):
        """Checks that record, containers, nginx, files and status agree."""
        status = self.until_retired()
        facts = self.facts()
        self.assertEqual(facts['current'], release, facts)
        parts = {'deployctl-scen-%s-worker-%d' % (release, number) for number in (1, 2)}
        parts |= {'deployctl-scen-%s-1' % release} if web else set()
        running = {name for name, one in facts['containers'].items() if one['state'] == 'running'}
        self.assertEqual(running, parts, facts)
        for name, one in facts['containers'].items():
            self.assertEqual(one['policy'], 'always' if name in parts else 'no', name)
        self.assertEqual(bool(facts['vhost']), web, facts)
        self.assertEqual(facts['pointed'], release if web and self.mode == 'socket' else None)
        self.assert_tidy(facts)
        self.assertEqual((status['state'], status['drift'], status['serving']['release']), ('ok', [], release), status)
        self.assertEqual([(each['process'], each['running']) for each in status['processes']], [('worker', 2)])


class WithoutNginx(PartsFixture):
    """The host has no nginx: its program and its directory do not exist for the script."""

    def setUp(self):
        super().setUp()
        self.host_conf('[nginx]\nbinary = /usr/sbin/no-nginx\nconf-dir = /etc/no-nginx/conf.d\n')

    def steps(self, told):
        return [event['step'] for event in told.of('step.started')]

    def test_every_verb_of_an_app_without_web_part(self):
        first = self.good(self.deploy('v1'))
        self.assert_live(first, False)
        told = self.deploy('v2')
        second = self.good(told)
        self.assertEqual(self.steps(told), ['env', 'pull', 'start', 'processes', 'commit', 'stop', 'prune'])
        self.assert_live(second, False)
        self.assertEqual(self.deploy('v2').last['outcome'], 'unchanged')
        self.assertEqual(self.good(self.call('rollback')), first)
        self.assert_live(first, False)
        third = self.good(self.call('restart'))
        self.assert_live(third, False)
        told = self.call('stop')
        self.assertEqual((told.exit, told.last['serving'], self.status()['state']), (0, None, 'stopped'), told)
        self.until_retired()
        self.assertEqual(self.good(self.call('start')), third)
        self.assert_live(third, False)
        refused = self.call('maintenance', '--on')
        self.assertEqual((refused.exit, refused.error['kind']), (64, 'usage'))
        self.assertIn('nothing to close', refused.error['message'])
        refused = self.call('traffic')
        self.assertEqual((refused.exit, refused.error['kind']), (64, 'usage'))
        told = self.call('preflight', '--tag=v2')
        self.assertEqual(told.exit, 0, told)
        self.assertNotIn('nginx', [event['name'] for event in told.of('check')])
        self.assertTrue(told.last['serving']['healthy'])
        for verb, words in (('pull', ('--tag=v2b',)), ('logs', ()), ('history', ()), ('prune', ()), ('recover', ()),
                            ('lock', ('--lock=l-mine',)), ('unlock', ('--lock=l-mine',))):
            told = self.call(verb, *words)
            self.assertEqual((told.exit, told.of('warning')), (0, []), told)
        done = self.host.run(SCRIPT, 'run', 'scen', '--output=ndjson', '--', 'whoami')
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assert_live(third, False)

    def test_dying_worker_fails_the_deploy_and_the_old_release_stays(self):
        first = self.good(self.deploy('v1'))
        told = self.deploy('v25-worker-crash')
        self.assertEqual((told.exit, told.error['kind'], told.last['serving']), (73, 'release-failed', first), told)
        self.assert_live(first, False)

    def test_power_cut_and_boot_bring_the_processes_back(self):
        first = self.good(self.deploy('v1'))
        self.killed('commit:begin', 'after-all', 'deploy', '--tag=v2')
        self.host.power('kill')
        self.host.power('start')
        self.assertEqual(self.call('recover').exit, 0)
        self.assert_live(first, False)

    def test_killed_at_every_step_it_is_settled(self):
        live = self.good(self.deploy('v1'))
        for number, entry in enumerate(('env:end', 'pull:end', 'start:end', 'processes:begin', 'processes:end',
                                        'commit:begin', 'commit:end', 'stop:retiring', 'stop:end', 'prune:end')):
            self.killed(entry, 'after-all', 'deploy', '--tag=v%d' % (2 - number % 2), '--force')
            told = self.call('recover')
            self.assertEqual(told.exit, 0, told)
            outcome = told.of('recovered')[0]
            self.assertEqual(outcome['outcome'], 'succeeded' if number > 5 else 'failed', (entry, told))
            self.assertEqual(outcome['serving'] == live, number <= 5, (entry, told))
            live = outcome['serving']
            self.assert_live(live, False)

    def test_lost_state_is_rebuilt_from_what_runs(self):
        first = self.good(self.deploy('v1'))
        second = self.good(self.deploy('v2'))
        self.host.sh('rm /var/lib/deployctl/scen/state.json')
        told = self.call('recover')
        self.assertEqual((told.exit, [event['code'] for event in told.of('warning')]), (0, ['state']), told)
        self.assert_live(second, False)
        self.assertEqual(self.good(self.call('rollback')), first)

    def test_app_whose_definition_is_gone_is_named_and_removed(self):
        self.good(self.deploy('v1'))
        self.good(self.deploy('v2'))
        self.host.sh('rm /etc/deployctl/apps/scen.conf')
        self.assertIn('deployctl-host remove scen', self.host.run(SCRIPT, 'status', '--output=text').stdout)
        done = self.host.run(SCRIPT, 'remove', 'scen', '--output=text')
        self.assertEqual(done.returncode, 0, done.stdout)
        facts = self.facts()
        self.assertEqual((facts['containers'], facts['images'], facts['files']), ({}, [], []))


class Border(PartsFixture):
    """The app gains and loses its web part, while its users and those of another app send requests."""

    web = True
    other = 'scen-other'
    loss, gain = LOSS, GAIN

    def setUp(self):
        super().setUp()
        self.forget(self.other)
        self.addCleanup(self.forget, self.other)
        self.define(self.other)
        self.env('GREETING=hello\n', self.other)
        self.env('APP_ANSWER_MS=100\n')
        self.serving('v1', app=self.other)

    def test_no_request_is_lost_on_the_way_there_and_back(self):
        first = self.good(self.deploy('v1'))
        with Traffic(self.host, self.other + '.scen') as others:
            with Traffic(self.host, 'scen.scen', ('new:4:think=10', 'post-new:2:think=10')) as traffic:
                self.define_app(False)
                second = self.good(self.deploy('v2'))
                self.assert_live(second, False)
                self.assertEqual(self.host.get('scen.scen')[0], 404)
                self.assertEqual(self.good(self.call('rollback')), first)
                self.assert_live(first, True)
                self.assertEqual(self.release_seen(), first)
                self.assertEqual(self.good(self.call('rollback')), second)
                self.define_app(True)
                third = self.good(self.deploy('v1'))
                self.assert_live(third, True)
            # Without a virtual host nginx answers 404; no request ends in 502 or a closed connection.
            self.assertEqual(set(traffic.account['lost_by_kind']), {'http_404'}, traffic.summary())
        self.assertEqual(others.lost, 0, others.summary())

    def test_upload_under_way_reaches_the_old_web_part(self):
        self.good(self.deploy('v1'))
        self.define_app(False)
        with socket.create_connection((self.host.address, 80), timeout=30) as upload:
            upload.sendall(b'POST / HTTP/1.1\r\nHost: scen.scen\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf')
            time.sleep(0.2)     # nginx reads the head
            call = self.start('deploy', '--tag=v2')
            while self.facts()['vhost']:
                self.assertFalse(call.ended)
                time.sleep(0.05)
            upload.sendall(b'andmor')
            self.assertIn(b' 200 ', upload.recv(65536).partition(b'\r\n')[0])
        self.assert_live(self.good(call.done()), False)

    def test_failed_gain_and_failed_loss_leave_everything_as_it_was(self):
        first = self.good(self.deploy('v1'))
        self.define_app(False)
        before = self.facts()
        told = self.deploy('v25-worker-crash')
        self.assert_refused(told, 73, 'release-failed', before)
        self.assert_live(first, True)
        second = self.good(self.deploy('v2'))
        self.define_app(True)
        told = self.deploy('v3-broken')
        self.assertEqual((told.exit, told.last['serving']), (73, second), told)
        self.assert_live(second, False)

    def test_30_killed_while_it_loses_and_gains_the_web_part(self):
        """Goes to and fro: where a deploy was seen through, the next one leads back."""
        self.live, self.has_web = self.good(self.deploy('v1')), True
        waiting = {True: list(self.loss), False: list(self.gain)}
        with Traffic(self.host, self.other + '.scen') as others:
            while any(waiting.values()):
                if waiting[self.has_web]:
                    self.killed_and_settled(*waiting[self.has_web].pop(0))
                else:
                    self.has_web = not self.has_web
                    self.define_app(self.has_web)
                    self.live = self.good(self.deploy('v1', '--force'))
        self.assertEqual(others.lost, 0, others.summary())

    def killed_and_settled(self, entry, done):
        """Kills a deploy after an entry, as in a power cut, and lets `recover` settle it."""
        self.define_app(not self.has_web)
        self.killed(entry, 'after-all', 'deploy', '--tag=v2', '--force')
        told = self.call('recover')
        self.assertEqual(told.exit, 0, told)
        outcome = told.of('recovered')[0]
        self.assertEqual(outcome['outcome'], 'succeeded' if done else 'failed', (entry, told))
        self.assertEqual(outcome['serving'] == self.live, not done, (entry, told))
        self.live, self.has_web = outcome['serving'], self.has_web != done
        self.assert_live(self.live, self.has_web)


class BorderPortMode(Border):
    mode = 'port'
    # The mode makes a difference only to what changes nginx: no kill before that, and none after it.
    loss = LOSS[2:8]
    gain = GAIN[1:6]
    test_failed_gain_and_failed_loss_leave_everything_as_it_was = None


if __name__ == '__main__':
    unittest.main()
