"""Tests of `abandon`, and of the end of a held release by itself: expired, after a reboot, dead."""

import unittest

from deployctl_host.store import held
from deployctl_host.transaction.holding import watcher
from tests.unit.held_fixture import HeldFixture, TOKEN


def of(told, type):
    return [event for event in told if event['type'] == type]


class Abandon(HeldFixture):
    def setUp(self):
        super().setUp()
        self.held = self.hold('v2', '--rollout=r-held', '--preview=' + TOKEN)

    def assert_gone(self):
        self.assertEqual([self.container(self.live)], self.docker.names())
        self.assertEqual([self.live], self.state.releases())
        self.assertNotIn('deployctl/blog:' + self.held, self.docker.tags)
        self.assertEqual(self.live, self.state.pointed_at())
        self.assert_nothing_is_held()

    def test_nothing_of_it_is_left(self):
        reloads = self.nginx.reloads
        code, told = self.call('abandon', 'blog', '--rollout=r-abandon')
        self.assertEqual((0, 'succeeded', self.live, False), self.ended('attach', 'blog', '--rollout=r-abandon'))
        self.assertEqual(('abandon', self.held, 'v2'), tuple(told[0][name] for name in ('verb', 'release', 'tag')))
        self.assertEqual(['stop'], [one['step'] for one in of(told, 'step.finished')])
        self.assertEqual((0, reloads), (code, self.nginx.reloads))
        self.assert_gone()

    def test_nothing_held_is_unchanged(self):
        self.call('abandon', 'blog')
        self.assertEqual((0, 'unchanged', self.live, False), self.ended('abandon', 'blog'))

    def test_another_release_than_the_named_one_is_not_abandoned(self):
        self.assertEqual('not-found', self.refused('abandon', 'blog', '--release=20261123-030405-3f9ac1')['kind'])
        self.assertEqual(self.held, held.release_of(self.state))

    def test_refusal_of_docker_is_reported_and_the_next_abandon_completes_it(self):
        self.docker.fail['DELETE', '/containers/'] = (500, 'no')
        self.assertEqual('unavailable', self.refused('abandon', 'blog')['kind'])
        self.docker.fail.clear()
        self.assertEqual((0, 'succeeded', self.live, False), self.ended('abandon', 'blog'))
        self.assert_gone()

    def test_expired_one_is_abandoned_by_the_watcher_and_in_the_history(self):
        self.expire()
        self.assertEqual(0, watcher.main('blog'))
        self.assert_gone()
        entry = self.call('history', 'blog')[1][0]
        self.assertEqual(('abandon', 'deployctl-host', 'succeeded', self.held), tuple(
            entry[name] for name in ('verb', 'by', 'outcome', 'release')))

    def test_watcher_waits_for_the_holder_of_the_lock(self):
        self.expire()
        self.call('lock', 'blog', '--lock=l-mine')
        slept = []

        def sleep(seconds):
            slept.append(seconds)
            self.assertEqual(self.held, held.release_of(self.state))
            self.call('unlock', 'blog', '--lock=l-mine')
        self.patch(watcher.time, 'sleep', sleep)
        self.assertEqual(0, watcher.main('blog'))
        self.assertEqual(watcher.RETRY, slept[0])
        self.assert_gone()

    def test_watcher_tries_again_after_an_error(self):
        self.expire()
        self.write('state/blog/lock.json', '{')
        self.patch(watcher.time, 'sleep', lambda seconds: self.call('unlock', 'blog', '--force'))
        self.assertEqual(0, watcher.main('blog'))
        self.assert_gone()

    def test_watcher_ends_when_it_is_promoted(self):
        self.patch(watcher.time, 'sleep', lambda seconds: held.forget(self.state))
        self.assertEqual(0, watcher.main('blog'))

    def test_recover_abandons_one_whose_time_is_over(self):
        self.expire()
        code, told = self.call('recover', 'blog')
        self.assertEqual((0, 1), (code, told[-1]['settled']))
        self.assert_gone()

    def test_recover_abandons_one_that_a_reboot_has_ended(self):
        held.save(self.state, held.load(self.state)._replace(boot='another'))
        self.docker._end(self.docker._by(self.container(self.held)), 255)
        self.assertEqual(0, self.call('recover')[0])
        self.assert_gone()

    def test_recover_abandons_one_that_has_died(self):
        self.docker._end(self.docker._by(self.container(self.held)), 1)
        self.assertEqual(0, self.call('recover', 'blog')[0])
        self.assert_gone()


if __name__ == '__main__':
    unittest.main()
