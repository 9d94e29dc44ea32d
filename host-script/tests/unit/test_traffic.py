"""Tests of `traffic` and of finding the SSH client's address."""

import json
import os
import time
import unittest

from deployctl_host import access, events, origin
from deployctl_host.nginx import access_log, rotated
from deployctl_host.verbs import traffic
from tests.sandbox import Sandbox
from tests.unit.call_fixture import CallFixture


def line(ended, seconds=0.01, status=200, **more):
    return json.dumps(dict({'ts': 'x', 'msec': round(ended, 3), 'uri': '/', 'status': status, 'seconds': seconds,
                            'upstream': 'unix:/x', 'agent': 'curl'}, **more), separators=(',', ':')) + '\n'


def stamp(moment):
    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(moment)) + '.000Z'


class Traffic(CallFixture):
    def setUp(self):
        super().setUp()
        self.patch(access_log, 'DIRECTORY', self.root + '/log')
        self.log = access_log.path_of('blog')
        self.call('deploy', 'blog', '--tag=v1')
        self.call('deploy', 'blog', '--tag=v2')
        self.since = time.time() - 100
        self.since = events.moment(stamp(self.since))
        self.state.save(since=stamp(self.since), switched=stamp(self.since - traffic.POOLED))

    def sent(self, text, *words, before=''):
        self.write('log/deployctl-blog.log', text)
        if before:
            self.write('log/deployctl-blog.log.1', before)
        code, sent = self.call('traffic', 'blog', *words, '--output=ndjson')
        self.assertEqual((code, sent[-1]['type']), (0, 'traffic'), sent)
        return sent[-1]['new'], sent[-1]['old']

    def test_requests_before_and_after_the_switch(self):
        text = ''.join(line(self.since - 20 - each / 10, 0.1) for each in range(100))
        text += line(self.since - 5, status=500)
        text += ''.join(line(self.since + 2 + each / 10, each / 1000, 502 if each % 10 == 0 else 200)
                        for each in range(100))
        new, old = self.sent(text)
        self.assertEqual((new['requests'], new['errors_5xx'], new['p50_ms'], new['p95_ms']), (100, 10, 50, 95))
        self.assertEqual((old['requests'], old['errors_5xx'], old['p50_ms']), (101, 1, 100))
        self.assertEqual(new['seconds'], old['seconds'])
        self.assertAlmostEqual(new['seconds'], 100, delta=20)

    def test_request_begun_before_the_switch_counts_for_the_old_release(self):
        new, old = self.sent(line(self.since - 30) + line(self.since + 4, 8.0, 504))
        self.assertEqual((new['requests'], old['requests'], old['errors_5xx']), (0, 2, 1))
        self.assertIsNone(new['p95_ms'])

    def test_requests_during_the_proof_count_for_neither_release(self):
        self.state.save(switched=stamp(self.since - 10))
        text = ''.join(line(self.since - 11 + each, status=500) for each in range(12))
        new, old = self.sent(text + line(self.since + 2))
        self.assertEqual((new['requests'], new['errors_5xx']), (1, 0))
        self.assertEqual((old['requests'], old['errors_5xx']), (2, 2))

    def test_pooled_connection_to_the_old_release_does_not_count_for_the_new_one(self):
        self.state.save(switched=stamp(self.since))
        new, old = self.sent(line(self.since - 3) + line(self.since + 0.5, status=502) + line(self.since + 2))
        self.assertEqual((new['requests'], new['errors_5xx'], old['requests']), (1, 0, 1))

    def test_release_without_a_recorded_switch_time(self):
        self.state.save(switched=None)
        new, old = self.sent(line(self.since - 0.5) + line(self.since + 2))
        self.assertEqual((new['requests'], old['requests']), (1, 1))

    def test_deploy_records_the_moment_of_its_switch(self):
        before = time.time() - 1
        _, sent = self.call('deploy', 'blog', '--tag=v3', '--output=ndjson')
        facts = self.state.load()
        self.assertGreater(events.moment(facts['switched']), before)
        # Before users were led elsewhere, and so well before the commit.
        self.assertLessEqual(facts['switched'], next(event['ts'] for event in sent if event['type'] == 'switched'))

    def test_window(self):
        new, old = self.sent(line(self.since - 8) + line(self.since - 3) + line(self.since + 4) + line(self.since + 9),
                             '--window=5')
        self.assertEqual((new['requests'], old['requests'], new['seconds']), (1, 1, 5))

    def test_probes_503_pages_and_incomplete_lines_do_not_count(self):
        text = line(self.since - 200) + line(self.since + 1, agent='deployctl-host') + line(self.since + 1, upstream='')
        text += 'torn{' + '\n' + line(self.since + 2) + '{"ts":"x","msec":%.3f,"sta' % (self.since + 3)
        self.assertEqual(self.sent(text)[0]['requests'], 1)

    def test_log_that_was_rotated_and_log_that_does_not_reach_back(self):
        self.assertIsNone(self.sent(line(self.since + 2))[1])
        new, old = self.sent(line(self.since + 2), before=line(self.since - 300) + line(self.since - 3))
        self.assertEqual((new['requests'], old['requests']), (1, 1))

    def test_more_than_a_block_is_read_from_its_end(self):
        self.patch(rotated, 'BLOCK', 100)
        text = ''.join(line(self.since - 50 + each) for each in range(100))
        new, old = self.sent(text, '--window=10')
        self.assertEqual((new['requests'], old['requests']), (10, 10))

    def test_no_log_and_no_release(self):
        code, sent = self.call('traffic', 'blog', '--output=ndjson')
        self.assertEqual((code, sent[-1]['error']['kind']), (69, 'unavailable'))
        os.unlink(self.state.root + '/state.json')
        self.assertEqual(self.call('traffic', 'blog')[0], 66)

    def test_preflight_tells_how_long_the_last_deploy_took(self):
        _, sent = self.call('deploy', 'blog', '--tag=v3', '--output=ndjson')
        self.assertEqual(self.call('preflight', 'blog', '--output=ndjson')[1][-1]['last_ms'], sent[-1]['ms'])

    def test_text_output(self):
        self.write('log/deployctl-blog.log', line(self.since - 5) + line(self.since + 1))
        text = self.call('traffic', 'blog', '--output=text')[1]
        self.assertRegex(text, r'new  1 requests in [0-9]+ s, 0 answered 5xx; p50 10 ms')


