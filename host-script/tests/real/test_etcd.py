"""Environments out of a real etcd: one revision, includes, and each way in which etcd can fail to answer."""

import os
import shutil
import signal
import socket
import tempfile
import threading
import time
import unittest

from deployctl_host import desired, environment, etcd_ctl
from deployctl_host.errors import HostError
from deployctl_host.records import AppDefinition, Env, EtcdConfig, HostConfig, Vhost
from tests.real import etcd_bed
from tests.sandbox import Sandbox

CANARY = 'canary-5f2c9e'
ROOT = '/deploy/apps/blog/env/'


def app(roots=(ROOT,), **env):
    return AppDefinition('blog', 'r.example/blog', ('alice',), Vhost(('blog.example',)),
                         env=Env(source='etcd', roots=roots, **env))


class Bed(Sandbox):
    """One etcd for all tests of a class; each test gets its own prefix."""

    members = 1
    secure = False
    client_auth = False

    @classmethod
    def setUpClass(cls):
        etcd_bed.required()
        cls.place = os.path.realpath(tempfile.mkdtemp(prefix='deployctl-etcd-'))
        cls.addClassCleanup(shutil.rmtree, cls.place)
        cls.tls = etcd_bed.Tls(os.path.join(cls.place, 'tls')) if cls.secure else None
        if cls.client_auth:
            cls.tls.issue('root', '/CN=root')
        cls.etcd = etcd_bed.Etcd(cls.place, cls.members, cls.tls, cls.client_auth)
        cls.addClassCleanup(cls.etcd.stop)
        cls.etcd.wait()
        cls.prepare()

    @classmethod
    def prepare(cls):
        """What a class puts into its etcd once."""

    def config(self, **fields):
        return EtcdConfig(**dict({'endpoints': self.etcd.endpoints, 'timeout': 5.0}, **fields))

    def read(self, definition=None, **fields):
        return environment.read(definition or app(), HostConfig(etcd=self.config(**fields)))

    def refused(self, code, definition=None, within=None, **fields):
        """The error of a reading, in time, without a secret, and without a trace on the disk."""
        before = self.snapshot()
        began = time.monotonic()
        with self.assertRaises(HostError) as caught:
            self.read(definition, **fields)
        taken = time.monotonic() - began
        self.assertEqual(code, caught.exception.exit, caught.exception.message)
        self.assertLess(taken, within or fields.get('timeout', 5.0) + 1.5)
        self.assertNotIn(CANARY, str(caught.exception.as_dict()))
        self.assertEqual(before, self.snapshot())
        return caught.exception.message

    def trusted(self, name):
        """A file of the bed, copied to where the sandbox trusts."""
        with open(self.tls.path(name), 'rb') as source:
            return self.write('etc/etcd/' + name, source.read(), 0o600)

    def password(self, text, name='password'):
        return self.write('etc/etcd/' + name, text, 0o600)


