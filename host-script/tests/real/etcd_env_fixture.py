"""Fixture for tests of environments from a real etcd."""

import os
import shutil
import socket
import tempfile
import threading
import time

from deployctl_host.config.schema import AppDefinition, Env, EtcdConfig, HostConfig, Vhost
from deployctl_host.env import environment
from deployctl_host.errors import HostError
from tests.real import etcd_fixture
from tests.sandbox import Sandbox

CANARY = 'canary-5f2c9e'
ROOT = '/deploy/apps/blog/env/'
DIGEST = 'sha256:' + 'a' * 64


def app(roots=(ROOT,), **env):
    return AppDefinition('blog', 'r.example/blog', ('alice',), Vhost(('blog.example',)),
                         env=Env(source='etcd', roots=roots, **env))


class EtcdEnvFixture(Sandbox):
    """Starts one etcd for all tests of a class; each test has its own prefix."""

    members = 1
    secure = False
    client_auth = False

    @classmethod
    def setUpClass(cls):
        etcd_fixture.required()
        cls.place = os.path.realpath(tempfile.mkdtemp(prefix='deployctl-etcd-'))
        cls.addClassCleanup(shutil.rmtree, cls.place)
        cls.tls = etcd_fixture.Tls(os.path.join(cls.place, 'tls')) if cls.secure else None
        if cls.client_auth:
            cls.tls.issue('root', '/CN=root')
        cls.etcd = etcd_fixture.Etcd(cls.place, cls.members, cls.tls, cls.client_auth)
        cls.addClassCleanup(cls.etcd.stop)
        cls.etcd.wait()
        cls.prepare()

    @classmethod
    def prepare(cls):
        """Fills the etcd once per class."""

    def config(self, **fields):
        return EtcdConfig(**dict({'endpoints': self.etcd.endpoints, 'timeout': 5.0}, **fields))

    def read(self, definition=None, **fields):
        return environment.read(definition or app(), HostConfig(etcd=self.config(**fields)))

    def refused(self, code, definition=None, within=None, **fields):
        """Returns the error of a read, after checking its time, that it has no secret, and that nothing was written."""
        before = self.snapshot()
        began = time.monotonic()
        with self.assertRaises(HostError) as caught:
            self.read(definition, **fields)
        taken = time.monotonic() - began
        self.assertEqual(code, caught.exception.exit, caught.exception.message)
        self.assertLess(taken, within or fields.get('timeout', 5.0) + 1.5)
        self.assertNotIn(CANARY, str(caught.exception.as_dict()))
        self.assertEqual(before, self.snapshot())
        return caught.exception.message

    def trusted(self, name):
        """Copies a file of the etcd into the sandbox, where it is trusted."""
        with open(self.tls.path(name), 'rb') as source:
            return self.write('etc/etcd/' + name, source.read(), 0o600)

    def password(self, text, name='password'):
        return self.write('etc/etcd/' + name, text, 0o600)


class Listener:
    """A server that sends the same bytes to every connection; None sends nothing."""

    def __init__(self, answer):
        self._answer = answer

    def __enter__(self):
        self._socket = socket.create_server(('127.0.0.1', 0))
        self._held = []
        self._serving = threading.Thread(target=self._serve, daemon=True)
        self._serving.start()
        return self._socket.getsockname()[1]

    def _serve(self):
        while True:
            try:
                connection = self._socket.accept()[0]
            except OSError:
                return
            if self._answer is None:
                self._held.append(connection)
                continue
            try:
                connection.settimeout(2)
                connection.recv(65536)
                connection.sendall(self._answer)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass  # closing on unread bytes would reset the connection, which is another test's matter
            except OSError:
                pass
            connection.close()

    def __exit__(self, *_):
        self._socket.shutdown(socket.SHUT_RDWR)     # a close alone does not wake who accepts
        self._serving.join()
        self._socket.close()
        for connection in self._held:
            connection.close()
