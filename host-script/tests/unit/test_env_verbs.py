"""Tests of `env-list`, `env-set` and `env-unset`: who may call them, what they write, where values are shown."""

import os
import stat
import threading

from deployctl_host import access
from deployctl_host.env import targets
from deployctl_host.verbs import env_edit
from tests.unit.call_fixture import CallFixture

CANARY = 'canary-5f2c9e'
FILE = '# of blog\n\nGREETING=hello\n  OTHER=1\n'


class EnvFixture(CallFixture):

    def setUp(self):
        super().setUp()
        self.redefine('source = file', 'source = file\neditors = carol, %editors-of-blog')
        self.write('etc/env/blog.env', FILE)
        self.editor = access.Caller('carol', 1001)

    def as_editor(self, *words, value=None):
        """Makes a call of carol's, with a value on standard input; returns (exit code, events)."""
        self.caller = self.editor
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        os.write(writing, b'' if value is None else value if isinstance(value, bytes) else value.encode())
        os.close(writing)
        self.patch(env_edit, 'INPUT', reading)
        try:
            return self.call(*words)
        finally:
            self.caller = access.Caller('alice', 1000)

    def set(self, name, value, *words):
        return self.as_editor('env-set', 'blog', '--name=' + name, *words, value=value)

    def unset(self, name, *words):
        return self.as_editor('env-unset', 'blog', '--name=' + name, *words)

    def listed(self):
        """Returns ({name: its event}, the last event) as a deployer sees them."""
        code, sent = self.call('env-list', 'blog')
        self.assertEqual((0, 'env.listed'), (code, sent[-1]['type']), sent[-1])
        return {event['name']: event for event in sent[:-1] if event['type'] == 'env.name'}, sent[-1]

    def file(self):
        with open(self.root + '/etc/env/blog.env', encoding='utf-8') as source:
            return source.read()

    def refused(self, exit, answer):
        code, sent = answer
        self.assertEqual(exit, code, sent)
        self.assertEqual('error', sent[-1]['type'])
        self.assertNotIn(CANARY, str(sent))
        return sent[-1]['error']['message']


class Callers(EnvFixture):

    def test_deployers_list_and_editors_alone_change(self):
        self.assertEqual(0, self.call('env-list', 'blog')[0])
        for verb in ('env-set', 'env-unset'):
            message = self.refused(77, self.call(verb, 'blog', '--name=GREETING'))
            self.assertEqual('alice may not change the environment of blog', message)
        self.assertEqual(FILE, self.file())
        self.assertEqual(0, self.set('GREETING', 'x')[0])

    def test_editors_list_and_may_not_deploy(self):
        self.assertEqual(0, self.as_editor('env-list', 'blog')[0])
        for words in (('deploy', 'blog', '--tag=v1'), ('status', 'blog'), ('restart', 'blog')):
            self.refused(77, self.as_editor(*words))

    def test_without_editors_root_alone_changes(self):
        self.redefine('\neditors = carol, %editors-of-blog', '')
        self.assertIn('may not change', self.refused(77, self.set('GREETING', 'x')))
        self.editor = access.Caller('root', 0)
        self.assertEqual(0, self.set('GREETING', 'x')[0])

    def test_others_may_neither_list_nor_change(self):
        self.editor = access.Caller('mallory', 1002)
        self.refused(77, self.as_editor('env-list', 'blog'))
        self.refused(77, self.set('GREETING', 'x'))
        self.refused(77, self.unset('GREETING'))
        self.assertEqual(FILE, self.file())


