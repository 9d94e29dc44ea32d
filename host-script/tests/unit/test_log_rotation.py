"""Tests of `traffic` with a rotated log: in any naming scheme all requests count, or the result is unknown."""

import bz2
import gzip
import lzma
import os
import subprocess
import time
import unittest

from deployctl_host import events
from deployctl_host.nginx import access_log, rotated
from deployctl_host.verbs import traffic
from tests.unit.call_fixture import CallFixture
from tests.unit.test_traffic import line, stamp


def zstd(data):
    return subprocess.run([rotated.ZSTD, '-qc'], input=data, stdout=subprocess.PIPE, check=True).stdout


def lz4(data):
    return b'\x04\x22\x4d\x18' + data


SCHEMES = {
    '.log.1': bytes, '.log.2': bytes, '.log.1.gz': gzip.compress,
    '.log-20261130': bytes, '.log-20261130.gz': gzip.compress,
    '.log-20261130.bz2': bz2.compress, '.log-20261130.xz': lzma.compress, '.log-2026-11-30-1796000000': bytes,
    '.log.20261130_03.gz': gzip.compress, '-20261130.log': bytes, '-20261130.log.gz': gzip.compress, '.1.log': bytes,
    '.log.1.packed': gzip.compress, '.log-20261130.zst': zstd,
}


