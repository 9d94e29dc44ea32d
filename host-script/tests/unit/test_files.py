"""Tests of durable files: written completely or not at all, never through a symlink."""

import errno
import os
import stat

from deployctl_host import files
from deployctl_host.errors import HostError
from tests.sandbox import Sandbox


class Files(Sandbox):

    def path(self, name):
        return os.path.join(self.root, 'state', name)

    def test_write_has_content_and_mode_whatever_the_umask(self):
        previous = os.umask(0o777)
        self.addCleanup(os.umask, previous)
        files.write_atomic(self.path('a'), b'one', 0o640)
        self.assertEqual(0o640, stat.S_IMODE(os.stat(self.path('a')).st_mode))
        os.umask(previous)
        self.assertEqual(b'one', files.read_bytes(self.path('a')))

    def test_a_symlink_in_place_of_a_file_is_replaced_not_followed(self):
        victim = self.write('victim', 'untouched')
        os.symlink(victim, self.path('a'))
        files.write_atomic(self.path('a'), b'new')
        self.assertFalse(os.path.islink(self.path('a')))
        with open(victim, encoding='utf-8') as source:
            self.assertEqual('untouched', source.read())

    def test_reading_refuses_a_symlink_and_a_fifo(self):
        os.symlink(self.write('victim', '{}'), self.path('a'))
        with self.assertRaises(HostError):
            files.read_json(self.path('a'))
        os.mkfifo(self.path('b'))
        with self.assertRaises(HostError):
            files.read_json(self.path('b'))

    def test_a_full_disk_keeps_the_old_content_and_leaves_nothing(self):
        files.write_atomic(self.path('a'), b'old')
        for call in ('write', 'fsync', 'rename'):
            with self.subTest(call):
                original = getattr(os, call)

                def full(*_):
                    raise OSError(errno.ENOSPC, 'No space left on device')
                setattr(os, call, full)
                try:
                    with self.assertRaises(HostError) as caught:
                        files.write_atomic(self.path('a'), b'new')
                finally:
                    setattr(os, call, original)
                self.assertEqual(74, caught.exception.exit)
                self.assertEqual(b'old', files.read_bytes(self.path('a')))
                self.assertEqual(['a'], os.listdir(os.path.join(self.root, 'state')))

    def test_device_without_space(self):
        """/dev/full acts as a full device: the kernel returns the same error."""
        with self.assertRaises(HostError) as caught:
            with files.full_disk_reported('/dev/full'), open('/dev/full', 'wb', buffering=0) as target:
                target.write(b'x')
        self.assertEqual('disk-full', caught.exception.kind)

    def test_short_writes_are_completed(self):
        original = os.write
        self.patch(os, 'write', lambda descriptor, data: original(descriptor, bytes(data[:3])))
        files.write_atomic(self.path('a'), b'0123456789')
        self.assertEqual(b'0123456789', files.read_bytes(self.path('a')))

    def test_json_is_written_and_read(self):
        self.assertEqual('none', files.read_json(self.path('a'), 'none'))
        files.write_json(self.path('a'), {'b': [1, 'é']})
        self.assertEqual({'b': [1, 'é']}, files.read_json(self.path('a')))
        for damage in (b'', b'{', b'\xff', b'[' * 100000):
            files.write_atomic(self.path('a'), damage)
            with self.assertRaises(HostError) as caught:
                files.read_json(self.path('a'))
            self.assertEqual('internal', caught.exception.kind)

    def test_make_dir_sets_the_mode_and_refuses_symlinks(self):
        files.make_dir(self.path('d'), 0o711)
        files.make_dir(self.path('d'), 0o700)
        self.assertEqual(0o700, stat.S_IMODE(os.stat(self.path('d')).st_mode))
        os.symlink(self.path('d'), self.path('link'))
        with self.assertRaises(HostError):
            files.make_dir(self.path('link'), 0o777)
        self.assertEqual(0o700, stat.S_IMODE(os.stat(self.path('d')).st_mode))
        self.write('state/file', '')
        with self.assertRaises(HostError):
            files.make_dir(self.path('file'))

    def test_replace_symlink_never_leaves_none(self):
        files.replace_symlink(self.path('current'), 'a')
        files.replace_symlink(self.path('current'), 'b')
        self.assertEqual('b', os.readlink(self.path('current')))
        self.assertEqual(['current'], os.listdir(os.path.join(self.root, 'state')))

    def test_remove_tree_stays_inside(self):
        victim = self.write('victim/file', 'stays')
        self.write('state/tree/a/b', '')
        os.symlink(os.path.dirname(victim), self.path('tree/out'))
        os.symlink(os.path.dirname(victim), self.path('link'))
        files.remove_tree(self.path('tree'))
        files.remove_tree(self.path('link'))
        files.remove_tree(self.path('nothing'))
        self.assertEqual([], os.listdir(os.path.join(self.root, 'state')))
        self.assertTrue(os.path.exists(victim))

    def test_remove_tree_of_any_depth_and_width(self):
        """A container can nest directories deeper than the stack and the descriptor limit allow."""
        os.mkdir(self.path('tree'))
        here = os.open(self.path('tree'), os.O_RDONLY)
        for _ in range(3000):
            os.mkdir('d', dir_fd=here)
            os.mkdir('wide', dir_fd=here)
            below = os.open('d', os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        os.close(here)
        files.remove_tree(self.path('tree'))
        self.assertEqual([], os.listdir(os.path.join(self.root, 'state')))

    def test_sweep_removes_files_of_a_killed_writer(self):
        self.write('state/' + files.TEMPORARY + '00', 'half')
        files.write_atomic(self.path('a'), b'')
        files.sweep_temporary(os.path.join(self.root, 'state'))
        self.assertEqual(['a'], os.listdir(os.path.join(self.root, 'state')))
