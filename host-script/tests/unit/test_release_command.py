"""Tests of `release`: the release command runs once for a rollout, whoever dies at whatever point."""

import os
import threading
import unittest

from deployctl_host import lock
from deployctl_host.docker import containers
from deployctl_host.store import deploy_lock, run_locks, runs
from deployctl_host.transaction.one_off import course, keeper, preparation
from tests.unit.one_off_fixture import RELEASE, OneOffFixture

ROLLOUT = 'r-seven'


class ReleaseFixture(OneOffFixture):
    def setUp(self):
        super().setUp()
        self.redefine('[env]\n', RELEASE)
        self.digest = self.docker.images['v2'].digest
        self.identity = runs.identity_of('release', ROLLOUT)

    def release(self, *more, rollout=ROLLOUT):
        return self.ndjson('release', 'blog', '--digest=' + self.digest, '--from-tag=v2', '--rollout=' + rollout,
                           *more)

    def command(self, words):
        self.redefine('command = bin/rake db:migrate', 'command = ' + words)

    def under_way(self):
        """Starts a release command that runs until it is stopped, without a caller."""
        self.command('bin/long')
        course.begin(self.state, self.one_off('release', rollout=ROLLOUT, digest=self.digest, tag='v2'))
        self.wait_until(lambda: self.docker.running() != self.served)

    def created(self):
        return len([one for one in self.docker.calls('POST', '/containers/create') if '-run-' in one[2]['name']])


class Result(ReleaseFixture):
    def test_it_runs_from_the_new_image_with_the_env_of_now(self):
        self.command('bin/ok')
        self.write('etc/env/blog.env', 'GREETING=changed since\n')
        code, told = self.release()
        self.assertEqual((code, [one['type'] for one in told]), (0, ['run.started', 'run.finished']))
        self.assertEqual([(one['kind'], one['rollout'], one['run']) for one in told],
                         [('release', ROLLOUT, self.identity)] * 2)
        spec = self.docker.calls('POST', '/containers/create')[-1][3]
        self.assertEqual((spec['Image'], spec['Cmd'], spec['Env']), (
            self.docker.images['v2'].id, ['bin/ok'], ['GREETING=changed since']))
        self.gone()
        entry = self.history()[0]
        self.assertEqual((entry['verb'], entry['rollout'], entry['run']['kind'], entry['run']['rollout']), (
            'run', None, 'release', ROLLOUT))

    def test_asked_again_it_tells_the_result_and_starts_nothing(self):
        first = self.release()
        self.gone()
        second = self.release()
        self.assertEqual((first[0], second[0]), (73, 73))
        self.assertEqual(second[1][-1]['exit'], 3)
        self.assertEqual(self.created(), 1)

    def test_another_rollout_runs_it_again(self):
        self.release()
        self.gone()
        self.release(rollout='r-eight')
        self.assertEqual(self.created(), 2)

    def test_the_same_rollout_with_another_image_is_refused(self):
        self.release()
        self.digest = self.docker.images['v3'].digest
        code, told = self.release()
        self.assertEqual((code, told[-1]['error']['kind']), (64, 'usage'))
        self.assertEqual(self.created(), 1)

    def test_time_limit_names_its_key(self):
        self.command('bin/long')
        self.redefine('timeout = 20s', 'timeout = 1s')
        code, told = self.release()
        self.assertEqual((code, told[-1]['type']), (73, 'error'))
        self.assertIn('[release] timeout', told[-1]['error']['hint'])
        code, told = self.release()
        self.assertEqual((code, told[-1]['type']), (73, 'error'))
        self.assertEqual(self.created(), 1)

    def test_definition_without_a_release_command(self):
        self.redefine(RELEASE, '[env]\n')
        code, told = self.release()
        self.assertEqual((code, told[-1]['type'], told[-1]['none'], told[-1]['exit']), (0, 'run.finished', True, 0))
        self.assertEqual(self.created(), 0)

    def test_rollout_is_required(self):
        self.assertEqual(self.ndjson('release', 'blog', '--digest=' + self.digest)[0], 64)


