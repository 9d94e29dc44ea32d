"""Tests of processes in transactions: start, health, rollback, undo."""

import os
import unittest

from tests.unit.fake_docker import Image
from tests.unit.process_fixture import of, ProcessFixture


class Deploying(ProcessFixture):
    def test_processes_start_after_the_web_part_is_healthy_and_before_the_switch(self):
        told = self.deploy('v1')
        steps = [event['step'] for event in of(told, 'step.started')]
        self.assertEqual(['health', 'processes', 'switch'], steps[steps.index('health'):][:3])
        self.assertEqual([(None, 1), ('worker', 1), ('worker', 2)],
                         [(event.get('process'), event['instance']) for event in of(told, 'container.started')])
        probes = [event for event in of(told, 'health.probe') if event.get('process')]
        self.assertEqual([True, True], [event['ok'] for event in probes])

    def test_container_of_a_process_has_its_command_limits_labels_and_no_port(self):
        self.redefine('[process worker]', '[process worker]\nstop-signal = SIGQUIT')
        one = self.worker(self.live('v1'))
        spec = one['spec']
        self.assertEqual((['bin/work'], 64 * 1024 ** 2, 600, 'SIGQUIT', 'worker'), (
            spec['Cmd'], spec['HostConfig']['Memory'], spec['StopTimeout'], spec['StopSignal'],
            spec['Labels']['deployctl.process']))
        self.assertNotIn('PortBindings', spec['HostConfig'])
        self.assertEqual([], spec['HostConfig']['Mounts'])
        self.assertIn('GREETING=hello', spec['Env'])
        self.assertEqual({'Test': ['NONE']}, spec['Healthcheck'])

    def test_restart_policy_is_set_at_the_commit(self):
        first = self.live('v1')
        second = self.live('v2')
        self.assertEqual(['no', 'always'], [self.worker(release)['policy'] for release in (first, second)])

    def test_command_of_the_web_part_replaces_that_of_the_image(self):
        self.redefine('[app]', '[app]\ncommand = bin/web start')
        release = self.live('v1')
        self.assertEqual(['bin/web', 'start'], self.docker._by('deployctl-blog-%s-1' % release)['spec']['Cmd'])
        self.assertEqual(('bin/web', 'start'), self.state.release(release).command)

    def test_processes_run_only_on_hosts_with_one_of_their_roles(self):
        self.redefine('[process worker]', '[process worker]\nroles = heavy, batch')
        release = self.live('v1')
        self.assertIsNone(self.worker(release))
        self.write('etc/host.conf', self.read('etc/host.conf') + '[host]\nroles = web, batch\n', 0o644)
        again = self.deploy('v1')
        self.assertEqual('succeeded', self.last(again)['outcome'])
        self.assertTrue(self.worker(self.serving)['running'])

    def test_deploy_of_a_live_release_with_healthy_processes_changes_nothing(self):
        release = self.live('v1')
        self.assertEqual('unchanged', self.last(self.deploy('v1'))['outcome'])
        self.docker._end(self.worker(release), 1)
        self.assertEqual('succeeded', self.last(self.deploy('v1'))['outcome'])

    def test_app_without_processes_has_neither_such_a_step_nor_records(self):
        self.redefine(self.processes, '')
        told = self.deploy('v1')
        self.assertNotIn('processes', [event['step'] for event in of(told, 'step.started')])
        self.assertFalse(os.path.exists(self.state.root + '/retiring'))

    def read(self, below):
        with open(os.path.join(self.root, below), encoding='utf-8') as source:
            return source.read()


