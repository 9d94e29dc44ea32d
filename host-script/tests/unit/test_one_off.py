"""Tests of `run` and of what all one-off commands have in common: record, result, time limit, attach."""

import os
import threading
import unittest

from deployctl_host.store import run_locks, runs, transactions
from deployctl_host.transaction.one_off import course
from tests.unit.one_off_fixture import OneOffFixture


class Run(OneOffFixture):
    def test_output_and_exit_code_and_nothing_left(self):
        self.write('etc/env/blog.env', 'GREETING=changed since\n')
        code, told = self.ndjson('run', 'blog', '--', 'bin/ok')
        self.assertEqual((code, [one['type'] for one in told]), (
            0, ['run.started', 'log.line', 'log.line', 'run.finished']))
        self.assertEqual((told[0]['words'], told[2]['line'], told[-1]['exit']), (['bin/ok'], 'migrated', 0))
        self.assertEqual((told[0]['kind'], told[0]['release']), ('run', self.serving))
        self.assertEqual(told[0]['run'], told[-1]['run'])
        spec = self.docker.calls('POST', '/containers/create')[-1][3]
        self.assertEqual((spec['Cmd'], spec['HostConfig']['RestartPolicy']['Name']), (['bin/ok'], 'no'))
        self.assertNotIn('PortBindings', spec['HostConfig'])
        self.assertEqual(sorted(spec['Env']), ['DEPLOYCTL_RELEASE=' + self.serving, 'GREETING=hello'])
        self.gone()

    def test_exit_code_of_the_command_is_in_the_event(self):
        code, told = self.ndjson('run', 'blog', '--', 'bin/rake', 'db:migrate')
        self.assertEqual((code, told[-1]['type'], told[-1]['exit']), (73, 'run.finished', 3))
        self.gone()

    def test_unlisted_command_is_refused(self):
        for words in (['bin/sh'], ['bin/ok', 'more'], ['bin/rake2'], ['bin/ok2']):
            code, told = self.ndjson('run', 'blog', '--', *words)
            self.assertEqual((code, told[-1]['error']['kind']), (77, 'not-allowed'))
            self.assertIn('bin/rake *', told[-1]['error']['hint'])
        self.assertEqual([one for one in self.audited() if one['verb'] == 'run' and one['phase'] == 'begin'], [])
        self.assertEqual(self.docker.names(), self.served)

    def test_command_that_cannot_start_leaves_nothing(self):
        self.docker.fail[('POST', 'start')] = (400, 'exec: not found')
        code, told = self.ndjson('run', 'blog', '--', 'bin/ok')
        self.assertEqual((code, told[-1]['error']['kind']), (73, 'release-failed'))
        self.assertIn('exec: not found', told[-1]['error']['message'])
        self.gone()
        self.assertEqual(self.history(), [])

    def test_run_without_a_live_release(self):
        os.unlink(self.state.root + '/state.json')
        self.assertEqual(self.call('run', 'blog', '--', 'bin/ok')[0], 66)

    def test_second_command_is_told_about_the_first(self):
        course.begin(self.state, self.one_off())
        self.wait_until(self.docker_runs_a_command)
        code, told = self.ndjson('run', 'blog', '--', 'bin/ok')
        self.assertEqual((code, told[0]['type'], told[0]['code']), (0, 'warning', 'run'))
        self.assertIn('another command of blog runs: bin/long since', told[0]['message'])
        self.assertEqual(told[1]['type'], 'run.started')

    def docker_runs_a_command(self):
        return any('-run-' in name for name in self.docker.running())

    def test_command_runs_from_an_untagged_image(self):
        image = self.docker.images['v1']
        self.docker.tags.clear()
        self.assertEqual(self.call('run', 'blog', '--', 'bin/ok')[0], 0)
        self.assertEqual(self.docker.calls('POST', '/containers/create')[-1][3]['Image'], image.id)
        self.assertIn('deployctl/blog:' + self.serving, self.docker.tags)
        self.gone()
        self.docker.tags.clear()
        self.docker.present.clear()     # all of it: fetched again, by its digest
        self.assertEqual(self.call('run', 'blog', '--', 'bin/ok')[0], 0)
        self.gone()

    def test_image_has_a_tag_of_its_own_while_the_command_runs(self):
        identity = course.begin(self.state, self.one_off())
        self.wait_until(self.docker_runs_a_command)
        self.assertIn('deployctl/blog:run-' + identity, self.docker.tags)
        self.docker._end(self.container_of(identity), 0)
        self.gone()


