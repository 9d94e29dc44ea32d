"""Tests of `promote`: users are switched to the held release, or it is removed."""

import unittest

from deployctl_host.store import held
from tests.unit.held_fixture import HeldFixture, TOKEN


def of(told, type):
    return [event for event in told if event['type'] == type]


class Promote(HeldFixture):
    def setUp(self):
        super().setUp()
        self.held = self.hold('v2', '--rollout=r-held', '--preview=' + TOKEN)

    def test_users_are_switched_to_it(self):
        reloads = self.nginx.reloads
        code, told = self.call('promote', 'blog', '--rollout=r-promote')
        end = told[-1]
        self.assertEqual((0, 'succeeded', self.held, True, 'v2'), (
            code, end['outcome'], end['serving'], end['changed'], end['tag']))
        self.assertEqual(['env', 'pull', 'health', 'switch', 'verify', 'commit', 'drain', 'stop', 'prune'],
                         [one['step'] for one in of(told, 'step.finished')])
        self.assertEqual((self.held, self.held), (self.serving, self.state.pointed_at()))
        self.assertEqual([self.container(self.held)], self.docker.running())
        self.assertEqual(('always', reloads), (self.policy(self.held), self.nginx.reloads))
        self.assert_nothing_is_held()

    def test_started_event_names_release_and_what_it_replaces(self):
        _, told = self.call('promote', 'blog', '--rollout=r-promote')
        self.assertEqual(('promote', self.held, 'v2', self.live), tuple(
            told[0][name] for name in ('verb', 'release', 'tag', 'replaces')))

    def test_undo_returns_to_the_release_before(self):
        self.call('promote', 'blog', '--rollout=r-promote')
        self.assertEqual((0, 'succeeded', self.live, True), self.ended('rollback', 'blog', '--undo=r-promote'))

    def test_undo_returns_through_a_restart(self):
        self.call('promote', 'blog', '--rollout=r-promote')
        self.call('restart', 'blog')
        self.assertEqual((0, 'succeeded', self.live, True), self.ended('rollback', 'blog', '--undo=r-promote'))

    def test_status_says_that_the_promote_deployed_it(self):
        self.call('promote', 'blog', '--rollout=r-promote')
        seen = self.status()
        self.assertEqual(('promote', 'r-promote'), (seen['serving']['verb'], seen['serving']['rollout']))
        self.assertEqual(('r-promote', self.live), (
            seen['deployed']['rollout'], seen['deployed']['before']['release']))

    def test_release_that_died_is_removed_and_the_old_one_stays(self):
        self.docker._end(self.docker._by(self.container(self.held)), 3)
        code, told = self.call('promote', 'blog')
        self.assertEqual((73, 'failed', self.live, False), (
            code, told[-1]['outcome'], told[-1]['serving'], told[-1]['changed']))
        self.assertIn('exit code 3', told[-1]['error']['message'])
        self.assertEqual([self.container(self.live)], self.docker.names())
        self.assertEqual(self.live, self.state.pointed_at())
        self.assert_nothing_is_held()

    def test_daemon_that_does_not_answer_leaves_it_held(self):
        self.docker.fail['GET', '/containers/' + self.container(self.held)] = (500, 'no')
        self.assertEqual('unavailable', self.refused('promote', 'blog')['kind'])
        self.docker.fail.clear()
        self.assertEqual(self.held, held.release_of(self.state))
        self.assertEqual((0, 'succeeded', self.held, True), self.ended('promote', 'blog'))

    def test_another_release_than_the_named_one_is_not_promoted(self):
        error = self.refused('promote', 'blog', '--release=20261123-030405-3f9ac1')
        self.assertEqual('not-found', error['kind'])
        self.assertIn(self.held, error['message'])
        self.assertEqual((0, 'succeeded', self.held, True), self.ended('promote', 'blog', '--release=' + self.held))

    def test_nothing_held_is_not_found(self):
        self.call('abandon', 'blog')
        error = self.refused('promote', 'blog')
        self.assertEqual('not-found', error['kind'])
        self.assertIn('history', error['hint'])

    def test_stopped_app_is_live_again(self):
        self.call('stop', 'blog')
        self.assertEqual((0, 'succeeded', self.held, True), self.ended('promote', 'blog'))
        self.assertEqual([self.container(self.held)], self.docker.running())

    def test_environment_is_that_of_the_hold(self):
        self.write('etc/env/blog.env', 'GREETING=changed\n')
        self.call('promote', 'blog')
        self.assertEqual({'GREETING': 'hello'}, self.state.release_env(self.held)['values'])


class WithProcesses(HeldFixture):
    def setUp(self):
        super().setUp()
        self.redefine('[vhost]', '[process worker]\ncommand = bin/work\nhealth = running 0s\n[vhost]')
        self.deploy('v1', force=True)
        self.live = self.serving
        self.held = self.hold()

    def worker(self, release):
        return 'deployctl-blog-%s-worker-1' % release

    def test_processes_start_with_the_promote(self):
        self.assertNotIn(self.worker(self.held), self.docker.names())
        self.assertEqual((0, 'succeeded', self.held, True), self.ended('promote', 'blog'))
        self.assertIn(self.worker(self.held), self.docker.running())
        self.assertEqual('always', self.docker._by(self.worker(self.held))['policy'])

    def test_process_that_cannot_start_removes_the_held_release(self):
        self.docker.fail['POST', '/containers/create'] = (500, 'no')
        code, told = self.call('promote', 'blog')
        self.docker.fail.clear()
        self.assertEqual((False, self.live), (told[-1]['changed'], told[-1]['serving']))
        self.assertNotEqual(0, code)
        self.assertIn(self.worker(self.live), self.docker.running())


if __name__ == '__main__':
    unittest.main()