class Rotation(CallFixture):
    def setUp(self):
        super().setUp()
        self.patch(access_log, 'DIRECTORY', self.root + '/log')
        self.patch(rotated, 'LOGROTATE', (self.root + '/logrotate.d',))
        os.makedirs(self.root + '/logrotate.d')
        self.call('deploy', 'blog', '--tag=v1')
        self.call('deploy', 'blog', '--tag=v2')
        self.since = events.moment(stamp(time.time() - 100))
        self.state.save(since=stamp(self.since), switched=stamp(self.since - traffic.POOLED), log=None)
        # Ten of before, ten of since: one in five of them failed.
        self.before = ''.join(line(self.since - 30 + each) for each in range(10))
        self.after = ''.join(line(self.since + 2 + each, status=500 if each % 5 == 0 else 200) for each in range(10))

    def place(self, name, data, written=None, directory='log'):
        path = '%s/%s/%s' % (self.root, directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as target:
            target.write(data if isinstance(data, bytes) else data.encode())
        if written is not None:
            os.utime(path, (written, written))
        return path

    def sent(self):
        code, sent = self.call('traffic', 'blog', '--output=ndjson')
        self.assertEqual((code, sent[-1]['type']), (0, 'traffic'), sent)
        return sent[-1]

    def assert_all_counted(self, sent):
        self.assertEqual((sent['new']['requests'], sent['new']['errors_5xx'], sent['unknown']), (10, 2, None))
        self.assertEqual(sent['old']['requests'], 10)

    def assert_unknown(self, sent, why):
        self.assertIsNone(sent['new'])
        self.assertIn(why, sent['unknown'])

    def test_every_naming_scheme_is_read(self):
        for suffix, packed in SCHEMES.items():
            with self.subTest(suffix):
                if packed is zstd and not os.path.exists(rotated.ZSTD):
                    self.skipTest('needs the program zstd')
                self.place('deployctl-blog.log', '')
                path = self.place('deployctl-blog' + suffix, packed((self.before + self.after).encode()))
                self.assert_all_counted(self.sent())
                os.unlink(path)

    def test_requests_on_both_sides_of_a_rotation_are_added_up(self):
        lines = self.after.splitlines(True)
        self.place('deployctl-blog.log-20261130.gz', gzip.compress((self.before + ''.join(lines[:6])).encode()))
        self.place('deployctl-blog.log', ''.join(lines[6:]))
        self.assert_all_counted(self.sent())

    def test_olddir_of_logrotates_configuration(self):
        self.place('nginx', '%s/log/*.log {\n  dateext\n  olddir old\n}\n' % self.root, directory='logrotate.d')
        self.place('deployctl-blog.log', '')
        self.place('deployctl-blog.log-20261130', self.before + self.after, directory='log/old')
        self.assert_all_counted(self.sent())

    def test_log_that_was_moved_to_an_unknown_place_is_unknown(self):
        self.place('deployctl-blog.log', '')
        self.assert_unknown(self.sent(), 'the log begins after the switch')
        self.place('deployctl-blog.log', self.after.splitlines(True)[-1])
        self.place('deployctl-blog.log.1', self.before, self.since - 20)
        self.assert_unknown(self.sent(), 'the log begins after the switch')

    def test_copytruncate(self):
        path = self.place('deployctl-blog.log', self.before)
        self.state.save(log=access_log.mark('blog'))
        self.place('deployctl-blog.log.1', self.before + self.after)
        os.truncate(path, 0)
        self.assert_all_counted(self.sent())

    def test_truncated_log_is_unknown_even_after_it_has_grown(self):
        path = self.place('deployctl-blog.log', self.before)
        self.state.save(log=access_log.mark('blog'))
        os.truncate(path, 0)
        self.place('deployctl-blog.log.1', line(self.since - 90000), self.since - 80000)
        self.assert_unknown(self.sent(), 'truncated')
        self.place('deployctl-blog.log', 3 * self.after)
        self.assert_unknown(self.sent(), 'truncated')

    def test_unreadable_part_is_unknown(self):
        whole = gzip.compress((self.before + self.after).encode())
        for suffix, data, why in (('.log.1.lz4', lz4(whole), 'compressed with lz4'),
                                  ('.log.1.gz', whole[:-20], 'damaged'),
                                  ('.log-20261130.zst', b'\x28\xb5\x2f\xfdrubbish',
                                   'damaged' if os.path.exists(rotated.ZSTD) else 'cannot start'),
                                  ('.log.1.gpg', b'\x85\x01rubbish', 'no line in the format')):
            with self.subTest(suffix):
                self.place('deployctl-blog.log', '')
                path = self.place('deployctl-blog' + suffix, data)
                self.assert_unknown(self.sent(), why)
                os.unlink(path)

    def test_symlink_is_not_followed(self):
        self.place('elsewhere', self.before + self.after, directory='other')
        self.place('deployctl-blog.log', '')
        os.symlink(self.root + '/other/elsewhere', self.root + '/log/deployctl-blog.log.1')
        self.assert_unknown(self.sent(), 'cannot be opened')

    def test_old_parts_that_cannot_be_read_do_not_matter(self):
        self.place('deployctl-blog.log', self.before + self.after)
        self.place('deployctl-blog.log.7.gz', b'\x1f\x8bdamaged', self.since - 90000)
        self.assert_all_counted(self.sent())

    def test_lines_count_once_while_logrotate_compresses(self):
        self.place('deployctl-blog.log', '')
        self.place('deployctl-blog.log.1', self.before + self.after)
        self.place('deployctl-blog.log.1.gz', gzip.compress((self.before + self.after).encode()))
        self.assert_all_counted(self.sent())

    def test_log_of_an_app_with_a_similar_name_is_not_a_part(self):
        self.write('etc/apps/blog-2.conf', self.text_of_definition('blog-2'))
        self.place('deployctl-blog.log', self.before + self.after)
        self.place('deployctl-blog-2.log', self.before + self.after)
        self.assert_all_counted(self.sent())

    def text_of_definition(self, app):
        with open(self.root + '/etc/apps/blog.conf', encoding='utf-8') as source:
            return source.read().replace('blog.example', app + '.example')

    def test_app_without_a_request_is_known_to_have_none(self):
        self.place('deployctl-blog.log', '')
        self.state.save(log=access_log.mark('blog'))
        sent = self.sent()
        self.assertEqual((sent['new']['requests'], sent['unknown']), (0, None))
        os.rename(self.root + '/log/deployctl-blog.log', self.root + '/log/deployctl-blog.log.1')
        self.place('deployctl-blog.log', '')
        self.assertEqual(self.sent()['new']['requests'], 0)

    def test_deploy_records_the_position_of_the_log(self):
        self.place('deployctl-blog.log', self.before)
        self.call('deploy', 'blog', '--tag=v3')
        self.assertEqual(self.state.load()['log'], access_log.mark('blog'))

    def test_text_says_why_it_is_not_known(self):
        self.place('deployctl-blog.log', '')
        text = self.call('traffic', 'blog', '--output=text')[1]
        self.assertIn('new  not known', text)
        self.assertIn('the log begins after the switch', text)


if __name__ == '__main__':
    unittest.main()