class File(EnvFixture):

    def test_only_the_line_of_the_variable_changes(self):
        code, sent = self.set('GREETING', CANARY)
        self.assertEqual((0, 'set', 'file'), (code, sent[-1]['outcome'], sent[-1]['source']))
        self.assertEqual(FILE.replace('hello', CANARY), self.file())
        self.assertEqual('set', self.set('NEW', 'a b # c')[1][-1]['outcome'])
        self.assertEqual(FILE.replace('hello', CANARY) + 'NEW=a b # c\n', self.file())
        self.assertEqual('unset', self.unset('OTHER')[1][-1]['outcome'])
        self.assertEqual('# of blog\n\nGREETING=%s\nNEW=a b # c\n' % CANARY, self.file())
        self.assertEqual(0o600, stat.S_IMODE(os.stat(self.root + '/etc/env/blog.env').st_mode))

    def test_file_without_last_line_feed_with_mark_and_carriage_returns(self):
        self.write('etc/env/blog.env', b'\xef\xbb\xbfA=1\r\nB=2')
        self.assertEqual(0, self.set('A', '3')[0])
        self.assertEqual(0, self.set('C', '4')[0])
        with open(self.root + '/etc/env/blog.env', 'rb') as source:
            self.assertEqual(b'\xef\xbb\xbfA=3\nB=2\nC=4\n', source.read())

    def test_file_that_is_missing_is_created(self):
        os.unlink(self.root + '/etc/env/blog.env')
        self.assertEqual('set', self.set('A', '1')[1][-1]['outcome'])
        self.assertEqual('A=1\n', self.file())

    def test_value_that_a_line_cannot_hold_is_refused(self):
        for value in ('%s\nB=2' % CANARY, CANARY + '\n', CANARY + '\r'):
            self.assertIn('cannot hold a line feed', self.refused(78, self.set('A', value)))
        self.assertEqual(FILE, self.file())

    def test_values_and_names_that_no_deploy_accepts_are_refused(self):
        for name, value in (('PATH', CANARY), ('LD_PRELOAD', CANARY), ('A', b'\xff' + CANARY.encode()),
                            ('A', CANARY * 3000), ('A', CANARY + '\0'), ('LISTEN_SOCKET', CANARY),
                            ('DEPLOYCTL_RELEASE', CANARY)):
            self.refused(78, self.set(name, value))
        self.assertEqual(FILE, self.file())

    def test_required_variable_is_not_removed(self):
        self.redefine('source = file', 'source = file\nrequired = GREETING')
        self.assertIn('GREETING: required', self.refused(78, self.unset('GREETING')))
        self.write('etc/env/common.env', 'GREETING=all\n')
        code, sent = self.unset('GREETING')
        self.assertEqual((0, 'unset', self.root + '/etc/env/common.env'), (code, sent[-1]['outcome'],
                                                                           sent[-1]['still']))

    def test_last_variable_is_not_removed_unless_the_environment_may_be_empty(self):
        self.assertEqual(0, self.unset('OTHER')[0])
        self.assertIn('is empty', self.refused(78, self.unset('GREETING')))
        self.redefine('source = file', 'source = file\nmay-be-empty = yes')
        self.assertEqual(0, self.unset('GREETING')[0])

    def test_wrong_environment_is_fixed_one_variable_at_a_time(self):
        self.redefine('source = file', 'source = file\nrequired = A, B')
        self.assertEqual(0, self.set('A', '1')[0])
        self.assertIn('B: required', self.listed()[1]['problem'])
        self.assertEqual(0, self.set('B', '1')[0])
        self.assertIsNone(self.listed()[1]['problem'])

    def test_removing_again_changes_nothing(self):
        self.assertEqual('unset', self.unset('OTHER')[1][-1]['outcome'])
        self.assertEqual('unchanged', self.unset('OTHER')[1][-1]['outcome'])

    def test_check_changes_nothing_and_refuses_what_a_change_would(self):
        code, sent = self.set('A', '1', '--check')
        self.assertEqual((0, 'checked', 'absent'), (code, sent[-1]['outcome'], sent[-1]['token']))
        self.refused(78, self.set('A', 'x\ny', '--check'))
        self.assertEqual('checked', self.unset('OTHER', '--check')[1][-1]['outcome'])
        self.assertEqual(FILE, self.file())

    def test_suspicious_value_has_a_warning_without_the_value(self):
        sent = self.set('A', '"%s"' % CANARY)[1]
        self.assertEqual(['A: its quotes are part of the value, as Docker has it'], sent[-1]['warnings'])

    def test_file_that_others_can_read_is_refused(self):
        os.chmod(self.root + '/etc/env/blog.env', 0o644)
        self.assertIn('open to others', self.refused(78, self.set('A', '1')))

    def test_source_none_has_nothing_to_set(self):
        self.redefine('source = file', 'source = none')
        self.assertIn('has no environment', self.refused(64, self.set('A', '1')))
        self.assertEqual(('none', None, False), tuple(self.listed()[1][name] for name in ('source', 'where', 'editor')))


