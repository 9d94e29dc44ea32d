"""Tests of environments from a real etcd with TLS, users and client certificates."""

import os
import signal
import threading
import unittest

from deployctl_host.errors import HostError
from deployctl_host.etcd import etcdctl
from deployctl_host.store import desired
from tests.real import etcd_fixture
from tests.real.etcd_env_fixture import CANARY, DIGEST, ROOT, EtcdEnvFixture, app


class Secured(EtcdEnvFixture):
    """TLS and users."""

    secure = True

    @classmethod
    def prepare(cls):
        for key in (ROOT + 'A', '/deploy/apps/admin/env/B'):
            cls.etcd.ctl('put', key, CANARY)
        cls.etcd.enable_auth('/deploy/apps/blog/env/')

    def fields(self, **more):
        return dict({'ca': self.trusted('ca.pem'), 'user': 'host-web01',
                     'password_file': self.password('pa:ss w0rd\n')}, **more)

    def test_reads_what_it_may(self):
        self.assertEqual(['A'], self.read(**self.fields()).names)

    def test_another_apps_prefix(self):
        message = self.refused(78, app(('/deploy/apps/admin/env/',)), **self.fields())
        self.assertIn('does not allow user host-web01 to read /deploy/apps/admin/env/', message)

    def test_a_wider_prefix(self):
        self.assertIn('does not allow', self.refused(78, app(('/deploy/apps/',)), **self.fields()))

    def test_wrong_password_and_wrong_user(self):
        wrong = self.password('wrong-' + CANARY, 'wrong')
        for fields in (self.fields(password_file=wrong), self.fields(user='nobody')):
            self.assertIn('refuses the user name or the password', self.refused(69, **fields))

    def test_no_user(self):
        self.assertIn('requires authentication', self.refused(78, ca=self.trusted('ca.pem')))

    def test_wrong_ca(self):
        other = etcd_fixture.Tls(os.path.join(self.root, 'other'))
        with open(other.path('ca.pem'), 'rb') as source:
            wrong = self.write('etc/etcd/wrong.pem', source.read())
        self.assertIn('certificate is not trusted', self.refused(69, **self.fields(ca=wrong)))

    def test_a_certificate_for_another_name(self):
        endpoint = self.etcd.endpoints[0].replace('127.0.0.1', 'localhost')
        self.assertIn('certificate is not trusted', self.refused(69, **self.fields(endpoints=(endpoint,))))

    def test_http_to_a_tls_port(self):
        endpoint = self.etcd.endpoints[0].replace('https', 'http')
        self.assertIn('TLS', self.refused(69, **self.fields(endpoints=(endpoint,))))

    def test_a_token_that_is_no_longer_good_is_replaced(self):
        from deployctl_host.etcd import gateway
        original = gateway.Gateway._authenticate
        tokens = []

        def stale(gateway, *rest):
            tokens.append(original(gateway, *rest))
            return tokens[-1] if len(tokens) > 1 else 'stale.1'
        self.patch(gateway.Gateway, '_authenticate', stale)
        self.assertEqual(['A'], self.read(**self.fields()).names)
        self.assertEqual(2, len(tokens))

    def test_files_that_are_missing_or_readable_by_others(self):
        self.assertIn('etcd.ca: there is no', self.refused(78, **self.fields(ca=self.root + '/etc/none')))
        self.assertIn('etcd.password-file: there is no',
                      self.refused(78, **self.fields(password_file=self.root + '/etc/none')))
        fields = self.fields()
        os.chmod(fields['password_file'], 0o644)
        self.assertIn('open to others', self.refused(78, **fields))
        self.assertIn('cannot be used', self.refused(78, **self.fields(ca=self.write('etc/etcd/empty.pem', ''))))
        two_lines = self.password(CANARY + '\nb', 'two-lines')
        self.assertIn('one line', self.refused(78, **self.fields(password_file=two_lines)))

    def test_hung(self):
        self.etcd.signal(0, signal.SIGSTOP)
        try:
            self.assertIn('no answer in time', self.refused(69, **self.fields(timeout=1.5)))
        finally:
            self.etcd.signal(0, signal.SIGCONT)


