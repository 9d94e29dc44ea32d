"""A root of its own for a test: an overlay over this machine's, in which programs run by chroot."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from tests.sudo import bed

ROOT = '/srv/other-root'
ENVIRONMENT = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL': 'C'}


def inside(*words):
    """(exit, output) of a command in that root."""
    done = subprocess.run(('chroot', ROOT) + words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True, check=False, env=ENVIRONMENT)
    return done.returncode, done.stdout


def path(name):
    return ROOT + name


def living():
    """The processes whose root it is."""
    found = []
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            if os.readlink('/proc/%s/root' % name) == ROOT:
                found.append(int(name))
        except OSError:         # it ended meanwhile
            pass
    return found


def end_all():
    """A server that was told to stop ends a little later; while it lives its root can't be unmounted."""
    for _ in range(100):
        processes = living()
        if not processes:
            return
        for process in processes:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.05)
    raise AssertionError('still running in %s: %s' % (ROOT, processes))


class OtherRoot(unittest.TestCase):
    """Each test has a fresh one; what it changes there is gone with it."""

    def setUp(self):
        self.layer = tempfile.mkdtemp(dir='/srv')
        self.addCleanup(shutil.rmtree, self.layer)
        bed.command('mount', '-t', 'tmpfs', 'tmpfs', self.layer)
        self.addCleanup(bed.command, 'umount', self.layer)
        for place in (ROOT, self.layer + '/upper', self.layer + '/work'):
            os.makedirs(place, exist_ok=True)
        bed.command('mount', '-t', 'overlay', 'overlay', '-o', 'lowerdir=/,upperdir=%s/upper,workdir=%s/work' % (
            self.layer, self.layer), ROOT)
        self.addCleanup(bed.command, 'umount', ROOT)
        for name in ('/proc', '/dev'):
            bed.command('mount', '--bind', name, path(name))
            self.addCleanup(bed.command, 'umount', path(name))
        self.addCleanup(end_all)

    def good(self, *words):
        status, said = inside(*words)
        self.assertEqual(0, status, said)
        return said

    def write(self, name, text, mode=0o644):
        os.makedirs(os.path.dirname(path(name)), exist_ok=True)
        with open(path(name), 'w', encoding='utf-8') as target:
            target.write(text)
        os.chmod(path(name), mode)

    def there(self, *names):
        return [name for name in names if os.path.lexists(path(name))]
