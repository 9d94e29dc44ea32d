"""Fixture with a real etcd: its own ports and data, optionally with TLS and auth; removed after the test."""

import base64
import os
import socket
import subprocess
import time
import unittest
import urllib.request

ETCD = '/usr/bin/etcd'
ETCDCTL = '/usr/bin/etcdctl'
OPENSSL = '/usr/bin/openssl'


def required():
    """Skips the tests with a message if there is no etcd; fails instead with DEPLOYCTL_REQUIRE_REAL=1."""
    missing = [path for path in (ETCD, ETCDCTL, OPENSSL) if not os.path.exists(path)]
    if missing:
        message = 'NOT RUN: %s missing (apt-get install etcd-server etcd-client openssl)' % ', '.join(missing)
        if os.environ.get('DEPLOYCTL_REQUIRE_REAL') == '1':
            raise AssertionError(message)
        raise unittest.SkipTest(message)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(('127.0.0.1', 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


class Etcd:
    """One cluster of `members`; uses https with `tls` and requires client certificates with `client_auth`."""

    def __init__(self, directory, members=1, tls=None, client_auth=False):
        self.directory = directory
        self.tls = tls
        self.client_auth = client_auth
        ports = free_ports(members * 2)
        self.ports = ports[:members]
        self._peers = ports[members:]
        self._processes = [self._start(number) for number in range(members)]

    @property
    def endpoints(self):
        return tuple('%s://127.0.0.1:%d' % ('https' if self.tls else 'http', port) for port in self.ports)

    def _start(self, number):
        client = self.endpoints[number]
        peer = 'http://127.0.0.1:%d' % self._peers[number]
        cluster = ','.join('m%d=http://127.0.0.1:%d' % pair for pair in enumerate(self._peers))
        words = [ETCD, '--name', 'm%d' % number, '--data-dir', os.path.join(self.directory, 'm%d' % number),
                 '--listen-client-urls', client, '--advertise-client-urls', client, '--listen-peer-urls', peer,
                 '--initial-advertise-peer-urls', peer, '--initial-cluster', cluster, '--initial-cluster-token', 'test']
        if self.tls:
            words += ['--cert-file', self.tls.path('server.pem'), '--key-file', self.tls.path('server.key')]
        if self.client_auth:
            words += ['--client-cert-auth', '--trusted-ca-file', self.tls.path('ca.pem')]
        with open(os.path.join(self.directory, 'm%d.log' % number), 'ab') as log:
            return subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def wait(self):
        """Waits until the cluster answers a linearizable read."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.ctl('get', 'nothing', check=False).returncode == 0:
                return self
            time.sleep(0.1)
        raise AssertionError('etcd did not come up; see %s' % self.directory)

    def ctl(self, *words, user=None, check=True):
        argv = [ETCDCTL, '--endpoints=' + ','.join(self.endpoints), '--command-timeout=10s'] + list(words)
        if self.tls:
            argv[1:1] = ['--cacert=' + self.tls.path('ca.pem')]
            if self.client_auth:
                argv[1:1] = ['--cert=' + self.tls.path('root.pem'), '--key=' + self.tls.path('root.key')]
        environment = {'ETCDCTL_API': '3', 'PATH': '/usr/bin:/bin'}
        if user:
            environment['ETCDCTL_USER'] = user
        return subprocess.run(argv, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE,
                              universal_newlines=True, check=check)

    def put(self, key, value):
        """Writes through the gateway, for bytes that a command line cannot have."""
        body = '{"key":"%s","value":"%s"}' % (_b64(key), _b64(value))
        request = urllib.request.Request(self.endpoints[0] + '/v3/kv/put', body.encode(),
                                         {'Content-Type': 'application/json'})
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()

    def enable_auth(self, prefix, user='host-web01', password='pa:ss w0rd'):
        """Enables auth with root and one user who may read one prefix."""
        self.ctl('user', 'add', 'root:rootpw')
        self.ctl('user', 'grant-role', 'root', 'root')
        self.ctl('user', 'add', '%s:%s' % (user, password))
        self.ctl('role', 'add', 'reader')
        self.ctl('role', 'grant-permission', 'reader', '--prefix=true', 'read', prefix)
        self.ctl('user', 'grant-role', user, 'reader')
        self.ctl('auth', 'enable')

    def signal(self, number, which):
        os.kill(self._processes[number].pid, which)

    def stop(self, number=None):
        for process in self._processes if number is None else [self._processes[number]]:
            if process.poll() is None:
                process.kill()
            process.wait()


class Tls:
    """Has a CA, a server certificate for 127.0.0.1, and client certificates with and without a CommonName."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory, 0o755, exist_ok=True)
        self._openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days',
                      '2',
                      '-subj', '/CN=test CA', '-keyout', self.path('ca.key'), '-out', self.path('ca.pem'))
        self.issue('server', '/CN=etcd', 'subjectAltName=IP:127.0.0.1')

    def path(self, name):
        return os.path.join(self.directory, name)

    def issue(self, name, subject, extension='extendedKeyUsage=clientAuth'):
        self._openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', subject,
                      '-keyout', self.path(name + '.key'), '-out', self.path(name + '.csr'))
        with open(self.path(name + '.ext'), 'w', encoding='ascii') as target:
            target.write(extension + '\n')
        self._openssl('x509', '-req', '-in', self.path(name + '.csr'), '-CA', self.path('ca.pem'),
                      '-CAkey', self.path('ca.key'), '-CAcreateserial', '-days', '2',
                      '-extfile', self.path(name + '.ext'), '-out', self.path(name + '.pem'))
        os.chmod(self.path(name + '.key'), 0o600)

    @staticmethod
    def _openssl(*words):
        subprocess.run([OPENSSL] + list(words), check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)


def _b64(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()
