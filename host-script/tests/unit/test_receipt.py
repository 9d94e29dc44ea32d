"""Tests of `receipt`: what users felt of a switch, from nginx's logs. What is not known is never 0."""

import gzip
import json
import os
import time

from deployctl_host.nginx import access_log, error_log, log_window, receipt, rotated
from tests.sandbox import Sandbox
from tests.unit.fake_nginx import FakeSettings
from tests.unit.test_log_rotation import SCHEMES, zstd

SERVER = 'unix:/var/lib/deployctl/blog/current/1.sock'
SECOND = 'unix:/var/lib/deployctl/blog/current/2.sock'
VHOST = 'server {\n    access_log %s deployctl_blog;\n}\n'
BROKEN = 'upstream prematurely closed connection while reading upstream'
RESET = 'recv() failed (104: Connection reset by peer) while reading response header from upstream'


def entry(ended, uri='/', status=200, upstream_status=None, upstream=SERVER, agent='curl', remote='192.0.2.7',
          method='GET'):
    return json.dumps({
        'ts': time.strftime('%Y-%m-%dT%H:%M:%S+00:00', time.gmtime(ended)), 'msec': round(ended, 3), 'app': 'blog',
        'remote': remote, 'host': 'blog.example.com', 'method': method, 'uri': uri, 'status': status, 'bytes': 2,
        'seconds': 0.010, 'upstream': upstream, 'upstream_status': str(upstream_status or status),
        'upstream_seconds': '0.010', 'agent': agent}, separators=(',', ':')) + '\n'


def complaint(moment, uri='/', message=RESET, server=SERVER, level='error', remote='192.0.2.7', method='GET', offset=0):
    return '%s [%s] 7#7: *45 %s, client: %s, server: blog.example.com, request: "%s %s HTTP/1.1", ' \
        'upstream: "http://%s:%s", host: "blog.example.com"\n' % (
            time.strftime('%Y/%m/%d %H:%M:%S', time.gmtime(moment + offset)), level, message, remote, method, uri,
            server, uri)


