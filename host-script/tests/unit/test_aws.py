"""Tests of environments from AWS where the service throttles, refuses, is slow or not there, and of signatures."""

import time

from deployctl_host.aws import client, metadata, signature, transport
from deployctl_host.config import definition
from deployctl_host.config.schema import AppDefinition, AwsConfig, Env, HostConfig, Vhost
from deployctl_host.env import environment
from deployctl_host.errors import HostError
from tests.sandbox import MINIMAL, Sandbox
from tests.unit.fake_aws import FakeAws, SECRET

CANARY = 'canary-5f2c9e'
ROOT = '/blog/production/'


def page(*names, token=None, root=ROOT):
    found = {'Parameters': [{'Name': root + name, 'Type': 'SecureString', 'Value': CANARY, 'LastModifiedDate': 1.5e9}
                            for name in names]}
    return 200, dict(found, NextToken=token) if token else found


class AwsFixture(Sandbox):

    def setUp(self):
        super().setUp()
        self.aws = FakeAws(self)
        self.patch(client, 'FIRST_PAUSE', 0.01)

    def read(self, source='ssm', roots=(ROOT,), timeout=5.0, region=None, **env):
        config = AwsConfig(region, self.aws.url, self.aws.url, timeout)
        app = AppDefinition('blog', 'r.example/blog', ('alice',), Vhost(('blog.example',)),
                            env=Env(source=source, roots=roots, **env))
        return environment.read(app, HostConfig(aws=config))

    def refused(self, exit, *replies, **read):
        self.aws.replies.extend(replies)
        began = time.monotonic()
        with self.assertRaises(HostError) as caught:
            self.read(**read)
        self.assertLess(time.monotonic() - began, 60)
        self.assertEqual(exit, caught.exception.exit, caught.exception.message)
        for secret in (CANARY, SECRET, 'token/+='):
            self.assertNotIn(secret, str(caught.exception.as_dict()))
        return caught.exception.message


class Signature(Sandbox):

    def test_is_that_of_the_sdk(self):
        """The expected signature was made by botocore 1.40 of the same request."""
        headers = dict(signature.headers(
            metadata.Credentials('AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', 'session-token/+='),
            'eu-central-1', 'ssm', 'ssm.eu-central-1.amazonaws.com', 'AmazonSSM.GetParametersByPath',
            b'{"Path":"/deploy/apps/blog/env"}', 1440938160))
        self.assertEqual('20150830T123600Z', headers['x-amz-date'])
        self.assertEqual(
            'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-central-1/ssm/aws4_request, '
            'SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, '
            'Signature=0dd9a68d6d913b0deca0056ee7a2b5b6d93ab57453419886eaa9330722d6c95c', headers['authorization'])

    def test_text_form_of_credentials_shows_no_secret(self):
        self.assertNotIn(SECRET, repr(metadata.Credentials('ASIA1', SECRET, 'token')))


