"""Tests of workers beside the web part. They work on a queue, of which no job may be lost."""

import time
import unittest

from tests.lab.jobs import Jobs
from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic

WORKERS = {'process worker.command': 'worker', 'process worker.instances': '2', 'process worker.stop-timeout': '60s',
           'process worker.health': 'running 300ms'}
LONG = 8000     # milliseconds, longer than a deploy


class Workers(Scenario):
    settings = WORKERS
    count = 3       # containers of a release: one of the web part, two workers

    def setUp(self):
        super().setUp()
        self.jobs = Jobs(self.host)
        self.jobs.start()
        self.addCleanup(self.jobs.stop)
        self.env('GREETING=hello\n' + self.jobs.env)

    def until(self, condition, problem):
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, problem)
            time.sleep(0.1)

    def status(self):
        return self.call('status').events[0]

    def all_ended(self):
        """Waits until nothing retires any more, without asking deployctl-host, which would settle it."""
        self.until(lambda: not self.host.retires(self.app), 'a container still retires')

    def assert_serves(self, release, app=None, instances=None):
        self.all_ended()
        return super().assert_serves(release, app, instances or self.count)

    def retired(self):
        return self.call('history', '--limit=1').events[0]['retired']

    def workers(self, release):
        return sorted(name for name in self.facts()['containers'] if '%s-worker-' % release in name)

    def took_a_long_job(self, deploys=1):
        """Adds a job that takes longer than some deploys, and waits until a worker has it."""
        number = self.jobs.add(LONG * deploys)
        self.jobs.wait_in_hand()
        return number

    def assert_no_job_was_lost(self, twice=()):
        done = self.jobs.wait_done()
        self.assertEqual({number for number, count in done.items() if count != 1} - set(twice), set(), done)


class Deploying(Workers):
    def test_clean_deploy_under_load(self):
        first = self.serving('v1')
        self.assert_serves(first)
        with Traffic(self.host, 'scen.scen') as traffic, self.jobs:
            for tag in ('v2', 'v1', 'v2'):
                told = self.deploy(tag)
                release = self.good(told)
                self.assertEqual([('worker', 1), ('worker', 2)], [
                    (event['process'], event['instance']) for event in told.of('process.retiring')])
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.assert_no_job_was_lost()
        self.assert_serves(release)
        status = self.status()
        self.assertEqual([('worker', 2, 2)], [
            (one['process'], one['running'], one['wanted']) for one in status['processes']])

    def test_job_in_hand_ends_in_peace_and_does_not_hold_up_the_deploy(self):
        self.serving('v1')
        self.took_a_long_job()
        second = self.serving('v2')
        self.assertEqual(['worker'], [one['process'] for one in self.status()['retiring']])
        self.assertEqual(1, self.jobs.in_hand())
        self.assert_serves(second)
        self.assertEqual([(0, False), (0, False)], [(one['exit'], one['killed']) for one in self.retired()])
        self.assertGreater(max(one['ms'] for one in self.retired()), 500)
        self.assert_no_job_was_lost()

    def test_one_beyond_its_stop_timeout_is_killed_and_recorded(self):
        self.define(**{'process worker.stop-timeout': '2s', 'process worker.instances': '1'})
        self.serving('v1')
        number = self.jobs.add(15000)
        self.jobs.wait_in_hand()
        second = self.serving('v2')
        self.assert_serves(second, instances=2)
        self.assertEqual([('worker', 1, 137, True)], [
            (one['process'], one['instance'], one['exit'], one['killed']) for one in self.retired()])
        self.assert_no_job_was_lost(twice=(number,))

    def test_next_deploy_works_while_a_worker_still_retires(self):
        self.serving('v1')
        self.took_a_long_job(2)
        self.serving('v2')
        third = self.serving('v2b')
        self.assertTrue(self.status()['retiring'])
        self.assert_serves(third)
        self.assert_no_job_was_lost()

    def test_dead_watcher_leaves_the_end_to_the_next_call(self):
        self.define(**{'process worker.stop-timeout': '2s', 'process worker.instances': '1'})
        self.serving('v1')
        number = self.jobs.add(15000)
        self.jobs.wait_in_hand()
        self.serving('v2')
        self.host.sh('fuser -k -KILL /run/deployctl/scen.retiring.lock >/dev/null 2>&1 || true')
        time.sleep(2.5)
        self.assertEqual(self.call('recover').exit, 0)
        self.all_ended()
        self.assertEqual([(137, True)], [(one['exit'], one['killed']) for one in self.retired()])
        self.assert_no_job_was_lost(twice=(number,))

    def test_worker_that_dies_after_the_commit_is_started_again(self):
        release = self.serving('v1')
        name = self.workers(release)[0]
        self.host.sh('kill -KILL $(docker inspect -f "{{.State.Pid}}" %s)' % name)
        self.until(lambda: self.status()['processes'][0]['restarts'] == 1, 'Docker does not start it again')
        self.until(lambda: self.status()['processes'][0]['running'] == 2, 'it does not run again')
        self.assertEqual(self.status()['state'], 'ok')

    def test_missing_and_stopped_workers_are_drift(self):
        release = self.serving('v1')
        first, second = self.workers(release)
        self.host.sh('docker stop -t 1 %s >/dev/null; docker rm -f %s >/dev/null' % (first, second))
        status = self.status()
        self.assertEqual(status['state'], 'degraded')
        self.assertIn('process worker, instance 1 is exited', ' '.join(status['drift']))
        self.assertIn('process worker, instance 2: its container is missing', status['drift'])
        self.assert_serves(self.serving('v1'))

    def test_logs_are_those_of_a_process_or_of_all(self):
        self.serving('v1')
        every = self.call('logs').of('log.line')
        self.assertEqual({None, 'worker'}, {event.get('process') for event in every})
        workers = self.call('logs', '--process=worker').of('log.line')
        self.assertEqual({('worker', 1), ('worker', 2)}, {(event['process'], event['instance']) for event in workers})
        self.assertFalse([event for event in self.call('logs', '--process=web').of('log.line') if 'process' in event])

    def test_remove_leaves_nothing(self):
        self.serving('v1')
        self.took_a_long_job()
        self.serving('v2')
        told = self.call('remove', user='root')
        self.assertEqual(told.exit, 0, told)
        self.assertEqual({}, self.facts()['containers'])
        self.assertEqual('', self.host.sh('ls -d /var/lib/deployctl/scen 2>/dev/null || true'))