class Origin(Sandbox):
    """Tests with a fake /proc: this process, sudo, a shell, and sshd with the session's socket.

    The real parent of the tests may be any process, also process 1, where the search ends.
    """

    PARENT = 9000000

    def process(self, pid, name, parent, sockets=()):
        self.write('proc/%d/stat' % pid, '%d (%s) S %d 1 1' % (pid, name, parent))
        os.makedirs(self.root + '/proc/%d/fd' % pid, exist_ok=True)
        for number, target in enumerate(sockets, 3):
            os.symlink(target, self.root + '/proc/%d/fd/%d' % (pid, number))

    def setUp(self):
        super().setUp()
        self.patch(origin, 'PROC', self.root + '/proc')
        self.patch(os, 'getppid', lambda: self.PARENT)
        self.process(self.PARENT, 'sudo', 9000001)
        self.process(9000001, 'a) (b', 9000002)
        self.process(9000002, 'sshd', 9000003, ['/dev/null', 'socket:[77]', 'socket:[78]'])
        self.process(9000003, 'sshd', 1)
        head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
        row = '   0: 0B014D0A:0016 %s:D2F0 %s 00000000:00000000 02:000A 00000000     0        0 %s 2 0\n'
        rows = (('0100007F', '01', '78'), ('01014D0A', '01', '77'), ('09090909', '0A', '5'))
        self.tcp = head + ''.join(row % each for each in rows)
        self.write('proc/net/tcp', self.tcp)

    def test_the_first_socket_of_sshd(self):
        self.assertEqual(origin.address(), '10.77.1.1')

    def test_ipv6_and_mapped_ipv4(self):
        head, row = self.tcp.split('\n')[0], self.tcp.split('\n')[2]
        self.write('proc/net/tcp', head + '\n')
        for text, wanted in (('0000000000000000FFFF0000070200C0', '192.0.2.7'),
                             ('B80D0120000000000000000001000000', '2001:db8::1')):
            self.write('proc/net/tcp6', head + '\n' + row.replace('01014D0A', text) + '\n')
            self.assertEqual(origin.address(), wanted)

    def test_no_sshd_no_socket_and_a_process_that_went(self):
        self.write('proc/net/tcp', '')
        self.assertIsNone(origin.address())
        self.write('proc/%d/stat' % self.PARENT, '1 (init) S 1 1 1')
        self.assertIsNone(origin.address())
        os.unlink(self.root + '/proc/%d/stat' % os.getppid())
        self.assertIsNone(origin.address())

    def test_it_is_for_the_record_alone(self):
        self.patch(os, 'geteuid', lambda: 0)
        self.patch(os, 'environ', {})
        self.assertEqual((access.caller().name, access.caller().client), ('root', '10.77.1.1'))


if __name__ == '__main__':
    unittest.main()