class Parameters(AwsFixture):

    def test_pages_are_read_to_the_end_also_after_an_empty_one(self):
        self.aws.replies = [page('A', token='1'), page(token='2'), page('B', 'C')]
        self.assertEqual(['A', 'B', 'C'], self.read().names)
        self.assertEqual([None, '1', '2'], [request.get('NextToken') for _, request in self.aws.requests])
        first = self.aws.requests[0]
        self.assertEqual(('/blog/production', True, False), tuple(
            first[1][name] for name in ('Path', 'WithDecryption', 'Recursive')))
        self.assertIn('/eu-central-1/ssm/aws4_request', first[0]['authorization'])
        self.assertEqual('token/+=', first[0]['x-amz-security-token'])

    def test_pages_that_do_not_end_are_an_error(self):
        self.assertIn('do not end', self.refused(69, page('A', token='1'), page('A', token='1'), page('A')))

    def test_parameters_that_were_not_asked_for_are_an_error(self):
        for name in ('/other/A', ROOT + 'deep/A', '/blog/production2/A'):
            self.assertIn('not asked for', self.refused(69, page(name, root='')))

    def test_nothing_below_the_path_is_an_error_unless_it_may_be_empty(self):
        self.assertIn('no parameters below /blog/production/ in eu-central-1', self.refused(78, page()))
        self.aws.replies = [page()]
        self.assertEqual([], self.read(may_be_empty=True).names)

    def test_throttling_is_waited_for(self):
        self.aws.replies = [(400, 'ThrottlingException'), (400, 'com.amazonaws.ssm#ThrottlingException'),
                            (503, b'<html>'), (429, b''), (400, 'RequestLimitExceeded'), page('A')]
        self.assertEqual(['A'], self.read().names)
        self.assertEqual(6, len(self.aws.requests))

    def test_throttling_without_end_ends_at_the_time_limit(self):
        message = self.refused(69, *[(400, 'ThrottlingException')] * 999, timeout=1.0)
        self.assertIn('within 1 s: HTTP 400 ThrottlingException said by the test', message)

    def test_expired_credentials_are_renewed_once(self):
        self.aws.replies = [(400, 'ExpiredTokenException'), page('A')]
        self.assertEqual(['A'], self.read().names)
        self.assertEqual(['ASIA1', 'ASIA2'], [
            headers['authorization'].partition('Credential=')[2].partition('/')[0] for headers, _ in self.aws.requests])
        self.assertIn('refuses the credentials of the role', self.refused(69, *[(400, 'ExpiredTokenException')] * 2))

    def test_refusals_tell_what_to_correct(self):
        for exit, code, said in ((78, 'AccessDeniedException', 'does not allow the role of this instance to read'),
                                 (69, 'UnrecognizedClientException', 'refuses the credentials'),
                                 (69, 'InvalidSignatureException', 'refuses the signature'),
                                 (78, 'ValidationException', 'refuses to read'),
                                 (78, 'InvalidKeyId', 'refuses to read')):
            self.assertIn(said, self.refused(exit, (400, code)))

    def test_slow_service_ends_at_the_time_limit(self):
        self.aws.slow = 1.2
        message = self.refused(69, page('A'), page('A'), timeout=1.0)
        self.assertRegex(message, 'within 1 s: no (complete )?answer in time')

    def test_something_else_at_the_endpoint(self):
        self.assertIn('not JSON', self.refused(69, (200, b'<html>')))

    def test_value_that_is_probably_a_mistake_has_a_warning(self):
        self.aws.replies = [(200, {'Parameters': [{'Name': ROOT + 'A', 'Value': CANARY + '\n'}]})]
        self.assertEqual(('A: its value ends in a line feed, which is part of it (store it without)',),
                         self.read().warnings)


class Secrets(AwsFixture):

    def read(self, source='secretsmanager', roots=('blog',), **fields):
        return super().read(source, roots, **fields)

    def test_members_of_secrets_merge_left_to_right(self):
        self.aws.replies = [(200, {'SecretString': '{"A": "1", "B": "1"}', 'CreatedDate': 1.5e9}),
                            (200, {'SecretString': '{"B": "2"}'})]
        self.assertEqual({'A': '1', 'B': '2'}, self.read(roots=('common', 'blog')).values)

    def test_secret_that_is_no_object_of_texts_is_refused(self):
        for text in (CANARY, '"%s"' % CANARY, '["%s"]' % CANARY, '', 'null', '1'):
            self.assertIn('not a JSON object', self.refused(78, (200, {'SecretString': text})))
        self.assertIn('not a JSON object', self.refused(78, (200, {'SecretBinary': 'AAAA'})))
        self.assertIn('A: its value in the secret is not a string',
                      self.refused(78, (200, {'SecretString': '{"A": ["%s"], "B": "x"}' % CANARY})))
        self.assertIn('is empty', self.refused(78, (200, {'SecretString': '{}'})))

    def test_absent_deleted_or_undecryptable_secret(self):
        for code, said in (('ResourceNotFoundException', 'does not have the secret blog'),
                           ('InvalidRequestException', 'refuses to read the secret blog'),
                           ('DecryptionFailure', 'refuses to read the secret blog'),
                           ('AccessDeniedException', 'does not allow the role')):
            self.assertIn(said, self.refused(78, (400, code)))


