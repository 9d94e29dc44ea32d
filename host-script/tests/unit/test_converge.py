"""Tests of `converge`, which deploys the recorded release on a new, rebuilt or outdated host."""

import json
import unittest

from deployctl_host import access
from deployctl_host.config import definition
from deployctl_host.errors import HostError
from deployctl_host.etcd import client
from deployctl_host.store import desired
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_docker import Image


class Converge(CallFixture):
    def setUp(self):
        super().setUp()
        self.caller = access.Caller('root', 0)

    def want(self, tag):
        self.write('etc/desired/blog', self.docker.images[tag].digest + '\n', 0o644)

    def converge(self, *words):
        code, sent = self.call('converge', *words, '--output=ndjson')
        self.assertEqual((sent[-1]['type'], sent[-1]['exit']), ('converge.finished', code))
        return code, sent[0]

    def test_new_host_gets_the_recorded_release_and_then_has_it(self):
        self.want('v2')
        code, sent = self.converge()
        self.assertEqual((code, sent['outcome'], sent['serving']), (0, 'succeeded', self.serving))
        self.assertEqual(self.state.release(self.serving).digest, self.docker.images['v2'].digest)
        code, sent = self.converge('blog')
        self.assertEqual((code, sent['outcome'], sent['rollout']), (0, 'unchanged', None))

    def test_nothing_recorded_is_no_failure(self):
        self.assertEqual(self.converge()[1]['outcome'], 'unrecorded')

    def test_stopped_app_stays_stopped(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.call('stop', 'blog')
        self.want('v2')
        self.assertEqual(self.converge()[1]['outcome'], 'stopped')
        self.assertEqual(self.docker.running(), [])

    def test_held_release_is_left_to_those_who_hold_it(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.call('deploy', 'blog', '--tag=v2', '--hold=60')
        self.want('v3')
        code, sent = self.converge()
        self.assertEqual((code, sent['outcome'], sent['error']['kind']), (75, 'locked', 'held'))
        self.assertEqual(len(self.docker.running()), 2)

    def test_failed_app_does_not_stop_the_others(self):
        self.define('abc', 'nonsense')
        self.want('v1')
        code, sent = self.call('converge', '--output=ndjson')
        self.assertEqual((code, [(one['app'], one['outcome']) for one in sent[:-1]]),
                         (78, [('abc', 'failed'), ('blog', 'succeeded')]))

    def test_failed_release_is_reported_with_its_error(self):
        self.call('deploy', 'blog', '--tag=v1')
        serving = self.serving
        self.docker.push('bad', Image('bad', status=500))
        self.give_up_soon()
        self.want('bad')
        code, sent = self.converge()
        self.assertEqual((code, sent['outcome'], self.serving), (73, 'failed', serving))
        self.assertIn('never healthy', sent['error']['message'])

    def test_invalid_desired_file_is_refused(self):
        self.write('etc/desired/blog', 'latest\n', 0o644)
        self.assertEqual(self.converge()[0], 78)

    def test_text_output(self):
        self.want('v1')
        self.assertIn('brought to sha256:', self.call('converge', '--output=text')[1])


class Recorded(CallFixture):
    """Tests of the record in etcd, which is a dictionary here; tests/real uses a real etcd."""

    def setUp(self):
        super().setUp()
        self.keys = {}
        self.broken = False
        conf = open_conf(self.root) + '[etcd]\nendpoints = http://127.0.0.1:1\nrecord = yes\n'
        self.write('etc/host.conf', conf, 0o644)
        fixture = self

        class Fake:
            def __init__(self, config):
                if fixture.broken:
                    raise HostError('unavailable', 'etcd gave no answer')

            def range(self, key):
                found = fixture.keys.get(key)
                return 1, [(key.encode(), found.encode())] if found else []

            def put(self, key, value):
                fixture.keys[key] = value
        self.patch(client, 'Reader', Fake)
        self.patch(client, 'Writer', Fake)

    def test_rollout_records_its_release_and_another_host_reads_it(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.assertEqual(self.keys, {})
        self.call('deploy', 'blog', '--tag=v2', '--rollout=r-two2')
        sent = json.loads(self.keys['/deploy/apps/blog/desired'])
        self.assertEqual((sent['digest'], sent['tag'], sent['rollout'], sent['by']),
                         (self.docker.images['v2'].digest, 'v2', 'r-two2', 'alice'))
        self.assertEqual(desired.read('blog', definition.load_host().etcd)['tag'], 'v2')
        self.call('rollback', 'blog', '--rollout=r-back')
        self.assertEqual(json.loads(self.keys['/deploy/apps/blog/desired'])['tag'], 'v1')

    def test_etcd_that_does_not_answer_is_a_warning(self):
        self.broken = True
        code, sent = self.call('deploy', 'blog', '--tag=v1', '--rollout=r-one1', '--output=ndjson')
        self.assertEqual((code, sent[-1]['outcome']), (0, 'succeeded'))
        self.assertIn('desired', [one.get('code') for one in sent])

    def test_invalid_record_in_etcd_is_refused(self):
        for text in ('{"digest":"latest"}', 'no json', '[]', '{"digest":7}'):
            self.keys['/deploy/apps/blog/desired'] = text
            with self.assertRaises(HostError):
                desired.read('blog', definition.load_host().etcd)


def open_conf(root):
    with open(root + '/etc/host.conf', encoding='utf-8') as source:
        return source.read()


if __name__ == '__main__':
    unittest.main()
