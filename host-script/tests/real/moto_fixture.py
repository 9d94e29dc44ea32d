"""Fixture with moto_server, which has the APIs of AWS over HTTP and checks signatures and permissions."""

import json
import os
import re
import shutil
import subprocess
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from tests.real import etcd_fixture

ACCOUNT = '123456789012'


def required():
    """Returns the path of moto_server. Skips the tests with a message if there is none; fails instead with
    DEPLOYCTL_REQUIRE_MOTO=1.
    """
    path = shutil.which('moto_server')
    if path is None:
        message = 'NOT RUN: moto_server missing (pip install "moto[server]")'
        if os.environ.get('DEPLOYCTL_REQUIRE_MOTO') == '1':
            raise AssertionError(message)
        raise unittest.SkipTest(message)
    return path


class Moto:
    """One server; `close` ends it."""

    def __init__(self, directory):
        self.url = 'http://127.0.0.1:%d' % etcd_fixture.free_ports(1)[0]
        with open(os.path.join(directory, 'moto.log'), 'ab') as log:
            self._process = subprocess.Popen(
                [required(), '-H', '127.0.0.1', '-p', self.url.rpartition(':')[2]], stdout=log, stderr=log,
                stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise AssertionError('moto_server did not start; see %s' % directory)
            time.sleep(0.1)

    def _answers(self):
        try:
            with urllib.request.urlopen(self.url + '/moto-api/', timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def _post(self, path, body, headers=None):
        request = urllib.request.Request(self.url + path, body, headers or {})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read().decode()

    def query(self, service, action, **fields):
        """Calls an action of a query API (IAM, STS) and returns its XML."""
        body = urllib.parse.urlencode(dict(fields, Action=action, Version='2010-05-08'))
        return self._post('/', body.encode(), {
            'Content-Type': 'application/x-www-form-urlencoded', 'Authorization': _scope(service)})

    def call(self, service, target, **fields):
        """Calls an operation of a JSON API while permissions are not checked."""
        return self._post('/', json.dumps(fields).encode(), {
            'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': target, 'Authorization': _scope(service)})

    def role(self, name, *statements):
        """Creates a role with a policy and returns credentials of it, as the metadata service has them."""
        policy = json.dumps({'Version': '2012-10-17', 'Statement': list(statements)})
        self.query('iam', 'CreateRole', RoleName=name, AssumeRolePolicyDocument=json.dumps({'Version': '2012-10-17'}))
        self.query('iam', 'PutRolePolicy', RoleName=name, PolicyName='p', PolicyDocument=policy)
        answer = self.query('sts', 'AssumeRole', RoleArn='arn:aws:iam::%s:role/%s' % (ACCOUNT, name),
                            RoleSessionName='i-1')
        return {field: re.search('<%s>(.*?)</' % xml, answer).group(1) for field, xml in (
            ('AccessKeyId', 'AccessKeyId'), ('SecretAccessKey', 'SecretAccessKey'), ('Token', 'SessionToken'))}

    def check_permissions(self):
        """Has signatures and policies of all further requests checked."""
        self._post('/moto-api/reset-auth', b'0', {'Content-Type': 'text/plain'})

    def close(self):
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait()


def _scope(service):
    return 'AWS4-HMAC-SHA256 Credential=test/20261130/eu-central-1/%s/aws4_request' % service
