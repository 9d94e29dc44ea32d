"""Tests of the copy of a hostile tar stream: only regular files and directories below the target are ever made."""

import os
import random
import tarfile
import unittest

from deployctl_host import files
from deployctl_host.assets import tar, tree
from deployctl_host.errors import HostError
from tests.sandbox import FUZZ, Sandbox
from tests.unit.tars import special
from tests.unit.tars import tar as made

PATH = '/app/public/assets'


class TarFixture(Sandbox):

    def setUp(self):
        super().setUp()
        self.target = self.root + '/target'

    def write(self, data, size=65536):      # type: ignore[override]
        pieces = [data[start:start + size] for start in range(0, len(data), size)]
        return tree.write(iter(pieces), PATH, self.target)

    def seen(self):
        """Returns {path below the target: (mode, content)}; fails for anything but files and directories."""
        found = {}
        for directory, names, plain in os.walk(self.target):
            for name in names + plain:
                path = os.path.join(directory, name)
                self.assertFalse(os.path.islink(path), path)
                self.assertTrue(os.path.isdir(path) or os.path.isfile(path), path)
                content = None
                if os.path.isfile(path):
                    with open(path, 'rb') as source:
                        content = source.read()
                found[os.path.relpath(path, self.target)] = (os.stat(path).st_mode & 0o7777, content)
        return found

    def refused(self, data, why):
        before = set(os.listdir(self.root))
        with self.assertRaisesRegex(tar.Invalid, why):
            self.write(data)
        made_here = set(os.listdir(self.root)) - before - {os.path.basename(self.target)}
        self.assertEqual(made_here, set(), 'something was written elsewhere')
        self.seen()


class Honest(TarFixture):

    def test_files_and_directories_in_every_format(self):
        long = 'assets/' + '/'.join('d' * 50 for _ in range(6)) + '/' + 'n' * 120 + '.js'
        folders = [(long[:7 + 51 * count - 1], None) for count in range(1, 7)]
        for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
            self.target = '%s/target-%d' % (self.root, form)
            done = self.write(made(('assets', None), ('assets/a.js', b'x' * 1000), ('assets/empty', b''),
                                   ('assets/img', None), ('assets/img/\u00e9.png', b'\x89'), *folders, (long, b'deep'),
                                   form=form), size=700)
            found = self.seen()
            self.assertEqual(found['a.js'], (0o644, b'x' * 1000))
            self.assertEqual((found['empty'], found['img/\u00e9.png']), ((0o644, b''), (0o644, b'\x89')))
            self.assertEqual(found[long[7:]], (0o644, b'deep'))
            self.assertEqual(found['img'], (0o755, None))
            self.assertEqual((done.files, done.bytes, done.skipped), (4, 1005, 0))

    def test_time_is_that_of_the_image(self):
        self.write(made(('assets', None), ('assets/a.js', b'x')))
        self.assertEqual(os.stat(self.target + '/a.js').st_mtime, 1700000000)

    def test_empty_directory(self):
        self.assertEqual(self.write(made(('assets', None))).files, 0)


