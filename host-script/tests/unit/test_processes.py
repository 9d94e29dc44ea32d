"""Tests of processes in transactions: start, health, retirement, stop-first, rollback, undo."""

import errno
import os
import unittest

from deployctl_host.config import definition
from deployctl_host.docker import containers
from deployctl_host.docker.api import Engine
from deployctl_host.store import retiring as records
from deployctl_host.transaction.processes import retiring, watcher
from tests.unit.fake_docker import Image
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


class Retiring(ProcessFixture):
    def retire_busy(self):
        """Deploys v1 and, while its first worker has a job in hand, v2. Returns both releases and the events."""
        first = self.live('v1')
        self.docker.busy.add(self.name(first))
        told = self.deploy('v2')
        self.assertEqual('succeeded', self.last(told)['outcome'], told[-1])
        return first, self.serving, told

    def test_old_processes_get_their_stop_signal_and_may_finish_their_job(self):
        first, second, told = self.retire_busy()
        self.assertEqual([1, 2], [event['instance'] for event in of(told, 'process.retiring')])
        self.assertTrue(all(event['until'] > event['ts'] for event in of(told, 'process.retiring')))
        self.assertTrue(self.worker(first)['running'])
        self.assertTrue(self.worker(second)['running'])
        self.assertEqual(['blog'], self.watched)
        self.assertEqual(1, self.settle())
        self.docker.finish_job(self.name(first))
        self.assertEqual(0, self.settle())
        self.assertEqual([('worker', 1, 0, False), ('worker', 2, 0, False)],
                         [(one['process'], one['instance'], one['exit'], one['killed']) for one in self.retired()])
        self.assertEqual([], os.listdir(self.state.root + '/retiring'))

    def test_one_that_does_not_end_in_time_is_killed_and_recorded(self):
        first, _, _ = self.retire_busy()
        self.settle()
        record = next(iter(records.pending(self.state).values()))
        records._save(self.state, dict(record, deadline=0.0))
        self.assertEqual(1, self.settle())
        self.assertEqual(0, self.settle())
        self.assertEqual([(137, True), (0, False)], [(one['exit'], one['killed']) for one in self.retired()])
        self.assertFalse(self.worker(first)['running'])

    def test_one_of_an_earlier_boot_has_had_its_time(self):
        self.retire_busy()
        self.settle()
        record = next(iter(records.pending(self.state).values()))
        records._save(self.state, dict(record, boot='another'))
        self.settle()
        self.assertEqual(0, self.settle())

    def test_signal_that_nobody_sent_is_sent_by_whoever_settles(self):
        plain = containers.send_stop_signal
        self.patch(containers, 'send_stop_signal', lambda *_: self.fail('died before the signal'))
        first = self.live('v1')
        with self.assertRaises(AssertionError):
            self.transact('stop')
        containers.send_stop_signal = plain
        self.settle()
        self.assertTrue(self.worker(first)['running'], 'it may be sent right now')
        self.patch(records, 'SIGNAL_GRACE', 0.0)
        self.settle()
        self.assertFalse(self.worker(first)['running'])

    def test_full_disk_keeps_no_process_from_ending(self):
        first = self.live('v1')

        def full(*_, **__):
            raise OSError(errno.ENOSPC, 'No space left on device')
        self.patch(records, 'begin', full)
        told = self.deploy('v2')
        self.assertEqual('succeeded', self.last(told)['outcome'])
        self.assertIn('will not be recorded: No space left on device', ' '.join(
            event['message'] for event in of(told, 'warning')))
        self.assertFalse(self.worker(first)['running'])

    def test_next_deploy_works_while_some_still_retire(self):
        first, second, _ = self.retire_busy()
        self.docker.busy.add(self.name(second))
        third = self.live('v3')
        self.assertEqual([True, True, True], [self.worker(one)['running'] for one in (first, second, third)])
        self.assertEqual({first, second}, {one['release'] for one in records.pending(self.state).values()})

    def test_container_of_a_pruned_release_is_removed_when_it_has_ended(self):
        first, _, _ = self.retire_busy()
        for tag in ('v3', 'v1', 'v2', 'v3'):
            self.live(tag, force=True)
        self.assertIsNone(self.state.release(first))
        self.assertTrue(self.worker(first)['running'])
        self.docker.finish_job(self.name(first))
        self.assertEqual(0, self.settle())
        self.assertIsNone(self.worker(first))

    def test_rollback_to_a_release_whose_process_still_retires_starts_another_container(self):
        first, _, _ = self.retire_busy()
        told = self.transact('rollback')
        self.assertEqual(('succeeded', first), (self.last(told)['outcome'], self.serving), told[-1])
        aside = [name for name in self.docker.names() if name.startswith(self.name(first) + '.')]
        self.assertEqual(1, len(aside))
        self.assertEqual(('no', 'always'), (self.docker._by(aside[0])['policy'], self.worker(first)['policy']))
        self.docker.finish_job(aside[0])
        self.settle()
        self.assertIsNone(self.docker._by(aside[0]))
        self.assertTrue(self.worker(first)['running'])

    def test_second_watcher_leaves_the_work_to_the_first(self):
        self.retire_busy()
        self.patch(watcher, 'TURN', 0.1)
        lock = retiring.of_watcher('blog')
        self.assertTrue(lock.take())
        self.addCleanup(lock.release)
        self.assertEqual(0, watcher.main('blog'))
        self.assertEqual(1, len(records.pending(self.state)))


