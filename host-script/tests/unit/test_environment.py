"""Tests of env files, checks of values, and references between variables. No error ever contains a value."""

import os
import random
import unittest

from deployctl_host.config.schema import AppDefinition, Env, HostConfig, Vhost
from deployctl_host.env import envfile, environment, expand, lint
from deployctl_host.errors import HostError
from tests.sandbox import FUZZ, Sandbox

CANARY = 'canary-5f2c9e'


def app(**env):
    return AppDefinition('blog', 'r.example/blog', ('alice',), Vhost(('blog.example',)), env=Env(**env))


class Files(Sandbox):

    def setUp(self):
        super().setUp()
        os.mkdir(os.path.join(self.root, 'etc', 'env'), 0o700)

    def read(self, text=None, common=None, **env):
        if text is not None:
            self.write('etc/env/blog.env', text)
        if common is not None:
            self.write('etc/env/common.env', common)
        return environment.read(app(**env), HostConfig())

    def refused(self, text, **env):
        before = None
        with self.assertRaises(HostError, msg=text) as caught:
            self.write('etc/env/blog.env', text)
            before = self.snapshot()
            environment.read(app(**env), HostConfig())
        self.assertEqual(78, caught.exception.exit)
        self.assertNotIn(CANARY, str(caught.exception.as_dict()))
        self.assertEqual(before, self.snapshot())
        return caught.exception.message

    def test_syntax_is_that_of_docker(self):
        read = self.read(
            '\ufeff# comment\r\n\r\n  A=one two # three \r\nB=\n\tC="quoted"\nD=$HOME `x` a=b\n   # indented\n'
            'E= lead\nF=a\rb\nG=é\\n')
        self.assertEqual({'A': 'one two # three ', 'B': '', 'C': '"quoted"', 'D': '$HOME `x` a=b', 'E': ' lead',
                          'F': 'a\rb',
                          'G': 'é\\n'}, read.values)
        self.assertEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G'], read.names)
        self.assertEqual(('file', None), (read.source, read.revision))
        self.assertIn('C: its quotes are part of the value, as Docker has it', read.warnings)

    def test_suspicious_values_have_warnings(self):
        for text, warned in (
                ('A=%s  ', 'A: its value ends with a blank'), ('A=%s\t', 'A: its value ends with a blank'),
                ('A= %s', 'A: its value begins with a blank'), ('A=  ', 'A: its value is nothing but blanks'),
                ('A=%s # three', 'A: the # and what follows'), ('A=%s\t#', 'A: the # and what follows'),
                ('A="%s"', 'A: its quotes'), ("A='%s'", 'A: its quotes'),
                ('A=%s\r\r\n', 'A: its value ends in a carriage'),
                ('A=%s\u00a0', 'A: its value begins or ends with a character that nobody sees')):
            read = self.read(text.replace('%s', CANARY))
            self.assertEqual(len(read.warnings), 1, (text, read.warnings))
            self.assertIn(warned, read.warnings[0])
            self.assertNotIn(CANARY, read.warnings[0])
        for text in ('A=%s', 'A=%s#x', 'A=#%s', 'A=', 'A=a b', 'A="', '# A=b # c', 'A=%s\r\n'):
            self.assertEqual(self.read(text.replace('%s', CANARY), may_be_empty=True).warnings, (), text)

    def test_lines_of_other_formats_have_their_own_message(self):
        for text, sent in (
                ('export A=%s', '`export` is for a shell'), ('export A', '`export` is for a shell'),
                ('declare -x A="%s"', '`declare` is for a shell'), ('set A=%s', 'is for a shell'),
                ('ENV A %s', '`ENV` is for a Dockerfile'), ('ENV A=%s', '`ENV` is for a Dockerfile'),
                ('- A=%s', 'is for a Compose file'), ('A: %s', 'is YAML'), ('A = %s', 'a blank before the ='),
                ('A =%s', 'a blank before the ='), ('A\t=%s', 'a blank before the ='), ('=%s', 'no name before the ='),
                ('A', 'a name without a value'), ('A-B=%s', 'a name has letters'), ('A.B=%s', 'a name has letters'),
                ('%s/+==', 'a value cannot go on over a line')):
            self.assertIn('line 2: ' + sent if sent[0] in '`=' else sent,
                          self.refused('OK=1\n%s\n' % text.replace('%s', CANARY)), text)
        self.assertIn('UTF-16', self.refused(('A=%s\n' % CANARY).encode('utf-16')))

    def test_common_file_first(self):
        self.assertEqual({'A': '1', 'B': '2'}, self.read('B=2\n', 'A=1\nB=1\n').values)

    def test_lines_that_docker_would_misread_are_refused(self):
        for text in ('A', 'A =1', 'export A=1', '=x', 'A-B=1', '1A=1', 'A.b=1', 'é=1'):
            message = self.refused('OK=1\n%s\n' % text.replace('1', CANARY, 1))
            self.assertIn('line 2:', message)

    def test_a_value_over_two_lines_is_refused_without_showing_it(self):
        message = self.refused('KEY=-----BEGIN\n%s/+x\nQUJD%s==\n' % (CANARY, CANARY))
        self.assertIn('line 2', message)
        self.assertIn('line 3', message)

    def test_duplicate_name_is_refused(self):
        self.assertIn('line 3: A a second time (first on line 1)', self.refused('A=%s\nB=\nA=%s' % (CANARY, CANARY)))

    def test_invalid_values_are_refused(self):
        self.assertIn('A: its value is not UTF-8', self.refused(b'A=\xff' + CANARY.encode()))
        self.assertIn('A: its value has a NUL', self.refused('A=%s\0' % CANARY))
        self.assertIn('A: its value is longer than 32 KiB', self.refused('A=' + CANARY + 'x' * lint.VALUE_LIMIT))
        self.assertEqual(lint.VALUE_LIMIT, len(self.read('A=' + 'x' * lint.VALUE_LIMIT).values['A']))

    def test_total_size_is_limited(self):
        text = ''.join('A%d=%s\n' % (number, CANARY * 2000) for number in range(45))
        self.assertIn('more than 1024 KiB', self.refused(text))

    def test_deny_list(self):
        for name in ('PATH', 'HOSTNAME', 'LD_PRELOAD', 'LD_LIBRARY_PATH'):
            self.assertIn(name, self.refused('%s=%s' % (name, CANARY)))
            self.assertEqual([name], self.read('%s=x' % name, allow=(name,)).names)
        self.assertIn('LD_AUDIT', self.refused('LD_AUDIT=x', allow=('LD_PRELOAD',)))

    def test_names_set_by_the_script_are_refused(self):
        self.assertIn('LISTEN_SOCKET: set by deployctl-host', self.refused('LISTEN_SOCKET=/x'))
        self.assertIn('DEPLOYCTL_RELEASE', self.refused('DEPLOYCTL_RELEASE=x'))

    def test_missing_required_names_are_refused(self):
        message = self.refused('A=%s' % CANARY, required=('A', 'SECRET', 'URL'))
        self.assertIn('SECRET: required, but not set', message)
        self.assertIn('URL', message)
        self.assertNotIn('  A:', message)

    def test_empty_environment_is_refused_unless_allowed(self):
        self.assertIn('is empty', self.refused('# nothing\n'))
        self.assertEqual({}, self.read(may_be_empty=True).values)
        os.unlink(os.path.join(self.root, 'etc/env/blog.env'))
        with self.assertRaises(HostError) as caught:
            self.read()
        self.assertEqual(78, caught.exception.exit)
        self.assertEqual([], self.read(source='none').names)

    def test_readable_by_others_is_refused(self):
        self.write('etc/env/blog.env', 'A=1', 0o644)
        with self.assertRaises(HostError) as caught:
            self.read()
        self.assertIn('open to others', caught.exception.message)

    def test_hash_distinguishes_snapshots(self):
        one, same, other = (self.read(text) for text in ('A=1\nB=2', 'B=2\nA=1\n', 'A=12\nB='))
        self.assertEqual(one.sha256, same.sha256)
        self.assertNotEqual(one.sha256, other.sha256)
        self.assertRegex(one.sha256, r'\A[0-9a-f]{64}\Z')

    def test_repr_contains_no_value(self):
        read = self.read('A=%s' % CANARY)
        self.assertNotIn(CANARY, repr(read) + str(read) + '%s' % read)

    def test_snapshot_is_stored_and_loaded(self):
        read = self.read('A=é\nB=')
        self.assertEqual(vars(read), vars(environment.from_dict(read.as_dict())))
        for damage in ({}, {**read.as_dict(), 'values': {'A': 'x'}}, {**read.as_dict(), 'values': None},
                       {**read.as_dict(), 'sha256': ''}):
            with self.assertRaises(HostError) as caught:
                environment.from_dict(damage)
            self.assertEqual('internal', caught.exception.kind)

    def test_random_files_are_read_or_refused(self):
        """Seeded random files: a file is read or refused with code 78, and Docker would read the same values."""
        rng = random.Random(20261123)
        pieces = [b'A=1', b'B', b'=', b'\n', b'\r\n', b'#', b'\0', b'\xff', b' ', b'\t', b'export ', b'LD_PRELOAD=x',
                  '\ufeff'.encode(), 'é'.encode(),
                  b'A', b'_=', b'"', b"'", b'\\', b'${A}', b'$A']
        refused = 0
        for turn in range(3000 * FUZZ):
            data = b''.join(rng.choice(pieces) for _ in range(rng.randrange(20)))
            self.write('etc/env/blog.env', data)
            try:
                read = environment.read(app(may_be_empty=True, expand=('none', 'etcenv')[turn % 2]), HostConfig())
            except HostError as problem:
                self.assertEqual('definition', problem.kind)
                refused += 1
                continue
            for name, value in read.values.items():
                self.assertRegex(name, r'\A[A-Za-z_][A-Za-z0-9_]*\Z')
                self.assertNotIn('\0', value)
                self.assertNotIn('\n', value)
        self.assertGreater(refused, 500 * FUZZ)
        self.assertLess(refused, 2950 * FUZZ)