class Check(ReleaseFixture):
    def test_it_runs_each_time_and_needs_no_lock(self):
        app_lock = lock.Lock('blog')
        app_lock.take()
        self.addCleanup(app_lock.release)
        for _ in range(2):
            code, told = self.ndjson('release', 'blog', '--digest=' + self.digest, '--check')
            self.assertEqual((code, told[-1]['exit'], told[-1]['kind']), (73, 3, 'check'))
        self.assertEqual(self.docker.calls('POST', '/containers/create')[-1][3]['Cmd'], ['bin/rake', 'db:pending'])
        self.assertEqual(self.created(), 2)

    def test_definition_without_a_check(self):
        self.redefine('check = bin/rake db:pending\n', '')
        code, told = self.ndjson('release', 'blog', '--digest=' + self.digest, '--check')
        self.assertEqual((code, told[-1]['none'], self.created()), (0, True, 0))


class Locks(ReleaseFixture):
    def test_others_are_told_that_the_release_command_runs(self):
        self.under_way()
        code, told = self.ndjson('deploy', 'blog', '--tag=v3')
        self.assertEqual((code, told[-1]['error']['kind']), (75, 'locked'))
        self.assertIn('release command of rollout r-seven', told[-1]['error']['message'])
        self.assertIn('--run=' + self.identity, told[-1]['error']['hint'])
        self.assertEqual(self.ndjson('status', 'blog')[1][0]['state'], 'busy')

    def test_whoever_sees_the_end_may_change_the_app_at_once(self):
        for number in range(5):
            self.release(rollout='r-try%d' % number)
            self.assertFalse(lock.Lock('blog').busy())

    def test_it_is_refused_while_a_transaction_runs_and_may_be_asked_again(self):
        self.patch(runs, 'TAKE_WITHIN', 0.2)
        app_lock = lock.Lock('blog')
        app_lock.take()
        app_lock.describe({'holder': 'bob', 'verb': 'deploy'})
        code, told = self.release()
        self.assertEqual((code, told[-1]['error']['kind']), (75, 'locked'))
        self.assertIn('bob', told[-1]['error']['message'])
        app_lock.release()
        self.assertEqual(self.release()[1][-1]['exit'], 3)
        self.gone()

    def test_deploy_lock_is_required_as_by_deploy(self):
        deploy_lock.take(self.state, 'l-mine', 'alice', None, None)
        self.assertEqual(self.release()[1][-1]['error']['kind'], 'locked')
        self.assertEqual(self.release('--lock=l-other')[1][-1]['error']['kind'], 'locked')
        self.assertEqual(self.created(), 0)
        self.assertEqual(self.release('--lock=l-mine')[1][-1]['exit'], 3)

    def test_result_is_told_after_the_lock_has_ended(self):
        deploy_lock.take(self.state, 'l-mine', 'alice', None, None)
        self.release('--lock=l-mine')
        deploy_lock.release(self.state, 'l-mine', False)
        self.assertEqual(self.release('--lock=l-mine')[1][-1]['exit'], 3)


class Twice(ReleaseFixture):
    def test_of_two_calls_at_once_one_starts_it_and_both_get_its_result(self):
        """The second begins while the first is about to record it, started it, or has it running."""
        begun = []
        for _ in range(8):
            def begin():
                begun.append(runs.begin(self.state, self.identity, 1, self.one_off('release', rollout=ROLLOUT)))
            racers = [threading.Thread(target=begin) for _ in range(4)]
            for racer in racers:
                racer.start()
            for racer in racers:
                racer.join()
            self.assertEqual(sorted(begun), [False, False, False, True])
            begun.clear()
            runs.forget(self.state, self.identity)

    def test_second_call_follows_the_running_one(self):
        self.under_way()
        threading.Timer(0.3, lambda: self.docker._end(self.container_of(self.identity), 0)).start()
        code, told = self.release()
        self.assertEqual((code, told[-1]['type'], told[-1]['exit']), (0, 'run.finished', 0))
        self.assertEqual(self.created(), 1)

    def test_two_keepers_start_it_once(self):
        self.under_way()
        course.keep('blog', self.identity)
        course.keep('blog', self.identity)
        self.docker._end(self.container_of(self.identity), 0)
        self.gone()
        self.assertEqual(self.created(), 1)