class Failing(Workers):
    def test_worker_that_cannot_start_fails_the_release_before_any_request_reaches_it(self):
        first = self.serving('v1')
        with Traffic(self.host, 'scen.scen') as traffic, self.jobs:
            told = self.deploy('v25-worker-crash')
        self.assertEqual((73, 'failed'), (told.exit, told.last['outcome']), told)
        self.assertEqual(('worker', 3), (told.error['verdict']['process'],
                                         told.error['verdict']['container']['exit_code']))
        self.assertIn('FATAL the worker cannot start', ' '.join(told.error['verdict']['lines']))
        self.assertEqual([], told.of('switched'))
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.assert_serves(first)
        self.assert_no_job_was_lost()
        kept = self.call('logs', '--release=' + told.events[0]['release'], '--process=worker').of('log.line')
        self.assertIn('FATAL the worker cannot start', ' '.join(event['line'] for event in kept))

    def test_new_worker_of_an_undone_release_finishes_the_job_that_it_took(self):
        self.define(**{'process worker.instances': '1'})
        self.serving('v1')
        self.define(**{'process worker.instances': '1', 'process wrong.command': 'fail 7',
                       'process wrong.health': 'running 2s'})
        for _ in range(4):
            self.jobs.add(1500)
        told = self.deploy('v2')
        self.assertEqual((73, 'failed'), (told.exit, told.last['outcome']), told)
        self.assertIn('process wrong', told.error['message'])
        self.define(**{'process worker.instances': '1'})
        self.assert_serves(self.facts()['current'], instances=2)
        self.assert_no_job_was_lost()

    def test_command_decides_on_health(self):
        self.define(**{'process worker.health': 'exec /app migrated', 'process worker.health-deadline': '3s'})
        first = self.serving('v1')
        told = self.deploy('v26-pending')
        self.assertEqual(73, told.exit, told)
        self.assertEqual('exec /app migrated: exit code 1', told.error['verdict']['probe'])
        self.assert_serves(first)


class StopFirst(Workers):
    settings = dict(WORKERS, **{'process worker.order': 'stop-first', 'process worker.instances': '1'})
    count = 2

    def test_two_never_run_at_once(self):
        self.serving('v1')
        self.took_a_long_job()
        with Traffic(self.host, 'scen.scen') as traffic:
            told = self.deploy('v2')
            second = self.good(told)
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.assertEqual([], told.of('process.retiring'))
        self.assert_serves(second)
        self.assertEqual([('worker', 0, False)], [
            (one['process'], one['exit'], one['killed']) for one in self.retired()])
        self.assert_no_job_was_lost()

    def test_old_worker_runs_again_when_the_new_one_fails(self):
        first = self.serving('v1')
        told = self.deploy('v25-worker-crash')
        self.assertEqual((73, 'failed'), (told.exit, told.last['outcome']), told)
        self.jobs.add(100)
        self.assert_serves(first)
        self.assert_no_job_was_lost()

    def test_old_worker_runs_again_after_a_kill_or_a_power_cut_in_between(self):
        first = self.serving('v1')
        for entry in ('processes:stopping', 'processes:stopped'):
            self.killed(entry, 'after-all', 'deploy', '--tag=v2')
            self.assertEqual(self.call('recover').exit, 0)
            self.assert_serves(first)
        call, _ = self.held('processes:stopped', 'deploy', '--tag=v2')
        self.addCleanup(self.host.power, 'start')
        self.host.power('kill')
        self.host.power('start')
        self.jobs.start()
        call.done()
        self.assertEqual(self.call('recover').exit, 0)
        self.until(lambda: self.release_seen() == first, 'the old release does not answer')
        self.assert_serves(first)