class Plain(Bed):

    def setUp(self):
        super().setUp()
        self.etcd.ctl('del', '--prefix', '/')

    def test_values_arrive_byte_for_byte(self):
        values = {'URL': 'postgres://u:p@h/x?a=b', 'KEY': '-----BEGIN\nabc\n-----END\n', 'EMPTY': '', 'QUOTED': '"x"',
                  'UNI': 'é\U0001f600'}
        for name, value in values.items():
            self.etcd.put(ROOT + name, value)
        read = self.read()
        self.assertEqual(values, read.values)
        self.assertEqual('etcd', read.source)
        self.assertEqual(self.revision(), read.revision)

    def revision(self):
        import json
        return json.loads(self.etcd.ctl('get', 'x', '--write-out=json').stdout)['header']['revision']

    def test_web_does_not_read_web2_nor_what_lies_deeper(self):
        for key in ('/deploy/apps/web/env/A', '/deploy/apps/web/env2/B', '/deploy/apps/web2/env/C',
                    '/deploy/apps/web/env/deep/D'):
            self.etcd.put(key, key)
        self.assertEqual(['A'], self.read(app(('/deploy/apps/web/env/',))).names)

    def test_roots_merge_left_to_right(self):
        for key, value in (('/c/env/A', '1'), ('/c/env/B', '1'), (ROOT + 'B', '2')):
            self.etcd.put(key, value)
        self.assertEqual({'A': '1', 'B': '2'}, self.read(app(('/c/env/', ROOT))).values)
        self.assertEqual({'A': '1', 'B': '1'}, self.read(app((ROOT, '/c/env/'))).values)

    def test_include(self):
        """As etcenv: included first, own values last; absolute, relative to the root's parent, nested, a single key."""
        for key, value in ((ROOT + '.include', '/base/env,  shared, /one/TOKEN,'), (ROOT + 'A', 'own'),
                           ('/base/env/A', 'base'),
                           ('/base/env/B', 'base'), ('/base/env/.include', 'deep'), ('/deploy/apps/blog/shared/B',
                                                                                     'shared'),
                           ('/deploy/apps/blog/deep/B', 'deep'), ('/deploy/apps/blog/deep/C', 'deep'), ('/one/TOKEN',
                                                                                                        't')):
            self.etcd.put(key, value)
        self.assertEqual({'A': 'own', 'B': 'shared', 'C': 'deep', 'TOKEN': 't'}, self.read().values)

    def test_include_that_is_missing_loops_or_is_no_prefix(self):
        self.etcd.put(ROOT + 'A', CANARY)
        self.etcd.put(ROOT + '.include', '/nowhere')
        self.assertIn('names /nowhere/, where etcd has no keys', self.refused(78))
        self.etcd.put(ROOT + '.include', '/x/env')
        self.etcd.put('/x/env/.include', ROOT)
        self.assertIn('includes itself (%s -> /x/env/ -> %s)' % (ROOT, ROOT), self.refused(78))
        for text in ('../../../etc', '/a b', '/a\n/b', '/\x1b', '$(id)', '/'):
            self.etcd.put(ROOT + '.include', text)
            self.assertIn('no etcd prefix', self.refused(78))

    def test_includes_are_bounded(self):
        self.etcd.put(ROOT + 'A', 'x')
        for number in range(13):
            self.etcd.put('/n/%d/.include' % number, ','.join(['/n/%d' % (number + 1)] * 5))
            self.etcd.put('/n/%d/A' % (number + 1), 'x')
        self.etcd.put(ROOT + '.include', '/n/5')
        self.assertIn('more than', self.refused(78))
        self.etcd.put(ROOT + '.include', '/n/0')
        self.assertIn('more than', self.refused(78))

    def test_one_revision_for_all_roots(self):
        """A writer changes two roots together, all the time: no reading ever sees a mixture."""
        stop = threading.Event()

        def write():
            number = 0
            while not stop.is_set():
                number += 1
                self.etcd.ctl_txn(number)
        self.etcd.ctl_txn = self.pair
        self.pair(0)
        writer = threading.Thread(target=write)
        writer.start()
        try:
            seen = set()
            for _ in range(60):
                values = self.read(app(('/r1/env/', '/r2/env/'))).values
                self.assertEqual(values['ONE'], values['TWO'])
                seen.add(values['ONE'])
        finally:
            stop.set()
            writer.join()
        self.assertGreater(len(seen), 5, 'the writer was at work')

    def pair(self, number):
        """Both keys in one transaction, through the gateway."""
        import json
        import urllib.request
        puts = [{'requestPut': {'key': etcd_bed._b64(key), 'value': etcd_bed._b64(str(number))}}
                for key in ('/r1/env/ONE', '/r2/env/TWO')]
        request = urllib.request.Request(self.etcd.endpoints[0] + '/v3/kv/txn', json.dumps({'success': puts}).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()

    def test_missing_prefix_is_an_error_not_an_empty_env(self):
        self.assertIn('no keys below ' + ROOT, self.refused(78))
        self.etcd.put('/c/env/A', 'x')
        self.assertIn('no keys below ' + ROOT, self.refused(78, app(('/c/env/', ROOT))))
        self.assertEqual({}, self.read(app(may_be_empty=True)).values)

    def test_names_and_values_that_no_env_can_hold(self):
        for name, value in (('A-B', CANARY), ('LD_PRELOAD', CANARY), ('PATH', CANARY), ('NUL', CANARY + '\0'),
                            ('BYTES', b'\xff'),
                            ('BIG', CANARY * 4000), ('', CANARY), ('N\n=', CANARY), ('é', CANARY)):
            self.etcd.ctl('del', '--prefix', '/')
            self.etcd.put(ROOT + 'OK', 'x')
            self.etcd.put((ROOT + name).encode(), value)
            message = self.refused(78)
            self.assertIn(ascii(name)[1:-1], message)
            self.assertRegex(message, r'\A[ -~\n]+\Z')

    def test_required_and_expand(self):
        self.etcd.put(ROOT + 'A', 'x')
        self.etcd.put(ROOT + 'B', '${A}y')
        self.assertIn('SECRET: required', self.refused(78, app(required=('SECRET',))))
        self.assertEqual('${A}y', self.read().values['B'])
        self.assertEqual('xy', self.read(app(expand='etcenv')).values['B'])

    def test_compacted_in_the_middle_begins_again(self):
        for key in ('/r1/env/A', '/r2/env/B'):
            self.etcd.put(key, 'x')
        from deployctl_host import etcd
        original = etcd.Reader.range
        asked = []

        def compacting(reader, key, range_end=None, revision=None):
            asked.append(revision)
            if len(asked) == 2:
                self.etcd.put('/other', 'y')
                self.etcd.ctl('compact', str(self.revision()))
            return original(reader, key, range_end, revision)
        self.patch(etcd.Reader, 'range', compacting)
        self.assertEqual(['A', 'B'], self.read(app(('/r1/env/', '/r2/env/'))).names)
        self.assertEqual(4, len(asked))

    def test_nothing_listens(self):
        port, = etcd_bed.free_ports(1)
        message = self.refused(69, endpoints=('http://127.0.0.1:%d' % port,), within=1.0)
        self.assertIn('Connection refused', message)

    def test_dead_and_unknown_endpoints_are_passed_over(self):
        self.etcd.put(ROOT + 'A', 'x')
        port, = etcd_bed.free_ports(1)
        self.assertEqual(['A'], self.read(endpoints=('http://127.0.0.1:%d' % port,) + self.etcd.endpoints).names)

    def test_https_to_http(self):
        message = self.refused(69, endpoints=(self.etcd.endpoints[0].replace('http:', 'https:'),))
        self.assertIn('TLS', message)

    def test_something_else_listens(self):
        """Answers that are no etcd's: none, garbage, HTML, endless headers, a body that never ends, a 404."""
        for answer, saying in ((b'', 'hung up'), (b'\x00\xff\x00\r\n', 'hung up'),
                               (b'HTTP/1.1 200 OK\r\n\r\n<html>', 'not JSON'),
                               (b'HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno',
                                'speaks no v3'), (b'HTTP/1.1 200 OK\r\n\r\n{}', 'no range'),
                               (b'HTTP/1.1 200 OK\r\n\r\n' + b'[' * 90000, 'not JSON'),
                               (b'HTTP/1.1 503 x\r\n\r\n{"message":"\x1b[31m"}', 'HTTP 503'),
                               (b'HTTP/1.1 200 OK\r\n' + b'X: y\r\n' * 9000, None), (None, 'in time')):
            with Listener(answer) as port:
                message = self.refused(69, endpoints=('http://127.0.0.1:%d' % port,), timeout=1.0)
            self.assertRegex(message, r'\A[ -~\n]+\Z')
            if saying:
                self.assertIn(saying, message)

    def test_no_endpoints(self):
        self.assertIn('names no endpoints', self.refused(78, endpoints=()))

    def test_keys_that_were_not_asked_for(self):
        body = b'{"header":{"revision":"5"},"kvs":[{"key":"L290aGVyL0E=","value":"eA=="}]}'
        with Listener(b'HTTP/1.1 200 OK\r\n\r\n' + body) as port:
            self.assertIn('not asked for', self.refused(69, endpoints=('http://127.0.0.1:%d' % port,)))


class Desired(Bed):
    """What rollouts write down for hosts that are rebuilt later."""

    DIGEST = 'sha256:' + 'a' * 64

    def test_what_one_host_wrote_another_reads(self):
        self.assertIsNone(desired.read('blog', self.config()))
        desired.write('blog', self.config(), self.DIGEST, 'v2', 'r-two2', 'alice')
        told = desired.read('blog', self.config())
        self.assertEqual((told['digest'], told['tag'], told['source']),
                         (self.DIGEST, 'v2', 'etcd /deploy/apps/blog/desired'))
        self.assertIsNone(desired.read('blo', self.config()))


class Listener:
    """Gives every connection the same bytes; None: says nothing at all."""

    def __init__(self, answer):
        self._answer = answer

    def __enter__(self):
        self._socket = socket.create_server(('127.0.0.1', 0))
        self._held = []
        self._serving = threading.Thread(target=self._serve, daemon=True)
        self._serving.start()
        return self._socket.getsockname()[1]

    def _serve(self):
        while True:
            try:
                connection = self._socket.accept()[0]
            except OSError:
                return
            if self._answer is None:
                self._held.append(connection)
                continue
            try:
                connection.settimeout(2)
                connection.recv(65536)
                connection.sendall(self._answer)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass  # closing on unread bytes would reset the connection, which is another test's matter
            except OSError:
                pass
            connection.close()

    def __exit__(self, *_):
        self._socket.shutdown(socket.SHUT_RDWR)     # a close alone does not wake who accepts
        self._serving.join()
        self._socket.close()
        for connection in self._held:
            connection.close()


class Secured(Bed):
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
        self.assertIn('does not let user host-web01 read /deploy/apps/admin/env/', message)

    def test_a_wider_prefix(self):
        self.assertIn('does not let', self.refused(78, app(('/deploy/apps/',)), **self.fields()))

    def test_wrong_password_and_wrong_user(self):
        wrong = self.password('wrong-' + CANARY, 'wrong')
        for fields in (self.fields(password_file=wrong), self.fields(user='nobody')):
            self.assertIn('refuses the name or the password', self.refused(69, **fields))

    def test_no_user(self):
        self.assertIn('wants to know who reads', self.refused(78, ca=self.trusted('ca.pem')))

    def test_wrong_ca(self):
        other = etcd_bed.Tls(os.path.join(self.root, 'other'))
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
        from deployctl_host import etcd_gateway
        original = etcd_gateway.Gateway._authenticate
        tokens = []

        def stale(gateway, *rest):
            tokens.append(original(gateway, *rest))
            return tokens[-1] if len(tokens) > 1 else 'stale.1'
        self.patch(etcd_gateway.Gateway, '_authenticate', stale)
        self.assertEqual(['A'], self.read(**self.fields()).names)
        self.assertEqual(2, len(tokens))

    def test_files_that_are_missing_or_readable_by_others(self):
        self.assertIn('etcd.ca: there is no', self.refused(78, **self.fields(ca=self.root + '/etc/none')))
        self.assertIn('etcd.password-file: there is no',
                      self.refused(78, **self.fields(password_file=self.root + '/etc/none')))
        fields = self.fields()
        os.chmod(fields['password_file'], 0o644)
        self.assertIn('open to others', self.refused(78, **fields))
        self.assertIn('do not fit', self.refused(78, **self.fields(ca=self.write('etc/etcd/empty.pem', ''))))
        two_lines = self.password(CANARY + '\nb', 'two-lines')
        self.assertIn('one line', self.refused(78, **self.fields(password_file=two_lines)))

    def test_hung(self):
        self.etcd.signal(0, signal.SIGSTOP)
        try:
            self.assertIn('no answer in time', self.refused(69, **self.fields(timeout=1.5)))
        finally:
            self.etcd.signal(0, signal.SIGCONT)


class UserWithoutAuth(Bed):

    def test_a_password_for_an_etcd_without_auth_does_no_harm(self):
        self.etcd.put(ROOT + 'A', 'x')
        self.assertEqual(['A'], self.read(user='host', password_file=self.password('x')).names)


class ClientCertificates(Bed):
    """etcd takes a CommonName for a user, and refuses it at the gateway."""

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
        self.really = etcd_ctl._program
        self.patch(etcd_ctl, '_program', lambda: etcd_bed.ETCDCTL)

    def fields(self, name, **more):
        return dict({'ca': self.trusted('ca.pem'), 'cert': self.trusted(name + '.pem'),
                     'key': self.trusted(name + '.key')}, **more)

    def test_common_name_goes_by_etcdctl(self):
        read = self.read(**self.fields('host'))
        self.assertEqual({'A': CANARY, 'E': ''}, read.values)
        self.assertGreater(read.revision, 1)

    def test_common_name_writes_by_etcdctl_where_it_may(self):
        desired.write('blog', self.config(**self.fields('root')), Desired.DIGEST, 'v2', 'r-two2', 'alice')
        self.assertEqual(desired.read('blog', self.config(**self.fields('root')))['digest'], Desired.DIGEST)
        with self.assertRaises(HostError) as caught:
            desired.write('blog', self.config(**self.fields('host')), Desired.DIGEST, 'v2', 'r-two2', 'alice')
        self.assertEqual(caught.exception.kind, 'definition')
        self.assertIn('readwrite /deploy/apps/blog/desired', caught.exception.hint)

    def test_common_name_may_not_read_others(self):
        self.assertIn('does not let', self.refused(78, app(('/deploy/apps/admin/env/',)), **self.fields('host')))

    def test_no_common_name_and_a_password_goes_by_the_gateway(self):
        self.patch(etcd_ctl, '_program', None)
        fields = self.fields('anonymous', user='host-web01', password_file=self.password('pa:ss w0rd'))
        self.assertEqual(['A', 'E'], self.read(**fields).names)

    def test_etcdctl_is_not_installed(self):
        etcd_ctl._program = self.really
        self.patch(etcd_ctl, 'PLACES', ('/no/etcdctl',))
        self.assertIn('etcdctl is not installed', self.refused(69, **self.fields('host')))

    def test_no_client_certificate(self):
        self.assertRegex(self.refused(69, ca=self.trusted('ca.pem')), 'TLS|hung up')

    def test_password_beside_a_common_name(self):
        """Both at once: etcdctl carries the password, and no process list ever shows it."""
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
        self.assertIn('refuses the name or the password', self.refused(69, **wrong))


class Cluster(Bed):

    members = 3

    @classmethod
    def prepare(cls):
        cls.etcd.put(ROOT + 'A', 'x')

    def test_1_one_of_three_hangs(self):
        self.etcd.signal(0, signal.SIGSTOP)
        try:
            self.assertEqual(['A'], self.read(timeout=6.0).names)
        finally:
            self.etcd.signal(0, signal.SIGCONT)

    def test_2_one_of_three_is_down(self):
        self.etcd.stop(0)
        self.assertEqual(['A'], self.read().names)

    def test_3_no_quorum_gives_no_answer_rather_than_an_old_one(self):
        self.etcd.stop(1)
        self.assertIn('in time', self.refused(69, timeout=3.0))

    def test_4_all_down(self):
        self.etcd.stop()
        message = self.refused(69, within=1.5)
        self.assertEqual(3, message.count('Connection refused'))


if __name__ == '__main__':
    unittest.main()