class Undoing(ProcessFixture):
    processes = WORKER + '[process other]\ncommand = bin/work\nhealth = running 0s\n'

    def test_new_processes_of_a_failed_release_may_finish_the_job_that_they_took(self):
        first = self.live('v1')
        self.redefine('[process other]\ncommand = bin/work', '[process other]\ncommand = bin/crash')
        self.docker.all_busy = True
        told = self.deploy('v2')
        self.assertEqual('failed', self.last(told)['outcome'])
        leaving = list(records.pending(self.state).values())
        self.assertEqual([('worker', 1), ('worker', 2)], [(one['process'], one['instance']) for one in leaving])
        self.assertEqual(['blog'], self.watched)
        for one in leaving:
            self.docker.finish_job(self.name(one['release'], instance=one['instance']))
        self.settle()
        self.assertEqual(sorted(self.docker.running()), sorted(
            [self.name(first), self.name(first, instance=2), self.name(first, 'other'), 'deployctl-blog-%s-1' % first]))
        self.assertEqual([0, 0], [one['exit'] for one in self.retired()])
        self.assertEqual(4, len(self.docker.names()))


class StopFirst(ProcessFixture):
    processes = WORKER.replace('instances = 2', 'order = stop-first')

    def test_old_instance_ends_before_the_new_one_starts(self):
        first = self.live('v1')
        second = self.live('v2')
        order = [one[1].split('/')[-1] for one in self.docker.requests if one[0] == 'POST' and (
            one[1].endswith('/stop') and self.worker(first)['id'] in one[1] or
            one[1].endswith('/start') and self.worker(second)['id'] in one[1])]
        self.assertEqual(['stop', 'start'], order[-2:])
        self.assertEqual([('worker', 1)], [(one['process'], one['instance']) for one in self.retired()])

    def test_old_instance_runs_again_when_the_new_one_fails(self):
        first = self.live('v1')
        self.redefine('command = bin/work', 'command = bin/crash')
        told = self.deploy('v2')
        self.assertEqual('failed', self.last(told)['outcome'])
        self.assertEqual((True, 'always'), (self.worker(first)['running'], self.worker(first)['policy']))
        self.assertEqual(2, len(self.docker.running()))

    def test_retiring_instance_of_an_earlier_release_is_waited_for(self):
        self.redefine('order = stop-first', 'order = start-first')
        first = self.live('v1')
        self.docker.busy.add(self.name(first))
        self.live('v2')
        self.redefine('order = start-first', 'order = stop-first')
        third = self.live('v3')
        self.assertEqual([self.name(third)], [name for name in self.docker.running() if 'worker' in name])


class StopFirstWeb(ProcessFixture):
    processes = ''

    def setUp(self):
        super().setUp()
        self.redefine('[app]', '[app]\norder = stop-first')

    def test_old_instance_ends_before_the_new_one_starts(self):
        first = self.live('v1')
        second = self.live('v2')
        ids = {name: self.docker._by('deployctl-blog-%s-1' % name)['id'] for name in (first, second)}
        order = [one[1] for one in self.docker.requests if one[0] == 'POST' and one[1].split('/')[-1] in (
            'stop', 'start') and one[1].split('/')[2] in ids.values()]
        self.assertEqual(['/containers/%s/stop' % ids[first], '/containers/%s/start' % ids[second]], order[1:3])

    def test_old_instance_answers_again_when_the_new_one_fails(self):
        self.give_up_soon()
        first = self.live('v1')
        self.docker.push('v2', Image('v2', status=500))
        told = self.deploy('v2')
        self.assertEqual('failed', self.last(told)['outcome'])
        one = self.docker._by('deployctl-blog-%s-1' % first)
        self.assertEqual((True, 'always', first), (one['running'], one['policy'], self.serving))
        self.assertIn('is live on this host', self.last(told)['error']['state'])


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