class StopFirstWeb(Scenario):
    settings = {'app.order': 'stop-first'}

    def test_old_instance_ends_before_the_new_one_starts(self):
        first = self.serving('v1')
        second = self.serving('v2')
        found = self.host.sh('docker inspect -f "{{.State.FinishedAt}}" deployctl-scen-%s-1' % first)
        begun = self.facts()['containers']['deployctl-scen-%s-1' % second]['started']
        self.assertLess(found, begun)
        self.assert_serves(second)

    def test_old_instance_answers_again_when_the_new_one_fails(self):
        first = self.serving('v1')
        told = self.deploy('v3-broken')
        self.assertEqual((73, 'failed'), (told.exit, told.last['outcome']), told)
        self.assert_serves(first)

    def test_old_instance_answers_again_after_a_kill_in_between(self):
        first = self.serving('v1')
        for entry in ('start:stopping', 'start:stopped', 'health:begin', 'switch:kept'):
            self.killed(entry, 'after-all', 'deploy', '--tag=v2')
            self.assertEqual(self.call('recover').exit, 0)
            self.assert_serves(first)


class StopFirstWebPortMode(StopFirstWeb):
    mode = 'port'


class Rollback(Workers):
    def test_rollback_brings_back_the_workers_as_they_were(self):
        first = self.serving('v1')
        self.define(**{'process worker.instances': '1', 'process mailer.command': 'worker',
                       'process mailer.health': 'running 300ms'})
        second = self.serving('v2')
        self.assert_serves(second)
        with Traffic(self.host, 'scen.scen') as traffic, self.jobs:
            self.assertEqual(self.good(self.call('rollback')), first)
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.assertEqual(2, len(self.workers(first)))
        self.assert_serves(first)
        self.assert_no_job_was_lost()

    def test_rollback_while_a_worker_of_its_release_still_retires(self):
        first = self.serving('v1')
        self.took_a_long_job(2)
        self.serving('v2')
        self.assertEqual(self.good(self.call('rollback')), first)
        self.assertTrue([name for name in self.workers(first) if '.' in name])
        self.assert_serves(first)
        self.assertFalse([name for name in self.workers(first) if '.' in name])
        self.assert_no_job_was_lost()

    def test_stop_and_start(self):
        release = self.serving('v1')
        self.took_a_long_job(2)
        told = self.call('stop')
        self.assertEqual(told.last['outcome'], 'succeeded', told)
        self.assertEqual(2, len(told.of('process.retiring')))
        self.assertEqual(self.good(self.call('start')), release)
        self.assert_serves(release)
        self.assert_no_job_was_lost()


class PowerCut(Workers):
    def off_and_on(self):
        self.addCleanup(self.host.power, 'start')
        self.host.power('kill')
        self.host.power('start')
        self.jobs.start()

    def test_power_cut_while_a_worker_retires(self):
        self.serving('v1')
        number = self.took_a_long_job()
        second = self.serving('v2')
        self.off_and_on()
        self.assertEqual(self.call('recover').exit, 0)
        self.until(lambda: self.release_seen() == second, 'the new release does not answer')
        self.assert_serves(second)
        self.assertEqual(2, len(self.retired()))
        self.assert_no_job_was_lost(twice=(number,))

    def test_power_cut_at_steps_of_a_deploy(self):
        release = self.serving('v1')
        for place, entry in enumerate(('processes:begin', 'processes:end', 'commit:end', 'stop:retiring')):
            self.jobs.add(500)
            call, _ = self.held(entry, 'deploy', '--tag=v%d' % (2 - place % 2), '--force')
            self.off_and_on()
            call.done()
            self.assertEqual(self.call('recover').exit, 0)
            release = self.facts()['current']
            self.until(lambda: self.release_seen() == release, 'nothing answers')   # noqa: B023
            self.assert_serves(release)
        self.assert_no_job_was_lost(twice=range(1, self.jobs.added + 1))


if __name__ == '__main__':
    unittest.main()
