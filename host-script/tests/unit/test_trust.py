"""Tests that only files that root alone can have written are read."""

import os
import unittest

from deployctl_host import trust
from deployctl_host.errors import HostError
from tests.sandbox import Sandbox


class Trust(Sandbox):

    def setUp(self):
        super().setUp()
        self.path = self.write('etc/apps/blog.conf', 'x', 0o644)

    def refused(self, path=None, secret=False):
        with self.assertRaises(HostError) as caught:
            trust.read(path or self.path, secret)
        self.assertEqual(78, caught.exception.exit)
        return caught.exception.message

    def test_trusted_file_is_read(self):
        self.assertEqual(b'x', trust.read(self.path))

    def test_missing_file_is_for_the_caller_to_judge(self):
        for missing in (self.path + 'x', os.path.join(self.root, 'no', 'such')):
            with self.assertRaises(FileNotFoundError):
                trust.read(missing)

    def test_writable_by_others(self):
        for mode in (0o666, 0o664, 0o646, 0o777):
            os.chmod(self.path, mode)
            self.assertIn('mode %04o' % mode, self.refused())

    def test_any_directory_above_writable_by_others(self):
        for directory in ('etc/apps', 'etc', ''):
            place = os.path.join(self.root, directory).rstrip('/')
            for mode in (0o777, 0o1777, 0o775):
                os.chmod(place, mode)
                self.assertIn(place + ' is writable', self.refused())
            os.chmod(place, 0o755)

    def test_foreign_owner_is_refused(self):
        self.patch(trust, 'OWNER', os.geteuid() + 1)
        self.assertIn('belongs to uid', self.refused())

    def test_symlinks_anywhere(self):
        os.symlink(self.path, self.path + '.link')
        self.assertIn('symlink', self.refused(self.path + '.link'))
        os.symlink(os.path.join(self.root, 'etc', 'apps'), os.path.join(self.root, 'etc', 'linked'))
        self.assertIn('symlink', self.refused(os.path.join(self.root, 'etc', 'linked', 'blog.conf')))

    def test_special_files_are_refused(self):
        os.mkfifo(os.path.join(self.root, 'etc', 'fifo'))
        self.assertIn('regular file', self.refused(os.path.join(self.root, 'etc', 'fifo')))
        self.assertIn('regular file', self.refused(os.path.join(self.root, 'etc', 'apps')))
        self.assertIn('directory', self.refused(self.path + '/below'))

    def test_secrets_are_closed_to_readers_too(self):
        self.assertIn('open to others', self.refused(secret=True))
        os.chmod(self.path, 0o600)
        self.assertEqual(b'x', trust.read(self.path, secret=True))

    def test_large_file_is_refused(self):
        self.write('etc/apps/blog.conf', b'x' * (trust.LIMIT + 1), 0o644)
        self.assertIn('larger', self.refused())

    def test_no_descriptor_is_left(self):
        before = len(os.listdir('/proc/self/fd'))
        os.chmod(self.path, 0o666)
        for _ in range(50):
            self.refused()
        os.chmod(self.path, 0o644)
        for _ in range(50):
            trust.read(self.path)
            trust.check(self.path)
        self.assertEqual(before, len(os.listdir('/proc/self/fd')))


if __name__ == '__main__':
    unittest.main()
