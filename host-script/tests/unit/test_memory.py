"""Tests of memory: a deploy that does not fit is refused before anything is touched, by what was measured."""

import os
import unittest

from deployctl_host.capacity import machine, memory
from deployctl_host.config import definition
from deployctl_host.docker import cgroup
from deployctl_host.docker.api import Engine
from deployctl_host.docker.cgroup import Figures
from deployctl_host.errors import HostError
from tests.sandbox import Sandbox
from tests.unit.call_fixture import CallFixture

MIB = 1 << 20
LIMIT = 512 * MIB
MEMINFO = 'MemTotal: %d kB\nMemAvailable: %d kB\nSwapFree: %d kB\n'
PROCESS = '[process worker]\ncommand = bin/work\nroles = worker\ninstances = 2\nmemory = 100m\n'


class Cgroups(Sandbox):
    """Tests of the files of the kernel, in both versions of cgroups."""

    def test_version_1_subtracts_the_pages_of_files(self):
        self.write('cg/memory.usage_in_bytes', '1000000')
        self.write('cg/memory.limit_in_bytes', '4000000\n')
        self.write('cg/memory.stat', 'inactive_file 1\nactive_file 2\ntotal_inactive_file 300000\n'
                                     'total_active_file 100000\n')
        self.assertEqual(cgroup.of_cgroup(self.root + '/cg'), Figures(600000, 4000000))

    def test_version_2_subtracts_the_pages_of_files(self):
        self.write('cg/memory.current', '1000000\n')
        self.write('cg/memory.max', 'max\n')
        self.write('cg/memory.stat', 'anon 5\ninactive_file 300000\nactive_file 100000\n')
        self.assertEqual(cgroup.of_cgroup(self.root + '/cg'), Figures(600000, None))

    def test_root_and_damaged_files_have_no_figures(self):
        os.mkdir(self.root + '/cg')
        self.assertIsNone(cgroup.of_cgroup(self.root + '/cg'))
        self.write('cg/memory.current', 'x')
        self.assertIsNone(cgroup.of_cgroup(self.root + '/cg'))

    def test_container_is_found_in_any_of_the_places(self):
        self.patch(cgroup, 'PLACES', (self.root + '/a/%s', self.root + '/b-%s.scope'))
        self.write('b-c1.scope/memory.current', '7')
        self.assertEqual(cgroup.of_container('c1'), Figures(7, None))
        self.assertIsNone(cgroup.of_container('c2'))

    def test_limit_of_a_host_that_is_a_container_counts(self):
        self.patch(machine, 'MEMINFO', self.write('meminfo', MEMINFO % (4000 << 10, 3000 << 10, 10 << 10)))
        self.patch(machine, 'CGROUPS', (self.root + '/none', self.root + '/cg'))
        self.assertEqual(machine.read(), machine.Machine(4000 * MIB, 3000 * MIB, 10 * MIB))
        self.write('cg/memory.current', str(100 * MIB))
        self.write('cg/memory.max', str(500 * MIB))
        self.assertEqual(machine.read(), machine.Machine(500 * MIB, 400 * MIB, 10 * MIB))
        self.write('cg/memory.max', str(5000 * MIB))
        self.assertEqual(machine.read().available, 3000 * MIB)

    def test_kernel_that_tells_nothing(self):
        self.patch(machine, 'MEMINFO', self.write('meminfo', 'MemTotal: 5 kB\n'))
        self.assertIsNone(machine.read())
        self.patch(machine, 'MEMINFO', self.root + '/none')
        self.assertIsNone(machine.read())


class MemoryFixture(CallFixture):
    """A host with 1000 MiB, and containers that use what their image says."""

    def setUp(self):
        super().setUp()
        self.uses = {'v1': 200 * MIB, 'v2': 200 * MIB, 'v3': 200 * MIB}
        self.here = machine.Machine(1000 * MIB, 500 * MIB, 0)
        self.patch(machine, 'read', lambda: self.here)
        self.patch(cgroup, 'of_container', self.of_container)

    def of_container(self, identity):
        one = self.docker.containers[identity]
        return Figures(self.uses[one['image'].name], LIMIT) if one['running'] else None

    def available(self, mib, swap=0):
        self.here = machine.Machine(1000 * MIB, mib * MIB, swap * MIB)

    def deployed(self, tag='v1'):
        end = self.last(self.deploy(tag))
        self.assertEqual(end['exit'], 0, end)
        return end['serving']

    def preflight(self, *words):
        code, told = self.call('preflight', 'blog', '--output=ndjson', *words)
        check = next(one for one in told if one.get('name') == 'memory')
        return code, check, told[-1]