class Hostile(TarFixture):

    def test_links_devices_and_pipes_are_passed_over(self):
        done = self.write(made(
            ('assets', None), special('assets/passwd', tarfile.SYMTYPE, '/etc/passwd'),
            special('assets/hard', tarfile.LNKTYPE, '../../etc/passwd'), special('assets/null', tarfile.CHRTYPE),
            special('assets/disk', tarfile.BLKTYPE), special('assets/pipe', tarfile.FIFOTYPE), ('assets/a.js', b'x')))
        self.assertEqual(set(self.seen()), {'a.js'})
        self.assertEqual((done.files, done.skipped, done.first), (1, 5, 'passwd is a symbolic link'))

    def test_setuid_bits_and_owners_are_ignored(self):
        self.write(made(('assets', None), ('assets/program', b'x')))
        seen = os.stat(self.target + '/program')
        self.assertEqual((seen.st_mode & 0o7777, seen.st_uid), (0o644, os.geteuid()))

    def test_file_below_a_link_is_refused(self):
        self.refused(made(('assets', None), special('assets/out', tarfile.SYMTYPE, self.root),
                          ('assets/out/owned', b'x')), 'there twice, or not in a directory')
        self.assertFalse(os.path.exists(self.root + '/owned'))

    def test_names_that_lead_out_are_refused(self):
        for name in ('../owned', 'assets/../../owned', '/owned', '/assets/owned', 'assets//owned', './assets/owned',
                     'assets/./owned', 'assets/..', 'other/owned', 'assets/a\nb', 'assets/\x1b[2J', ''):
            self.target = '%s/target%d' % (self.root, len(os.listdir(self.root)))
            with self.subTest(name), self.assertRaises(tar.Invalid):
                entry = tarfile.TarInfo(name)
                data = made(('assets', None)).rstrip(b'\0')
                data += bytes(-len(data) % 512) + entry.tobuf(tarfile.GNU_FORMAT) + bytes(1024)
                self.write(data)
            self.assertEqual(self.seen(), {})
        self.assertFalse(os.path.exists(self.root + '/owned'))

    def test_name_in_an_extended_header_is_checked_too(self):
        entry = tarfile.TarInfo('assets/harmless')
        entry.pax_headers = {'path': '../owned'}
        self.refused(made(('assets', None), entry), 'not one of a file below a directory')

    def test_names_that_are_too_long_are_refused(self):
        for name in ('assets/' + 'n' * 256, 'assets/' + '/'.join(['n' * 200] * 6)):
            self.target += '-'
            self.refused(made(('assets', None), (name, b'')), 'name')

    def test_name_that_is_not_utf8_is_refused(self):
        entry = tarfile.TarInfo('assets/\udcff')
        data = made(('assets', None))[:512] + entry.tobuf(tarfile.GNU_FORMAT, 'utf-8', 'surrogateescape') + bytes(1024)
        self.refused(data, 'not UTF-8')

    def test_same_name_twice_is_refused(self):
        self.refused(made(('assets', None), ('assets/a', b'1'), ('assets/a', b'2')), 'twice')
        self.target += '2'
        self.refused(made(('assets', None), ('assets/a', b'1'), ('assets/a/b', b'2')), 'twice')

    def test_more_entries_or_bytes_than_the_limit_are_refused(self):
        self.patch(tree, 'MOST_ENTRIES', 3)
        self.refused(made(('assets', None), *(('assets/%d' % each, b'') for each in range(3))), 'more than 3 entries')
        self.patch(tree, 'MOST_ENTRIES', 100)
        self.patch(tree, 'MOST_BYTES', 1 << 20)
        self.target += '2'
        self.refused(made(('assets', None), ('assets/a', b'x' * (600 << 10)), ('assets/b', b'x' * (600 << 10))),
                     'more than 1 MiB')

    def test_entry_of_an_enormous_size_is_refused_before_it_is_read(self):
        entry = tarfile.TarInfo('assets/a')
        entry.size = 1 << 60
        self.refused(made(('assets', None))[:512] + entry.tobuf(tarfile.GNU_FORMAT), 'more than 4096 MiB')

    def test_enormous_extended_header_is_refused(self):
        entry = tarfile.TarInfo('x')
        entry.type, entry.size = tarfile.XHDTYPE, 1 << 30
        self.refused(made(('assets', None))[:512] + entry.tobuf(tarfile.USTAR_FORMAT), 'an extended header has')

    def test_sparse_file_is_refused(self):
        entry = tarfile.TarInfo('assets/a')
        entry.pax_headers = {'GNU.sparse.major': '1'}
        self.refused(made(('assets', None), entry), 'holes')

    def test_wrong_checksum_is_refused(self):
        data = bytearray(made(('assets', None), ('assets/a', b'x')))
        data[3] ^= 1
        self.refused(bytes(data), 'checksum')

    def test_stream_that_ends_early_is_refused(self):
        data = made(('assets', None), ('assets/a', b'x' * 5000))
        self.refused(data[:3000], 'ends within an entry')
        self.target += '2'
        self.refused(b'', 'ends within an entry')
        self.target += '3'
        self.refused(bytes(1024), 'it is empty')

    def test_path_that_is_no_directory_is_named(self):
        for first, what in ((special('assets', tarfile.SYMTYPE, '/etc'), 'a symbolic link'),
                            (('assets', b'x'), 'a file'), (('other', None), 'another directory')):
            self.target += '-'
            with self.assertRaises(HostError) as caught:
                self.write(made(first))
            self.assertEqual(caught.exception.kind, 'definition')
            self.assertIn('%s is %s in the image' % (PATH, what), caught.exception.message)

    def test_full_disk_is_found_before_it_is_full(self):
        for free in ((tree.RESERVE + 10, 100000), (10 ** 12, files.FEW_INODES - 1)):
            self.target += '-'
            self.patch(files, 'free', lambda path, free=free: free)
            with self.assertRaises(HostError) as caught:
                self.write(made(('assets', None), ('assets/a', b'x' * 1000)))
            self.assertEqual(caught.exception.kind, 'disk-full')
            self.assertRegex(caught.exception.message, '[0-9]+ MiB are free under .*, and [0-9]+ inodes')

    def test_random_streams_make_nothing_but_files_and_directories(self):
        """Damaged archives: written as far as they are sound, or refused with one of two errors."""
        noise = random.Random(11)
        before = set(os.listdir(self.root))
        sound = made(('assets', None), ('assets/a', b'x' * 700), ('assets/d', None), ('assets/d/b', b'y'),
                     special('assets/l', tarfile.SYMTYPE, '/etc'), ('assets/' + 'n' * 200, b'z'))
        for number in range(300 * FUZZ):
            data = bytearray(sound)
            for _ in range(noise.randrange(1, 6)):
                start = noise.randrange(len(data))
                data[start:start + noise.randrange(9)] = noise.choice(
                    (b'', b'/', b'..', b'../', b'\0', b'\xff', b'5', b'2', b'7777777')) + bytes(noise.randrange(2))
            block = noise.randrange(0, len(data) - 512, 512)
            self.fix_checksum(data, block)
            self.target = '%s/t%d' % (self.root, number)
            try:
                self.write(bytes(data))
            except (tar.Invalid, HostError):
                pass
            self.seen()
        self.assertLessEqual({name.rstrip('0123456789') for name in os.listdir(self.root)} - {'t'}, before)

    @staticmethod
    def fix_checksum(data, start):
        block = data[start:start + 512]
        if len(block) == 512:
            data[start + 148:start + 156] = b'%06o\0 ' % (sum(block[:148]) + 256 + sum(block[156:]))


if __name__ == '__main__':
    unittest.main()
