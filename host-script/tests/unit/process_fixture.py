"""Fixture of an app with a process beside its web part."""

from deployctl_host.config import definition
from deployctl_host.docker.api import Engine
from deployctl_host.store import retiring as records
from deployctl_host.transaction.processes import retiring
from tests.unit.host_fixture import HostFixture

WORKER = '''[process worker]
command = bin/work
instances = 2
memory = 64m
stop-timeout = 10m
health = running 0s
'''


class ProcessFixture(HostFixture):
    processes = WORKER

    def setUp(self):
        super().setUp()
        self.redefine('[vhost]', self.processes + '[vhost]')

    def name(self, release, process='worker', instance=1):
        return 'deployctl-blog-%s-%s-%d' % (release, process, instance)

    def worker(self, release, instance=1):
        return self.docker._by(self.name(release, 'worker', instance))

    def live(self, tag, **request):
        """Deploys an image and returns its release."""
        told = self.deploy(tag, **request)
        self.assertEqual('succeeded', self.last(told)['outcome'], told[-1])
        return self.serving

    def settle(self):
        """Does what the watcher does, once."""
        return retiring.settle(Engine(definition.load_host().docker), self.state)

    def retired(self):
        return records.of_transaction(self.record)


def of(told, type):
    return [event for event in told if event['type'] == type]
