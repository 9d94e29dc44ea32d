"""Tests of held releases: hold, promote, abandon, expiry, and other verbs meanwhile."""

import json
import os
import unittest

from deployctl_host.store import held
from deployctl_host.transaction.holding import watcher
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


class Meanwhile(HeldFixture):
    """Other calls while a release is held."""

    def setUp(self):
        super().setUp()
        self.held = self.hold('v2', '--rollout=r-held', '--preview=' + TOKEN)

    def assert_still_held(self):
        self.assertEqual(self.held, held.release_of(self.state))
        self.assertIn(self.container(self.held), self.docker.running())
        self.assertEqual('no', self.policy(self.held))
        self.assertEqual({TOKEN, 'held'}, set(self.previews()))

    def test_second_deploy_is_refused_and_told_who_holds(self):
        error = self.refused('deploy', 'blog', '--tag=v3')
        self.assertEqual('held', error['kind'])
        self.assertIn('held by alice since', error['message'])
        self.assertIn(held.load(self.state).until, error['message'])
        self.assert_still_held()

    def test_deploy_by_force_removes_it_first(self):
        code, told = self.call('deploy', 'blog', '--tag=v3', '--force')
        self.assertEqual((0, 'succeeded', 'v3'), (code, told[-1]['outcome'], told[-1]['tag']))
        self.assertIn(self.held, of(told, 'warning')[0]['message'])
        self.assertNotIn(self.container(self.held), self.docker.names())
        self.assert_nothing_is_held()

    def test_deploy_after_its_time_removes_it_first(self):
        self.expire()
        self.assertEqual(0, self.call('deploy', 'blog', '--tag=v3')[0])
        self.assert_nothing_is_held()

    def test_restart_rollback_stop_start_and_maintenance_do_not_touch_it(self):
        for words in (('restart', 'blog'), ('rollback', 'blog'), ('maintenance', 'blog', '--on'), ('stop', 'blog'),
                      ('start', 'blog'), ('maintenance', 'blog', '--off'), ('prune', 'blog'), ('recover', 'blog')):
            code, told = self.call(*words)
            self.assertEqual(0, code, told[-1])
            self.assert_still_held()
        self.assertEqual((0, 'succeeded', self.held, True), self.ended('promote', 'blog'))

    def test_status_and_preflight_tell_of_it_without_the_token(self):
        seen = self.status()
        self.assertEqual((self.held, 'v2', 'r-held', 'alice'), tuple(
            seen['held'][name] for name in ('release', 'tag', 'rollout', 'by')))
        self.assertEqual({'release', 'digest', 'tag', 'rollout', 'since', 'until', 'by'}, set(seen['held']))
        self.assertEqual(([], self.live), (seen['drift'], seen['serving']['release']))
        checked = self.call('preflight', 'blog', '--tag=v3')[1]
        self.assertEqual(seen['held'], checked[-1]['held'])
        self.assertNotIn(TOKEN, json.dumps([seen, checked, self.call('history', 'blog')[1]]))

    def test_audit_log_has_no_token(self):
        text = json.dumps(self.audited())
        self.assertIn('--preview=...', text)
        self.assertNotIn(TOKEN, text)

    def test_token_is_in_files_of_root_alone(self):
        found = []
        for directory, _, names in os.walk(self.root + '/state'):
            for name in names:
                path = os.path.join(directory, name)
                if not name.endswith('.sock') and not os.path.islink(path) and TOKEN in text_of(path):
                    found.append(name)
                    self.assertEqual(0o600, os.stat(path).st_mode & 0o777, path)
        self.assertEqual(['events.ndjson', 'held', 'request.json'], sorted(found))
        self.assertEqual(0o710, os.stat(held.preview_dir(self.state)).st_mode & 0o777)
        self.assertNotIn(TOKEN, text_of(self.nginx.path))

    def test_history_shows_its_deploy_as_held(self):
        self.assertEqual('held', self.call('history', 'blog')[1][0]['outcome'])

    def test_rollback_to_it_is_refused(self):
        self.assertEqual('held', self.refused('rollback', 'blog', '--to=' + self.held)['kind'])
        self.assert_still_held()

    def test_undo_of_its_rollout_changes_nothing(self):
        self.assertEqual((0, 'unchanged', self.live, False), self.ended('rollback', 'blog', '--undo=r-held'))

    def test_remove_removes_it(self):
        self.caller = self.caller._replace(uid=0)
        self.assertEqual(0, self.call('remove', 'blog')[0])
        self.assertEqual([], self.docker.names())
        self.assertFalse(os.path.exists(self.state.root))

    def test_lost_state_is_rebuilt_without_making_it_live(self):
        os.remove(self.state.path)
        self.assertEqual(0, self.call('recover', 'blog')[0])
        self.assertEqual(self.live, self.serving)
        self.assert_still_held()
        self.assertEqual((0, 'succeeded', self.held, True), self.ended('promote', 'blog'))

    def test_damaged_record_makes_its_containers_strays(self):
        self.write('state/blog/held', '{')
        self.assertIsNone(self.status()['held'])
        self.assertEqual(0, self.call('recover', 'blog')[0])
        self.assertEqual([self.container(self.live)], self.docker.running())

    def test_dead_watcher_gets_a_successor_with_the_next_call(self):
        self.holds_watched.clear()
        self.call('restart', 'blog')
        self.assertEqual({'blog'}, set(self.holds_watched))


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