class Transactions(MemoryFixture):

    def refused(self, told):
        end = self.last(told)
        self.assertEqual((end['exit'], end['error']['kind'], end['outcome'], end['changed']),
                         (74, 'memory-full', 'refused', False), end)
        self.assertEqual(self.docker.calls('POST', '/containers/create'), [])
        self.assertEqual(self.docker.calls('POST', '/containers/.*/start'), [])
        self.assertIsNone(self.state.unfinished())
        return end

    def test_deploy_of_two_releases_that_do_not_fit_is_refused_with_the_figures(self):
        live = self.deployed()
        self.available(150)
        self.docker.requests.clear()
        end = self.refused(self.deploy('v2'))
        self.assertEqual(end['serving'], live)
        self.assertEqual(end['error']['message'], (
            'the new containers of blog do not fit into memory: 150 of 1000 MiB are available, and 200 MiB are needed '
            '(web: 1 x 200 MiB); used now: blog 200 MiB'))
        self.assertIn('nothing was touched', end['error']['state'])
        self.assertIn('order = stop-first', end['error']['hint'])
        self.assertEqual(self.docker.calls('POST', '/images/create'), [], 'an image was pulled')

    def test_deploy_that_just_fits(self):
        self.deployed()
        self.available(200)
        self.deployed('v2')

    def test_every_verb_that_starts_containers_is_refused(self):
        self.deployed('v1')
        self.deployed('v2')
        self.available(150)
        self.docker.requests.clear()
        self.refused(self.transact('restart'))
        self.refused(self.transact('rollback'))
        self.available(500)
        self.assertEqual(self.last(self.transact('stop'))['exit'], 0)
        self.available(150)
        self.docker.requests.clear()
        self.refused(self.transact('start'))

    def test_verbs_that_start_nothing_go_on(self):
        self.deployed()
        self.available(1)
        self.assertEqual(self.last(self.deploy('v1'))['outcome'], 'unchanged')
        for verb, how in (('maintenance', {'on': True}), ('maintenance', {'on': False}), ('start', {}), ('stop', {})):
            self.assertEqual(self.last(self.transact(verb, **how))['exit'], 0, verb)

    def test_held_release_is_counted_and_its_promote_needs_nothing(self):
        self.deployed()
        self.available(200)
        self.assertEqual('held', self.last(self.deploy('v2', hold=60))['outcome'])
        wanted, host = self.loaded()
        balance = memory.weigh(Engine(host.docker), host, wanted._replace(order='stop-first'), self.state)
        self.assertEqual((2 * LIMIT, 400 * MIB), (balance.limits, balance.used['blog']))
        self.assertEqual([200 * MIB], [part.freed for part in balance.parts], 'the held release is not stopped first')
        self.available(1)
        self.assertEqual('succeeded', self.last(self.transact('promote'))['outcome'])

    def test_release_that_grew_needs_what_it_needed_when_it_was_new(self):
        """A live release that leaks, or has warmed up, does not refuse the deploy that replaces it."""
        self.deployed()
        self.uses['v1'] = 450 * MIB
        self.available(220)
        self.deployed('v2')

    def test_containers_that_were_never_measured_refuse_nothing(self):
        """A first deploy, and the first one after an update from a version without this check."""
        self.available(100)
        self.deployed()
        self.state.save(memory=None)
        self.deployed('v2')

    def test_less_than_any_container_needs_is_refused_even_if_never_measured(self):
        self.available(5)
        self.refused(self.deploy('v1'))

    def test_order_stop_first_frees_the_old_containers(self):
        self.redefine('keep = 2', 'keep = 2\norder = stop-first')
        self.deployed()
        self.available(150)
        wanted, host = self.loaded()
        balance = memory.weigh(Engine(host.docker), host, wanted, self.state)
        self.assertEqual((balance.need, balance.available), (200 * MIB, 350 * MIB))
        self.assertIn('after 200 MiB of the old containers are freed', memory.described(balance))

    def test_free_swap_space_counts(self):
        self.deployed()
        self.available(150, swap=100)
        self.deployed('v2')

    def test_silence_of_docker_at_the_commit_does_not_stop_it(self):
        self.patch(memory, 'measured', self.silent)
        self.deployed()
        self.assertIsNone(self.state.load().get('memory'))

    def silent(self, *_):
        raise HostError('unavailable', 'silent')

    def test_measured_use_is_recorded_at_the_commit(self):
        self.deployed()
        self.assertEqual(self.state.load()['memory'], {'web': 200 * MIB})


