"""Tests of changes to environments in a real etcd: comparisons, concurrent editors, rights, both ways of asking."""

import json
import threading
import unittest

from deployctl_host.config.schema import HostConfig
from deployctl_host.env import editing, sources, targets
from deployctl_host.errors import HostError
from deployctl_host.etcd import etcdctl
from tests.real import etcd_fixture
from tests.real.etcd_env_fixture import CANARY, EtcdEnvFixture, ROOT, app

COMMON = '/deploy/apps/common/env/'


class Edits(EtcdEnvFixture):
    """What is the same with the gateway and with etcdctl."""

    fields = {}

    def setUp(self):
        super().setUp()
        self.etcd.ctl('del', '--prefix', '/deploy/')
        self.etcd.ctl('put', ROOT + 'A', '1')
        self.host = HostConfig(etcd=self.config(**self.fields))
        self.target = self.of(ROOT)

    def of(self, root):
        return targets.of(app((root,)), self.host, b'')

    def edit(self, name, value, expected=None, check=False, roots=(COMMON, ROOT), **env):
        return editing.apply(app(roots, **env), self.host, self.of(ROOT), name, value, expected, check)

    def value(self, name, root=ROOT):
        return self.etcd.ctl('get', '--print-value-only', root + name).stdout

    def test_values_arrive_byte_for_byte(self):
        for value in ('x', 'a b "c" \'d\' \\e $F `g`', '-----BEGIN\nabc\n-----END\n', 'é\U0001f600', '\t\r', '-x', ''):
            edit = self.edit('B', value.encode())
            self.assertEqual(('set', self.target.tokens()['B']), (edit.outcome, edit.token), value)
            self.assertEqual(value, self.read(app(may_be_empty=True), **self.fields).values['B'])

    def test_token_of_another_revision_is_refused_and_nothing_changes(self):
        token = self.target.tokens()['A']
        self.etcd.ctl('put', ROOT + 'A', '2')
        for value in (CANARY.encode(), None):
            with self.assertRaises(targets.Changed) as caught:
                self.edit('A', value, token)
            self.assertEqual(self.target.tokens()['A'], caught.exception.token)
            with self.assertRaises(targets.Changed):        # the comparison that etcd makes itself
                self.target.swap('A', value, token)
        self.assertEqual('2\n', self.value('A'))
        with self.assertRaises(targets.Changed):
            self.edit('A', b'3', targets.ABSENT)
        self.assertEqual('set', self.edit('A', b'3', self.target.tokens()['A']).outcome)

    def test_removed_and_removed_again(self):
        self.etcd.ctl('put', ROOT + 'B', '1')
        self.assertEqual(('unset', 'absent', None), self.edit('A', None, self.target.tokens()['A'])[:3])
        self.assertEqual(('unchanged', 'absent', None), self.edit('A', None)[:3])
        self.assertEqual('', self.value('A'))

    def test_last_root_is_written_and_the_others_are_told(self):
        self.etcd.ctl('put', COMMON + 'C', 'common')
        self.assertEqual('set', self.edit('C', b'own').outcome)
        self.assertEqual(('common\n', 'own\n'), (self.value('C', COMMON), self.value('C')))
        found = sources.read(app((COMMON, ROOT)), self.host)
        self.assertEqual({'A': ROOT, 'C': ROOT}, found.origins)
        self.assertEqual(('unset', COMMON), (lambda edit: (edit.outcome, edit.still))(self.edit('C', None)))
        self.assertEqual(('unchanged', COMMON), (lambda edit: (edit.outcome, edit.still))(self.edit('C', None)))

    def test_first_variable_of_an_empty_prefix(self):
        self.etcd.ctl('del', ROOT + 'A')
        self.assertEqual('set', self.edit('A', b'1', targets.ABSENT, roots=(ROOT,)).outcome)

    def test_required_and_last_variables_are_not_removed(self):
        for env in ({'required': ('A',)}, {}):
            with self.assertRaises(HostError) as caught:
                self.edit('A', None, roots=(ROOT,), **env)
            self.assertEqual(78, caught.exception.exit)
        self.assertEqual('unset', self.edit('A', None, roots=(ROOT,), may_be_empty=True).outcome)

    def test_check_writes_nothing(self):
        before = self.target.tokens()
        self.assertEqual('checked', self.edit('A', b'2', check=True).outcome)
        self.assertEqual('checked', self.edit('B', b'2', check=True).outcome)
        self.assertEqual(before, self.target.tokens())

    def test_hosts_of_one_etcd_and_prefix_name_one_store(self):
        first, second, other = self.of(ROOT), self.of(ROOT), self.of(COMMON)
        for each in (first, second, other):
            each.tokens()
        self.assertEqual(first.store, second.store)
        self.assertNotEqual(first.store, other.store)
        self.assertRegex(first.store, r'\Aetcd:[0-9a-f]+:/deploy/apps/blog/env/\Z')


