"""Tests of the login to a registry: it is checked first, and merged into config.json."""

import json
import os

from deployctl_host.config import definition
from deployctl_host.docker import credentials, login
from deployctl_host.errors import HostError
from tests.unit.host_fixture import HostFixture


class RegistryLogin(HostFixture):
    def setUp(self):
        super().setUp()
        self.docker.fail[('POST', '^/auth$')] = (200, 'Login Succeeded')
        self.config = self.root + '/etc/docker/config.json'
        os.makedirs(os.path.dirname(self.config), exist_ok=True)

    def login(self, registry='registry.example.com', user='ci', password='pa:ss wörd'):
        login.login(definition.load_host().docker, registry, user, password)

    def content(self):
        with open(self.config, encoding='utf-8') as source:
            return json.load(source)

    def refused(self, kind):
        with self.assertRaises(HostError) as caught:
            self.login()
        self.assertEqual(kind, caught.exception.kind)
        return caught.exception

    def sent(self, repository='registry.example.com/blog'):
        """Returns the credentials of a pull."""
        return credentials.find(self.root + '/etc/docker', repository)['sent']

    def test_the_daemon_is_asked_and_a_pull_uses_the_login(self):
        self.login()
        asked = self.docker.calls('POST', '^/auth$')
        self.assertEqual([{'username': 'ci', 'password': 'pa:ss wörd', 'serveraddress': 'registry.example.com'}],
                         [one[3] for one in asked])
        self.assertEqual(('ci', 'pa:ss wörd'), (self.sent()['username'], self.sent()['password']))
        self.assertEqual(0o600, os.stat(self.config).st_mode & 0o7777)

    def test_other_entries_are_kept(self):
        self.write('etc/docker/config.json', json.dumps({'auths': {'other.example.com': {'auth': 'YTpi'}},
                                                         'credHelpers': {'1.ecr.example.com': 'ecr-login'}}))
        self.login(password='first')
        self.login(password='second')
        content = self.content()
        self.assertEqual({'1.ecr.example.com': 'ecr-login'}, content['credHelpers'])
        self.assertEqual({'auth': 'YTpi'}, content['auths']['other.example.com'])
        self.assertEqual(['other.example.com', 'registry.example.com'], sorted(content['auths']))
        self.assertEqual('second', self.sent()['password'])

    def test_a_login_that_the_registry_refuses_is_not_kept(self):
        self.docker.fail[('POST', '^/auth$')] = (500, 'unauthorized: incorrect username or password')
        found = self.refused('not-allowed')
        self.assertIn('registry.example.com as ci failed: unauthorized', found.message)
        self.assertNotIn('pa:ss', str(found.as_dict()))
        self.assertFalse(os.path.exists(self.config))

    def test_a_token_of_the_registry_replaces_the_password(self):
        del self.docker.fail[('POST', '^/auth$')]
        self.docker.garbled[('POST', '^/auth$')] = b'{"IdentityToken": "tok"}'
        self.login()
        self.assertNotIn('pa:ss', json.dumps(self.content()))
        self.assertEqual('tok', self.sent()['identitytoken'])

    def test_docker_hub_is_known_by_its_short_name(self):
        self.login(registry='docker.io')
        self.assertEqual(['https://index.docker.io/v1/'], list(self.content()['auths']))
        self.assertEqual('ci', self.sent('library/nginx')['username'])

    def test_a_helper_for_the_registry_is_not_overruled(self):
        for config in ({'credHelpers': {'registry.example.com': 'pass'}}, {'credsStore': 'pass'}):
            self.write('etc/docker/config.json', json.dumps(config))
            self.refused('definition')
            self.assertEqual(config, self.content())

    def test_invalid_values_are_refused(self):
        for values in ({'registry': 'https://registry.example.com'}, {'registry': ''}, {'registry': 'a/b'},
                       {'user': ''}, {'user': 'a:b'}, {'user': 'a\nb'}, {'password': ''}):
            with self.subTest(values), self.assertRaises(HostError):
                self.login(**values)
        self.assertEqual([], self.docker.calls('POST', '^/auth$'))