class Instance(AwsFixture):

    def test_session_token_is_required_and_used(self):
        self.aws.replies = [page('A')]
        self.read()
        self.assertEqual('PUT', self.aws.metadata[0][0])
        self.assertEqual(1, [method for method, _ in self.aws.metadata].count('PUT'))
        self.aws.sessions = False
        self.assertIn('gives no session token (HTTP 403)', self.refused(69))

    def test_instance_without_a_role_or_with_a_broken_one(self):
        self.aws.role = ''
        self.assertIn('this instance has no role', self.refused(78))
        self.aws.role = '../../x'
        self.assertIn('does not name the role', self.refused(69))
        self.aws.role, self.aws.code = 'web', 'AssumeRoleUnauthorizedAccess'
        self.assertIn('no valid credentials of the role web', self.refused(69))

    def test_region_of_host_conf_takes_precedence(self):
        self.aws.region = ''
        self.assertIn('does not tell the region', self.refused(69))
        self.aws.replies = [page('A')]
        self.assertEqual(['A'], self.read(region='us-east-1').names)

    def test_no_instance_at_all(self):
        self.patch(metadata, 'PATIENCE', 0.3)
        app = AppDefinition('blog', 'r.example/blog', ('alice',), Vhost(('blog.example',)), env=Env('ssm', (ROOT,)))
        with self.assertRaises(HostError) as caught:
            environment.read(app, HostConfig(aws=AwsConfig(metadata='http://127.0.0.1:1', timeout=2.0)))
        self.assertIn('metadata service of this instance does not answer', caught.exception.message)
        self.assertEqual(69, caught.exception.exit)

    def test_endpoints_of_regions(self):
        for region, wanted in (('eu-central-1', 'https://ssm.eu-central-1.amazonaws.com'),
                               ('cn-north-1', 'https://ssm.cn-north-1.amazonaws.com.cn')):
            made = client.Client('ssm', 'AmazonSSM', AwsConfig(region))
            self.assertEqual(wanted, made._endpoint)
            self.assertEqual((True, wanted[8:], 443), transport.place(wanted))


class Configured(Sandbox):

    def load(self, env, host=''):
        self.define(text=MINIMAL + '[env]\n' + env)
        self.write('etc/host.conf', host, 0o644)
        return definition.load_app('blog').env, definition.load_host().aws

    def refused(self, said, env='source = none', host=''):
        with self.assertRaises(HostError) as caught:
            self.load(env, host)
        self.assertEqual(78, caught.exception.exit)
        self.assertIn(said, caught.exception.message)

    def test_roots_have_the_form_of_the_source(self):
        arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:blog-AbCdEf'
        self.assertEqual(('/blog/prod/',), self.load('source = ssm\nroots = /blog/prod/')[0].roots)
        self.assertEqual(('common', arn), self.load('source = secretsmanager\nroots = common, ' + arn)[0].roots)
        self.refused("must end in '/'", 'source = ssm\nroots = /blog/prod')
        self.refused('env.roots is required', 'source = ssm')
        self.refused('env.roots is required', 'source = secretsmanager')
        for root in ('blog', '/', '//', '/a b/', '/a/../b/', '/$(id)/'):
            self.refused('env.roots', 'source = ssm\nroots = ' + root)
        for root in ('a b', '$(id)', 'a"b', 'arn:aws:s3:::x', '../x y'):
            self.refused('env.roots', 'source = secretsmanager\nroots = ' + root)

    def test_values_leave_the_host_encrypted_alone(self):
        for endpoint in ('http://ssm.eu-central-1.amazonaws.com:80', 'http://10.0.0.1:80', 'ftp://x', 'https://a b'):
            self.refused('aws.endpoint', host='[aws]\nendpoint = %s\n' % endpoint)
        for endpoint in ('https://vpce-1.ssm.eu-central-1.vpce.amazonaws.com', 'http://127.0.0.1:4566'):
            self.assertEqual(endpoint, self.load('source = none', '[aws]\nendpoint = %s\n' % endpoint)[1].endpoint)

    def test_credentials_come_from_this_instance_alone(self):
        for place in ('http://10.0.0.1', 'https://169.254.169.254', 'http://metadata.example', 'http://169.254.169.2'):
            self.refused('aws.metadata', host='[aws]\nmetadata = %s\n' % place)
        self.assertEqual('http://[fd00:ec2::254]',
                         self.load('source = none', '[aws]\nmetadata = http://[fd00:ec2::254]\n')[1].metadata)
        self.assertEqual((False, 'fd00:ec2::254', 80), transport.place('http://[fd00:ec2::254]'))
