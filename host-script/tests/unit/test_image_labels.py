"""Tests of the labels that name the source of an image: which of them hosts tell, and where."""

import unittest

from deployctl_host import files
from deployctl_host.docker import labels
from deployctl_host.store import state
from tests.unit.call_fixture import CallFixture

PREFIX = 'org.opencontainers.image.'
GIVEN = {PREFIX + 'revision': '1f0c9d2e7a3b', PREFIX + 'source': 'https://github.com/acme/blog.git',
         PREFIX + 'version': '1.4.0',
         PREFIX + 'created': '2026-11-23T03:04:05Z', 'maintainer': 'alice'}
FOUND = {'revision': '1f0c9d2e7a3b', 'source': 'https://github.com/acme/blog.git', 'version': '1.4.0',
         'created': '2026-11-23T03:04:05Z'}


class Forms(unittest.TestCase):
    def of(self, name, value):
        found = labels.of({'Config': {'Labels': {PREFIX + name: value}}})
        return found and found[name]

    def test_usual_values_are_told(self):
        self.assertEqual(labels.of({'Config': {'Labels': GIVEN}}), FOUND)
        for name, value in (('revision', 'v1.2.3'), ('version', '2.0.0-rc.1+5'), ('source', 'git@gitlab.example.com:group/sub/blog.git'),
                            ('source', 'ssh://git@bitbucket.org/acme/blog'), ('source', 'https://host:8443/a/b'),
                            ('created', '2026-11-23T03:04:05.123456789+09:00')):
            self.assertEqual(self.of(name, value), value)

    def test_values_that_are_no_such_thing_are_not_told(self):
        for name, value in (('revision', 'x' * 65), ('revision', '--exec'), ('revision', 'a\x1b[31m'), ('revision', 7),
                            ('version', '1.0\n'), ('version', '$(id)'), ('version', '-x'), ('version', 'x' * 65),
                            ('source', 'https://user:token@github.com/acme/blog'), ('source', 'javascript:alert(1)'),
                            ('source', 'file:///etc/passwd'), ('source', 'https://github.com/' + 'a' * 400),
                            ('source', 'https://github.com/a b'), ('source', 'http://github.com/acme/blog'),
                            ('created', 'yesterday'), ('created', '2026-11-23'), ('created', '2026-11-23T03:04:05Z\n')):
            self.assertIsNone(self.of(name, value), (name, value))

    def test_image_without_labels_or_with_garbage_in_their_place_has_none(self):
        for image in (None, {}, {'Config': None}, {'Config': {}}, {'Config': {'Labels': None}},
                      {'Config': {'Labels': ['a']}}, {'Config': {'Labels': {'maintainer': 'alice'}}}):
            self.assertIsNone(labels.of(image), image)


class Verbs(CallFixture):
    def last(self, *words):
        return self.call(*words, '--output=ndjson')[1][-1]

    def label(self, name):
        image = next(one for one in self.docker.images.values() if one.name == name)
        image.labels = GIVEN
        return image

    def test_pull_tells_those_of_the_image(self):
        self.label('v1')
        self.assertEqual(self.last('pull', 'blog', '--tag=v1')['labels'], FOUND)
        self.assertIsNone(self.last('pull', 'blog', '--tag=v2')['labels'])

    def test_preflight_tells_those_of_the_live_image_and_of_the_requested_one_once_it_is_here(self):
        self.label('v1')
        self.call('deploy', 'blog', '--tag=v1')
        self.label('v2')
        before = self.last('preflight', 'blog', '--tag=v2')
        self.assertEqual((before['serving_labels'], before['labels'], before['present']), (FOUND, None, False))
        self.call('pull', 'blog', '--tag=v2')
        after = self.last('preflight', 'blog', '--tag=v2')
        self.assertEqual((after['serving_labels'], after['labels'], after['present']), (FOUND, FOUND, True))

    def test_preflight_before_the_first_deploy_tells_none(self):
        first = self.last('preflight', 'blog', '--tag=v1')
        self.assertEqual((first['serving_labels'], first['labels']), (None, None))

    def test_status_and_history_tell_those_that_were_recorded_with_the_release(self):
        image = self.label('v1')
        self.call('deploy', 'blog', '--tag=v1')
        self.call('deploy', 'blog', '--tag=v2')
        self.assertNotIn('labels', self.call('status', 'blog', '--output=ndjson')[1][0]['serving'])
        self.call('rollback', 'blog')
        image.labels = {}
        self.assertEqual(self.call('status', 'blog', '--output=ndjson')[1][0]['serving']['labels'], FOUND)
        self.assertEqual(self.last('preflight', 'blog', '--tag=v2')['serving_labels'], FOUND)
        entries = [event for event in self.call('history', 'blog', '--output=ndjson')[1]
                   if event['type'] == 'history.entry']
        self.assertEqual([entry.get('labels') for entry in entries], [FOUND, None, FOUND])

    def test_release_of_an_earlier_version_of_the_script_is_looked_up_at_its_image(self):
        self.label('v1')
        self.call('deploy', 'blog', '--tag=v1')
        app_state = state.AppState('blog')
        path = app_state.release_dir(app_state.load()['current']) + '/release.json'
        files.write_json(path, {name: value for name, value in files.read_json(path).items() if name != 'labels'})
        self.assertEqual(self.call('status', 'blog', '--output=ndjson')[1][0]['serving']['labels'], FOUND)


if __name__ == '__main__':
    unittest.main()
