"""Tests of one-off commands whose keeper died, whose record is lost, or whose daemon is restarted."""

import os
import threading
import unittest

from deployctl_host.docker import one_off
from deployctl_host.store import run_locks, runs, state
from deployctl_host.transaction.one_off import course, follower, keeper
from tests.unit.one_off_fixture import OneOffFixture


class DeadKeeper(OneOffFixture):
    """What calls find after the keeper of a command was killed."""

    def begun(self, **more):
        identity = course.begin(self.state, self.one_off(**more))
        self.wait_until(lambda: self.docker.running() != self.served)
        self.kill_keeper(identity)
        return identity

    def test_running_command_gets_a_new_keeper_from_the_next_call(self):
        identity = self.begun()
        self.assertEqual(len(self.ndjson('status', 'blog')[1][0]['runs']), 1)
        self.wait_until(lambda: run_locks.alive(self.state, identity))
        self.docker._end(self.container_of(identity), 3)
        self.wait_until(lambda: self.run_of(identity)['ended'])
        self.assertEqual(self.history()[0]['run']['exit'], 3)
        self.gone()

    def test_new_keeper_enforces_the_time_limit_of_the_first(self):
        identity = self.begun(timeout=1.0)
        self.wait_until(lambda: self.ndjson('status', 'blog')[1][0]['runs'] == [])
        self.assertEqual(self.run_of(identity)['error'], 'it was stopped: it had not ended after 1 s')

    def test_result_of_a_command_that_ended_without_a_keeper_is_what_docker_tells(self):
        identity = self.begun()
        self.docker._end(self.container_of(identity), 4)
        self.assertEqual(self.history()[0]['run']['exit'], 4)
        self.gone()
        identity = self.begun()
        self.docker._remove('deployctl-blog-run-' + identity, None, None)
        found = self.history()[0]
        self.assertEqual((found['outcome'], found['run']['exit']), ('failed', None))
        self.assertIn('not known', found['error'])

    def test_command_of_an_earlier_boot_did_not_succeed_whatever_docker_tells(self):
        identity = self.begun()
        self.docker._end(self.container_of(identity), 0)
        runs.update(self.state, identity, boot='another boot')
        found = self.history()[0]
        self.assertEqual((found['outcome'], found['run']['exit']), ('failed', None))
        self.assertIn('the host was restarted while it ran', found['error'])

    def test_caller_whose_keeper_was_killed_gets_the_result(self):
        def kill():
            self.wait_until(lambda: self.docker.running() != self.served)
            identity = runs.open_ids(self.state)[0]
            self.kill_keeper(identity)
            self.docker._end(self.container_of(identity), 5)
        killer = threading.Thread(target=kill)
        killer.start()
        code, told = self.ndjson('run', 'blog', '--', 'bin/long')
        killer.join()
        self.assertEqual((code, told[-1]['exit']), (73, 5))

    def test_command_that_no_keeper_ever_started_is_refused_and_not_started_late(self):
        identity = self.recorded()
        self.assertIsNone(course.settle(self.state, self.engine(), identity)['ended'])     # it may be starting
        self.patch(runs, 'BEGIN_WITHIN', 0.0)
        self.assertEqual(self.ndjson('status', 'blog')[1][0]['runs'], [])
        code, told = self.ndjson('attach', 'blog', '--run=' + identity)
        self.assertEqual((code, told[-1]['error']['state']), (70, 'the command was not started'))
        course.keep('blog', identity)
        self.assertEqual(self.docker.names(), self.served)


class Sweep(OneOffFixture):
    """Containers that no record tells of."""

    def lost(self, command, seconds):
        identity = os.urandom(6).hex()
        spec = {'Image': 'deployctl/blog:' + self.serving, 'Env': [], 'Cmd': [command],
                'Labels': one_off.labels('blog', identity, state.host_id(), seconds),
                'HostConfig': {'RestartPolicy': {'Name': 'no'}}}
        container = self.docker._create({'name': one_off.name_of('blog', identity)}, spec)[1]['Id']
        self.engine().call('POST', '/containers/%s/start' % container)
        return container

    def test_ended_container_without_a_record_is_removed(self):
        self.lost('bin/ok', 1000)
        self.assertEqual(course.sweep(self.state, self.engine()), 1)
        self.gone()

    def test_overdue_container_without_a_record_is_removed(self):
        for seconds, swept in ((1000, 0), (-5, 1)):
            container = self.lost('bin/long', seconds)
            self.assertEqual(course.sweep(self.state, self.engine()), swept)
            self.docker._remove(container, None, None)
        self.gone()

    def test_container_whose_keeper_lives_is_left_to_it(self):
        identity = course.begin(self.state, self.one_off())
        self.wait_until(lambda: self.docker.running() != self.served)
        self.assertEqual(one_off.sweep(self.engine(), state.host_id(), 'blog', [identity]), 0)