class Input(EnvFixture):

    def test_value_is_what_is_before_the_nul(self):
        self.assertEqual(0, self.set('A', 'x y\0', '--until-nul')[0])
        self.assertEqual(FILE + 'A=x y\n', self.file())
        self.assertEqual(0, self.set('A', '\0', '--until-nul')[0])
        self.assertEqual(FILE + 'A=\n', self.file())

    def test_value_that_was_cut_off_is_refused(self):
        for value in (CANARY, ''):
            self.assertIn('incomplete', self.refused(64, self.set('A', value, '--until-nul')))
        self.refused(78, self.set('A', CANARY + '\0' + CANARY + '\0', '--until-nul'))
        self.assertEqual(FILE, self.file())

    def test_no_value_at_all_is_refused(self):
        self.assertIn('has no value', self.refused(64, self.set('A', '')))

    def test_terminal_is_refused(self):
        master, terminal = os.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, terminal)
        self.caller = self.editor
        self.patch(env_edit, 'INPUT', terminal)
        self.assertIn('is a terminal', self.refused(64, self.call('env-set', 'blog', '--name=A')))


class Tokens(EnvFixture):

    def test_change_by_somebody_else_is_told_with_name_and_time(self):
        before = self.listed()[0]['GREETING']['token']
        self.assertEqual(0, self.set('GREETING', 'other')[0])
        message = self.refused(75, self.set('GREETING', CANARY, '--expect=' + before))
        self.assertRegex(message, r'\AGREETING was changed by carol at \d{4}-.*Z after it was read\Z')
        self.assertRegex(self.refused(75, self.unset('GREETING', '--expect=' + before)), 'changed by carol')
        self.assertEqual(FILE.replace('hello', 'other'), self.file())
        self.assertEqual(0, self.set('GREETING', 'x', '--expect=' + self.listed()[0]['GREETING']['token'])[0])

    def test_change_by_hand_is_noticed(self):
        before = self.listed()[0]['GREETING']['token']
        self.write('etc/env/blog.env', FILE.replace('hello', 'by hand'))
        self.assertEqual('GREETING was changed after it was read',
                         self.refused(75, self.set('GREETING', 'x', '--expect=' + before)))

    def test_variable_that_appeared_or_disappeared_meanwhile(self):
        self.assertEqual(0, self.set('NEW', '1', '--expect=absent')[0])
        self.assertIn('NEW was changed by carol', self.refused(75, self.set('NEW', '2', '--expect=absent')))
        before = self.listed()[0]['NEW']['token']
        self.assertEqual(0, self.unset('NEW', '--expect=' + before)[0])
        self.assertIn('NEW was removed by carol', self.refused(75, self.unset('NEW', '--expect=' + before)))

    def test_token_is_made_with_a_secret_of_the_host_and_differs_by_variable(self):
        self.write('etc/env/blog.env', 'A=%s\nB=%s\n' % (CANARY, CANARY))
        tokens = {name: event['token'] for name, event in self.listed()[0].items()}
        self.assertNotEqual(tokens['A'], tokens['B'])
        self.assertEqual(tokens, {name: event['token'] for name, event in self.listed()[0].items()})
        self.assertEqual(0o600, stat.S_IMODE(os.stat(self.root + '/state/env-token-key').st_mode))
        os.unlink(self.root + '/state/env-token-key')
        self.assertNotEqual(tokens['A'], self.listed()[0]['A']['token'])

    def test_of_many_editors_at_once_each_change_is_kept_or_refused(self):
        token = self.listed()[0]['GREETING']['token']
        key = targets.of(self.definition(), None, self.key())
        done = []

        def change(number):
            try:
                with key.held():
                    done.append(key.swap('GREETING', b'%d' % number, token))
            except targets.Changed:
                pass
        threads = [threading.Thread(target=change, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(1, len(done))

    def definition(self):
        from deployctl_host.config import definition
        return definition.load_app('blog')

    def key(self):
        from deployctl_host.store import env_changes
        return env_changes.token_key()


class Listed(EnvFixture):

    def test_each_name_has_its_file_and_its_last_change(self):
        self.write('etc/env/common.env', 'SHARED=1\nGREETING=common\n')
        self.assertEqual(0, self.set('OTHER', '2')[0])
        names, last = self.listed()
        self.assertEqual({'GREETING': 'blog.env', 'OTHER': 'blog.env', 'SHARED': 'common.env'},
                         {name: os.path.basename(event['source']) for name, event in names.items()})
        self.assertEqual('carol', names['OTHER']['by'])
        self.assertIsNone(names['GREETING']['changed'])
        self.assertEqual('absent', names['SHARED']['token'])
        self.assertEqual((3, 'file', None, False, None), tuple(
            last[name] for name in ('names', 'source', 'store', 'editor', 'problem')))
        self.assertTrue(self.as_editor('env-list', 'blog')[1][-1]['editor'])

    def test_names_are_compared_with_the_live_release(self):
        self.assertEqual({None}, {event['live'] for event in self.listed()[0].values()})
        self.assertEqual(0, self.call('deploy', 'blog', '--tag=v1')[0])
        self.assertEqual(0, self.set('GREETING', CANARY)[0])
        self.assertEqual(0, self.set('NEW', CANARY)[0])
        self.assertEqual(0, self.set('STAYS', '1')[0])
        self.assertEqual(0, self.call('restart', 'blog')[0])
        self.assertEqual(0, self.set('GREETING', 'x')[0])
        self.assertEqual(0, self.unset('NEW')[0])
        self.assertEqual(0, self.set('LATER', '1')[0])
        self.assertEqual({'GREETING': 'differs', 'NEW': 'only', 'STAYS': 'same', 'OTHER': 'same', 'LATER': 'absent'},
                         {name: event['live'] for name, event in self.listed()[0].items()})

    def test_no_value_is_in_an_event_the_audit_log_or_the_state(self):
        self.write('etc/env/blog.env', 'A=%s\n' % CANARY)
        self.assertEqual(0, self.set('B', CANARY)[0])
        self.assertEqual(0, self.set('B', CANARY + '2', '--expect=' + self.listed()[0]['B']['token'])[0])
        self.refused(78, self.set('C', CANARY + '\n'))
        self.assertNotIn(CANARY, str(self.call('env-list', 'blog')))
        self.assertNotIn(CANARY, self.call('env-list', 'blog', '--output=text')[1])
        for path, (_, content) in ((path, seen) for path, seen in self.snapshot().items() if isinstance(seen, tuple)):
            if not path.endswith('blog.env'):
                self.assertNotIn(CANARY.encode(), content, path)

    def test_audit_has_name_and_caller(self):
        self.assertEqual(0, self.set('B', CANARY)[0])
        begun, ended = self.audited()[-2:]
        self.assertEqual((['blog', '--name=B'], 'carol', 'begin'), (begun['words'], begun['by'], begun['phase']))
        self.assertEqual(('env-set', 0), (ended['verb'], ended['exit']))

    def test_source_is_changed_while_a_transaction_is_unfinished(self):
        self.state.begin('r-dead1')
        self.assertEqual(0, self.set('B', '1')[0])
        self.assertEqual('r-dead1', self.state.unfinished())
