"""Tests of the checks of nginx in `status` and `preflight`: edited virtual hosts, missing includes, requests."""

import os
import unittest

from deployctl_host import programs
from deployctl_host.errors import HostError
from deployctl_host.nginx import inclusion
from deployctl_host.transaction.steps import verify
from tests.unit.host_fixture import HostFixture
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_docker import Image
from tests.unit.fake_nginx import FakeSettings

PATH = '/etc/nginx/conf.d/deployctl-blog.conf'


class Inclusion(unittest.TestCase):
    def dump(self, **texts):
        """Returns the dump of a configuration whose main file is `main`; other names mean /etc/nginx/NAME.conf."""
        sent = ''.join('# configuration file /etc/nginx/%s.conf:\n%s\n\n' % (
            'nginx' if name == 'main' else name.replace('__', '/'), text) for name, text in texts.items())
        plain, programs.run = programs.run, lambda argv, timeout: programs.Completed(0, sent, '')
        try:
            settings = FakeSettings('nobody')
            settings.binary = '/usr/sbin/nginx'
            return inclusion.Dump(settings)
        finally:
            programs.run = plain

    def test_included_files(self):
        for text in ('http {\n  include /etc/nginx/conf.d/*.conf;\n}', 'http{include conf.d/*.conf;}',
                     'events {} http { server { listen 80; } include\n  "conf.d/deployctl-*"; }',
                     "user x; http { log_format a 'b { c'; include conf.d/deployctl-blog.conf; }",
                     'http { map $a ${b}c { default "}"; } include /etc/*/conf.d/*.conf; }'):
            self.assertTrue(self.dump(main=text).includes(PATH), text)

    def test_files_that_are_not_included(self):
        for text in ('http { }', 'http {\n  # include conf.d/*.conf;\n}', 'http { include conf.d/*.vhost; }',
                     'http { include /etc/nginx/sites-enabled/*; }', 'stream { include conf.d/*.conf; }',
                     'http { server { include conf.d/*.conf; } }', 'http { set $a "include conf.d/*.conf;"; }',
                     'http { include conf.d/other-*.conf; }', ''):
            self.assertFalse(self.dump(main=text).includes(PATH), text)

    def test_included_by_a_file_that_is_included(self):
        inner = 'include conf.d/*.conf;'
        self.assertTrue(self.dump(main='http { include inner/*.conf; }', inner__a=inner).includes(PATH))
        self.assertFalse(self.dump(main='stream { include s/*.conf; } http { }', s__a=inner).includes(PATH))
        self.assertFalse(self.dump(main='http { }', s__a=inner).includes(PATH))


