"""Tests of apps without a web part in every verb, on a host without nginx, and of apps that gain or lose theirs."""

import os
import unittest

from deployctl_host import access, files
from deployctl_host.errors import HostError
from deployctl_host.nginx import process
from deployctl_host.systemd import calendars
from deployctl_host.transaction import routing
from deployctl_host.transaction.steps import commit
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_systemd import FakeSystemd

APP = '''[app]
repository = registry.example.com/blog
deployers = alice
commands = bin/ok
keep = 3
%s[env]
source = file
[drain]
timeout = 1s
stop-timeout = 1s
'''
WORKER = '''[process worker]
command = bin/work
instances = 2
health = running 0s
'''
VHOST = '''[vhost]
server-name = blog.example.com
listen = 127.0.0.1:%d
[health]
interval = 50ms
deadline = 10s
timeout = 1s
'''
WEB_STEPS = {'health', 'switch', 'verify', 'drain', 'withdraw'}


def steps(told):
    return [event['step'] for event in told if event['type'] == 'step.started']


def of(told, kind):
    return [event for event in told if event['type'] == kind]


class AppFixture(CallFixture):
    web = False

    def setUp(self):
        super().setUp()
        self.define_app(self.web)

    def define_app(self, web):
        self.define(text=APP % (VHOST % self.nginx.port if web else '') + WORKER)

    def live(self, tag):
        """Deploys an image and returns its release."""
        told = self.deploy(tag)
        self.assertEqual('succeeded', self.last(told)['outcome'], told[-1])
        return self.serving

    def status(self):
        code, told = self.call('status', 'blog')
        self.assertEqual(0, code)
        return told[0]

    def workers(self, release):
        return ['deployctl-blog-%s-worker-%d' % (release, number) for number in (1, 2)]

    def web_of(self, release):
        return 'deployctl-blog-%s-1' % release

    def without_nginx(self):
        """Takes nginx off the host: every look at it fails."""
        def absent(*_):
            raise HostError('unavailable', 'nginx is not installed')
        for name in ('Settings', 'master'):
            self.patch(process, name, absent)
        os.rmdir(self.root + '/conf.d')


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


class LostRecords(AppFixture):
    def setUp(self):
        super().setUp()
        self.without_nginx()
        self.first = self.live('v1')
        self.second = self.live('v2')

    def rebuilt(self):
        code, told = self.call('recover', 'blog')
        self.assertEqual(0, code, told)
        return [event['message'] for event in of(told, 'warning') if event['code'] == 'state']

    def test_lost_state_is_rebuilt_from_the_processes_that_run(self):
        os.remove(self.state.path)
        self.assertIn('recover blog rebuilds it', self.status()['drift'][0])
        self.assertEqual(self.second, self.status()['serving']['release'])
        self.assertEqual(1, len(self.rebuilt()))
        found = self.state.load()
        self.assertEqual((self.second, self.first), (found['current'], found['previous']))
        self.assertEqual(self.workers(self.second), [
            name for name in self.docker.running() if self.docker._by(name)['policy'] == 'always'])
        self.assertEqual([], self.rebuilt())

    def test_damaged_state_is_rebuilt_also_without_records_of_transactions(self):
        self.write('state/blog/state.json', '{')
        for name in os.listdir(self.state.root + '/transactions'):
            files.remove_tree('%s/transactions/%s' % (self.state.root, name))
        self.assertEqual(1, len(self.rebuilt()))
        self.assertEqual(self.second, self.serving)

    def test_lost_state_of_a_stopped_app_is_rebuilt_from_its_transactions(self):
        self.transact('stop')
        os.remove(self.state.path)
        self.assertEqual(1, len(self.rebuilt()))
        found = self.state.load()
        self.assertEqual((self.second, True), (found['current'], bool(found['stopped'])))

    def test_doubt_is_told(self):
        """Processes of two releases are kept running, and no record tells which was committed last."""
        for name in self.workers(self.first):
            self.docker._by(name).update(policy='always', running=True)
        os.remove(self.state.path)
        for name in os.listdir(self.state.root + '/transactions'):
            files.remove_tree('%s/transactions/%s' % (self.state.root, name))
        files.remove_tree(self.state.root + '/retiring')
        told = self.rebuilt()
        self.assertEqual(2, len(told))
        self.assertIn('%s, %s' % tuple(sorted((self.first, self.second))), told[1])
        self.assertEqual(max(self.first, self.second), self.serving)

    def test_lost_record_of_the_live_release_is_rebuilt_from_its_containers(self):
        os.remove(self.state.release_dir(self.second) + '/release.json')
        self.assertEqual(1, len(self.rebuilt()))
        found = self.state.release(self.second)
        self.assertEqual(('none', 0, 'v2'), (found.mode, found.instances, found.tag))
        self.assertEqual([('worker', 2)], [(each.name, each.instances) for each in found.processes])
        self.assertEqual('succeeded', self.last(self.deploy('v2'))['outcome'])

    def test_virtual_host_that_is_left_does_not_decide_what_is_live(self):
        os.mkdir(self.root + '/conf.d')
        self.write('conf.d/deployctl-blog.conf', '# deployctl: mode=port release=%s\n' % self.first)
        self.assertEqual([], self.rebuilt())
        self.assertEqual(self.second, self.serving)
        self.assertEqual('degraded', self.status()['state'])


