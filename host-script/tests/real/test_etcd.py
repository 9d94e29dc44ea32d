"""Tests of environments from a real etcd: one revision, includes, and every kind of failure."""

import threading
import unittest

from deployctl_host.store import desired
from tests.real import etcd_fixture
from tests.real.etcd_env_fixture import CANARY, DIGEST, ROOT, EtcdEnvFixture, Listener, app


class Plain(EtcdEnvFixture):

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

    def test_values_that_were_hardly_meant_have_a_warning(self):
        for name, value in (('FILE', CANARY + '\n'), ('DOS', CANARY + '\r\n'), ('TRAILING', CANARY + ' '),
                            ('LEADING', '\t' + CANARY), ('QUOTED', '"%s"' % CANARY), ('HASH', CANARY + ' # x'),
                            ('PEM', '-----BEGIN\n%s\n-----END\n' % CANARY), ('GOOD', CANARY)):
            self.etcd.put(ROOT + name, value)
        read = self.read()
        self.assertEqual([text.partition(', which')[0] for text in read.warnings], [
            'DOS: its value ends in a line feed', 'FILE: its value ends in a line feed',
            'LEADING: its value begins with a blank', 'QUOTED: its quotes are part of the value',
            'TRAILING: its value ends with a blank'])
        self.assertNotIn(CANARY, str(read.warnings))

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
        """Like etcenv: includes first, own values last; absolute, relative, nested, single keys."""
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
            self.assertIn('not an etcd prefix', self.refused(78))

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
        """A writer changes two roots together all the time: no read ever sees a mixture."""
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
        """Writes both keys in one transaction, through the gateway."""
        import json
        import urllib.request
        puts = [{'requestPut': {'key': etcd_fixture._b64(key), 'value': etcd_fixture._b64(str(number))}}
                for key in ('/r1/env/ONE', '/r2/env/TWO')]
        request = urllib.request.Request(self.etcd.endpoints[0] + '/v3/kv/txn', json.dumps({'success': puts}).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
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
        from deployctl_host.etcd import client
        original = client.Reader.range
        asked = []

        def compacting(reader, key, range_end=None, revision=None):
            asked.append(revision)
            if len(asked) == 2:
                self.etcd.put('/other', 'y')
                self.etcd.ctl('compact', str(self.revision()))
            return original(reader, key, range_end, revision)
        self.patch(client.Reader, 'range', compacting)
        self.assertEqual(['A', 'B'], self.read(app(('/r1/env/', '/r2/env/'))).names)
        self.assertEqual(4, len(asked))

    def test_nothing_listens(self):
        port, = etcd_fixture.free_ports(1)
        message = self.refused(69, endpoints=('http://127.0.0.1:%d' % port,), within=1.0)
        self.assertIn('Connection refused', message)

    def test_dead_and_unknown_endpoints_are_passed_over(self):
        self.etcd.put(ROOT + 'A', 'x')
        port, = etcd_fixture.free_ports(1)
        self.assertEqual(['A'], self.read(endpoints=('http://127.0.0.1:%d' % port,) + self.etcd.endpoints).names)

    def test_https_to_http(self):
        message = self.refused(69, endpoints=(self.etcd.endpoints[0].replace('http:', 'https:'),))
        self.assertIn('TLS', message)

    def test_something_else_listens(self):
        """Answers of other servers: none, garbage, HTML, endless headers, an endless body, a 404."""
        for answer, saying in ((b'', 'closed the connection'), (b'\x00\xff\x00\r\n', 'closed the connection'),
                               (b'HTTP/1.1 200 OK\r\n\r\n<html>', 'not JSON'),
                               (b'HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno',
                                'does not have the v3 API'), (b'HTTP/1.1 200 OK\r\n\r\n{}', 'not a range'),
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


class Desired(EtcdEnvFixture):
    """Tests of the release that rollouts record for hosts that are rebuilt later."""

    def test_what_one_host_wrote_another_reads(self):
        self.assertIsNone(desired.read('blog', self.config()))
        desired.write('blog', self.config(), DIGEST, 'v2', 'r-two2', 'alice')
        sent = desired.read('blog', self.config())
        self.assertEqual((sent['digest'], sent['tag'], sent['source']),
                         (DIGEST, 'v2', 'etcd /deploy/apps/blog/desired'))
        self.assertIsNone(desired.read('blo', self.config()))


class UserWithoutAuth(EtcdEnvFixture):

    def test_a_password_for_an_etcd_without_auth_does_no_harm(self):
        self.etcd.put(ROOT + 'A', 'x')
        self.assertEqual(['A'], self.read(user='host', password_file=self.password('x')).names)


if __name__ == '__main__':
    unittest.main()
