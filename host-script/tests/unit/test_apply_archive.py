"""Tests of the archive that `apply` reads: regular files with the names of operators' files, and nothing else."""

import json
import os
import tarfile
import threading
import unittest

from deployctl_host.apply import archive
from deployctl_host.errors import HostError
from tests.unit.tars import special, tar

META = ('meta.json', json.dumps({'commit': None, 'dirty': True, 'source': 'x'}).encode())
FILE = ('host.conf', b'')


def meta(**changes):
    return ('meta.json', json.dumps(dict(json.loads(META[1]), **changes)).encode())


# The reason for the refusal of each archive.
HOSTILE = {
    'ends within an entry': b'',
    'a number that is none': b'x' * 2000,
    'it is empty': b'\0' * 1024,
    'its first file is not meta.json': tar(FILE, META),
    'is not an object with commit': tar(('meta.json', b'[]')),
    'commit in meta.json is not the hash': tar(meta(commit='$(id)')),
    'dirty in meta.json is not a boolean': tar(meta(dirty=1)),
    'source is not a text': tar(meta(source=['x'])),
    'host.conf. is in it twice': tar(META, FILE, FILE),
    'is a symbolic link; only regular files': tar(META, special('host.conf', tarfile.SYMTYPE, '/etc/shadow')),
    'is a hard link': tar(META, special('host.conf', tarfile.LNKTYPE, '/etc/shadow')),
    'is a pipe': tar(META, special('host.conf', tarfile.FIFOTYPE)),
    'is a directory': tar(META, ('apps', None)),
    'is larger than 8 MiB': tar(META, ('env/blog.env', b'A=' + b'x' * 9 * 1024 * 1024)),
}
NAMES = (
    '../etc/shadow', '/etc/shadow', 'apps/../host.conf', 'apps/blog.conf.sample', 'apps/Blog.conf', 'apps/a/b.conf',
    'apps/.conf', 'desired/blog', 'env/blog', 'docker/config.json', 'templates/.x.conf', 'templates/x', 'host.conf/',
    'apps/blog.conf\n', './host.conf', 'etcd/password', '.apply/plan.json', 'env/blog.env\u202e')


class Archives(unittest.TestCase):

    def read(self, data):
        reading, writing = os.pipe()

        def send():
            with os.fdopen(writing, 'wb') as target:
                try:
                    target.write(data)
                except BrokenPipeError:
                    pass
        sender = threading.Thread(target=send)
        sender.start()
        try:
            return archive.read(reading)
        finally:
            os.close(reading)
            sender.join()

    def refused(self, data, kind='usage'):
        with self.assertRaises(HostError) as caught:
            self.read(data)
        self.assertEqual((kind, 'nothing was changed'), (caught.exception.kind, caught.exception.state))
        self.assertRegex(caught.exception.message, r'\A[ -~]{1,300}\Z', 'safe to print')
        return caught.exception.message

    def test_set_of_both_forms(self):
        for form in (tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT):
            found = self.read(tar(META, FILE, ('apps/a.conf', b'x'), ('env/common.env', b'A=1'),
                                  ('templates/%s.conf' % ('t' * 80), b'y'), form=form))
            self.assertEqual((None, True, 'x'), (found.commit, found.dirty, found.source))
            self.assertEqual({'host.conf', 'apps/a.conf', 'env/common.env', 'templates/%s.conf' % ('t' * 80)},
                             set(found.contents))

    def test_source_may_be_any_text_and_is_cut(self):
        for given, kept in (('/home/jos\u00e9/' + 'x' * 900, '/home/jos\u00e9/' + 'x' * 189), ('a\ud800', 'a?')):
            self.assertEqual(kept, self.read(tar(meta(source=given))).source)

    def test_hostile_archives(self):
        for why, data in HOSTILE.items():
            with self.subTest(why):
                self.assertRegex(self.refused(data), why)

    def test_names_of_no_operators_file(self):
        for name in NAMES:
            with self.subTest(name):
                self.refused(tar(META, (name, b'x')))

    def test_file_that_its_reader_would_not_read(self):
        self.assertIn('apps/a.conf: larger than 256 KiB',
                      self.refused(tar(META, ('apps/a.conf', b'#' * 300 * 1024)), 'definition'))

    def test_archive_that_breaks_off(self):
        data = tar(META, ('apps/a.conf', b'x' * 2000))
        for length in range(0, 3500, 250):
            self.refused(data[:length])


if __name__ == '__main__':
    unittest.main()
