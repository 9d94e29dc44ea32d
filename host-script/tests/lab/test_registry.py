"""Tests with a real registry and Docker: images for other platforms, and credentials from a helper program."""

import hashlib
import json
import unittest
import urllib.request

from tests.lab.scenario import Scenario

MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
PASSWORD = '$2b$05$abcdefghijklmnopqrstuuLK7U1u6pVRmL7L1BBM2aS35PSZnDXlK'   # bcrypt of s3cret
OTHER_PASSWORD = '$2b$05$8k6KrI3D8bMPn93CkKXIlOvGlWyQoq0xwDE2vDG0sFJVb//eq6oCm'   # of 0ther
HELPER = r"""#!/bin/sh
read -r server
test -e /root/ecr-role || { echo credentials not found in native keychain; exit 1; }
echo "{\"Username\":\"AWS\",\"Secret\":\"$(cat /root/ecr-role)\"}"
"""
INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json'


class Registry:
    """Pushes variants of blog:v1 into the lab's registry, under names of their own."""

    def __init__(self, address):
        self.base = 'http://%s:5000/v2/' % address
        self.manifest = json.loads(self._call('GET', 'blog/manifests/v1', headers={'Accept': MANIFEST})[1])
        for one in self.manifest['layers'] + [self.manifest['config']]:
            self._call('POST', 'arch/blobs/uploads/?mount=%s&from=blog' % one['digest'], b'')

    def _call(self, method, path, data=None, headers=None):
        url = path if path.startswith('http') else self.base + path
        with urllib.request.urlopen(urllib.request.Request(url, data, headers or {}, method=method)) as answer:
            return answer.headers, answer.read()

    def image(self, tag, architecture):
        """Pushes an image for one platform and returns its entry for an index."""
        config = json.loads(self._call('GET', 'arch/blobs/' + self.manifest['config']['digest'])[1])
        data = json.dumps(dict(config, architecture=architecture)).encode()
        digest = 'sha256:' + hashlib.sha256(data).hexdigest()
        where = self._call('POST', 'arch/blobs/uploads/', b'')[0]['Location']
        self._call('PUT', '%s%sdigest=%s' % (where, '&' if '?' in where else '?', digest), data,
                   {'Content-Type': 'application/octet-stream'})
        made = dict(self.manifest, config=dict(self.manifest['config'], digest=digest, size=len(data)))
        return dict(self._put(tag, made, MANIFEST), platform={'os': 'linux', 'architecture': architecture})

    def index(self, tag, entries):
        self._put(tag, {'schemaVersion': 2, 'mediaType': INDEX, 'manifests': entries}, INDEX)

    def _put(self, tag, body, kind):
        data = json.dumps(body).encode()
        digest = self._call('PUT', 'arch/manifests/' + tag, data, {'Content-Type': kind})[0]['Docker-Content-Digest']
        return {'mediaType': kind, 'digest': digest, 'size': len(data)}


class Platforms(Scenario):
    def test_images_for_other_machines_are_refused_before_anything(self):
        registry = Registry(self.host.registry_address())
        arm, amd = registry.image('arm64', 'arm64'), registry.image('amd64', 'amd64')
        registry.index('arm64-list', [arm])
        registry.index('multi', [arm, amd])
        self.define(app__repository='registry:5000/arch')
        for tag in ('arm64', 'arm64-list'):
            looked = self.call('preflight', '--tag=' + tag)
            failed = [event for event in looked.of('check') if not event['ok']]
            self.assertEqual((looked.exit, [one['name'] for one in failed]), (73, ['image']), looked)
            self.assertIn('is not built for linux/amd64', failed[0]['message'])
            self.assertIn('--platform linux/amd64', failed[0]['hint'])
            told = self.deploy(tag)
            self.assertEqual((told.exit, told.last['outcome'], told.of('container.started')), (73, 'refused', []), told)
        # A registry that does not name platforms leaves it to Docker's own words.
        told = self.call('pull', '--digest=' + registry._put('arm64-list', {
            'schemaVersion': 2, 'mediaType': INDEX, 'manifests': [arm]}, INDEX)['digest'])
        self.assertEqual((told.exit, told.last['error']['kind']), (73, 'release-failed'), told)
        self.assertIn('--platform linux/amd64', told.last['error']['hint'])
        self.assert_serves(self.serving('multi'))


