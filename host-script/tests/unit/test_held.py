"""Tests of `deploy --hold`: the release that runs beside the live one, and the way to it."""

import unittest

from tests.unit.fake_docker import Image
from tests.unit.held_fixture import HeldFixture, TOKEN


def text_of(path):
    with open(path, encoding='utf-8', errors='replace') as source:
        return source.read()


def of(told, type):
    return [event for event in told if event['type'] == type]


class Hold(HeldFixture):
    def test_held_release_runs_beside_the_live_one_and_nobody_is_switched(self):
        reloads = self.nginx.reloads
        code, told = self.call('deploy', 'blog', '--tag=v2', '--hold=3600', '--rollout=r-held')
        end = told[-1]
        self.assertEqual((0, 'held', 0, False), (code, end['outcome'], end['exit'], end['changed']))
        self.assertEqual((self.live, 'v1'), (end['serving'], end['tag']))
        self.assertEqual(['env', 'pull', 'start', 'health', 'held'], [one['step'] for one in of(told, 'step.finished')])
        self.assertEqual(sorted(map(self.container, (self.live, end['held']))), sorted(self.docker.running()))
        self.assertEqual((self.live, self.live), (self.serving, self.state.pointed_at()))
        self.assertEqual(reloads, self.nginx.reloads)
        self.assertIsNone(self.state.unfinished())
        self.assertEqual(['blog'], self.holds_watched)

    def test_event_tells_the_way_to_it(self):
        _, told = self.call('deploy', 'blog', '--tag=v2', '--hold=3600', '--rollout=r-held', '--preview=' + TOKEN)
        (event,) = of(told, 'release.held')
        self.assertEqual((told[-1]['held'], 'v2', 'r-held'), (event['release'], event['tag'], event['rollout']))
        self.assertEqual({'header': 'X-Deployctl-Preview', 'cookie': 'deployctl_preview', 'token': TOKEN,
                          'url': 'http://blog.example.com:%d/' % self.nginx.port}, event['preview'])
        self.assertEqual({TOKEN: '.', 'held': '../sockets/' + event['release']}, self.previews())
        self.assertTrue(event['until'] > event['ts'])

    def test_docker_does_not_restart_it(self):
        self.assertEqual('no', self.policy(self.hold()))

    def test_token_is_random_where_the_caller_names_none(self):
        self.hold()
        token, link = sorted(self.previews())
        self.assertRegex(token, '^[0-9a-f]{32}$')
        self.assertEqual('held', link)

    def test_without_preview_in_the_definition_there_is_no_way_to_it(self):
        self.redefine('preview = yes\n', '')
        _, told = self.call('deploy', 'blog', '--tag=v2', '--hold=60', '--preview=' + TOKEN)
        self.assertIsNone(of(told, 'release.held')[0]['preview'])
        self.assertEqual({}, self.previews())

    def test_virtual_host_without_preview_is_written_again_with_one_reload(self):
        self.redefine('preview = yes\n', '')
        self.deploy('v1', force=True)
        self.redefine('[vhost]\n', '[vhost]\npreview = yes\n')
        self.live, reloads = self.serving, self.nginx.reloads
        self.hold()
        self.assertEqual((reloads + 1, self.live), (self.nginx.reloads, self.state.pointed_at()))
        self.call('abandon', 'blog')
        self.hold()
        self.assertEqual(reloads + 1, self.nginx.reloads)

    def test_virtual_host_that_nginx_refuses_leaves_everything_as_it_was(self):
        self.redefine('preview = yes\n', '')
        self.deploy('v1', force=True)
        self.redefine('[vhost]\n', '[vhost]\npreview = yes\n')
        self.live, before = self.serving, text_of(self.nginx.path)
        self.nginx.refuses = 'no'
        error = self.refused('deploy', 'blog', '--tag=v2', '--hold=60')
        self.assertEqual('definition', error['kind'])
        self.assertEqual(before, text_of(self.nginx.path))
        self.assertEqual([self.container(self.live)], self.docker.running())
        self.assert_nothing_is_held()

    def test_release_that_is_not_healthy_is_not_held(self):
        self.give_up_soon()
        self.docker.push('bad', Image('bad', status=503))
        self.assertEqual('release-failed', self.refused('deploy', 'blog', '--tag=bad', '--hold=60')['kind'])
        self.assertEqual([self.container(self.live)], self.docker.running())
        self.assert_nothing_is_held()

    def test_live_image_is_not_held(self):
        self.assertEqual((0, 'unchanged', self.live, False), self.ended('deploy', 'blog', '--tag=v1', '--hold=60'))
        self.assert_nothing_is_held()

    def test_stop_first_is_refused(self):
        self.redefine('[app]\n', '[app]\norder = stop-first\n')
        self.assertEqual('definition', self.refused('deploy', 'blog', '--tag=v2', '--hold=60')['kind'])
        self.assertEqual([self.container(self.live)], self.docker.running())

    def test_hold_of_the_first_release_has_no_preview_and_can_be_promoted(self):
        self.caller = self.caller._replace(uid=0)
        self.call('remove', 'blog')
        _, told = self.call('deploy', 'blog', '--tag=v2', '--hold=60')
        self.assertIsNone(of(told, 'release.held')[0]['preview'])
        self.assertEqual((None, False), (told[-1]['serving'], told[-1]['changed']))
        self.assertEqual((0, 'succeeded', told[-1]['held'], True), self.ended('promote', 'blog'))

    def test_times_out_of_bounds_are_refused(self):
        for seconds in (0, 59, 604801):
            self.assertEqual('usage', self.refused('deploy', 'blog', '--tag=v2', '--hold=%d' % seconds)['kind'])
        self.assertEqual('usage', self.refused('deploy', 'blog', '--tag=v2', '--preview=' + TOKEN)['kind'])

    def test_call_with_the_same_rollout_attaches(self):
        first = self.hold('v2', '--rollout=r-held')
        self.assertEqual(first, self.hold('v2', '--rollout=r-held'))


class WithoutWebPart(HeldFixture):
    def test_release_without_a_web_part_is_held_without_containers(self):
        kept = text_of(self.root + '/etc/apps/blog.conf')
        start, end = kept.index('[vhost]'), kept.index('[env]')
        self.write('etc/apps/blog.conf', kept[:start] + '[process worker]\ncommand = bin/work\nhealth = running 0s\n' +
                   kept[end:], 0o644)
        code, told = self.call('deploy', 'blog', '--tag=v2', '--hold=60')
        self.assertEqual((0, 'held', self.live), (code, told[-1]['outcome'], told[-1]['serving']))
        self.assertIsNone(of(told, 'release.held')[0]['preview'])
        self.assertEqual([self.container(self.live)], self.docker.running())
        self.assertEqual((0, 'succeeded', told[-1]['held'], True), self.ended('promote', 'blog'))


if __name__ == '__main__':
    unittest.main()
