"""Tests of other verbs while a release is held."""

import json
import os
import unittest

from deployctl_host.store import held
from tests.unit.held_fixture import HeldFixture, TOKEN


def text_of(path):
    with open(path, encoding='utf-8', errors='replace') as source:
        return source.read()


def of(told, type):
    return [event for event in told if event['type'] == type]


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


if __name__ == '__main__':
    unittest.main()
