"""`status --capacity`: the memory of the host, and what the limits of containers reserve of it."""

import unittest

from deployctl_host.capacity import machine, reserved
from deployctl_host.config import definition
from deployctl_host.docker import cgroup
from deployctl_host.docker.api import Engine
from deployctl_host.docker.cgroup import Figures
from tests.unit.call_fixture import CallFixture

MIB = 1024 ** 2


class Capacity(CallFixture):
    def setUp(self):
        super().setUp()
        self.limit = 512 * MIB
        self.patch(machine, 'read', lambda: machine.Machine(4000 * MIB, 3000 * MIB, 0))
        self.patch(cgroup, 'of_container', lambda identity: Figures(7 * MIB, self.limit))

    def capacity(self, *words):
        code, told = self.call('status', *words, '--capacity', '--output=ndjson')
        self.assertEqual((code, told[-1]['type']), (0, 'status.finished'))
        return told[-2]

    def test_limits_of_running_containers_are_reserved(self):
        self.assertEqual(self.last(self.deploy('v1'))['exit'], 0)
        self.assertEqual(self.last(self.deploy('v2'))['exit'], 0)   # the containers of v1 are kept, and do not run
        told = self.capacity('blog')
        self.assertEqual(('capacity', 4000 * MIB, 3000 * MIB, len(self.docker.running()) * 512 * MIB, 0), tuple(
            told[name] for name in ('type', 'total', 'available', 'reserved', 'unlimited')))
        self.assertEqual([{'app': 'blog', 'containers': len(self.docker.running()), 'reserved': told['reserved'],
                           'largest': 512 * MIB}], told['apps'])

    def test_container_without_a_known_limit_is_counted_as_such(self):
        self.assertEqual(self.last(self.deploy('v1'))['exit'], 0)
        self.limit = None
        told = self.capacity()
        self.assertEqual((0, len(self.docker.running()), []), (told['reserved'], told['unlimited'], told['apps']))

    def test_other_apps_count_and_are_not_named(self):
        self.assertEqual(self.last(self.deploy('v1'))['exit'], 0)
        facts = reserved.facts(Engine(definition.load_host().docker), lambda app: False)
        self.assertEqual((len(self.docker.running()) * 512 * MIB, []), (facts['reserved'], facts['apps']))

    def test_memory_that_the_kernel_does_not_tell_is_not_known(self):
        self.patch(machine, 'read', lambda: None)
        told = self.capacity()
        self.assertEqual((None, None, 0), (told['total'], told['available'], told['reserved']))

    def test_status_without_it_is_as_before(self):
        _, told = self.call('status', '--output=ndjson')
        self.assertNotIn('capacity', [event['type'] for event in told])


if __name__ == '__main__':
    unittest.main()
