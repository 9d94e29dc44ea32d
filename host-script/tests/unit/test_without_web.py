"""Tests of apps without a web part in every verb, on a host without nginx."""

import os
import unittest

from deployctl_host import access
from deployctl_host.systemd import calendars
from tests.unit.fake_systemd import FakeSystemd
from tests.unit.without_web_fixture import AppFixture, of, steps, WEB_STEPS, WORKER


class EveryVerb(AppFixture):
    def setUp(self):
        super().setUp()
        self.without_nginx()

    def test_deploy_has_no_step_of_nginx_and_makes_the_processes_live(self):
        told = self.deploy('v1')
        end = self.last(told)
        self.assertEqual(('succeeded', True), (end['outcome'], end['changed']))
        self.assertEqual(['env', 'pull', 'start', 'processes', 'commit', 'prune'], steps(told))
        self.assertEqual([], of(told, 'switched'))
        self.assertEqual(self.workers(end['serving']), self.docker.running())
        record = self.state.release(end['serving'])
        self.assertEqual(('none', 0, None, None), (record.mode, record.instances, record.ports, record.web))

    def test_next_deploy_retires_the_old_processes_and_repeats_are_unchanged(self):
        first = self.live('v1')
        told = self.deploy('v2')
        self.assertEqual(['env', 'pull', 'start', 'processes', 'commit', 'stop', 'prune'], steps(told))
        self.assertEqual((first, 2), (told[0]['replaces'], len(of(told, 'process.retiring'))))
        self.assertEqual('unchanged', self.last(self.deploy('v2'))['outcome'])

    def test_failing_process_leaves_the_old_release_live(self):
        first = self.live('v1')
        self.redefine('command = bin/work', 'command = bin/crash')
        end = self.last(self.deploy('v2'))
        self.assertEqual(('failed', first), (end['outcome'], end['serving']))
        self.assertEqual('v1 (%s) is live on this host' % first, end['error']['state'])
        self.assertLessEqual(set(self.workers(first)), set(self.docker.running()))

    def test_failed_first_deploy_leaves_nothing(self):
        self.redefine('command = bin/work', 'command = bin/crash')
        end = self.last(self.deploy('v1'))
        self.assertEqual(('failed', None), (end['outcome'], end['serving']))
        self.assertEqual(([], 'none'), (self.docker.names(), self.status()['state']))

    def test_rollback_brings_back_the_processes_of_before(self):
        first = self.live('v1')
        self.redefine('command = bin/work', 'command = bin/work faster')
        self.live('v2')
        end = self.last(self.transact('rollback'))
        self.assertEqual(('succeeded', first), (end['outcome'], end['serving']))
        self.assertEqual(['bin/work'], self.docker._by(self.workers(first)[0])['spec']['Cmd'])
        self.assertEqual(('ok', first), (self.status()['state'], self.status()['serving']['release']))

    def test_restart_reads_the_env_again(self):
        self.live('v1')
        self.write('etc/env/blog.env', 'GREETING=other\n')
        self.assertEqual('succeeded', self.last(self.transact('restart'))['outcome'])
        self.assertIn('GREETING=other', self.docker._by(self.workers(self.serving)[0])['spec']['Env'])

    def test_stop_ends_the_processes_until_start(self):
        release = self.live('v1')
        told = self.transact('stop')
        self.assertEqual(['commit', 'stop'], steps(told))
        self.assertEqual(('succeeded', None), (self.last(told)['outcome'], self.last(told)['serving']))
        self.assertEqual('stopped', self.status()['state'])
        self.assertEqual('unchanged', self.last(self.transact('stop'))['outcome'])
        self.assertEqual(release, self.last(self.transact('start'))['serving'])
        self.assertEqual(('ok', []), (self.status()['state'], self.status()['drift']))
        self.assertEqual('unchanged', self.last(self.transact('start'))['outcome'])

    def test_start_repairs_a_process_that_has_ended(self):
        release = self.live('v1')
        self.docker._end(self.docker._by(self.workers(release)[1]), 1)
        found = self.status()
        self.assertEqual(('degraded', 1), (found['state'], found['processes'][0]['running']))
        self.assertEqual('succeeded', self.last(self.transact('start'))['outcome'])
        self.assertEqual('ok', self.status()['state'])

    def test_status_goes_by_the_processes(self):
        self.assertEqual('none', self.status()['state'])
        release = self.live('v1')
        found = self.status()
        self.assertEqual(('ok', 'none', [], None, release), (
            found['state'], found['mode'], found['drift'], found['memory'], found['serving']['release']))
        self.assertEqual((0, 0), (found['instances']['running'], found['instances']['wanted']))
        self.assertEqual(release, self.state.load()['current'])
        for name in self.workers(release):
            self.docker._end(self.docker._by(name), 1)
        self.assertEqual('down', self.status()['state'])

    def test_status_for_people_counts_no_instances_of_a_web_part(self):
        self.live('v1')
        self.assertNotIn('0/0', self.call('status', 'blog', '--output=text')[1])

    def test_status_is_ok_where_no_process_belongs_on_this_host(self):
        self.redefine('[process worker]', '[process worker]\nroles = batch')
        self.live('v1')
        self.assertEqual(('ok', []), (self.status()['state'], self.docker.names()))

    def test_maintenance_is_refused_because_there_is_nothing_to_close(self):
        self.live('v1')
        code, told = self.call('maintenance', 'blog', '--on')
        error = told[-1]['error']
        self.assertEqual((64, 'nothing was touched'), (code, error['state']))
        self.assertIn('no web part: there is nothing to close to users', error['message'])

    def test_traffic_says_that_there_is_no_web_part(self):
        self.live('v1')
        code, told = self.call('traffic', 'blog')
        self.assertEqual((64, 'error'), (code, told[-1]['type']))
        self.assertIn('no requests reach it through nginx', told[-1]['error']['message'])

    def test_preflight_checks_no_nginx(self):
        for live in (False, True):
            if live:
                self.live('v1')
            code, told = self.call('preflight', 'blog', '--tag=v2')
            self.assertEqual(0, code, told)
            self.assertEqual(['definition', 'docker', 'paths', 'disk', 'env', 'lock', 'image', 'memory'],
                             [event['name'] for event in of(told, 'check')])
            self.assertIn('no web part, 2 of process worker', told[0]['message'])
            self.assertEqual(live or None, told[-1]['serving'] and told[-1]['serving']['healthy'])

    def test_other_verbs_answer(self):
        self.live('v1')
        for words in (('pull', 'blog', '--tag=v2'), ('history', 'blog'), ('logs', 'blog'), ('recover',),
                      ('prune', 'blog'), ('recover', 'blog'), ('converge', 'blog'), ('lock', 'blog', '--lock=l-mine'),
                      ('unlock', 'blog', '--lock=l-mine'), ('run', 'blog', '--', 'bin/ok'), ('status',)):
            code, told = self.call(*words)
            self.assertEqual((0, []), (code, of(told, 'warning')), (words, told))

    def test_converge_deploys_the_recorded_image(self):
        self.write('etc/desired/blog', self.docker.images['v1'].digest, 0o644)
        for outcome in ('succeeded', 'unchanged'):
            code, told = self.call('converge', 'blog')
            self.assertEqual((0, outcome), (code, told[0]['outcome']), told)

    def test_remove_takes_the_processes_and_their_state(self):
        self.live('v1')
        self.live('v2')
        self.caller = access.Caller('root', 0)
        os.remove(self.root + '/etc/apps/blog.conf')
        code, told = self.call('status')
        self.assertEqual((0, 'degraded'), (code, told[0]['state']))
        self.assertIn('deployctl-host remove blog', told[0]['drift'][0])
        code, told = self.call('remove', 'blog')
        self.assertEqual((0, False, 4), (code, told[-1]['vhost'], told[-1]['containers']), told)
        self.assertEqual(([], False), (self.docker.names(), os.path.exists(self.state.root)))


