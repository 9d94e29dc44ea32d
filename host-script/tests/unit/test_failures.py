"""Tests of failing deploys: what is undone, what is reported, and which release is live."""

import os
import socket
import threading
import time
import unittest

from deployctl_host import paths
from deployctl_host.errors import HostError
from deployctl_host.nginx import configuration
from deployctl_host.store import state
from deployctl_host.transaction import disk_space, routing, vhost_probe
from deployctl_host.transaction.steps import health, start, verify
from tests.unit import fake_nginx
from tests.unit.host_fixture import HostFixture
from tests.unit.fake_docker import Image


class Refused(HostFixture):
    """Failures before anything was touched: no container, no reload, no symlink."""

    def setUp(self):
        super().setUp()
        self.first = self.last(self.deploy('v1'))['serving']
        self.docker.requests.clear()

    def expect(self, sent, kind, exit):
        end = self.last(sent)
        self.assertEqual((end['outcome'], end['error']['kind'], end['exit']), ('refused', kind, exit), end)
        self.assertEqual((end['serving'], end['changed']), (self.first, False))
        self.assertIn(self.first, end['error']['state'])
        self.assertEqual(self.docker.calls('POST', '/containers/'), [])
        self.assertEqual(self.nginx.reloads, 1)
        self.assertEqual(self.state.pointed_at(), self.first)
        self.assertEqual(self.state.releases(), [self.first])
        self.assertIsNone(self.state.unfinished())
        return end

    def test_unknown_tag(self):
        end = self.expect(self.deploy('v99'), 'not-found', 66)
        self.assertIn('v99', end['error']['message'])

    def test_unknown_digest(self):
        self.expect(self.transact(digest='sha256:' + '0' * 64), 'not-found', 66)

    def test_registry_down(self):
        self.docker.registry_up = False
        self.expect(self.deploy('v2'), 'unavailable', 69)

    def test_registry_lost_in_the_pull(self):
        self.docker.fail[('POST', '/images/create')] = (500, 'dial tcp: i/o timeout')
        self.expect(self.deploy('v2'), 'unavailable', 69)

    def test_disk_full_in_the_pull(self):
        self.docker.pull_error = 'write /var/lib/docker/tmp/x: no space left on device'
        end = self.expect(self.deploy('v2'), 'disk-full', 74)
        self.assertRegex(end['error']['message'], r'no space left on device; ([0-9]+|\?) MiB are free under /')

    def test_too_little_space_to_begin_a_pull(self):
        self.patch(disk_space, 'free_bytes', lambda path: 100)
        end = self.expect(self.deploy('v2'), 'disk-full', 74)
        self.assertIn('MiB', end['error']['message'])

    def test_image_for_another_platform(self):
        self.docker.push('arm', Image('arm', os_name='windows'))
        end = self.expect(self.deploy('arm'), 'release-failed', 73)
        self.assertIn('windows/amd64', end['error']['message'])

    def test_docker_that_accepts_and_never_answers(self):
        self.docker.hang.add('_ping')
        self.expect(self.deploy('v2'), 'unavailable', 69)

    def test_env_without_a_required_name(self):
        self.redefine('source = file', 'source = file\nrequired = SECRET_KEY_BASE')
        self.expect(self.deploy('v2'), 'definition', 78)

    def test_broken_nginx_configuration_where_a_reload_is_needed(self):
        self.nginx.refuses = 'unknown directive "x" in /etc/nginx/conf.d/other.conf:1'
        self.redefine('server-name = blog', 'server-name = www.blog')
        self.expect(self.deploy('v2'), 'definition', 78)

    def test_docker_health_of_an_image_without_healthcheck_is_not_waited_for(self):
        self.redefine('[health]', '[health]\ntype = docker')
        self.assertIn('HEALTHCHECK', self.last(self.deploy('v2'))['error']['message'])
        self.assertEqual(self.docker.calls('POST', '/containers/create')[1:], [])

    def test_socket_path_of_108_bytes(self):
        """The kernel allows 107. No app name is long enough for that, but another state directory could be."""
        longest = len(self.state.socket(state.new_release_id(), 1))
        self.patch(paths, 'STATE', '/' + 'x' * (len(paths.STATE) - 1 + 107 - longest))
        state.AppState(self.app).check_socket_path(1)
        self.patch(paths, 'STATE', paths.STATE + 'x')
        with self.assertRaises(HostError) as caught:
            state.AppState(self.app).check_socket_path(1)
        self.assertEqual(caught.exception.kind, 'definition')
        self.assertIn('108 bytes', caught.exception.message)

    def test_socket_path_that_is_too_long_is_found_before_anything_is_started(self):
        self.patch(state, 'SOCKET_PATH_LIMIT', len(self.state.socket(state.new_release_id(), 1)) - 1)
        self.expect(self.deploy('v2'), 'definition', 78)

    def test_volume_that_is_not_there(self):
        self.redefine('[drain]', '[volumes]\ndata = /nonexistent/data:/data\n[drain]')
        self.expect(self.deploy('v2'), 'definition', 78)


