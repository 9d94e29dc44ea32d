"""Tests that each cause of a failed pull has its own hint and the right error kind."""

import json
import unittest

from deployctl_host.docker import credentials, images, registry_errors
from deployctl_host.docker.api import DockerError
from deployctl_host.errors import HostError
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_docker import Image
from tests.unit.docker_fixture import REPOSITORY, DockerFixture

# What Docker says, the kind, and a piece of the hint.
SAID = (
    ('no matching manifest for linux/amd64 in the manifest list entries', 'release-failed', 'buildx build --platform'),
    ('no match for platform in manifest: not found', 'release-failed', 'buildx build --platform'),
    ('no supported platform found in manifest list', 'release-failed', 'buildx build --platform'),
    ('image operating system "windows" cannot be used on this platform', 'release-failed', 'buildx build --platform'),
    ('[DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1 support is disabled',
     'release-failed', 'push the image again'),
    ('toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and '
     'upgrading: https://www.docker.com/increase-rate-limit', 'unavailable', 'wait until the limit is over'),
    ('toomanyrequests: Rate exceeded', 'unavailable', 'wait until the limit is over'),
    ('error parsing HTTP 429 response body: unexpected end of JSON input: ""', 'unavailable', 'wait until the limit'),
    ('received unexpected HTTP status: 503 Service Unavailable', 'unavailable', 'try again in a moment'),
    ('received unexpected HTTP status: 502 Bad Gateway', 'unavailable', 'try again in a moment'),
    ('error parsing HTTP 403 response body: invalid character \'<\' looking for beginning of value: "<html>Log in"',
     'unavailable', 'a login page'),
    ('mediaType in manifest should be application/json not text/html', 'unavailable', 'a login page'),
    ('Get "https://registry.example.com/v2/": x509: certificate is valid for portal.hotel.example, not '
     'registry.example.com', 'unavailable', 'another name'),
    ('Get "https://r/v2/": x509: certificate signed by unknown authority', 'unavailable', '/etc/docker/certs.d/'),
    ('Get "https://r/v2/": x509: certificate has expired or is not yet valid: current time 2020-01-01', 'unavailable',
     'clock'),
    ('Get "https://r:5000/v2/": http: server gave HTTP response to HTTPS client', 'unavailable', 'insecure-registries'),
    ('Get "https://r/v2/": dial tcp: lookup r on 127.0.0.53:53: no such host', 'unavailable', 'DNS'),
    ('Get "https://r/v2/": dial tcp: lookup r: Temporary failure in name resolution', 'unavailable', 'DNS'),
    ('Get "https://r/v2/": proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused', 'unavailable',
     'proxy'),
    ('Get "https://r/v2/": net/http: request canceled (Client.Timeout exceeded while awaiting headers)', 'unavailable',
     'reachable from this host'),
    ('dial tcp 10.0.0.1:443: connect: connection refused', 'unavailable', 'reachable from this host'),
    ('unexpected EOF', 'unavailable', 'reachable from this host'),
    ('denied: Your authorization token has expired. Reauthenticate and try again.', 'unavailable', 'have expired'),
    ('no basic auth credentials', 'unavailable', 'has no credentials for registry.example.com'),
    ('unauthorized: authentication required', 'unavailable', 'has no credentials for registry.example.com'),
    ("pull access denied for registry.example.com/blog, repository does not exist or may require 'docker login'",
     'unavailable', 'has no credentials for registry.example.com'),
    ("name unknown: The repository with name 'blog' does not exist in the registry with id '1'", 'not-found',
     '[app] repository'),
    ('manifest unknown: manifest unknown', 'not-found', 'push the image first'),
    ('manifest for registry.example.com/blog:v1 not found', 'not-found', 'push the image first'),
    ('something that nobody has ever seen', 'unavailable', 'is the registry up'),
)