class Parse(unittest.TestCase):

    def test_last_line_without_a_line_feed(self):
        self.assertEqual(({'A': b'1', 'B': b'2'}, []), envfile.parse(b'A=1\nB=2'))


class Expand(unittest.TestCase):

    def expand(self, **values):
        return expand.expand('here', values)

    def refused(self, **values):
        with self.assertRaises(HostError) as caught:
            self.expand(**values)
        self.assertEqual(78, caught.exception.exit)
        self.assertNotIn(CANARY, caught.exception.message)
        return caught.exception.message

    def test_references_are_expanded(self):
        self.assertEqual({'A': 'x', 'B': 'x-x', 'C': 'x-x!$A', 'D': 'a$ $ 5', 'E': '${A'},
                         self.expand(A='x', B='$A-${A}', C='${B}!\\$A', D='a$ $ 5', E='${A'))

    def test_undefined_reference_is_refused(self):
        message = self.refused(A='ok', B='pa$$' + CANARY.replace('-', ''), C='$A ${NOPE}')
        self.assertIn('B: reference 1 in its value is to a name that is not set', message)
        self.assertIn('C: reference 2', message)

    def test_reference_loops_are_refused(self):
        self.assertIn('A: refers to itself (A -> A)', self.refused(A='$A'))
        self.assertIn('A -> B -> C -> A', self.refused(A=CANARY + '$B', B='$C', C='$A', D='$A'))

    def test_depth_and_size_of_expansion_are_limited(self):
        self.assertIn('deep', self.refused(**{'V%d' % n: '$V%d' % (n + 1) for n in range(60)}, V60='x'))
        bomb = {'V%d' % n: '$V%d' % (n + 1) * 10 for n in range(12)}
        self.assertIn('32 KiB', self.refused(**bomb, V12='x'))