class Failed(HostFixture):
    """Failures after which the new release is removed, the old one is live, and nginx was never touched."""

    def setUp(self):
        super().setUp()
        self.first = self.last(self.deploy('v1'))['serving']

    def expect(self, sent, kind='release-failed', exit=73, reloads=1):
        end = self.last(sent)
        self.assertEqual((end['outcome'], end['error']['kind'], end['exit']), ('failed', kind, exit), end)
        self.assertEqual((end['serving'], end['changed'], end['tag']), (self.first, False, 'v1'))
        self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % self.first])
        self.assertEqual(self.docker.names(), ['deployctl-blog-%s-1' % self.first])
        self.assertEqual(self.nginx.reloads, reloads)
        self.assertEqual(self.state.pointed_at(), self.first)
        self.assertEqual(self.state.releases(), [self.first])
        self.assertEqual(os.listdir(self.state.root + '/sockets'), [self.first])
        self.assertEqual(list(self.docker.tags), ['deployctl/blog:' + self.first])
        self.assertIsNone(self.state.unfinished())
        return end['error']

    def test_never_healthy(self):
        self.docker.push('bad', Image('bad', status=503, log='ERROR missing migration\x1b[31m\n'))
        self.give_up_soon()
        error = self.expect(self.deploy('bad'))
        self.assertIn('never healthy in 1 s', error['message'])
        self.assertRegex(error['verdict']['probe'], r'^GET / over socket: 503 Answer in [0-9]+ ms$')
        self.assertEqual(error['verdict']['lines'], ['ERROR missing migration�[31m'])
        self.assertEqual(error['verdict']['container']['state'], 'running')

    def test_container_that_exits_at_once_fails_immediately(self):
        self.docker.push('crash', Image('crash', exits=3, log='no DATABASE_URL\n'))
        sent = self.deploy('crash')
        error = self.expect(sent)
        self.assertIn('exit code 3', error['message'])
        self.assertEqual(error['verdict']['container']['exit_code'], 3)
        self.assertLess(next(event['ms'] for event in sent if event['type'] == 'step.failed'), 5000)

    def test_out_of_memory_is_named(self):
        self.docker.push('hungry', Image('hungry', exits=137, oom=True))
        error = self.expect(self.deploy('hungry'))
        self.assertIn('out of memory', error['message'])
        self.assertTrue(error['verdict']['container']['oom_killed'])

    def test_create_refused_by_docker(self):
        self.docker.fail[('POST', '/containers/create')] = (400, 'invalid mount config')
        self.assertIn('invalid mount config', self.expect(self.deploy('v2'))['message'])

    def test_start_refused_by_docker_leaves_no_created_container(self):
        self.docker.fail[('POST', 'start')] = (500, 'driver failed: address already in use')
        self.assertIn('is taken', self.expect(self.deploy('v2'))['message'])

    def test_disk_full_at_start(self):
        self.docker.fail[('POST', 'start')] = (500, 'mkdir: no space left on device')
        self.expect(self.deploy('v2'), 'disk-full', 74)

    def test_vhost_refused_by_nginx_is_restored_byte_for_byte(self):
        self.redefine('server-name = blog', 'server-name = www.blog')
        with open(self.nginx.path, 'rb') as source:
            before = source.read()
        tested = []

        def test(settings, path, names):
            tested.append(path)
            if len(tested) > 1:
                self.nginx.refuses = 'duplicate listen options'
            self.nginx.test(settings, path, names)
        self.patch(configuration, 'test', test)
        self.expect(self.deploy('v2'), 'definition', 78)
        with open(self.nginx.path, 'rb') as source:
            self.assertEqual(source.read(), before)

    def test_reload_that_is_accepted_and_has_no_effect(self):
        self.patch(routing, 'RELOAD_DEADLINE', 0.2)
        self.redefine('server-name = blog', 'server-name = www.blog')
        with open(self.nginx.path, 'rb') as source:
            before = source.read()
        self.nginx.deaf = True
        self.expect(self.deploy('v2'), reloads=3)
        with open(self.nginx.path, 'rb') as source:
            self.assertEqual(source.read(), before)

    def test_requests_to_the_failed_release_are_answered_before_it_stops(self):
        """In socket mode the symlink is changed before the reload that has no effect."""
        self.patch(routing, 'RELOAD_DEADLINE', 0.2)
        self.redefine('server-name = blog', 'server-name = www.blog')
        self.nginx.deaf = True
        removed_before = []

        def user():
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(self.state.current_link + '/1.sock')
                time.sleep(0.6)
                removed_before.append(self.docker.calls('DELETE', '/containers/'))
        thread = threading.Thread(target=user)
        self.addCleanup(thread.join)

        def reload(master):
            self.nginx.reloads += 1
            if not removed_before and not thread.ident:
                thread.start()
        self.patch(fake_nginx.FakeMaster, 'reload', reload)
        sent = self.deploy('v2')
        thread.join()
        self.expect(sent, reloads=3)
        self.assertEqual(removed_before, [[]])
        self.assertEqual([event['cut'] for event in sent if event['type'] == 'drain.finished'], [0])

    def test_verify_that_finds_another_answer_switches_back(self):
        self.patch(verify, 'VERIFY_DEADLINE', 0.3)
        self.patch(vhost_probe, 'listener', lambda listen: ('127.0.0.1', 1))
        sent = self.deploy('v2')
        self.expect(sent)
        self.assertEqual([event['mode'] for event in sent if event['type'] == 'switched'], ['socket', 'socket'])

    def test_defect_in_a_step_is_undone_and_its_trace_kept_from_the_events(self):
        self.patch(health, 'wait_healthy', lambda transaction: 1 // 0)
        error = self.expect(self.deploy('v2'), 'internal', 70)
        self.assertIn('ZeroDivisionError', error['message'])
        self.assertTrue(os.path.exists(self.record.directory + '/trace.txt'))

    def test_termination_before_the_switch_undoes(self):
        started = start.start

        def start_and_stop(transaction, *rest):
            started(transaction, *rest)
            transaction.stop_asked = True
        self.patch(start, 'start', start_and_stop)
        self.assertIn('SIGTERM', self.expect(self.deploy('v2'), 'internal', 70)['message'])

    def test_termination_after_the_switch_lets_it_finish(self):
        verified = verify.verify

        def stop_and_verify(transaction):
            transaction.stop_asked = True
            verified(transaction)
        self.patch(verify, 'verify', stop_and_verify)
        end = self.last(self.deploy('v2'))
        self.assertEqual((end['outcome'], end['exit'], end['tag'], end['changed']), ('succeeded', 0, 'v2', True))
        self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % end['serving']])