class ReceiptFixture(Sandbox):
    """The switch was 10 s ago, and the logs begin a minute before."""

    def setUp(self):
        super().setUp()
        self.patch(access_log, 'DIRECTORY', self.root + '/log')
        self.patch(rotated, 'LOGROTATE', (self.root + '/logrotate.d',))
        self.settings = FakeSettings('nobody')
        self.settings.error_log = self.root + '/log/error.log'
        self.settings.conf = self.root + '/nginx.conf'
        self.now = time.time()
        self.at = self.now - 10
        self.old = entry(self.at - 60)
        self.access(self.old)
        self.errors('')

    def access(self, text, name='deployctl-blog.log', written=None):
        return self.place(name, text, written)

    def errors(self, text, name='error.log', written=None):
        return self.place(name, text, written)

    def place(self, name, text, written=None):
        path = '%s/log/%s' % (self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as target:
            target.write(text if isinstance(text, bytes) else text.encode('utf-8', 'surrogateescape'))
        if written is not None:
            os.utime(path, (written, written))
        return path

    def begun(self, vhost=None, **changes):
        """The state of the logs as they are now, as if the switch were 10 s ago."""
        facts = receipt.begin('blog', self.settings, self.root + '/conf.d', self.root + '/conf.d/deployctl-blog.conf',
                              VHOST % access_log.path_of('blog') if vhost is None else vhost)
        facts.update(at=self.at, monotonic=facts['monotonic'] - 10)
        facts.update(changes)
        return json.loads(json.dumps(facts))

    def read(self, begun, compare=True):
        return receipt.Receipt('blog', [SERVER, SECOND], 'blog.example.com', ('blog-admin',)).read(begun, compare)

    def told(self, during='', errors='', before='', errors_before='', compare=True, **changes):
        """The facts of a log that had `before` at the switch, and got `during` since."""
        self.access(self.old + before)
        self.errors(errors_before)
        begun = self.begun(**changes)
        self.access(self.old + before + during)
        self.errors(errors_before + errors)
        return self.read(begun, compare)

    def assert_counts(self, facts, requests, failures, before=None):
        self.assertIsNone(facts['unknown'])
        self.assertEqual((facts['requests'], facts['failures']), (requests, failures), facts)
        if before is not None:
            self.assertEqual((facts['before']['requests'], facts['before']['failures']), before, facts)

    def assert_unknown(self, facts, why):
        self.assertIn(why, facts['unknown'] or 'known: %s' % facts)
        self.assertEqual((facts['requests'], facts['failures'], facts['before']), (None, None, None))


class Counted(ReceiptFixture):
    def test_requests_since_the_switch_and_of_as_long_before(self):
        facts = self.told(''.join(entry(self.at + each) for each in range(1, 8)),
                          before=''.join(entry(self.at - each) for each in (20, 9, 5, 1)))
        self.assert_counts(facts, 7, 0, (3, 0))
        self.assertAlmostEqual(facts['seconds'], 10, delta=2)

    def test_no_request_at_all_is_known_to_be_none(self):
        self.assert_counts(self.told(), 0, 0, (0, 0))

    def test_request_in_progress_at_the_switch_counts_when_it_ends(self):
        self.assert_counts(self.told(entry(self.at + 3).replace('0.01', '30.0')), 1, 0)

    def test_502_and_504_of_nginx_are_failures(self):
        self.assert_counts(self.told(
            entry(self.at + 1, '/a?b=c', 502) + entry(self.at + 2, '/t', 504) + entry(self.at + 3),
            complaint(self.at + 1, '/a?b=c') + complaint(self.at + 2, '/t', 'upstream timed out (110: Connection timed '
                                                         'out) while reading response header from upstream')), 3, 2)

    def test_502_and_500_of_the_app_itself_are_answers(self):
        self.assert_counts(self.told(entry(self.at + 1, '/own', 502) + entry(self.at + 2, status=500)), 2, 0)

    def test_request_that_another_instance_answered_did_not_fail(self):
        both = '%s, %s' % (SERVER, SECOND)
        self.assert_counts(self.told(entry(self.at + 1, '/r', 200, '502, 200', both), complaint(self.at + 1, '/r')),
                           1, 0)

    def test_own_502_of_the_app_after_a_retry_is_an_answer(self):
        both = '%s, %s' % (SERVER, SECOND)
        self.assert_counts(self.told(entry(self.at + 1, '/r', 502, '502, 502', both), complaint(self.at + 1, '/r')),
                           1, 0)

    def test_failure_of_all_instances_is_one_failure(self):
        self.assert_counts(self.told(
            entry(self.at + 1, '/r', 502, '502, 502', '%s, %s' % (SERVER, SECOND)),
            complaint(self.at + 1, '/r') + complaint(self.at + 1, '/r', server=SECOND)), 1, 1)

    def test_page_in_place_of_a_502_does_not_hide_it(self):
        self.assert_counts(self.told(entry(self.at + 1, '/p', 200, '502'), complaint(self.at + 1, '/p')), 1, 1)

    def test_answer_that_broke_off_is_a_failure(self):
        self.assert_counts(self.told(entry(self.at + 1, '/big'), complaint(self.at + 1, '/big', BROKEN)), 1, 1)

    def test_idle_stream_that_timed_out_and_client_that_gave_up_are_no_failures(self):
        idle = 'upstream timed out (110: Connection timed out) while reading upstream'
        self.assert_counts(self.told(entry(self.at + 1, '/sse') + entry(self.at + 2, '/slow', 499, '-'),
                                     complaint(self.at + 1, '/sse', idle)), 2, 0)

    def test_closed_page_preview_and_own_probes_do_not_count(self):
        self.assert_counts(self.told(
            entry(self.at + 1, '/p', 502).replace('"app":"blog",', '"app":"blog","preview":true,') +
            entry(self.at + 1, status=503, upstream='', upstream_status='-') +
            entry(self.at + 2, '/healthz', 502, agent='deployctl-host') + entry(self.at + 3, '/healthz'),
            complaint(self.at + 2, '/healthz') + complaint(
                self.at + 1, '/p', server='unix:/var/lib/deployctl/blog/preview/0f/1.sock')), 1, 0)

    def test_failures_before_the_switch_are_told_apart(self):
        facts = self.told(entry(self.at + 2), '', entry(self.at - 4, '/a', 502), complaint(self.at - 4, '/a'))
        self.assert_counts(facts, 1, 0, (1, 1))

    def test_errors_of_other_apps_do_not_count(self):
        other = 'unix:/var/lib/deployctl/shop/current/1.sock'
        self.assert_counts(self.told(entry(self.at + 1), complaint(self.at + 1, '/x', BROKEN, other)), 1, 0)

    def test_two_failures_of_one_client_in_one_second_are_two(self):
        self.assert_counts(self.told(2 * entry(self.at + 1, '/a', 502), 2 * complaint(self.at + 1, '/a')), 2, 2)

    def test_local_time_of_nginx_is_taken_from_its_access_log(self):
        text = entry(self.at + 1, '/a', 502).replace('+00:00', '-05:30')
        self.assert_counts(self.told(text, complaint(self.at + 1, '/a', offset=-19800)), 1, 1)

    def test_request_with_quotes_bytes_and_great_length(self):
        for uri in ('/a"b\\c', '/\udcff', '/' + 1500 * 'x', '/' + 3000 * 'x'):
            with self.subTest(uri[:9]):
                text = entry(self.at + 1, uri, 502)
                if '\udcff' in uri:
                    text = text.replace('\\udcff', '\udcff')
                self.assert_counts(self.told(text, complaint(self.at + 1, uri)[:2000] + '\n'), 1, 1)

    def test_first_deploy_has_nothing_to_compare_with(self):
        facts = self.told(entry(self.at + 1), compare=False)
        self.assert_counts(facts, 1, 0)
        self.assertIsNone(facts['before'])

    def test_line_that_nginx_is_writing_is_left_out(self):
        self.assert_counts(self.told(entry(self.at + 1) + entry(self.at + 2)[:50]), 1, 0)

    def test_ten_thousand_requests_in_a_big_log_are_read_quickly(self):
        padding = ''.join(entry(self.at - 100 - each) for each in range(1000, 0, -1))
        self.access(100 * padding)
        begun = self.begun()
        with open(access_log.path_of('blog'), 'a', encoding='utf-8') as target:
            target.write(''.join(entry(self.at + 1 + each / 2000) for each in range(10000)))
        read = []
        self.patch(receipt, '_moment_of', lambda line, of=receipt._moment_of: read.append(1) or of(line))
        self.assert_counts(self.read(begun), 10000, 0, (0, 0))
        self.assertLess(len(read), 10100)


class Rotation(ReceiptFixture):
    def test_every_naming_scheme_is_read(self):
        during = ''.join(entry(self.at + each) for each in range(1, 6)) + entry(self.at + 6, '/a', 502)
        before = entry(self.at - 3)
        for suffix, packed in SCHEMES.items():
            with self.subTest(suffix):
                if packed is zstd and not os.path.exists(rotated.ZSTD):
                    continue
                self.access(self.old + before)
                begun = self.begun()
                os.unlink(access_log.path_of('blog'))
                self.access('')
                path = self.access(packed((self.old + before + during).encode()), 'deployctl-blog' + suffix)
                self.errors('')
                self.errors(complaint(self.at + 6, '/a'), 'error.log.1')
                self.assert_counts(self.read(begun), 6, 1, (1, 0))
                os.unlink(path)

    def test_both_sides_of_a_rotation_are_added_up(self):
        self.access(self.old)
        begun = self.begun()
        os.rename(access_log.path_of('blog'), access_log.path_of('blog') + '.1')
        self.access(self.old + entry(self.at + 1), 'deployctl-blog.log.1')
        self.access(entry(self.at + 5))
        self.assert_counts(self.read(begun), 2, 0)

    def test_log_of_another_app_is_no_part(self):
        self.access(self.old)
        begun = self.begun()
        self.access(100 * entry(self.at + 1), 'deployctl-blog-admin.log')
        self.assert_counts(self.read(begun), 0, 0)

    def test_copytruncate(self):
        self.access(self.old)
        begun = self.begun()
        self.access(self.old + entry(self.at + 1), 'deployctl-blog.log.1')
        self.access('')
        self.assert_counts(self.read(begun), 1, 0)


class Unknown(ReceiptFixture):
    def test_missing_logs(self):
        begun = self.begun()
        os.unlink(access_log.path_of('blog'))
        self.assert_unknown(self.read(begun), 'there is no ')
        self.access(entry(self.at + 1))
        self.assert_unknown(self.read(begun), 'rotated part was not found')
        self.access(self.old)
        begun = self.begun()
        os.unlink(self.settings.error_log)
        self.assert_unknown(self.read(begun), 'there is no %s' % self.settings.error_log)

    def test_truncated_log_even_after_it_has_grown(self):
        self.access(self.old)
        begun = self.begun()
        self.access('')
        self.assert_unknown(self.read(begun), 'truncated')
        self.access(3 * entry(self.at + 4))
        self.assert_unknown(self.read(begun), 'truncated')

    def test_rotated_part_that_cannot_be_read(self):
        packed = gzip.compress((self.old + entry(self.at + 1)).encode())
        for data, why in ((packed[:-9], 'damaged'), (b'\x04\x22\x4d\x18' + packed, 'lz4'),
                          (b'\x85\x01rubbish\nrubbish\n', 'not in the format')):
            self.access(self.old)
            begun = self.begun()
            os.unlink(access_log.path_of('blog'))
            self.access('')
            self.access(data, 'deployctl-blog.log.1')
            self.assert_unknown(self.read(begun), why)

    def test_format_that_was_changed_by_hand(self):
        self.assert_unknown(self.told('192.0.2.7 - - "GET / HTTP/1.1" 200 5\n'), 'not in the format')
        self.assert_unknown(self.told(entry(self.at + 1) + 'GET /\n' + entry(self.at + 2)), 'not in the format')

    def test_format_that_was_another_before_the_switch_leaves_only_the_comparison_out(self):
        facts = self.told(entry(self.at + 2), before='192.0.2.7 GET /\n' + entry(self.at - 1))
        self.assert_counts(facts, 1, 0)
        self.assertIsNone(facts['before'])

    def test_clock_that_was_set(self):
        for step in (-3600, 3600):
            self.assert_unknown(self.told(entry(self.at + 1), monotonic=time.monotonic() - 10 + step),
                                'the clock was set')

    def test_clock_that_was_set_back_before_the_switch_leaves_only_the_comparison_out(self):
        facts = self.told(entry(self.at + 2), before=entry(self.at + 500) + entry(self.at - 1))
        self.assert_counts(facts, 1, 0)
        self.assertIsNone(facts['before'])

    def test_more_lines_than_can_be_read(self):
        self.patch(log_window, 'SECONDS', 0.0)
        self.patch(log_window, 'LOOK', 1)
        self.assert_unknown(self.told(entry(self.at + 1)), 'more lines than can be read')

    def test_logs_that_do_not_reach_back_leave_only_the_comparison_out(self):
        self.old = ''
        facts = self.told(entry(self.at + 2), before=entry(self.at - 1))
        self.assert_counts(facts, 1, 0)
        self.assertIsNone(facts['before'])

    def test_own_templates_that_log_otherwise(self):
        path = access_log.path_of('blog')
        for text, why in (('access_log off;', 'does not log to'), ('access_log /var/log/x.log;', 'does not log to'),
                          ('access_log %s deployctl_blog buffer=32k;' % path, 'buffers'),
                          ('access_log %s deployctl_blog if=$loggable;' % path, 'only some'),
                          ('access_log %s deployctl_blog; error_log /dev/null;' % path, 'errors of this app')):
            self.assert_unknown(self.read(self.begun('server {\n    %s\n}\n' % text)), why)


class ErrorLog(ReceiptFixture):
    def path(self, main='', http='', others='', vhost=''):
        self.write('nginx.conf', '# error_log /no;\n%s\nevents { }\nstream { error_log /stream.log; }\n'
                   'http {\n%s\n}\n' % (main, http))
        self.write('conf.d/zz.conf', others)
        return error_log.path_of(self.settings, self.root + '/conf.d', self.root + '/conf.d/own.conf', vhost)

    def test_nearest_directive_applies(self):
        self.assertEqual(self.path(), self.settings.error_log)
        self.assertEqual(self.path('error_log /main.log notice;'), '/main.log')
        self.assertEqual(self.path('error_log /main.log;', 'error_log "/http.log" warn;'), '/http.log')
        self.assertEqual(self.path('error_log /main.log;', others='error_log /other.log;'), '/other.log')
        self.assertEqual(self.path(others='server { error_log /theirs.log; }'), self.settings.error_log)
        self.assertEqual(self.path(http='error_log /http.log;', vhost='server { error_log /own.log; }'), '/own.log')
        self.assertEqual(self.path(http='error_log syslog:server=x; error_log /http.log;'), '/http.log')

    def test_logs_that_tell_too_little_are_not_known(self):
        for text in ('error_log /main.log crit;', 'error_log stderr;', 'error_log syslog:server=x;',
                     'error_log /dev/null;'):
            with self.assertRaises(error_log.NotKnown):
                self.path(text)
