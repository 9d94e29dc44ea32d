"""Tests of whole deploys with a fake Docker and a fake nginx."""

import os
import unittest

from deployctl_host import files
from tests.unit.host_fixture import HostFixture
from tests.unit.fake_docker import Image


def steps(sent):
    return [event['step'] for event in sent if event['type'] == 'step.finished']


def kinds(sent):
    return [event['type'] for event in sent]


class FirstDeploy(HostFixture):
    def test_first_deploy_reloads_nginx_once_and_is_live(self):
        sent = self.deploy('v1')
        end = self.last(sent)
        self.assertEqual((end['outcome'], end['exit'], end['changed'], end['tag']), ('succeeded', 0, True, 'v1'))
        self.assertEqual(steps(sent), ['env', 'pull', 'start', 'health', 'switch', 'verify', 'commit', 'prune'])
        self.assertEqual(self.nginx.reloads, 1)
        self.assertEqual(self.serving, end['serving'])
        self.assertIsNone(self.state.unfinished())

    def test_temporary_virtual_hosts_of_a_killed_writer_are_removed(self):
        self.write('conf.d/' + files.TEMPORARY + '00', 'half')
        self.write('conf.d/.somebody-elses', '')
        self.deploy('v1')
        self.assertEqual(sorted(os.listdir(self.root + '/conf.d')), ['.somebody-elses', 'deployctl-blog.conf'])

    def test_container_gets_safe_defaults_and_learns_its_release(self):
        end = self.last(self.deploy('v1'))
        (_, _, query, spec, _), = self.docker.calls('POST', '/containers/create')
        host = spec['HostConfig']
        self.assertEqual(host['SecurityOpt'], ['no-new-privileges'])
        self.assertEqual((host['Memory'], host['PidsLimit']), (512 << 20, 512))
        self.assertEqual(host['RestartPolicy'], {'Name': 'no'})
        self.assertNotIn('PortBindings', host)
        directory = self.state.socket_dir(end['serving'])
        self.assertEqual(host['Mounts'], [{'Type': 'bind', 'Source': directory,
                         'Target': directory, 'ReadOnly': False}])
        self.assertEqual(sorted(spec['Env']), sorted([
            'GREETING=hello', 'DEPLOYCTL_RELEASE=' + end['serving'], 'LISTEN_SOCKET=%s/1.sock' % directory]))
        self.assertEqual(set(spec['Labels']),
                         {'deployctl.app',
                          'deployctl.release',
                          'deployctl.instance',
                          'deployctl.host'})
        self.assertEqual(query['name'], 'deployctl-blog-%s-1' % end['serving'])

    def test_env_values_are_only_in_the_request_body_and_the_release(self):
        self.write('etc/env/blog.env', 'SECRET=canary-0a1b2c\n')
        self.deploy('v1')
        found = []
        for directory, _, names in os.walk(self.root + '/state'):
            for name in names:
                if name.endswith('.sock'):
                    continue
                with open(os.path.join(directory, name), 'rb') as source:
                    if b'canary' in source.read():
                        found.append(name)
        self.assertEqual(found, ['env.json'])

    def test_pull_is_by_digest_and_tagged_as_ours(self):
        end = self.last(self.deploy('v1'))
        (_, _, query, _, _), = self.docker.calls('POST', '/images/create')
        self.assertEqual(query['tag'], end['digest'])
        self.assertIn('deployctl/blog:' + end['serving'], self.docker.tags)

    def test_tag_that_moves_after_the_digest_was_resolved_changes_nothing(self):
        digest = self.docker.push('v1', Image('v1'))
        self.docker.push('latest', Image('other'))
        end = self.last(self.transact(digest=digest, from_tag='latest'))
        self.assertEqual((end['digest'], end['tag']), (digest, 'latest'))


class SecondDeploy(HostFixture):
    def setUp(self):
        super().setUp()
        self.first = self.last(self.deploy('v1'))['serving']

    def test_switch_needs_no_reload_and_the_old_release_stays_stopped(self):
        sent = self.deploy('v2')
        end = self.last(sent)
        self.assertEqual(steps(sent), ['env', 'pull', 'start', 'health',
                         'switch', 'verify', 'commit', 'drain', 'stop', 'prune'])
        self.assertEqual(self.nginx.reloads, 1)
        self.assertEqual([event['reload'] for event in sent if event['type'] == 'switched'], [False])
        self.assertEqual(sent[0]['replaces'], self.first)
        self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % end['serving']])
        self.assertEqual(self.state.load()['previous'], self.first)
        policies = {one['name'].split('-')[-2]: one['policy'] for one in self.docker.containers.values()}
        self.assertEqual(policies, {end['serving'].rpartition('-')[2]: 'always', self.first.rpartition('-')[2]: 'no'})

    def test_same_digest_is_unchanged_unless_forced(self):
        again = self.last(self.deploy('v1'))
        self.assertEqual((again['outcome'], again['serving'], again['changed']), ('unchanged', self.first, False))
        forced = self.last(self.deploy('v1', force=True))
        self.assertEqual(forced['outcome'], 'succeeded')
        self.assertNotEqual(forced['serving'], self.first)

    def test_changed_env_is_a_new_release_of_the_same_image(self):
        self.write('etc/env/blog.env', 'GREETING=other\n')
        self.assertEqual(self.last(self.deploy('v1'))['outcome'], 'succeeded')

    def test_changed_vhost_reloads_once(self):
        self.redefine('server-name = blog.example.com', 'server-name = blog.example.com www.example.com')
        sent = self.deploy('v2')
        self.assertEqual(self.last(sent)['outcome'], 'succeeded')
        self.assertEqual([event['reload'] for event in sent if event['type'] == 'switched'], [True])

    def test_second_instance_gets_a_socket_of_its_own(self):
        self.redefine('keep = 2', 'keep = 2\ninstances = 2')
        sent = self.deploy('v2')
        self.assertEqual([event['instance'] for event in sent if event['type'] == 'container.started'], [1, 2])
        self.assertEqual(len(self.docker.running()), 2)

    def test_releases_beyond_keep_are_pruned(self):
        for tag in ('v2', 'v3', 'v1', 'v2'):
            self.assertEqual(self.last(self.deploy(tag))['outcome'], 'succeeded')
        self.assertEqual(len(self.state.releases()), 3)
        self.assertEqual(len(self.docker.names()), 2)
        self.assertEqual(sorted(name.split(':')[1] for name in self.docker.tags), sorted(self.state.releases()))
        self.assertEqual(sorted(os.listdir(self.state.root + '/sockets')), sorted(self.state.releases()))

    def test_restart_is_the_same_image_with_fresh_env(self):
        self.docker.registry_up = False
        self.write('etc/env/blog.env', 'GREETING=other\n')
        end = self.last(self.transact('restart'))
        self.assertEqual(end['outcome'], 'succeeded')
        self.assertEqual(self.state.release_env(end['serving'])['values'], {'GREETING': 'other'})
        self.assertEqual(self.state.release(end['serving']).digest, self.state.release(self.first).digest)


if __name__ == '__main__':
    unittest.main()