class Plain(Edits):

    def test_of_many_at_once_one_change_wins(self):
        token, done = self.target.tokens()['A'], []

        def change(number):
            try:
                done.append(self.of(ROOT).swap('A', b'%d' % number, token))
            except targets.Changed:
                pass
        threads = [threading.Thread(target=change, args=(number,)) for number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([self.target.tokens()['A']], done)

    def test_answer_that_was_lost_after_the_change_is_not_taken_for_another_change(self):
        token = self.target.tokens()['A']
        self.target.swap('A', b'9', token)      # the first try, whose answer is lost
        self.assertEqual(self.target.tokens()['A'], self.target.swap('A', b'9', token))
        token = self.target.tokens()['A']
        self.target.swap('A', None, token)
        self.assertEqual('absent', self.target.swap('A', None, token))


class Etcdctl(Edits):
    """With a client certificate that has a CommonName, which the gateway refuses."""

    secure = True
    client_auth = True

    @classmethod
    def prepare(cls):
        cls.tls.issue('host', '/CN=host-web01')
        cls.etcd.ctl('user', 'add', 'root:rootpw')
        cls.etcd.ctl('user', 'grant-role', 'root', 'root')
        cls.etcd.ctl('user', 'add', 'host-web01:x')
        cls.etcd.ctl('role', 'add', 'editor')
        for prefix in (ROOT, COMMON):
            cls.etcd.ctl('role', 'grant-permission', 'editor', '--prefix=true', 'readwrite', prefix)
        cls.etcd.ctl('role', 'grant-permission', 'editor', '--prefix=true', 'read', '/deploy/readonly/')
        cls.etcd.ctl('user', 'grant-role', 'host-web01', 'editor')
        cls.etcd.ctl('auth', 'enable')

    def setUp(self):
        EtcdEnvFixture.setUp(self)
        self.patch(etcdctl, '_program', lambda: etcd_fixture.ETCDCTL)
        self.fields = {'ca': self.trusted('ca.pem'), 'cert': self.trusted('host.pem'), 'key': self.trusted('host.key')}
        self.etcd.ctl('del', '--prefix', '/deploy/')
        self.etcd.ctl('put', ROOT + 'A', '1')
        self.host = HostConfig(etcd=self.config(**self.fields))
        self.target = self.of(ROOT)

    def test_request_that_etcdctl_cannot_read_is_not_shown(self):
        self.patch(json, 'dumps', lambda text, **_: '"%s' % text)
        with self.assertRaises(HostError) as caught:
            self.target.swap('A', CANARY.encode(), self.target.tokens()['A'])
        self.assertIn('it failed', caught.exception.message)
        self.assertNotIn(CANARY, str(caught.exception.as_dict()))

    def test_prefix_that_the_host_may_only_read(self):
        self.etcd.ctl('put', '/deploy/readonly/A', CANARY)
        for check in (True, False):
            with self.assertRaises(HostError) as caught:
                editing.apply(app(('/deploy/readonly/',)), self.host, self.of('/deploy/readonly/'), 'A', b'x', None,
                              check)
            self.assertIn('does not allow this host to write /deploy/readonly/A', caught.exception.message)
            self.assertIn('readwrite /deploy/readonly/', caught.exception.hint)
            self.assertNotIn(CANARY, str(caught.exception.as_dict()))


del Edits       # the base class has no etcd of its own to test


if __name__ == '__main__':
    unittest.main()