class Status(CallFixture):
    def setUp(self):
        super().setUp()
        self.call('deploy', 'blog', '--tag=v1')

    def edit(self):
        """Adds lines like certbot does; the script's own mark is kept."""
        with open(self.nginx.path, encoding='utf-8') as source:
            text = source.read().replace('server_name', '# managed by Certbot\n    server_name')
        with open(self.nginx.path, 'w', encoding='utf-8') as target:
            target.write(text)
        return text

    def test_healthy_app_has_no_drift(self):
        self.assertEqual((self.status()['state'], self.status()['drift']), ('ok', []))

    def test_hand_edited_virtual_host(self):
        self.edit()
        status = self.status()
        self.assertEqual((status['state'], len(status['drift'])), ('degraded', 1))
        self.assertIn(self.nginx.path + ' was changed by hand', status['drift'][0])
        warning = self.call('preflight', 'blog', '--output=ndjson')[1][-1]['warnings'][0]
        self.assertIn('a deploy replaces it, and keeps its text', warning)

    def test_edited_virtual_host_is_kept_and_its_path_reported(self):
        edited = self.edit()
        sent = self.call('deploy', 'blog', '--tag=v2', '--output=ndjson')[1]
        warned = [event['message'] for event in sent if event['type'] == 'warning' and event['code'] == 'vhost']
        self.assertEqual(len(warned), 1, sent)
        path = warned[0].partition('kept in ')[2].partition(':')[0]
        with open(path, encoding='utf-8') as source:
            self.assertEqual(source.read(), edited)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assertEqual((self.status()['state'], self.status()['drift']), ('ok', []))

    def test_changed_definition_is_not_an_edit(self):
        self.redefine('server-name = blog.example.com', 'server-name = blog.example.com, www.example.com')
        self.assertEqual(self.status()['drift'], [])
        self.assertEqual(self.call('preflight', 'blog', '--output=ndjson')[1][-1]['warnings'], [])
        sent = self.call('deploy', 'blog', '--tag=v2', '--output=ndjson')[1]
        self.assertEqual([event for event in sent if event['type'] == 'warning'], [])

    def test_undo_restores_the_edited_text(self):
        edited = self.edit()
        self.docker.push('late', Image('late'))
        plain = verify.verify

        def fail(transaction):
            raise HostError('release-failed', 'not proved')
        self.patch(verify, 'verify', fail)
        self.assertEqual(self.call('deploy', 'blog', '--tag=late')[0], 73)
        verify.verify = plain
        with open(self.nginx.path, encoding='utf-8') as source:
            self.assertEqual(source.read(), edited)
        self.assertIn('was changed by hand', self.status()['drift'][0])

    def test_foreign_file_from_before_the_first_deploy_is_kept(self):
        for name in os.listdir(self.state.root):
            if name.endswith('.json'):
                os.unlink('%s/%s' % (self.state.root, name))
        with open(self.nginx.path, 'w', encoding='utf-8') as target:
            target.write('# an old one\n')
        self.assertIn('was changed by hand', self.call('preflight', 'blog', '--output=ndjson')[1][-1]['warnings'][0])
        sent = self.call('deploy', 'blog', '--tag=v2', '--output=ndjson')[1]
        kept = [event['message'] for event in sent if event['type'] == 'warning' and event['code'] == 'vhost']
        self.assertIn('is kept in', kept[0])

    def test_configuration_that_does_not_include_the_virtual_hosts(self):
        self.nginx.dump.included = False
        status = self.status()
        self.assertEqual(status['state'], 'degraded')
        self.assertIn('/etc/nginx/nginx.conf does not include ' + self.nginx.path, status['drift'][0])
        self.docker.requests.clear()
        code, sent = self.call('deploy', 'blog', '--tag=v2', '--output=ndjson')
        self.assertEqual((code, sent[-1]['outcome'], sent[-1]['error']['kind']), (78, 'refused', 'definition'))
        self.assertIn('include %s/*.conf;' % os.path.dirname(self.nginx.path), sent[-1]['error']['hint'])
        self.assertEqual(self.docker.calls('POST', ''), [])

    def test_server_name_that_another_file_claims(self):
        self.nginx.dump.said = ('nginx: [warn] conflicting server name "blog.example.com" on 0.0.0.0:80, ignored\n')
        self.assertIn('another virtual host on 0.0.0.0:80 already has the server name blog.example.com',
                      self.status()['drift'][0])

    def test_broken_configuration_of_somebody_else_is_a_warning(self):
        self.nginx.dump.sound = False
        self.nginx.dump.said = 'nginx: [emerg] unknown directive "x" in /etc/nginx/conf.d/other.conf:1\n'
        sent = self.call('status', 'blog', '--output=ndjson')[1]
        self.assertEqual([event['type'] for event in sent], ['warning', 'status', 'status.finished'])
        self.assertIn('its next reload or start fails', sent[0]['message'])
        self.nginx.dump.said = 'nginx: [emerg] unknown directive "x" in %s:1\n' % self.nginx.path
        self.assertEqual(self.status()['state'], 'degraded')

    def test_bad_answers_to_users_are_reported(self):
        image = self.docker.images['v1']
        image.status = 500
        status = self.status()
        self.assertEqual(status['state'], 'degraded')
        self.assertEqual(status['drift'], ['a request through nginx failed: GET / for blog.example.com: 500 Answer'])

    def test_no_request_is_sent_while_the_app_is_closed(self):
        self.call('maintenance', 'blog', '--on')
        self.assertEqual((self.status()['state'], self.status()['drift']), ('maintenance', []))
        self.call('stop', 'blog')
        self.assertEqual((self.status()['state'], self.status()['drift']), ('stopped', []))


class CandidateWithoutInclude(HostFixture):
    def test_preflight_refuses(self):
        self.nginx.dump.included = False
        with self.assertRaises(HostError) as caught:
            inclusion.require(FakeSettings('nobody'), PATH)
        self.assertEqual(caught.exception.kind, 'definition')


if __name__ == '__main__':
    unittest.main()
