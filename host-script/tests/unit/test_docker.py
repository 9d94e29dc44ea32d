"""Tests of the Docker adapter against a fake daemon with every kind of answer."""

import base64
import json
import os
import unittest

from deployctl_host.config.schema import DockerConfig
from deployctl_host.docker import containers, credentials, execution, images, logs
from deployctl_host.docker.api import DockerError, Engine
from tests.unit.docker_fixture import DockerFixture, REPOSITORY
from tests.unit.fake_containers import frame
from tests.unit.fake_docker import Image


class StopSignals(unittest.TestCase):
    def test_ignored_stop_signal_of_the_image_is_named(self):
        for given, name in ((None, 'SIGTERM'), ('', 'SIGTERM'), ('SIGQUIT', 'SIGQUIT'), ('quit', 'SIGQUIT'),
                            ('3', 'SIGQUIT'), ('SIGRTMIN+3', 'SIGRTMIN+3'), ('37', 'signal 37'), ('99', 'signal 99'),
                            ('a\nb', 'its stop signal'), ('\x1b[31m', 'its stop signal'), (9, 'its stop signal')):
            with self.subTest(given=given):
                self.assertEqual(containers.stop_signal({'Config': {'StopSignal': given}}), name)
        self.assertEqual(containers.stop_signal({}), 'SIGTERM')


class Api(DockerFixture):
    def test_api_version_is_negotiated_once(self):
        self.engine.call('GET', '/info')
        self.engine.call('GET', '/info')
        self.assertEqual([one[1] for one in self.docker.requests], ['/_ping', '/info', '/info'])

    def test_refusal_has_the_daemons_message(self):
        with self.assertRaises(DockerError) as caught:
            self.engine.call('GET', '/nothing')
        self.assertEqual((caught.exception.status, caught.exception.message), (404, 'no such route: GET /nothing'))

    def test_missing_daemon_is_unavailable(self):
        engine = Engine(DockerConfig(socket=self.root + '/none.sock'))
        self.assertIn('No such file', self.refused('unavailable', engine.ping).message)

    def test_hanging_daemon_is_asked_only_once(self):
        self.docker.hang.add('_ping')
        self.refused('unavailable', self.engine.call, 'GET', '/info')
        self.refused('unavailable', self.engine.call, 'GET', '/info')
        self.assertEqual(len(self.docker.requests), 1)

    def test_answer_that_is_not_json_is_not_a_defect(self):
        self.patch(self.docker, '_answer', lambda *request: (200, b'<html>'))
        self.assertIn('not JSON', self.refused('unavailable', self.engine.call, 'GET', '/info').message)

    def test_values_in_a_query_are_quoted(self):
        containers.find(self.engine, 'h&t=1', 'blog')
        _, _, query, _, _ = self.docker.requests[-1]
        self.assertEqual(json.loads(query['filters'])['label'], ['deployctl.host=h&t=1', 'deployctl.app=blog'])


class Images(DockerFixture):
    def test_tag_is_resolved_to_a_digest(self):
        digest = self.docker.push('v1', Image('v1'))
        self.assertEqual(images.resolve(self.engine, REPOSITORY, 'v1'), digest)

    def test_registry_failures_are_distinguished(self):
        for message, kind in (('manifest unknown', 'not-found'), ('name unknown', 'not-found'),
                              ('unauthorized: authentication required', 'unavailable'),
                              ('dial tcp: lookup registry: no such host', 'unavailable'),
                              ('net/http: TLS handshake timeout', 'unavailable')):
            self.docker.fail[('GET', '/distribution')] = (500, message)
            self.refused(kind, images.resolve, self.engine, REPOSITORY, 'v1')

    def test_error_within_the_stream_of_a_pull(self):
        self.refused('not-found', images.pull, self.engine, REPOSITORY, 'sha256:' + '0' * 64)

    def test_repository_names_as_docker_writes_them(self):
        for name, short in (('docker.io/library/nginx', 'nginx'), ('docker.io/a/b', 'a/b'), ('r:5000/x', 'r:5000/x')):
            self.assertEqual(images.familiar(name), short)

    def test_image_with_another_digest_is_refused(self):
        image = Image('v1')
        self.refused('release-failed', images.check, image.record(REPOSITORY), REPOSITORY, 'sha256:' + '1' * 64,
                     {'Os': 'linux', 'Arch': 'amd64'})

    def test_image_of_another_repository_with_the_same_digest_is_refused(self):
        image = Image('v1')
        self.refused('release-failed', images.check, image.record('registry.example.com/other'),
                     REPOSITORY, image.digest, {'Os': 'linux', 'Arch': 'amd64'})