class OtherImages(OneOffFixture):
    def test_image_that_is_not_live_gets_the_env_as_a_deploy_would_read_it_now(self):
        self.write('etc/env/blog.env', 'GREETING=changed since\n')
        image = self.docker.images['v2']
        code, told = self.ndjson('run', 'blog', '--digest=' + image.digest, '--from-tag=v2', '--', 'bin/ok')
        self.assertEqual((code, told[0]['release'], told[0]['digest']), (0, None, image.digest))
        spec = self.docker.calls('POST', '/containers/create')[-1][3]
        self.assertEqual((spec['Image'], spec['Env']), (image.id, ['GREETING=changed since']))
        entry = self.history()[0]
        self.assertEqual((entry['run']['digest'], entry['tag'], entry['release']), (image.digest, 'v2', None))
        self.gone()

    def test_tag_is_resolved_at_the_registry(self):
        code, told = self.ndjson('run', 'blog', '--tag=v3', '--', 'bin/ok')
        self.assertEqual((code, told[0]['digest']), (0, self.docker.images['v3'].digest))
        code, told = self.ndjson('run', 'blog', '--tag=v9', '--', 'bin/ok')
        self.assertEqual((code, told[-1]['error']['kind']), (66, 'not-found'))

    def test_image_that_was_fetched_for_it_is_removed_by_prune(self):
        image = self.docker.images['v2']
        self.call('run', 'blog', '--digest=' + image.digest, '--', 'bin/ok')
        self.gone()
        told = self.ndjson('prune', 'blog')[1][-1]
        self.assertEqual(told['images'], ['registry.example.com/blog@' + image.digest])
        self.assertNotIn(image.id, self.docker.present)

    def test_no_release_has_to_be_live(self):
        os.unlink(self.state.root + '/state.json')
        self.assertEqual(self.call('run', 'blog', '--tag=v2', '--', 'bin/ok')[0], 0)

    def test_env_that_is_invalid_now_starts_nothing(self):
        self.redefine('source = file', 'source = file\nrequired = SECRET')
        code, told = self.ndjson('run', 'blog', '--tag=v2', '--', 'bin/ok')
        self.assertEqual((code, told[-1]['error']['kind']), (78, 'definition'))
        self.assertEqual(self.docker.names(), self.served)


class TimeLimit(OneOffFixture):
    def setUp(self):
        super().setUp()
        self.redefine('keep = 2', 'keep = 2\ncommand-timeout = 1s')

    def test_long_command_is_stopped_and_reported(self):
        code, told = self.ndjson('run', 'blog', '--', 'bin/long')
        self.assertEqual((code, told[-1]['error']['kind']), (73, 'release-failed'))
        self.assertIn('had not ended after 1 s', told[-1]['error']['message'])
        self.assertIn('command-timeout', told[-1]['error']['hint'])
        self.assertEqual(len(self.docker.calls('POST', '/stop$')), 1)
        self.gone()
        self.assertIn('it was stopped: it had not ended after 1 s', self.history()[0]['error'])

    def test_other_calls_while_it_is_stopped_record_nothing_else(self):
        ended = threading.Event()
        seen = []

        def poll():
            while not ended.is_set():
                course.look(self.state, self.engine())
                seen.extend(facts for _, facts in runs.every(self.state) if facts['ended'])
        poller = threading.Thread(target=poll)
        poller.start()
        try:
            code, told = self.ndjson('run', 'blog', '--', 'bin/long')
        finally:
            ended.set()
            poller.join()
        self.assertEqual((code, told[-1]['type']), (73, 'error'))
        self.assertEqual({one['error'] for one in seen} - {'it was stopped: it had not ended after 1 s'}, set())

    def test_command_that_ends_by_itself_as_it_is_stopped_was_not_stopped(self):
        identity = self.recorded(words=('bin/ok',), timeout=-1.0)
        course.keep('blog', identity)
        self.wait_until(lambda: self.run_of(identity)['ended'])
        self.assertEqual((self.run_of(identity)['exit'], self.run_of(identity)['error']), (0, None))