class FirstFails(HostFixture):
    def test_nothing_is_left_of_a_first_deploy_that_fails(self):
        self.docker.push('bad', Image('bad', status=500))
        self.give_up_soon()
        end = self.last(self.deploy('bad'))
        self.assertEqual((end['outcome'], end['serving']), ('failed', None))
        self.assertEqual((self.docker.names(), self.nginx.reloads, self.state.pointed_at()), ([], 0, None))
        self.assertFalse(os.path.exists(self.nginx.path))

    def test_first_deploy_whose_verify_fails_leaves_nginx_without_the_app(self):
        self.patch(verify, 'VERIFY_DEADLINE', 0.3)
        self.patch(vhost_probe, 'listener', lambda listen: ('127.0.0.1', 1))
        self.assertEqual(self.last(self.deploy('v1'))['outcome'], 'failed')
        self.assertFalse(os.path.exists(self.nginx.path))
        self.assertIsNone(self.state.pointed_at())
        self.assertEqual(self.nginx.reloads, 2)


class AfterCommit(HostFixture):
    """Failures after the commit, when the release is live: they are warnings."""

    def test_old_release_that_does_not_stop(self):
        self.deploy('v1')
        self.docker.fail[('POST', '/stop')] = (500, 'cannot stop container')
        sent = self.deploy('v2')
        self.assertEqual(self.last(sent)['outcome'], 'succeeded')
        self.assertIn('cannot stop container', ' '.join(e['message'] for e in sent if e['type'] == 'warning'))

    def test_prune_that_fails(self):
        self.deploy('v1')
        self.docker.fail[('DELETE', '/images')] = (409, 'conflict')
        for tag in ('v2', 'v3', 'v1', 'v2'):
            self.assertEqual(self.last(self.deploy(tag))['outcome'], 'succeeded')

    def test_broken_foreign_vhost_is_a_warning_where_no_reload_is_needed(self):
        self.deploy('v1')
        self.nginx.refuses = 'unknown directive "x" in /etc/nginx/conf.d/other.conf:1'
        sent = self.deploy('v2')
        self.assertEqual(self.last(sent)['outcome'], 'succeeded')
        self.assertIn('other.conf', ' '.join(e['message'] for e in sent if e['type'] == 'warning'))


if __name__ == '__main__':
    unittest.main()