class Containers(DockerFixture):
    def test_containers_of_processes_are_found_by_label_and_name(self):
        release = '20260101-000000-aaaaaa'
        found = {}
        self.patch(self.engine, 'shaped', lambda *_: list(found.values()))
        for name, instance, process in (('web', 1, None), ('worker', 2, 'worker')):
            found[name] = {'Id': 'f' * 64, 'Names': ['/' + containers.name_of('blog', release, instance, process)],
                           'Labels': containers.labels('blog', release, instance, 'h', process)}
        found['web']['Labels'][containers.PROCESS] = 'a-label-of-its-image'
        listed = containers.find(self.engine, 'h', 'blog')
        self.assertEqual([None, 'worker'], [containers.process_of(one) for one in listed])
        found['worker']['Names'] = ['/' + containers.name_of('blog', release, 2, 'worker') + '.abcdef']
        self.assertEqual('worker', containers.process_of(containers.find(self.engine, 'h', 'blog')[1]))
        found['worker']['Names'] = ['/' + containers.name_of('blog', release, 2, 'other')]
        self.assertEqual(1, len(containers.find(self.engine, 'h', 'blog')))

    def test_output_of_a_command_in_a_container_is_not_read(self):
        self.docker.tags['x'] = Image('x')
        spec = {'Image': 'x', 'Env': [], 'HostConfig': {'RestartPolicy': {'Name': 'no'}}, 'Labels': {},
                'Cmd': ['bin/work']}
        container = containers.create(self.engine, 'one', spec)
        self.assertIsNone(execution.start(self.engine, container, ('bin/ready', '--all')))     # it does not run
        containers.start(self.engine, container)
        self.docker.checks['bin-ready'] = 4
        self.assertEqual(4, execution.exit_code(self.engine, execution.start(
            self.engine, container, ('bin/ready', '--all'))))
        made, started = [self.docker.calls('POST', pattern)[-1][3] for pattern in ('/exec$', '^/exec/.*/start$')]
        self.assertEqual((['bin/ready', '--all'], False, False, True), (
            made['Cmd'], made['AttachStdout'], made['AttachStderr'], started['Detach']))
        self.docker.garbled['GET', '/exec/'] = b'[]'
        self.refused('unavailable', execution.exit_code, self.engine, 'bin-ready')

    def test_labels_of_an_image_do_not_make_a_container_ours(self):
        """An image may define the script's labels, but its container does not have the matching name."""
        self.docker.tags['x'] = Image('x')
        spec = {'Image': 'x', 'Env': [], 'HostConfig': {'RestartPolicy': {'Name': 'no'}},
                'Labels': containers.labels('blog', '20260101-000000-aaaaaa', 1, 'h')}
        containers.create(self.engine, 'foreign', spec)
        self.assertEqual(containers.find(self.engine, 'h', 'blog'), [])
        containers.create(self.engine, containers.name_of('blog', '20260101-000000-aaaaaa', 1), spec)
        self.assertEqual(len(containers.find(self.engine, 'h', 'blog')), 1)

    def test_missing_containers_are_not_an_error(self):
        containers.remove(self.engine, 'gone')
        self.assertIsNone(containers.inspect(self.engine, 'gone'))
        self.assertIsNone(containers.stop(self.engine, 'gone', 1.0))
        self.assertEqual(logs.last(self.engine, 'gone', 5), [])

    def test_log_frames_of_both_streams_cut_anywhere(self):
        told = frame('one\n') + frame('two ', 2) + frame('three\n')
        told += b'\2\0\0\0\0\0\0\5half\n'
        wanted = [('stdout', 'one'), ('stdout', 'three')]
        for size in (1, 3, 7, 8, 9, 40, 4000):
            chunks = [told[place:place + size] for place in range(0, len(told), size)]
            found = [logs._parsed(stream, line) for stream, line in logs._lines(chunks)]
            self.assertEqual([line[1:] for line in found if line[1] == 'stdout'], wanted, size)
            self.assertEqual({line[0] for line in found if line[1] == 'stdout'}, {'2026-11-23T03:04:05.123Z'})

    def test_log_of_a_terminal_has_no_frames(self):
        found = list(logs._lines([b'2026-11-23T03:04:05.1Z pla', b'in\r\nrest']))
        self.assertEqual(found, [(1, b'2026-11-23T03:04:05.1Z plain\r'), (1, b'rest')])
        self.assertEqual(logs._parsed(*found[0]), ('2026-11-23T03:04:05.100Z', 'stdout', 'plain'))

    def test_container_output_cannot_control_the_terminal(self):
        self.assertEqual(containers.clean('a\x1b]0;x\x07b\u202ec\td'), 'a�]0;x�b�c\td')


