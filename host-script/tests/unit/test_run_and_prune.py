"""Tests of `run` and `prune`."""

import contextlib
import importlib
import os
import time
import unittest

from deployctl_host import lock
from deployctl_host.docker import one_off
from deployctl_host.errors import HostError
from deployctl_host.store import runs, state, transactions
from deployctl_host.transaction import one_off_watchdog
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_docker import Image


class Answering:
    """A daemon whose answer is incomplete."""

    def __init__(self, answer):
        self.answer = answer

    def open(self, *request, **how):
        return self, contextlib.nullcontext()

    def read(self, limit):
        return self.answer


class Run(CallFixture):
    def setUp(self):
        super().setUp()
        self.redefine('keep = 2', 'keep = 2\ncommands = bin/ok\n  bin/long\n  bin/rake *')
        self.docker.push('v1', Image('v1', log='migrated\n'))
        self.call('deploy', 'blog', '--tag=v1')
        self.patch(one_off_watchdog, 'GIVE_UP', 5.0)
        self.served = self.docker.names()

    def gone(self):
        """Waits for the watchdog, which is a process of its own."""
        until = time.monotonic() + 5
        while self.docker.names() != self.served and time.monotonic() < until:
            time.sleep(0.02)
        self.assertEqual(self.docker.names(), self.served)

    def test_output_and_exit_code_and_nothing_left(self):
        self.write('etc/env/blog.env', 'GREETING=changed since\n')
        code, told = self.call('run', 'blog', '--output=ndjson', '--', 'bin/ok')
        self.assertEqual((code, [one['type'] for one in told]), (0, ['run.started', 'log.line', 'run.finished']))
        self.assertEqual((told[0]['words'], told[1]['line'], told[2]['exit']), (['bin/ok'], 'migrated', 0))
        spec = self.docker.calls('POST', '/containers/create')[-1][3]
        self.assertEqual((spec['Cmd'], spec['HostConfig']['RestartPolicy']['Name']), (['bin/ok'], 'no'))
        self.assertNotIn('PortBindings', spec['HostConfig'])
        self.assertEqual(sorted(spec['Env']), ['DEPLOYCTL_RELEASE=' + self.serving, 'GREETING=hello'])
        self.gone()

    def test_exit_code_of_the_command_is_in_the_event(self):
        code, told = self.call('run', 'blog', '--output=ndjson', '--', 'bin/rake', 'db:migrate')
        self.assertEqual((code, told[-1]['type'], told[-1]['exit']), (73, 'run.finished', 3))
        self.gone()

    def test_unlisted_command_is_refused(self):
        for words in (['bin/sh'], ['bin/ok', 'more'], ['bin/rake2'], ['bin/ok2']):
            code, told = self.call('run', 'blog', '--output=ndjson', '--', *words)
            self.assertEqual((code, told[-1]['error']['kind']), (77, 'not-allowed'))
            self.assertIn('bin/rake *', told[-1]['error']['hint'])
        self.assertEqual([one for one in self.audited() if one['verb'] == 'run' and one['phase'] == 'begin'], [])
        self.assertEqual(self.docker.names(), self.served)

    def test_command_that_cannot_start_leaves_nothing(self):
        self.docker.fail[('POST', 'start')] = (400, 'exec: not found')
        code, told = self.call('run', 'blog', '--output=ndjson', '--', 'bin/ok')
        self.assertEqual((code, told[-1]['error']['kind']), (73, 'release-failed'))
        self.gone()

    def test_long_command_is_stopped_and_reported(self):
        self.redefine('keep = 2', 'keep = 2\ncommand-timeout = 1s')
        self.patch(one_off_watchdog, 'LOOK', 0.02)
        code, told = self.call('run', 'blog', '--output=ndjson', '--', 'bin/long')
        self.assertEqual((code, told[-1]['error']['kind']), (73, 'release-failed'))
        self.assertIn('had not ended after 1 s', told[-1]['error']['message'])
        self.assertIn('command-timeout', told[-1]['error']['hint'])
        self.assertEqual(len(self.docker.calls('POST', '/stop$')), 1)
        self.gone()

    def test_long_command_is_stopped_after_the_caller_disconnected(self):
        container = self.lost('bin/long', 1000)
        self.patch(one_off_watchdog, 'LOOK', 0.02)
        engine = self.docker_engine()
        engine.call('POST', '/containers/%s/start' % container)
        one_off_watchdog.start(engine, container, 0.1, 1.0).close()
        self.gone()

    def test_watchdog_does_not_wait_forever_for_a_dead_daemon(self):
        self.patch(one_off_watchdog, 'LOOK', 0.01)
        self.patch(one_off_watchdog, 'GIVE_UP', 0.05)
        self.docker.fail[('GET', 'json')] = (500, 'shutting down')
        reading, writing = os.pipe()
        os.close(writing)
        self.addCleanup(os.close, reading)
        one_off_watchdog.watch(self.docker_engine(), 'a' * 64, reading, 10.0, 1.0)
        self.assertEqual(self.docker.calls('DELETE', '/containers/'), [])

    def lost(self, command, seconds):
        """Creates a one-off container whose creator has died."""
        spec = {'Image': 'deployctl/blog:' + self.serving, 'Env': [], 'Cmd': [command],
                'Labels': one_off.labels('blog', 'abc', state.host_id(), seconds),
                'HostConfig': {'RestartPolicy': {'Name': 'no'}}}
        return self.docker._create({'name': one_off.name_of('blog', 'abc')}, spec)[1]['Id']

    def test_ended_container_without_a_watchdog_is_removed(self):
        container = self.lost('bin/ok', 1000)
        self.docker_engine().call('POST', '/containers/%s/start' % container)
        self.assertEqual(one_off.sweep(self.docker_engine(), state.host_id(), 'blog'), 1)
        self.gone()

    def test_overdue_container_without_a_watchdog_is_removed(self):
        engine = self.docker_engine()
        for seconds, swept in ((1000, 0), (-5, 1)):
            container = self.lost('bin/long', seconds)
            engine.call('POST', '/containers/%s/start' % container)
            self.assertEqual(one_off.sweep(engine, state.host_id(), 'blog'), swept)
            self.docker._remove(container, None, None)
        self.gone()

    def test_daemon_lost_during_the_command_is_not_a_defect(self):
        for answer in (b'', b'{"State', b'{}'):
            with self.assertRaises(HostError) as caught:
                one_off.wait(Answering(answer), 'a' * 64)
            self.assertEqual(caught.exception.kind, 'unavailable')

    def docker_engine(self):
        from deployctl_host.docker.api import Engine
        return Engine(self.loaded()[1].docker)

    def test_run_without_a_live_release(self):
        os.unlink(self.state.root + '/state.json')
        self.assertEqual(self.call('run', 'blog', '--', 'bin/ok')[0], 66)