class CredentialHelper(Scenario):
    """A helper program gets a password for each pull, or has none, as for ECR with an instance role."""

    helper = '/usr/local/bin/docker-credential-lab-ecr'
    config = '/etc/deployctl/docker/config.json'

    def setUp(self):
        super().setUp()
        self.addCleanup(self.host.sh, 'kill $(cat /root/ecr.pid); rm -rf /root/ecr* %s %s' % (self.helper, self.config))
        self.host.write('/root/ecr.yml', json.dumps({
            'version': 0.1, 'http': {'addr': '127.0.0.1:5055'},
            'storage': {'filesystem': {'rootdirectory': '/root/ecr'}},
            'auth': {'htpasswd': {'realm': 'ecr', 'path': '/root/ecr.htpasswd'}}}))
        self.start_registry(PASSWORD)
        self.host.sh('''
            export DOCKER_CONFIG=/root/ecr-client
            docker pull -q registry:5000/blog:v1
            docker tag registry:5000/blog:v1 127.0.0.1:5055/blog:v1
            echo s3cret | docker login -u AWS --password-stdin 127.0.0.1:5055
            docker push -q 127.0.0.1:5055/blog:v1
            docker rmi registry:5000/blog:v1 127.0.0.1:5055/blog:v1''')
        self.host.sh('mkdir -p /etc/deployctl/docker; chmod 700 /etc/deployctl/docker')
        self.define(app__repository='127.0.0.1:5055/blog')

    def image_check(self):
        """Returns the exit code of a preflight and its check of the image."""
        told = self.call('preflight', '--tag=v1')
        return told.exit, next(one for one in told.of('check') if one['name'] == 'image')

    def start_registry(self, password):
        """Starts the registry, or starts it again with this password."""
        self.host.write('/root/ecr.htpasswd', 'AWS:%s\n' % password)
        self.host.sh('kill $(cat /root/ecr.pid 2>/dev/null) 2>/dev/null || true; '
                     'while curl -so /dev/null http://127.0.0.1:5055/v2/; do sleep 0.1; done; '
                     'setsid docker-registry serve /root/ecr.yml >>/root/ecr.log 2>&1 </dev/null & '
                     'echo $! >/root/ecr.pid; '
                     'for i in $(seq 200); do curl -so /dev/null http://127.0.0.1:5055/v2/ && exit 0; sleep 0.1; done; '
                     'exit 1')

    def test_pull_with_a_credential_helper(self):
        told = self.deploy('v1')
        self.assertEqual((told.exit, told.error['kind']), (69, 'unavailable'), told)
        self.assertIn('this host has no credentials for 127.0.0.1:5055', told.error['hint'])
        self.host.write(self.config, '{"credHelpers": {"127.0.0.1:5055": "lab-ecr"}}\n')
        self.host.write(self.helper, HELPER, 0o755)
        told = self.deploy('v1')
        self.assertEqual(told.exit, 69, told)
        self.assertIn('helper %s has no credentials for 127.0.0.1:5055' % self.helper, told.error['hint'])
        code, check = self.image_check()
        self.assertEqual((code, check['hint']), (69, told.error['hint']))
        self.host.sh('echo s3cret >/root/ecr-role')
        self.assertEqual(self.image_check()[0], 0)
        self.assert_serves(self.serving('v1'))

    def test_helper_is_asked_for_each_pull_so_that_no_password_expires(self):
        self.host.write(self.config, '{"credHelpers": {"127.0.0.1:5055": "lab-ecr"}}\n')
        self.host.write(self.helper, HELPER, 0o755)
        self.host.sh('echo s3cret >/root/ecr-role')
        self.assertEqual(self.image_check()[0], 0)
        self.start_registry(OTHER_PASSWORD)
        code, check = self.image_check()
        self.assertEqual((code, 'the credentials for 127.0.0.1:5055' in check['hint']), (69, True), check)
        self.host.sh('echo 0ther >/root/ecr-role')
        self.assert_serves(self.serving('v1'))


if __name__ == '__main__':
    unittest.main()