class Hints(DockerFixture):
    def test_each_cause_has_its_own_hint_in_a_question_and_in_a_pull(self):
        for said, kind, hint in SAID:
            self.docker.fail[('GET', '/distribution')] = (500, said)
            problem = self.refused(kind, images.resolve, self.engine, REPOSITORY, 'v1')
            self.assertIn(hint, problem.hint, said)
            self.assertIn(said, problem.message)
            self.docker.pull_error = said
            self.assertIn(hint, self.refused(kind, images.pull, self.engine, REPOSITORY, 'sha256:' + '0' * 64).hint)

    def test_image_name_is_not_taken_for_a_cause(self):
        for repository in ('r.example.com/not-found', 'r.example.com/timeout-503', 'r.example.com/x509/denied'):
            problem = registry_errors.error(repository, repository + ':429', DockerError(
                500, 'manifest for %s:429 is strange' % repository), {}, {'host': 'r', 'config': 'c', 'platform': 'p'})
            self.assertEqual((problem.kind, problem.hint), ('unavailable', registry_errors.UNREACHABLE))

    def test_credentials_that_are_refused(self):
        self.write('etc/docker/config.json', json.dumps({'auths': {'registry.example.com': {'auth': 'YTpi'}}}))
        self.docker.fail[('GET', '/distribution')] = (500, 'unauthorized: incorrect username or password')
        hint = self.refused('unavailable', images.resolve, self.engine, REPOSITORY, 'v1').hint
        self.assertIn('the credentials for registry.example.com in %s/etc/docker/config.json' % self.root, hint)

    def test_credential_helper_without_credentials(self):
        self.patch(credentials, 'HELPER_PLACES', (self.root + '/bin',))
        program = self.write('bin/docker-credential-ecr-login',
                             '#!/bin/sh\necho "credentials not found in native keychain"\nexit 1\n', 0o755)
        self.docker.fail[('GET', '/distribution')] = (500, 'no basic auth credentials')
        for config in ({'credHelpers': {'registry.example.com': 'ecr-login'}}, {'credsStore': 'ecr-login'}):
            self.write('etc/docker/config.json', json.dumps(config))
            hint = self.refused('unavailable', images.resolve, self.engine, REPOSITORY, 'v1').hint
            self.assertIn('the credential helper %s has no credentials for registry.example.com' % program, hint)
            self.assertIn('echo registry.example.com | %s get' % program, hint)

    def test_credential_helper_that_fails_says_why(self):
        self.patch(credentials, 'HELPER_PLACES', (self.root + '/bin',))
        self.write('bin/docker-credential-x',
                   '#!/bin/sh\necho "NoCredentialProviders: no valid providers" >&2\nexit 1\n', 0o755)
        self.write('etc/docker/config.json', json.dumps({'credHelpers': {'registry.example.com': 'x'}}))
        problem = self.refused('unavailable', images.resolve, self.engine, REPOSITORY, 'v1')
        self.assertIn('failed with 1: NoCredentialProviders: no valid providers', problem.message)

    def test_credentials_of_a_helper_are_sent(self):
        self.patch(credentials, 'HELPER_PLACES', (self.root + '/bin',))
        self.write('bin/docker-credential-x', '#!/bin/sh\necho \'{"Username":"AWS","Secret":"s3cret"}\'\n', 0o755)
        self.write('etc/docker/config.json', json.dumps({'credHelpers': {'registry.example.com': 'x'}}))
        self.docker.push('v1', Image('v1'))
        images.resolve(self.engine, REPOSITORY, 'v1')
        self.assertNotIn(self.docker.calls('GET', '/distribution')[0][4]['x-registry-auth'], ('e30=', ''))


class Platforms(CallFixture):
    def setUp(self):
        super().setUp()
        self.docker.push('arm', Image('arm'))

    def test_image_index_without_this_platform_is_refused_by_preflight(self):
        self.docker.images['arm'].platforms = [
            {'os': 'linux', 'architecture': 'arm64', 'variant': 'v8'}, {'os': 'windows', 'architecture': 'amd64'},
            {'os': 'unknown', 'architecture': 'unknown'}]
        digest = self.docker.images['arm'].digest
        for words in ('--tag=arm', '--digest=' + digest):
            code, sent = self.call('preflight', 'blog', words, '--output=ndjson')
            check = [event for event in sent if event['type'] == 'check' and not event['ok']]
            self.assertEqual((code, [one['name'] for one in check]), (73, ['image']))
            self.assertIn('is not built for linux/amd64, the platform of this host, but for linux/arm64, windows/amd64',
                          check[0]['message'])
            self.assertIn('--platform linux/amd64', check[0]['hint'])
        code, sent = self.call('deploy', 'blog', '--tag=arm', '--output=ndjson')
        self.assertEqual((code, sent[-1]['outcome'], sent[-1]['error']['kind']), (73, 'refused', 'release-failed'))
        self.assertEqual(self.call('pull', 'blog', '--tag=arm')[0], 73)
        self.assertEqual(self.docker.calls('POST', ''), [])

    def test_index_with_this_platform_among_others_and_a_registry_that_names_none(self):
        for platforms in ([{'os': 'linux', 'architecture': 'arm64'}, {'os': 'linux', 'architecture': 'amd64'}],
                          [], None, [{'os': 'unknown', 'architecture': 'unknown'}], [{'os': '', 'architecture': ''}]):
            self.docker.images['arm'].platforms = platforms
            self.assertEqual(self.call('preflight', 'blog', '--tag=arm')[0], 0, platforms)


class ErrorKinds(unittest.TestCase):
    def test_error_kinds_are_known(self):
        for _, kind, words, hint in registry_errors.CAUSES:
            HostError(kind, words % 'x', hint=hint)


if __name__ == '__main__':
    unittest.main()