class Daemon(OneOffFixture):
    """Docker that does not answer, or answers with something else."""

    def test_keeper_does_not_wait_forever_for_a_dead_daemon(self):
        self.patch(keeper, 'GIVE_UP', 0.05)
        identity = course.begin(self.state, self.one_off())
        self.wait_until(lambda: self.docker.running() != self.served)
        self.docker.fail[('GET', 'json')] = (500, 'shutting down')
        self.wait_until(lambda: not run_locks.alive(self.state, identity))
        self.assertIsNone(self.run_of(identity)['ended'])
        self.assertEqual(self.docker.calls('DELETE', '/containers/'), [])
        self.docker.fail.clear()

    def observed(self):
        identity = course.begin(self.state, self.one_off())
        self.wait_until(lambda: self.docker.running() != self.served)
        self.wait_until(lambda: self.docker.calls('GET', '/events'))
        return identity

    def assert_unknown(self, identity, why):
        self.wait_until(lambda: self.run_of(identity)['ended'])
        self.assertIsNone(self.run_of(identity)['exit'])
        code, told = self.ndjson('attach', 'blog', '--run=' + identity)
        self.assertEqual((code, told[-1]['type'], told[-1]['exit']), (73, 'run.finished', None))
        self.assertIn('not known whether it ended by itself', told[-1]['error'])
        self.assertIn(why, told[-1]['error'])

    def test_exit_code_0_after_a_restart_of_docker_is_no_success(self):
        identity = self.observed()
        self.docker.fail[('GET', 'json')] = (500, 'shutting down')
        self.docker.restarts += 1
        self.docker._end(self.container_of(identity), 0)
        self.docker.fail.clear()
        self.assert_unknown(identity, 'the Docker daemon was restarted while it ran')

    def test_exit_code_0_after_a_stop_by_others_is_no_success(self):
        """A daemon that stops sends its containers the stop signal, and tells their ends before it is gone."""
        identity = self.observed()
        self.container_of(identity)['events'].append(('kill', '15'))
        self.docker._end(self.container_of(identity), 0)
        self.assert_unknown(identity, 'Docker sent it signal 15')

    def test_other_exit_code_after_a_stop_by_others_is_told_with_the_reason(self):
        identity = self.observed()
        self.container_of(identity)['events'].append(('kill', '9'))
        self.docker._end(self.container_of(identity), 137)
        self.wait_until(lambda: self.run_of(identity)['ended'])
        self.assertEqual(self.run_of(identity)['exit'], 137)
        self.assertIn('signal 9', self.run_of(identity)['error'])

    def test_command_goes_on_when_docker_is_restarted_and_keeps_its_containers(self):
        identity = self.observed()
        self.docker.restarts += 1
        self.wait_until(lambda: len(self.docker.calls('GET', '/events')) > 1)
        self.docker._end(self.container_of(identity), 0)
        self.wait_until(lambda: self.run_of(identity)['ended'])
        self.assertEqual((self.run_of(identity)['exit'], self.run_of(identity)['error']), (0, None))

    def test_follower_reports_a_docker_daemon_that_does_not_come_back(self):
        self.patch(follower, 'SILENT', 0.2)
        identity = self.observed()
        self.docker.fail.update({('GET', '/containers'): (500, 'gone'), ('GET', '/_ping'): (500, 'gone')})
        code, told = self.ndjson('attach', 'blog', '--run=' + identity)
        self.assertEqual((code, told[-1]['type'], told[-1]['error']['kind']), (69, 'error', 'unavailable'))
        self.assertIn('not known whether it still runs', told[-1]['error']['state'])
        self.assertIn('attach blog --run=' + identity, told[-1]['error']['hint'])
        self.docker.fail.clear()
        self.docker._end(self.container_of(identity), 0)
        self.assertEqual(self.ndjson('attach', 'blog', '--run=' + identity)[1][-1]['exit'], 0)

    def test_start_that_docker_never_answered_is_no_certainty(self):
        self.patch(keeper, 'NEVER', 0.3)
        self.redefine_host('timeout = 6s', 'timeout = 1s')
        self.docker.hang.add('POST /containers/[^/]+/start')
        code, told = self.ndjson('run', 'blog', '--', 'bin/ok')
        self.assertEqual((code, told[-1]['exit']), (73, None))
        self.assertIn('not known whether it was started', told[-1]['error'])

    def redefine_host(self, old, new):
        with open(self.root + '/etc/host.conf', encoding='utf-8') as source:
            text = source.read()
        self.assertIn(old, text)
        self.write('etc/host.conf', text.replace(old, new), 0o644)


if __name__ == '__main__':
    unittest.main()
