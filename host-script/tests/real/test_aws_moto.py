"""Tests of environments from Systems Manager and Secrets Manager, as moto has them: signed, decrypted, in pages."""

import json
import os
import shutil
import ssl
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

from deployctl_host.aws import transport
from deployctl_host.config.schema import AppDefinition, AwsConfig, Env, HostConfig, Vhost
from deployctl_host.env import environment
from deployctl_host.errors import HostError
from tests.real import etcd_fixture, moto_fixture
from tests.sandbox import Sandbox
from tests.unit.fake_aws import FakeAws

CANARY = 'canary-5f2c9e'
READER = {'Effect': 'Allow', 'Action': ['ssm:GetParametersByPath', 'secretsmanager:GetSecretValue'], 'Resource': '*'}


class Moto(Sandbox):

    @classmethod
    def setUpClass(cls):
        moto_fixture.required()
        cls.place = os.path.realpath(tempfile.mkdtemp(prefix='deployctl-moto-'))
        cls.addClassCleanup(shutil.rmtree, cls.place)
        cls.moto = moto_fixture.Moto(cls.place)
        cls.addClassCleanup(cls.moto.close)
        for number in range(23):
            cls.parameter('/blog/production/V%02d' % number, 'value %d' % number)
        for name, value in (('/blog/production/deep/X', 'x'), ('/blog/production2/Y', 'y'),
                            ('/common/A', 'common'), ('/common/V01', 'common'),
                            ('/blog/texts/PEM', '-----BEGIN\nabc\n-----END\n'), ('/blog/texts/UNI', 'é\U0001f600')):
            cls.parameter(name, value)
        for name, content in (('blog', {'URL': 'postgres://u:p@h/x', 'PEM': 'a\nb\n'}),
                              ('common', {'URL': 'x', 'A': '1'}), ('number', {'A': 1}), ('text', CANARY)):
            cls.moto.call('secretsmanager', 'secretsmanager.CreateSecret', Name=name,
                          SecretString=content if isinstance(content, str) else json.dumps(content))
        cls.moto.call('secretsmanager', 'secretsmanager.CreateSecret', Name='gone', SecretString='{"A": "1"}')
        cls.moto.call('secretsmanager', 'secretsmanager.DeleteSecret', SecretId='gone')
        cls.reader = cls.moto.role('reader', READER)
        cls.stranger = cls.moto.role('stranger', dict(READER, Action='s3:GetObject'))
        cls.moto.check_permissions()

    @classmethod
    def parameter(cls, name, value):
        cls.moto.call('ssm', 'AmazonSSM.PutParameter', Name=name, Value=value, Type='SecureString')

    def setUp(self):
        super().setUp()
        self.instance = FakeAws(self)
        self.credentials = self.reader
        plain = self.instance.told
        self.instance.told = lambda path: (200, json.dumps(dict(self.credentials, Code='Success'))) if (
            path.endswith('/web')) else plain(path)

    def read(self, source, *roots, endpoint=None, **env):
        config = AwsConfig(None, endpoint or self.moto.url, self.instance.url, 20.0)
        app = AppDefinition('blog', 'r.example/blog', ('alice',), Vhost(('blog.example',)),
                            env=Env(source=source, roots=roots, **env))
        return environment.read(app, HostConfig(aws=config))

    def refused(self, exit, *words, **fields):
        with self.assertRaises(HostError) as caught:
            self.read(*words, **fields)
        self.assertEqual(exit, caught.exception.exit, caught.exception.message)
        for secret in (CANARY, self.credentials['SecretAccessKey'], self.credentials['Token']):
            self.assertNotIn(secret, str(caught.exception.as_dict()))
        return caught.exception.message

    def test_all_pages_of_a_path_decrypted_and_nothing_deeper_or_beside_it(self):
        read = self.read('ssm', '/blog/production/')
        self.assertEqual({'V%02d' % number: 'value %d' % number for number in range(23)}, read.values)
        self.assertEqual(('ssm', None), (read.source, read.revision))

    def test_paths_merge_left_to_right(self):
        read = self.read('ssm', '/common/', '/blog/production/')
        self.assertEqual(('common', 'value 1'), (read.values['A'], read.values['V01']))
        self.assertEqual('common', self.read('ssm', '/blog/production/', '/common/').values['V01'])

    def test_values_arrive_byte_for_byte(self):
        self.assertEqual({'PEM': '-----BEGIN\nabc\n-----END\n', 'UNI': 'é\U0001f600'},
                         self.read('ssm', '/blog/texts/').values)

    def test_path_without_parameters(self):
        self.assertIn('no parameters below /nowhere/ in eu-central-1', self.refused(78, 'ssm', '/nowhere/'))

    def test_secrets_merge_left_to_right(self):
        self.assertEqual({'URL': 'postgres://u:p@h/x', 'PEM': 'a\nb\n', 'A': '1'},
                         self.read('secretsmanager', 'common', 'blog').values)

    def test_secrets_that_are_absent_deleted_or_no_object(self):
        self.assertIn('does not have the secret nowhere', self.refused(78, 'secretsmanager', 'nowhere'))
        self.assertIn('refuses to read the secret gone', self.refused(78, 'secretsmanager', 'gone'))
        self.assertIn('not a JSON object', self.refused(78, 'secretsmanager', 'text'))
        self.assertIn('A: its value in the secret is not a string', self.refused(78, 'secretsmanager', 'number'))

    def test_role_without_the_right(self):
        self.credentials = self.stranger
        for words in (('ssm', '/blog/production/'), ('secretsmanager', 'blog')):
            self.assertIn('does not allow the role of this instance to read', self.refused(78, *words))

    def test_signature_that_is_wrong_is_refused(self):
        self.credentials = dict(self.reader, SecretAccessKey='x' * 40)
        self.assertIn('refuses', self.refused(69, 'ssm', '/blog/production/'))


class Encrypted(Sandbox):
    """The HTTPS of the client, with a certificate of a private authority."""

    @classmethod
    def setUpClass(cls):
        etcd_fixture.required()
        cls.place = os.path.realpath(tempfile.mkdtemp(prefix='deployctl-tls-'))
        cls.addClassCleanup(shutil.rmtree, cls.place)
        cls.tls = etcd_fixture.Tls(cls.place)
        cls.server = HTTPServer(('127.0.0.1', 0), Hello)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cls.tls.path('server.pem'), cls.tls.path('server.key'))
        cls.server.socket = context.wrap_socket(cls.server.socket, server_side=True)
        thread = threading.Thread(target=cls.server.serve_forever, daemon=True)
        thread.start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)

    def ask(self, host='127.0.0.1'):
        return transport.exchange('https://%s:%d' % (host, self.server.server_address[1]), 'POST', '/', [], b'{}',
                                  time.monotonic() + 10)

    def test_certificate_that_the_system_does_not_trust_is_refused(self):
        with self.assertRaisesRegex(transport.Unanswered, 'its certificate is not trusted'):
            self.ask()

    def test_certificate_for_another_name_is_refused(self):
        self.patch(transport, 'CA_FILE', self.tls.path('ca.pem'))
        with self.assertRaisesRegex(transport.Unanswered, 'its certificate is not trusted'):
            self.ask('localhost')

    def test_trusted_certificate(self):
        self.patch(transport, 'CA_FILE', self.tls.path('ca.pem'))
        self.assertEqual((200, b'hello'), (self.ask().status, self.ask().body))


class Hello(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        self.send_response(200)
        self.send_header('Content-Length', '5')
        self.end_headers()
        self.wfile.write(b'hello')


if __name__ == '__main__':
    unittest.main()