class Preflight(MemoryFixture):

    def test_two_releases_that_do_not_fit(self):
        self.deployed()
        self.available(150)
        code, check, end = self.preflight('--tag=v2')
        self.assertEqual((code, check['ok'], check['kind'], end['ok']), (74, False, 'memory-full', False))
        self.assertIn('150 of 1000 MiB are available, and 200 MiB are needed', check['message'])

    def test_figures_of_one_that_fits(self):
        self.deployed()
        code, check, end = self.preflight('--tag=v2')
        self.assertEqual((code, check['message'], end['warnings']), (
            0, '500 of 1000 MiB are available, and 200 MiB are needed (web: 1 x 200 MiB)', []))

    def test_image_that_is_live_starts_nothing(self):
        self.deployed()
        self.available(1)
        code, check, _ = self.preflight('--tag=v1')
        self.assertEqual((code, check['message']), (0, 'the requested image is live: no container would be started'))
        self.write('etc/env/blog.env', 'GREETING=other\n')
        self.assertEqual(self.preflight('--tag=v1')[0], 74)

    def test_first_deploy_whose_limit_exceeds_what_is_available_is_a_warning(self):
        self.available(100)
        code, _, end = self.preflight('--tag=v1')
        self.assertEqual((code, end['warnings']), (0, [
            'the new containers may not fit into memory: 100 of 1000 MiB are available, and they may use up to 512 MiB '
            '(web: 1 x 512 MiB)']))

    def test_host_that_will_swap_is_a_warning(self):
        self.deployed()
        self.available(150, swap=300)
        code, _, end = self.preflight('--tag=v2')
        self.assertEqual(code, 0)
        self.assertIn('this host will swap', end['warnings'][0])

    def test_limits_above_the_memory_of_the_machine_are_a_warning(self):
        self.redefine('keep = 2', 'keep = 2\ninstances = 3')
        self.available(900)
        code, _, end = self.preflight('--tag=v1')
        self.assertEqual(code, 0)
        self.assertIn('the memory limits of all containers on this host are 1536 MiB together, and it has 1000 MiB',
                      end['warnings'])

    def test_host_that_tells_no_memory_is_not_refused(self):
        self.here = None
        code, check, _ = self.preflight('--tag=v1')
        self.assertEqual((code, check['message']), (0, 'this host does not tell how much memory it has'))


class Parts(MemoryFixture):

    def test_processes_count_on_hosts_with_their_role_only(self):
        self.redefine('[drain]', PROCESS + '[drain]')
        wanted = definition.load_app('blog')
        self.assertEqual(list(memory.wanted_parts(wanted, ('worker',), None)), [
            ('web', 1, LIMIT, 'start-first'), ('worker', 2, 100 * MIB, 'start-first')])
        self.assertEqual([part[0] for part in memory.wanted_parts(wanted, (), None)], ['web'])

    def test_part_that_was_measured_and_one_that_was_not(self):
        self.redefine('[drain]', PROCESS.replace('roles = worker\n', '') + '[drain]')
        self.state.save(memory={'web': 150 * MIB})
        wanted, host = self.loaded()
        balance = memory.weigh(Engine(host.docker), host, wanted, self.state)
        self.assertEqual([(part.name, part.starts, part.expected) for part in balance.parts], [
            ('web', 1, 150 * MIB), ('worker', 2, None)])
        self.assertEqual(balance.need, 150 * MIB + 2 * memory.LEAST)

    def test_other_apps_are_named_with_what_they_use(self):
        self.deployed()
        balance = memory.Balance('blog', self.here, [], 0, {'blog': 200 * MIB, 'shop': 300 * MIB})
        self.assertIn('shop 300 MiB, blog 200 MiB', memory._users(balance))


if __name__ == '__main__':
    unittest.main()
