"""Fixture with one app on one host, a fake Docker and a fake nginx, for tests of whole transactions."""

import os
import pwd

from deployctl_host import events, probes
from deployctl_host.config import definition
from deployctl_host.docker import containers
from deployctl_host.nginx import candidate, configuration, inclusion, process
from deployctl_host.store import state
from deployctl_host.store.request import TransactionRequest
from deployctl_host.store.transactions import TransactionRecord
from deployctl_host.transaction import launch, removal, worker
from deployctl_host.transaction.processes import watch
from deployctl_host.transaction.steps import drain, start, verify
from tests.sandbox import Sandbox
from tests.unit.fake_docker import FakeDocker, Image
from tests.unit.fake_nginx import FakeMaster, FakeNginx, FakeSettings

DEFINITION = '''[app]
repository = registry.example.com/blog
deployers = alice
keep = 2
[vhost]
server-name = blog.example.com
listen = 127.0.0.1:%(port)d
[health]
interval = 50ms
deadline = 10s
timeout = 1s
%(health)s
[env]
source = file
[drain]
timeout = 1s
stop-timeout = 1s
'''

HOST = '''[docker]
socket = %(root)s/docker.sock
config = %(root)s/etc/docker
min-free = 1k
timeout = 6s
[nginx]
conf-dir = %(root)s/conf.d
'''


class Identity(probes.Identity):
    """An identity for probes without root: the test's own user."""

    def __init__(self, name, group=None):
        super().__init__(pwd.getpwuid(os.geteuid()).pw_name)


class HostFixture(Sandbox):
    app = 'blog'
    health = ''

    def setUp(self):
        super().setUp()
        self.docker = FakeDocker(self.root + '/docker.sock')
        self.addCleanup(self.docker.close)
        os.mkdir(self.root + '/conf.d')
        self.nginx = FakeNginx(self.root + '/conf.d')
        self.addCleanup(self.nginx.close)
        self.patch(process, 'Settings', lambda config: FakeSettings('nobody'))
        self.patch(process, 'master', lambda settings: FakeMaster(self.nginx))
        self.patch(process, 'still_there', lambda workers: [])
        self.patch(configuration, 'test', self.nginx.test)
        self.patch(inclusion, 'Dump', lambda settings: self.nginx.dump)
        self.patch(candidate, 'test', lambda settings, path, names, text: configuration.test(settings, path, names))
        self.patch(probes, 'Identity', Identity)
        self.patch(start, '_owner', lambda definition, image: os.geteuid())
        self.patch(worker, '_signals', lambda transaction: None)
        self.watched = []       # apps for whose retiring containers a watcher was started
        self.patch(launch, 'watch_retiring', self.watched.append)
        self.holds_watched = []     # apps for whose held release a watcher was started
        self.patch(launch, 'watch_held', self.holds_watched.append)
        self.patch(watch, 'LOOK', 0.01)
        self.patch(drain, 'LOOK', 0.01)
        self.patch(removal, 'LOOK', 0.01)
        self.patch(containers, 'LOOK', 0.01)
        self.patch(verify, 'PAUSE', 0.01)
        self.define(text=DEFINITION % {'port': self.nginx.port, 'health': self.health})
        self.write('etc/env/blog.env', 'GREETING=hello\n')
        self.write('etc/host.conf', HOST % {'root': self.root}, 0o644)
        for tag in ('v1', 'v2', 'v3'):
            self.docker.push(tag, Image(tag))
        self.state = state.AppState(self.app)
        self.state.prepare()

    def redefine(self, old, new):
        path = 'etc/apps/blog.conf'
        with open(os.path.join(self.root, path), encoding='utf-8') as source:
            text = source.read()
        self.assertIn(old, text)
        self.write(path, text.replace(old, new), 0o644)

    def give_up_soon(self):
        """Gives a release that becomes healthy plenty of time, so that tests pass on a busy machine."""
        self.redefine('deadline = 10s', 'deadline = 1s')

    def transact(self, verb='deploy', rollout=None, **request):
        """Runs a transaction to its end in this process and returns its events."""
        record = TransactionRecord(self.state, rollout or state.new_rollout_id())
        self.assertTrue(record.create(TransactionRequest(verb, 'alice', events.now(), self.app, **request)))
        worker.main(self.app, record.rollout)
        self.record = record
        self.assertIsNone(record.refused())
        told = events.read(record.events_path)[0]
        self.assertEqual([event['seq'] for event in told], list(range(1, len(told) + 1)))
        return told

    def deploy(self, tag, **request):
        return self.transact(tag=tag, **request)

    def last(self, told):
        self.assertEqual(told[-1]['type'], 'deploy.finished')
        return told[-1]

    @property
    def serving(self):
        return self.state.load().get('current')

    def loaded(self):
        return definition.load_app(self.app), definition.load_host()