class Gaining(AppFixture):
    def setUp(self):
        super().setUp()
        self.first = self.live('v1')
        self.define_app(True)

    def test_web_part_is_added_with_one_reload(self):
        told = self.deploy('v2')
        self.assertEqual(['env', 'pull', 'start', 'health', 'processes', 'switch', 'verify', 'commit', 'stop', 'prune'],
                         steps(told))
        self.assertEqual([('socket', True)], [(event['mode'], event['reload']) for event in of(told, 'switched')])
        self.assertEqual((1, 'ok'), (self.nginx.reloads, self.status()['state']))
        self.assertIn(self.web_of(self.serving), self.docker.running())

    def test_rollback_removes_the_web_part_again(self):
        second = self.live('v2')
        told = self.transact('rollback')
        self.assertEqual(self.first, self.last(told)['serving'])
        self.assertIsNone(routing.vhost_on_disk(self.scope()))
        self.assertIsNone(self.state.pointed_at())
        self.assertNotIn(self.web_of(second), self.docker.running())
        self.assertEqual(('ok', []), (self.status()['state'], self.status()['drift']))

    def test_failed_commit_takes_the_virtual_host_away_again(self):
        self.patch(commit, '_restart_always', self.refuse)
        told = self.deploy('v2')
        self.assertEqual(('failed', self.first), (self.last(told)['outcome'], self.last(told)['serving']))
        self.assertEqual(['socket', 'socket'], [event['mode'] for event in of(told, 'switched')])
        self.assertEqual((None, None), (routing.vhost_on_disk(self.scope()), self.state.pointed_at()))
        self.assertEqual(('ok', []), (self.status()['state'], self.status()['drift']))

    def refuse(self, *_):
        raise HostError('unavailable', 'Docker cannot set the restart policy')

    def scope(self):
        return Place(self)


class Place:
    """What `routing` needs to find the virtual host."""

    def __init__(self, fixture):
        self.app, self.host = fixture.app, fixture.loaded()[1]


