"""Fixture of a live app whose users ask a fake nginx."""

import socket

from tests.unit.call_fixture import CallFixture


def status_of(port):
    """Returns the answer that a user gets through nginx."""
    with socket.create_connection(('127.0.0.1', port), 2) as user:
        user.sendall(b'GET / HTTP/1.1\r\nHost: blog.example.com\r\n\r\n')
        return int(user.recv(4096).split()[1])


class AvailabilityFixture(CallFixture):
    def setUp(self):
        super().setUp()
        self.call('deploy', 'blog', '--tag=v1')
        self.release = self.serving
        self.container = 'deployctl-blog-%s-1' % self.release

    def done(self, *words):
        code, sent = self.call(*words, '--output=ndjson')
        return code, sent[-1]['outcome'], sent[-1]['serving'], sent[-1]['changed']

    def policy(self):
        return self.docker._by(self.container)['policy']