class Credentials(DockerFixture):
    def sent(self, config, repository=REPOSITORY):
        self.write('etc/docker/config.json', json.dumps(config))
        return json.loads(base64.urlsafe_b64decode(credentials.header(self.root + '/etc/docker', repository)))

    def test_pull_without_credentials_is_anonymous(self):
        self.assertEqual(credentials.header(self.root + '/etc/docker', REPOSITORY), 'e30=')
        self.assertEqual(self.sent({'auths': {'other.example.com': {'auth': 'YTpi'}}}), {})

    def test_credentials_from_auths(self):
        auth = base64.b64encode(b'bob:pa:ss').decode()
        found = self.sent({'auths': {'https://registry.example.com': {'auth': auth}}})
        self.assertEqual((found['username'], found['password']), ('bob', 'pa:ss'))

    def test_credentials_that_others_can_read_are_refused(self):
        auth = {'auths': {'registry.example.com': {'auth': 'YTpi'}}}
        for mode in (0o644, 0o640, 0o604):
            path = self.write('etc/docker/config.json', json.dumps(auth), mode)
            found = self.refused('definition', credentials.header, self.root + '/etc/docker', REPOSITORY)
            self.assertIn('open to others than root', found.message)
            self.assertIn('chmod go= ' + path, found.hint)
        # The helpers' names are not reported.
        self.write('etc/docker/config.json', json.dumps({'credHelpers': {'r.example.com': 'x'}, 'auths': {
            'r.example.com': {}}}), 0o644)
        self.assertEqual(credentials.header(self.root + '/etc/docker', REPOSITORY), 'e30=')

    def test_malformed_configuration_is_not_a_defect(self):
        for config in ([], {'auths': ['x']}, {'auths': {'registry.example.com': 'x'}}, {'credHelpers': 'x'},
                       {'credsStore': {}, 'auths': 'x'}, {'auths': {'registry.example.com': {'auth': 7}}}):
            self.write('etc/docker/config.json', json.dumps(config))
            self.refused('definition', credentials.header, self.root + '/etc/docker', REPOSITORY)
        self.write('etc/docker/config.json', b'\xff{}')
        self.refused('definition', credentials.header, self.root + '/etc/docker', REPOSITORY)

    def test_credentials_of_docker_hub(self):
        found = self.sent({'auths': {'https://index.docker.io/v1/': {'auth': 'YTpi'}}}, 'library/nginx')
        self.assertEqual(found['username'], 'a')

    def test_credentials_from_a_helper(self):
        self.patch(credentials, 'HELPER_PLACES', (self.root + '/bin',))
        self.write('bin/docker-credential-x', '#!/bin/sh\nread server\n'
                   'echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"for $server\\"}"\n', 0o755)
        found = self.sent({'credHelpers': {'registry.example.com': 'x'}})
        self.assertEqual(found, {'serveraddress': 'registry.example.com', 'identitytoken': 'for registry.example.com'})

    def test_helper_that_others_may_write_is_not_run(self):
        self.patch(credentials, 'HELPER_PLACES', (self.root + '/bin',))
        path = self.write('bin/docker-credential-x', '#!/bin/sh\ntouch %s/ran\n' % self.root, 0o755)
        os.chmod(path, 0o777)
        self.refused('definition', self.sent, {'credsStore': 'x'})
        self.assertFalse(os.path.exists(self.root + '/ran'))

    def test_helper_name_with_a_path_is_refused(self):
        self.refused('definition', self.sent, {'credsStore': '../../tmp/x'})

    def test_registry_of(self):
        for name, host in (('nginx', 'docker.io'), ('a/b', 'docker.io'), ('r.io/b', 'r.io'),
                           ('localhost/x', 'localhost'), ('r:5000/a/b', 'r:5000')):
            self.assertEqual(credentials.registry_of(name), host)


if __name__ == '__main__':
    unittest.main()
