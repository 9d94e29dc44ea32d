"""Fixture of the Docker adapter with a fake daemon."""

from deployctl_host.config.schema import DockerConfig
from deployctl_host.docker.api import Engine
from deployctl_host.errors import HostError
from tests.sandbox import Sandbox
from tests.unit.fake_docker import FakeDocker

REPOSITORY = 'registry.example.com/blog'


class DockerFixture(Sandbox):
    def setUp(self):
        super().setUp()
        self.docker = FakeDocker(self.root + '/docker.sock')
        self.addCleanup(self.docker.close)
        self.engine = Engine(DockerConfig(socket=self.docker.path, config=self.root + '/etc/docker', timeout=1.0))

    def refused(self, kind, action, *arguments):
        with self.assertRaises(HostError) as caught:
            action(*arguments)
        self.assertEqual(caught.exception.kind, kind)
        return caught.exception