class ClientCertificates(EtcdEnvFixture):
    """etcd treats a CommonName as a user, and refuses it at the gateway."""

    secure = True
    client_auth = True

    @classmethod
    def prepare(cls):
        cls.tls.issue('host', '/CN=host-web01')
        cls.tls.issue('anonymous', '/O=hosts')
        for key in (ROOT + 'A', '/deploy/apps/admin/env/B'):
            cls.etcd.ctl('put', key, CANARY)
        cls.etcd.ctl('put', ROOT + 'E', '')
        cls.etcd.enable_auth('/deploy/apps/blog/env/')

    def setUp(self):
        super().setUp()
        self.really = etcdctl._program
        self.patch(etcdctl, '_program', lambda: etcd_fixture.ETCDCTL)

    def fields(self, name, **more):
        return dict({'ca': self.trusted('ca.pem'), 'cert': self.trusted(name + '.pem'),
                     'key': self.trusted(name + '.key')}, **more)

    def test_common_name_goes_by_etcdctl(self):
        read = self.read(**self.fields('host'))
        self.assertEqual({'A': CANARY, 'E': ''}, read.values)
        self.assertGreater(read.revision, 1)

    def test_common_name_writes_by_etcdctl_where_it_may(self):
        desired.write('blog', self.config(**self.fields('root')), DIGEST, 'v2', 'r-two2', 'alice')
        self.assertEqual(desired.read('blog', self.config(**self.fields('root')))['digest'], DIGEST)
        with self.assertRaises(HostError) as caught:
            desired.write('blog', self.config(**self.fields('host')), DIGEST, 'v2', 'r-two2', 'alice')
        self.assertEqual(caught.exception.kind, 'definition')
        self.assertIn('readwrite /deploy/apps/blog/desired', caught.exception.hint)

    def test_common_name_may_not_read_others(self):
        self.assertIn('does not allow', self.refused(78, app(('/deploy/apps/admin/env/',)), **self.fields('host')))

    def test_no_common_name_and_a_password_goes_by_the_gateway(self):
        self.patch(etcdctl, '_program', None)
        fields = self.fields('anonymous', user='host-web01', password_file=self.password('pa:ss w0rd'))
        self.assertEqual(['A', 'E'], self.read(**fields).names)

    def test_etcdctl_is_not_installed(self):
        etcdctl._program = self.really
        self.patch(etcdctl, 'PLACES', ('/no/etcdctl',))
        self.assertIn('etcdctl is not installed', self.refused(69, **self.fields('host')))

    def test_no_client_certificate(self):
        self.assertRegex(self.refused(69, ca=self.trusted('ca.pem')), 'TLS|closed the connection')

    def test_password_beside_a_common_name(self):
        """With both, etcdctl gets the password, and no process list ever shows it."""
        seen = []
        stop = threading.Event()

        def watch():
            while not stop.is_set():
                for pid in filter(str.isdigit, os.listdir('/proc')):
                    try:
                        with open('/proc/%s/cmdline' % pid, 'rb') as source:
                            line = source.read()
                    except OSError:
                        continue
                    if b'etcdctl' in line and b'--write-out=json' in line:
                        seen.append(line)
        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            for _ in range(5):
                self.read(**self.fields('host', user='host-web01', password_file=self.password('pa:ss w0rd')))
        finally:
            stop.set()
            watcher.join()
        self.assertTrue(seen, 'the watcher saw etcdctl')
        self.assertNotIn(b'w0rd', b''.join(seen))
        wrong = self.fields('host', user='host-web01', password_file=self.password('wrong-' + CANARY, 'wrong'))
        self.assertIn('refuses the user name or the password', self.refused(69, **wrong))


if __name__ == '__main__':
    unittest.main()