class Losing(Gaining):
    web = True

    def setUp(self):
        super().setUp()
        self.define_app(False)

    def test_web_part_is_added_with_one_reload(self):
        """Here it is removed instead: after the commit, then drained and stopped."""
        told = self.deploy('v2')
        self.assertEqual('succeeded', self.last(told)['outcome'], told[-1])
        self.assertEqual(['env', 'pull', 'start', 'processes', 'commit', 'withdraw', 'drain', 'stop', 'prune'],
                         steps(told))
        self.assertEqual([('none', True)], [(event['mode'], event['reload']) for event in of(told, 'switched')])
        self.assertEqual((None, None), (routing.vhost_on_disk(self.scope()), self.state.pointed_at()))
        self.assertNotIn(self.web_of(self.first), self.docker.running())
        self.assertEqual(('ok', []), (self.status()['state'], self.status()['drift']))

    def test_rollback_removes_the_web_part_again(self):
        """Here it comes back, as it was, although the definition has no [vhost] any more."""
        self.live('v2')
        told = self.transact('rollback')
        self.assertEqual(('succeeded', self.first), (self.last(told)['outcome'], self.last(told)['serving']))
        self.assertEqual([('socket', True)], [(event['mode'], event['reload']) for event in of(told, 'switched')])
        self.assertIn('server_name blog.example.com;', routing.vhost_on_disk(self.scope()).decode())
        self.assertIn(self.web_of(self.first), self.docker.running())
        self.assertEqual(('ok', []), (self.status()['state'], self.status()['drift']))
        for verb in ('stop', 'start'):
            self.assertEqual('succeeded', self.last(self.transact(verb))['outcome'])
        code, told = self.call('maintenance', 'blog', '--on')
        self.assertEqual(0, code, told[-1])

    def test_failed_commit_takes_the_virtual_host_away_again(self):
        """Here nothing of nginx was touched before the commit."""
        before, reloads = routing.vhost_on_disk(self.scope()), self.nginx.reloads
        self.patch(commit, '_restart_always', self.refuse)
        self.assertEqual(self.first, self.last(self.deploy('v2'))['serving'])
        self.assertEqual((before, reloads), (routing.vhost_on_disk(self.scope()), self.nginx.reloads))
        self.assertEqual(('ok', []), (self.status()['state'], self.status()['drift']))

    def test_definition_that_lost_its_web_part_changes_nothing_before_the_deploy(self):
        self.assertEqual(('ok', 'socket'), (self.status()['state'], self.status()['mode']))
        code, told = self.call('maintenance', 'blog', '--on')
        self.assertEqual(0, code, told[-1])
        self.assertEqual('maintenance', self.status()['state'])
        self.live('v2')
        self.assertEqual(('ok', None), (self.status()['state'], self.status()['maintenance']))

    def test_release_that_kept_no_web_part_needs_the_section_back(self):
        self.live('v2')
        record = self.state.release(self.first)
        os.remove(self.state.release_dir(self.first) + '/release.json')
        self.state.save_release(record._replace(web=None))
        error = self.last(self.transact('rollback'))['error']
        self.assertEqual('definition', error['kind'])
        self.assertIn('put the [vhost] section back', error['hint'])

    def test_web_part_keeps_running_while_nginx_cannot_be_reloaded(self):
        self.nginx.deaf = True
        self.patch(routing, 'RELOAD_DEADLINE', 0.1)
        told = self.deploy('v2')
        second = self.serving
        self.assertEqual(('succeeded', second), (self.last(told)['outcome'], self.last(told)['serving']))
        self.assertIn('nginx', [event['code'] for event in of(told, 'warning')])
        self.assertIn(self.web_of(self.first), self.docker.running())
        self.assertIn('recover blog removes it', ' '.join(self.status()['drift']))
        self.nginx.deaf = False
        code, told = self.call('recover', 'blog')
        self.assertEqual(0, code)
        self.assertIsNone(routing.vhost_on_disk(self.scope()))
        self.assertNotIn(self.web_of(self.first), self.docker.running())
        self.assertEqual(('ok', []), (self.status()['state'], self.status()['drift']))

    def test_broken_configuration_of_nginx_is_refused_before_anything_is_touched(self):
        self.nginx.refuses = 'unknown directive'
        end = self.last(self.deploy('v2'))
        self.assertEqual(('refused', self.first, 'definition'), (
            end['outcome'], end['serving'], end['error']['kind']))


if __name__ == '__main__':
    unittest.main()
