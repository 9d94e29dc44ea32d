"""Tests of the caller's identity, the right to deploy, and the audit log."""

import grp
import json
import os
import pwd
import stat

from deployctl_host import access, audit, paths
from deployctl_host.config import definition
from deployctl_host.errors import HostError
from tests.sandbox import MINIMAL, Sandbox


class Callers(Sandbox):

    def setUp(self):
        super().setUp()
        for name in list(os.environ):
            if name.startswith(('SUDO_', 'SSH_')):
                self.addCleanup(os.environ.__setitem__, name, os.environ.pop(name))
        self.patch(os, 'geteuid', lambda: 0)

    def caller(self, **environment):
        for name, value in environment.items():
            os.environ[name] = value
            self.addCleanup(os.environ.pop, name, None)
        return access.caller()

    def test_root_is_a_caller(self):
        self.assertEqual(access.Caller('root', 0), self.caller())

    def test_caller_is_the_sudo_user(self):
        daemon = pwd.getpwnam('daemon')
        self.assertEqual(access.Caller('daemon', daemon.pw_uid, '10.0.0.9'), self.caller(
            SUDO_USER='daemon', SUDO_UID=str(daemon.pw_uid), SSH_CLIENT='10.0.0.9 4711 22'))

    def test_script_must_run_as_root(self):
        self.patch(os, 'geteuid', lambda: 1000)
        with self.assertRaises(HostError) as caught:
            access.caller()
        self.assertEqual(77, caught.exception.exit)

    def test_sudo_user_that_does_not_match_its_uid_is_refused(self):
        for user, uid in (('daemon', '0'), ('daemon', ''), ('daemon', '1\n'), ('daemon', '１'), ('no-such-user', '1'),
                          ('', '0'),
                          ('root\n', '0'), ('../x', '1')):
            with self.assertRaises(HostError, msg=(user, uid)) as caught:
                self.caller(SUDO_USER=user, SUDO_UID=uid)
            self.assertEqual(77, caught.exception.exit)
            self.assertRegex(caught.exception.message, r'\A[ -~]+\Z')

    def test_invalid_client_address_is_ignored(self):
        for text in ('', 'x', '10.0.0.1\n{"by":"root"}', '$(id)', '1' * 80, '\x1b[0m'):
            self.assertIsNone(self.caller(SSH_CLIENT=text).client)


class Deployers(Sandbox):

    def allowed(self, deployers, caller):
        self.define(text=MINIMAL.replace('%developers, alice', deployers))
        try:
            access.require(definition.load_app('blog'), caller)
            return True
        except HostError as problem:
            self.assertEqual('not-allowed', problem.kind)
            return False

    def test_deployer_by_name(self):
        self.assertTrue(self.allowed('alice, bob', access.Caller('bob', 1001)))
        self.assertFalse(self.allowed('alice, bob', access.Caller('bo', 1001)))
        self.assertFalse(self.allowed('alice, bob', access.Caller('Bob', 1001)))

    def test_root_may_always_deploy(self):
        self.assertTrue(self.allowed('alice', access.Caller('root', 0)))

    def test_deployer_by_group(self):
        primary = grp.getgrgid(pwd.getpwnam('daemon').pw_gid).gr_name
        self.assertTrue(self.allowed('%' + primary, access.Caller('daemon', 1)))
        self.assertFalse(self.allowed('%' + primary, access.Caller('nobody', 65534)))
        self.assertFalse(self.allowed('%no-such-group', access.Caller('daemon', 1)))
        self.assertFalse(self.allowed('daemon-x, %' + primary, access.Caller('no-such-user', 4000)))

    def test_group_name_does_not_match_a_user(self):
        self.assertFalse(self.allowed('%alice', access.Caller('alice', 1001)))
        self.assertFalse(self.allowed('alice', access.Caller('%alice', 1001)))

    def test_supplementary_groups(self):
        self.patch(os, 'getgrouplist', lambda name, gid: [gid, grp.getgrnam('adm').gr_gid])
        self.assertTrue(self.allowed('%adm', access.Caller('daemon', 1)))


class Audit(Sandbox):

    def lines(self):
        with open(paths.audit_log(), encoding='ascii') as source:
            return source.read().split('\n')[:-1]

    def test_one_line_per_call_readable_only_by_root(self):
        self.assertTrue(audit.record(by='alice', verb='deploy', argv=['deploy', 'blog'], exit=0))
        audit.record_or_refuse(by='bob', verb='deploy')
        entries = [json.loads(line) for line in self.lines()]
        self.assertEqual(['alice', 'bob'], [entry['by'] for entry in entries])
        self.assertEqual(['deploy', 'blog'], entries[0]['argv'])
        self.assertEqual(0o600, stat.S_IMODE(os.stat(paths.audit_log()).st_mode))
        self.assertEqual(0o700, stat.S_IMODE(os.stat(paths.LOG).st_mode))

    def test_hostile_arguments_are_escaped(self):
        audit.record(argv=['a\nb', '\x1b]0;x\x07', '\u202e', '\udcff', '\x7f', '\x9b', 'x' * 100000], **{'by': '"}\n{'})
        line, = self.lines()
        self.assertRegex(line, r'\A[ -~]+\Z')
        self.assertLess(len(line), 2000)
        self.assertEqual('"}\n{', json.loads(line)['by'])

    def test_unwritable_audit_log_stops_only_changes(self):
        os.symlink(self.write('victim', ''), paths.audit_log())
        self.assertFalse(audit.record(verb='status'))
        with self.assertRaises(HostError) as caught:
            audit.record_or_refuse(verb='deploy')
        self.assertEqual('unavailable', caught.exception.kind)
        with open(os.path.join(self.root, 'victim'), encoding='utf-8') as source:
            self.assertEqual('', source.read())

    def test_full_disk_leaves_no_partial_line(self):
        audit.record(verb='first')
        original = os.write
        os.write = lambda descriptor, data: original(descriptor, data[:10])
        try:
            with self.assertRaises(HostError) as caught:
                audit.record_or_refuse(verb='second')
        finally:
            os.write = original
        self.assertEqual('disk-full', caught.exception.kind)
        audit.record(verb='third')
        self.assertEqual(['first', 'third'], [json.loads(line)['verb'] for line in self.lines()])