class Health(ProcessFixture):
    def test_process_that_ends_while_its_release_is_undone_leaves_nothing(self):
        first = self.live('v1')
        kept = self.docker.names()
        self.docker.checks['bin-ready'] = 7
        self.redefine('health = running 0s', 'health = exec bin/ready\nhealth-deadline = 1s')
        self.docker.dying = ('-worker-2',)
        told = self.deploy('v2')
        self.assertEqual('failed', self.last(told)['outcome'])
        self.assertEqual([], of(told, 'warning'))
        self.settle()
        self.assertEqual(kept, self.docker.names())
        self.assertEqual(first, self.serving)

    def test_process_that_ends_fails_the_release_with_a_verdict(self):
        first = self.live('v1')
        self.redefine('command = bin/work', 'command = bin/crash')
        told = self.deploy('v2')
        error = self.last(told)['error']
        self.assertEqual(('failed', 'release-failed'), (self.last(told)['outcome'], error['kind']))
        self.assertIn('process worker, instance 1: the container ended with exit code 3', error['message'])
        self.assertIn('--process=worker', error['hint'])
        self.assertEqual(('worker', 1, 3), (error['verdict']['process'], error['verdict']['instance'],
                                            error['verdict']['container']['exit_code']))
        self.assertEqual(first, self.serving)
        self.assertEqual(3, len(self.docker.running()))

    def test_last_lines_of_a_failed_process_are_kept(self):
        self.docker.push('v2', Image('v2', log='one\ntwo\n'))
        self.redefine('command = bin/work', 'command = bin/crash')
        self.deploy('v2')
        self.assertEqual([('worker', 1, 'one'), ('worker', 1, 'two')],
                         [(line[1], line[2], line[4]) for line in self.record.kept_logs()])

    def test_command_decides_on_the_health_of_a_process(self):
        self.redefine('health = running 0s', 'health = exec bin/ready\nhealth-deadline = 1s')
        self.live('v1')
        self.docker.checks['bin-ready'] = 7
        told = self.deploy('v2')
        error = self.last(told)['error']
        self.assertIn('never healthy in 1 s', error['message'])
        self.assertEqual('exec bin/ready: exit code 7', error['verdict']['probe'])

    def test_process_with_docker_health_needs_a_healthcheck(self):
        self.redefine('health = running 0s', 'health = docker')
        error = self.last(self.deploy('v1'))['error']
        self.assertEqual('definition', error['kind'])
        self.assertIn('[process worker]', error['message'])


class Rollback(ProcessFixture):
    def test_processes_come_back_as_they_were(self):
        first = self.live('v1')
        self.redefine('instances = 2', 'instances = 1')
        self.redefine('[process worker]', '[process mailer]')
        second = self.live('v2')
        self.settle()
        told = self.transact('rollback')
        self.assertEqual('succeeded', self.last(told)['outcome'], told[-1])
        self.assertEqual(sorted([self.name(first), self.name(first, instance=2), 'deployctl-blog-%s-1' % first]),
                         self.docker.running())
        self.assertEqual([('mailer', 1)], [(event['process'], event['instance'])
                                           for event in of(told, 'process.retiring')])
        self.assertFalse(self.docker._by(self.name(second, 'mailer'))['running'])

    def test_stop_retires_the_processes_and_start_brings_them_back(self):
        release = self.live('v1')
        told = self.transact('stop')
        self.assertEqual(2, len(of(told, 'process.retiring')))
        self.settle()
        self.assertEqual([], self.docker.running())
        told = self.transact('start')
        self.assertEqual('succeeded', self.last(told)['outcome'], told[-1])
        self.assertEqual([True, True], [self.worker(release, number)['running'] for number in (1, 2)])
        self.assertEqual('always', self.worker(release)['policy'])

    def test_maintenance_leaves_the_processes_running(self):
        release = self.live('v1')
        self.transact('maintenance', on=True)
        self.assertTrue(self.worker(release)['running'])

    def test_restart_makes_new_containers(self):
        first = self.live('v1')
        self.transact('restart')
        self.assertNotEqual(first, self.serving)
        self.assertEqual([False, True], [self.worker(one)['running'] for one in (first, self.serving)])


if __name__ == '__main__':
    unittest.main()