class Killed(ReleaseFixture):
    """The keeper is killed with SIGKILL at each point, and the command is asked for again."""

    def setUp(self):
        super().setUp()
        self.patch(runs, 'BEGIN_WITHIN', 0.0)
        self.starts = len(self.docker.calls('POST', '/start$'))

    def killed_in(self, module, name, after=False):
        """Kills the keeper before or after a function that it calls."""
        plain = getattr(module, name)

        def die(*words, **more):
            if after:
                plain(*words, **more)
            os.kill(os.getpid(), 9)
        setattr(module, name, die)
        try:
            course.begin(self.state, self.one_off('release', ('bin/rake',), rollout=ROLLOUT, digest=self.digest))
            self.wait_until(lambda: run_locks.keeper(self.state, self.identity) is not None)
            self.wait_until(lambda: not run_locks.alive(self.state, self.identity))
        finally:
            setattr(module, name, plain)

    def assert_started_now(self):
        code, told = self.release()
        self.assertEqual((code, told[0]['code']), (73, 'run'), told)
        self.assertRegex(told[0]['message'], 'never started .*was killed.*: it is started now')
        self.assertEqual(told[-1]['exit'], 3)
        self.assertEqual(len(self.docker.calls('POST', '/start$')), self.starts + 1)
        self.gone()

    def test_before_anything_of_it_exists(self):
        self.killed_in(preparation, 'prepare')
        self.assert_started_now()

    def test_with_a_container_that_was_never_started(self):
        self.killed_in(preparation, 'create', after=True)
        self.assert_started_now()

    def test_after_it_said_that_it_starts_and_before_docker_was_asked(self):
        """The container says that it never ran, so it is certain."""
        self.killed_in(containers, 'start')
        self.assert_started_now()

    def test_after_docker_has_started_it(self):
        self.killed_in(containers, 'start', after=True)
        code, told = self.release()
        self.assertEqual((code, told[-1]['exit'], self.created()), (73, 3, 1))
        self.gone()

    def test_while_it_runs(self):
        self.under_way()
        self.kill_keeper(self.identity)
        threading.Timer(0.5, lambda: self.docker._end(self.container_of(self.identity), 0)).start()
        code, told = self.release()
        self.assertEqual((code, told[-1]['exit'], self.created()), (0, 0, 1))

    def test_while_it_runs_the_next_change_waits_for_it_again(self):
        self.under_way()
        self.kill_keeper(self.identity)
        self.assertFalse(lock.Lock('blog').busy())
        code, told = self.ndjson('deploy', 'blog', '--tag=v3')
        self.assertEqual((code, told[-1]['error']['kind']), (75, 'locked'))

    def test_unknown_end_is_no_success_and_no_reason_to_start_it_again(self):
        self.under_way()
        self.kill_keeper(self.identity)
        self.docker._remove('deployctl-blog-run-' + self.identity, None, None)
        for _ in range(2):
            code, told = self.release()
            self.assertEqual((code, told[-1]['exit']), (73, None))
            self.assertIn('not known how it ended', told[-1]['error'])
        self.assertEqual(self.created(), 1)

    def test_power_cut_while_it_runs(self):
        self.under_way()
        self.kill_keeper(self.identity)
        self.docker._end(self.container_of(self.identity), 0)
        runs.update(self.state, self.identity, boot='an earlier boot')
        code, told = self.release()
        self.assertEqual((code, told[-1]['exit'], self.created()), (73, None, 1))
        self.assertIn('the host was restarted while it ran', told[-1]['error'])

    def test_after_the_end_was_recorded(self):
        self.killed_in(keeper, '_clean_up')
        code, told = self.release()
        self.assertEqual((code, told[-1]['exit'], self.created()), (73, 3, 1))
        self.ndjson('status', 'blog')
        self.gone()


if __name__ == '__main__':
    unittest.main()