class RunRecords(CallFixture):
    """Tests that `status` and a second call report a running command, and `history` its result."""

    def setUp(self):
        super().setUp()
        self.redefine('keep = 2', 'keep = 2\ncommands = bin/ok\n  bin/long\n  bin/rake *')
        self.docker.push('v1', Image('v1', log='one\nmigrated\n'))
        self.call('deploy', 'blog', '--tag=v1')
        self.patch(one_off_watchdog, 'LOOK', 0.02)
        self.patch(one_off_watchdog, 'GIVE_UP', 5.0)      # no keeper outlives the daemon of its test for long
        self.served = self.docker.names()

    def run_to_its_end(self, *words):
        """Returns the exit code of a command, after its watchdog has ended."""
        code = self.call('run', 'blog', '--', *words)[0]
        until = time.monotonic() + 30
        while self.docker.names() != self.served and time.monotonic() < until:
            time.sleep(0.02)
        self.assertEqual(self.docker.names(), self.served)
        return code

    def history(self):
        return [one for one in self.call('history', 'blog', '--output=ndjson')[1] if one.get('verb') == 'run']

    def ended(self):
        until = time.monotonic() + 10
        while time.monotonic() < until:
            found = self.history()
            if found and found[0]['outcome']:
                return found[0]
            time.sleep(0.02)
        raise AssertionError(self.history())

    def under_way(self, words=('bin/long',)):
        """Starts a command whose caller has disconnected, so that only its watchdog watches it."""
        identity = os.urandom(6).hex()
        spec = {'Image': 'deployctl/blog:' + self.serving, 'Env': [], 'Cmd': list(words),
                'Labels': one_off.labels('blog', identity, state.host_id(), 1000),
                'HostConfig': {'RestartPolicy': {'Name': 'no'}}}
        engine = self.docker_engine()
        container = self.docker._create({'name': one_off.name_of('blog', identity)}, spec)[1]['Id']
        runs.begin(self.state, identity, number=transactions.next_number(), container=container, words=list(words),
                   by='alice', release=self.serving, digest='sha256:' + '1' * 64, tag='v1', **{'from': '192.0.2.7'})
        engine.call('POST', '/containers/%s/start' % container)
        return identity, container

    def docker_engine(self):
        from deployctl_host.docker.api import Engine
        return Engine(self.loaded()[1].docker)

    def test_history_has_exit_code_duration_caller_and_last_lines(self):
        self.assertEqual(self.call('run', 'blog', '--', 'bin/rake', 'db:migrate')[0], 73)
        self.assertEqual(self.call('run', 'blog', '--', 'bin/ok')[0], 0)
        good, bad = self.history()
        self.assertEqual((good['outcome'], good['error'], good['run']['exit']), ('succeeded', None, 0))
        self.assertEqual((bad['outcome'], bad['error'], bad['run']['exit']), ('failed', 'exit 3', 3))
        self.assertEqual((bad['by'], bad['from'], bad['tag'], bad['release']), (
            'alice', '192.0.2.7', 'v1', self.serving))
        self.assertEqual((bad['run']['words'], bad['run']['lines']), (['bin/rake', 'db:migrate'], ['one', 'migrated']))
        self.assertIsInstance(bad['ms'], int)
        self.assertIn('bin/rake db:migrate  (exit 3', self.call('history', 'blog', '--output=text')[1])

    def test_command_that_outlives_its_caller_is_in_status_and_history(self):
        identity, container = self.under_way()
        status = self.call('status', 'blog', '--output=ndjson')[1][0]
        self.assertEqual([(one['by'], one['words'], one['container']) for one in status['runs']],
                         [('alice', ['bin/long'], container[:12])])
        self.assertIn('> run by alice', self.call('status', 'blog', '--output=text')[1])
        self.assertIsNone(self.history()[0]['outcome'])
        self.assertIn('a command of this app runs: bin/long since',
                      self.call('preflight', 'blog', '--output=ndjson')[1][-1]['warnings'][0])
        wanted = self.loaded()[0]
        run_verb = importlib.import_module('deployctl_host.verbs.run')
        one_off_watchdog.start(self.docker_engine(), container, 100.0, 1.0, run_verb._end_recorder(
            self.docker_engine(), self.state, identity, wanted)).close()
        self.docker._end(self.docker._by(container), 3)
        found = self.ended()
        self.assertEqual((found['outcome'], found['run']['exit'], found['run']['lines']), (
            'failed', 3, ['one', 'migrated']))
        self.assertEqual(self.call('status', 'blog', '--output=ndjson')[1][0]['runs'], [])

    def test_second_command_is_told_about_the_first(self):
        self.under_way()
        code, told = self.call('run', 'blog', '--output=ndjson', '--', 'bin/ok')
        self.assertEqual((code, told[0]['type'], told[0]['code']), (0, 'warning', 'run'))
        self.assertIn('another command of blog runs: bin/long since', told[0]['message'])
        self.assertEqual(told[1]['type'], 'run.started')

    def test_command_with_a_dead_watchdog_does_not_stay_running(self):
        _, ended = self.under_way()
        self.docker._end(self.docker._by(ended), 4)
        self.assertEqual(self.history()[0]['run']['exit'], 4)
        _, gone = self.under_way()
        self.docker._remove(gone, None, None)
        found = self.history()[0]
        self.assertEqual((found['outcome'], found['run']['exit']), ('failed', None))
        self.assertIn('not known', found['error'])

    def test_command_that_was_stopped_is_in_the_history(self):
        self.redefine('keep = 2', 'keep = 2\ncommand-timeout = 1s')
        self.call('run', 'blog', '--', 'bin/long')
        self.assertIn('it was stopped: it had not ended after 1 s', self.ended()['error'])

    def test_command_that_never_started_is_not_in_the_history(self):
        self.docker.fail[('POST', 'start')] = (400, 'exec: not found')
        self.call('run', 'blog', '--', 'bin/ok')
        self.assertEqual(self.history(), [])

    def test_old_records_are_removed_except_running_ones(self):
        self.patch(runs, 'KEPT', 1)
        self.under_way()
        for _ in range(3):
            self.call('run', 'blog', '--', 'bin/ok')
        self.call('prune', 'blog')
        self.assertEqual([one['outcome'] for one in self.history()], ['succeeded', None])

    def test_command_runs_from_an_untagged_image(self):
        image = self.docker.images['v1']
        self.docker.tags.clear()
        self.assertEqual(self.run_to_its_end('bin/ok'), 0)
        self.assertEqual(self.docker.calls('POST', '/containers/create')[-1][3]['Image'], image.id)
        self.assertIn('deployctl/blog:' + self.serving, self.docker.tags)
        self.docker.tags.clear()
        self.docker.present.clear()     # all of it: fetched again, by its digest
        self.assertEqual(self.run_to_its_end('bin/ok'), 0)


class Prune(CallFixture):
    def test_unkept_releases_are_removed(self):
        self.call('deploy', 'blog', '--tag=v1')
        oldest = self.serving
        self.call('deploy', 'blog', '--tag=v2')
        self.call('deploy', 'blog', '--tag=v3')
        self.redefine('keep = 2', 'keep = 1')
        code, told = self.call('prune', 'blog', '--output=ndjson')
        self.assertEqual((code, told[-1]['type'], told[-1]['releases']), (0, 'prune.finished', [oldest]))
        self.assertNotIn('deployctl/blog:' + oldest, self.docker.tags)
        self.assertEqual(len(self.docker.names()), 2)
        self.assertEqual(self.call('prune', 'blog', '--output=ndjson')[1][-1]['releases'], [])

    def test_prune_is_refused_during_a_transaction(self):
        holder = lock.Lock('blog')
        holder.take()
        self.assertEqual(self.call('prune', 'blog')[0], 75)
        holder.release()


if __name__ == '__main__':
    unittest.main()
