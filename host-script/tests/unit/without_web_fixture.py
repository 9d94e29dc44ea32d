"""Fixture of apps without a web part, and of apps that gain or lose theirs."""

import os

from deployctl_host.errors import HostError
from deployctl_host.nginx import process
from tests.unit.call_fixture import CallFixture

APP = '''[app]
repository = registry.example.com/blog
deployers = alice
commands = bin/ok
keep = 3
%s[env]
source = file
[drain]
timeout = 1s
stop-timeout = 1s
'''
WORKER = '''[process worker]
command = bin/work
instances = 2
health = running 0s
'''
VHOST = '''[vhost]
server-name = blog.example.com
listen = 127.0.0.1:%d
[health]
interval = 50ms
deadline = 10s
timeout = 1s
'''
WEB_STEPS = {'health', 'switch', 'verify', 'drain', 'withdraw'}


def steps(told):
    return [event['step'] for event in told if event['type'] == 'step.started']


def of(told, kind):
    return [event for event in told if event['type'] == kind]


class AppFixture(CallFixture):
    web = False

    def setUp(self):
        super().setUp()
        self.define_app(self.web)

    def define_app(self, web):
        self.define(text=APP % (VHOST % self.nginx.port if web else '') + WORKER)

    def live(self, tag):
        """Deploys an image and returns its release."""
        told = self.deploy(tag)
        self.assertEqual('succeeded', self.last(told)['outcome'], told[-1])
        return self.serving

    def workers(self, release):
        return ['deployctl-blog-%s-worker-%d' % (release, number) for number in (1, 2)]

    def web_of(self, release):
        return 'deployctl-blog-%s-1' % release

    def without_nginx(self):
        """Takes nginx off the host: every look at it fails."""
        def absent(*_):
            raise HostError('unavailable', 'nginx is not installed')
        for name in ('Settings', 'master'):
            self.patch(process, name, absent)
        os.rmdir(self.root + '/conf.d')
