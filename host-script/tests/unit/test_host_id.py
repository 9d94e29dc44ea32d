"""Tests of a lost or damaged id of the host: the script must not be blind to its own containers."""

import os
import unittest

from deployctl_host import files, paths
from deployctl_host.docker import containers
from deployctl_host.store import state
from tests.unit.call_fixture import CallFixture

DAMAGE = (None, b'', b'null', b'{}', b'"../../etc"', b'\xff\xfe', b'\0' * 300)


class HostId(CallFixture):
    def setUp(self):
        super().setUp()
        self.path = paths.STATE + '/host-id'

    def deployed(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.call('deploy', 'blog', '--tag=v2')
        return files.read_json(self.path)

    def damage(self, data):
        if data is None:
            os.unlink(self.path)
        else:
            with open(self.path, 'wb') as target:
                target.write(data)

    def relabel(self, labels):
        """Makes the container of the previous release one with these labels, and with the name that fits them."""
        one = next(one for one in self.docker.containers.values() if not one['running'])
        one['spec']['Labels'].update(labels)
        one['name'] = containers.name_of('blog', one['spec']['Labels'][containers.RELEASE], 1)

    def last(self, *words):
        code, told = self.call(*words, '--output=ndjson')
        return code, told[-1]

    def test_lost_or_damaged_id_is_reported_and_changes_nothing(self):
        self.deployed()
        running, serving = self.docker.running(), self.serving
        for data in DAMAGE:
            self.damage(data)
            for words in (('deploy', 'blog', '--tag=v3'), ('restart', 'blog'), ('rollback', 'blog'), ('stop', 'blog'),
                          ('prune', 'blog'), ('logs', 'blog')):
                error = self.last(*words)[1]['error']
                self.assertEqual((error['kind'], self.path in error['message']), ('internal', True), (data, words))
                self.assertIn('deployctl-host recover', error['hint'])
            checks = self.call('preflight', 'blog', '--tag=v3', '--output=ndjson')[1]
            self.assertEqual({one['hint'] for one in checks if one.get('ok') is False and one['type'] == 'check'},
                             {state.HOST_ID_HINT}, data)
            status = self.call('status', 'blog', '--output=ndjson')[1][0]
            self.assertEqual((status['state'], self.path in ' '.join(status['drift'])), ('degraded', True), data)
            self.assertEqual((self.docker.running(), self.serving), (running, serving))

    def test_recover_restores_the_id_that_the_containers_carry(self):
        before = self.deployed()
        for data in DAMAGE:
            self.damage(data)
            code, told = self.call('recover', '--output=ndjson')
            self.assertEqual((code, told[0]['code'], told[-1]['settled']), (0, 'state', 1), data)
            self.assertEqual(files.read_json(self.path), before, data)
            self.assertEqual(self.call('status', 'blog', '--output=ndjson')[1][0]['state'], 'ok', data)
        self.assertEqual(self.last('recover')[1]['settled'], 0)
        self.assertEqual(self.call('deploy', 'blog', '--tag=v3')[0], 0)
        self.assertEqual(len(self.docker.running()), 1, 'the release before it was found and stopped')

    def test_containers_of_another_host_on_the_same_docker_do_not_count(self):
        before = self.deployed()
        self.relabel({containers.HOST: 'fedcba9876543210', containers.RELEASE: '20200101-000000-abcdef'})
        self.damage(None)
        self.assertEqual(self.call('recover')[0], 0)
        self.assertEqual(files.read_json(self.path), before)

    def test_ids_that_differ_are_named_and_none_is_chosen(self):
        before = self.deployed()
        self.relabel({containers.HOST: 'fedcba9876543210'})
        self.damage(None)
        code, end = self.last('recover')
        self.assertEqual((code, end['error']['kind']), (70, 'internal'))
        self.assertIn(before, end['error']['message'])
        self.assertIn('fedcba9876543210', end['error']['message'])
        self.assertFalse(os.path.exists(self.path))

    def test_host_without_any_container_gets_a_new_id(self):
        before = self.deployed()
        self.call('stop', 'blog')
        self.docker.containers.clear()
        self.damage(b'{')
        self.assertEqual(self.call('recover')[1][0]['code'], 'state')
        self.assertRegex(files.read_json(self.path), '^[0-9a-f]{16}$')
        self.assertNotEqual(files.read_json(self.path), before)

    def test_preflight_tells_the_id_and_creates_none(self):
        self.assertIsNone(self.last('preflight', 'blog', '--tag=v1')[1]['host_id'])
        self.assertFalse(os.path.exists(self.path))
        self.assertEqual(self.deployed(), self.last('preflight', 'blog', '--tag=v1')[1]['host_id'])


if __name__ == '__main__':
    unittest.main()