class Records(OneOffFixture):
    """Tests that `status` and a second call report a running command, and `history` its result."""

    def test_history_has_exit_code_duration_caller_and_last_lines(self):
        self.assertEqual(self.call('run', 'blog', '--', 'bin/rake', 'db:migrate')[0], 73)
        self.assertEqual(self.call('run', 'blog', '--', 'bin/ok')[0], 0)
        good, bad = self.history()
        self.assertEqual((good['outcome'], good['error'], good['run']['exit']), ('succeeded', None, 0))
        self.assertEqual((bad['outcome'], bad['error'], bad['run']['exit']), ('failed', 'exit 3', 3))
        self.assertEqual((bad['by'], bad['from'], bad['tag'], bad['release']), (
            'alice', '192.0.2.7', 'v1', self.serving))
        self.assertEqual((bad['run']['words'], bad['run']['lines']), (['bin/rake', 'db:migrate'], ['one', 'migrated']))
        self.assertEqual((bad['run']['kind'], len(bad['run']['id'])), ('run', 12))
        self.assertIsInstance(bad['ms'], int)
        self.assertIn('bin/rake db:migrate  (exit 3', self.call('history', 'blog', '--output=text')[1])

    def test_command_that_outlives_its_caller_is_in_status_and_history(self):
        identity = course.begin(self.state, self.one_off(words=('bin/long',)))
        self.wait_until(lambda: self.run_of(identity).get('begun'))
        container = self.run_of(identity)['container']
        status = self.ndjson('status', 'blog')[1][0]
        self.assertEqual([(one['by'], one['words'], one['container'], one['run'], one['kind'])
                          for one in status['runs']], [('alice', ['bin/long'], container[:12], identity, 'run')])
        self.assertIn('> run by alice', self.call('status', 'blog', '--output=text')[1])
        self.assertIsNone(self.history()[0]['outcome'])
        self.assertIn('a command of this app runs: bin/long since',
                      self.ndjson('preflight', 'blog')[1][-1]['warnings'][0])
        self.docker._end(self.docker._by(container), 3)
        self.wait_until(lambda: self.run_of(identity)['ended'])
        found = self.history()[0]
        self.assertEqual((found['outcome'], found['run']['exit'], found['run']['lines']), (
            'failed', 3, ['one', 'migrated']))
        self.assertEqual(self.ndjson('status', 'blog')[1][0]['runs'], [])

    def test_start_and_end_are_audited_though_the_caller_is_gone(self):
        identity = course.begin(self.state, self.one_off(words=('bin/ok',)))
        self.wait_until(lambda: not runs.open_ids(self.state))
        started, ended = (one for one in self.audited() if one.get('run') == identity)
        self.assertEqual((started['phase'], ended['phase'], ended['exit']), ('started', 'ended', 0))
        self.assertEqual((ended['by'], ended['client'], ended['words']), ('alice', '192.0.2.7', ['bin/ok']))

    def test_old_records_are_removed_except_running_ones(self):
        self.patch(runs, 'KEPT', 1)
        identity = course.begin(self.state, self.one_off())
        for _ in range(3):
            self.call('run', 'blog', '--', 'bin/ok')
        self.wait_until(lambda: runs.open_ids(self.state) == [identity])
        self.call('prune', 'blog')
        self.assertEqual([one['outcome'] for one in self.history()], ['succeeded', None])

    def test_env_values_are_in_no_record_and_no_event(self):
        self.write('etc/env/blog.env', 'TOKEN=sesame-open\n')
        told = self.ndjson('run', 'blog', '--tag=v2', '--', 'bin/ok')[1]
        self.assertNotIn('sesame-open', repr(told))
        for name in os.listdir(run_locks.root(self.state)):
            with open('%s/%s' % (run_locks.root(self.state), name), encoding='utf-8') as source:
                self.assertNotIn('sesame-open', source.read())
        with open(self.root + '/log/audit.log', encoding='ascii') as source:
            self.assertNotIn('sesame-open', source.read())


class Text(OneOffFixture):
    """The text for people who call the host script themselves."""

    def test_result_that_is_not_known(self):
        identity = course.begin(self.state, self.one_off())
        self.wait_until(lambda: self.docker.running() != self.served)
        self.docker._remove('deployctl-blog-run-' + identity, None, None)
        self.wait_until(lambda: self.run_of(identity)['ended'])
        code, text = self.call('attach', 'blog', '--run=' + identity, '--output=text')
        self.assertEqual(code, 73)
        self.assertIn('run: exit code unknown; it is not known how it ended', text)

    def test_image_that_is_not_live_and_a_definition_without_a_release_command(self):
        digest = self.docker.images['v2'].digest
        text = self.call('run', 'blog', '--digest=' + digest, '--output=text', '--', 'bin/ok')[1]
        self.assertIn('of ' + digest, text)
        text = self.call('release', 'blog', '--digest=' + digest, '--check', '--output=text')[1]
        self.assertEqual(text, 'the definition has none')


class Attach(OneOffFixture):
    def test_attach_follows_a_running_command_from_its_first_line(self):
        identity = course.begin(self.state, self.one_off())
        self.wait_until(lambda: self.run_of(identity).get('begun'))
        threading.Timer(0.2, lambda: self.docker._end(self.container_of(identity), 4)).start()
        code, told = self.ndjson('attach', 'blog', '--run=' + identity)
        self.assertEqual((code, [one['type'] for one in told]), (
            73, ['run.started', 'log.line', 'log.line', 'run.finished']))
        self.assertEqual((told[-1]['exit'], told[-1]['run']), (4, identity))

    def test_attach_tells_the_result_of_a_command_that_has_ended(self):
        told = self.ndjson('run', 'blog', '--', 'bin/rake', 'db:migrate')[1]
        self.gone()
        code, again = self.ndjson('attach', 'blog', '--run=' + told[0]['run'])
        self.assertEqual((code, [one['type'] for one in again]), (
            73, ['run.started', 'log.line', 'log.line', 'run.finished']))
        self.assertEqual((again[-1]['exit'], again[2]['line']), (3, 'migrated'))

    def test_unknown_command(self):
        code, told = self.ndjson('attach', 'blog', '--run=0123456789ab')
        self.assertEqual((code, told[-1]['error']['kind']), (66, 'not-found'))


class Numbers(OneOffFixture):
    def test_commands_and_transactions_share_one_order(self):
        self.assertLess(transactions.every(self.state)[-1].place[0], transactions.next_number())
        self.call('run', 'blog', '--', 'bin/ok')
        self.call('restart', 'blog')
        self.assertEqual([one['verb'] for one in self.ndjson('history', 'blog')[1] if 'verb' in one],
                         ['restart', 'run', 'deploy'])


if __name__ == '__main__':
    unittest.main()