class SchedulesAlone(AppFixture):
    """The app has a schedule and nothing else: no container of it runs between its runs."""

    def setUp(self):
        super().setUp()
        self.without_nginx()
        self.systemd = FakeSystemd(self)
        self.patch(calendars, 'check', lambda expression: None)
        self.redefine(WORKER, '[schedule nightly]\nat = 0 3 * * *\ncommand = bin/ok\n')

    def test_it_is_live_without_a_container(self):
        told = self.deploy('v1')
        self.assertEqual('succeeded', self.last(told)['outcome'], told[-1])
        self.assertFalse({'processes', *WEB_STEPS} & set(steps(told)))
        self.assertEqual([], self.docker.names())
        found = self.status()
        self.assertEqual(('ok', [], []), (found['state'], found['drift'], found['processes']))
        self.assertEqual('unchanged', self.last(self.deploy('v1'))['outcome'])

    def test_it_is_rolled_back_stopped_and_started(self):
        first = self.live('v1')
        second = self.live('v2')
        self.assertEqual(first, self.last(self.transact('rollback'))['serving'])
        self.assertEqual(second, self.last(self.transact('rollback'))['serving'])
        self.assertEqual('succeeded', self.last(self.transact('stop'))['outcome'])
        self.assertEqual('stopped', self.status()['state'])
        self.assertEqual(second, self.last(self.transact('start'))['serving'])
        self.assertEqual(('ok', []), (self.status()['state'], self.status()['drift']))

    def test_lost_state_is_rebuilt_from_its_transactions(self):
        self.live('v1')
        second = self.live('v2')
        os.remove(self.state.path)
        code, told = self.call('recover', 'blog')
        self.assertEqual((0, second), (code, self.serving), told)


if __name__ == '__main__':
    unittest.main()
