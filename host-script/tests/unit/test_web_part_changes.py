"""Tests of apps that gain or lose their web part."""

import os
import unittest

from deployctl_host.errors import HostError
from deployctl_host.transaction import routing
from deployctl_host.transaction.steps import commit
from tests.unit.without_web_fixture import AppFixture, of, steps


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
