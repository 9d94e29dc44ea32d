"""Fixture with a root directory of its own: an overlay over this machine's, in which programs run by chroot."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from tests.sudo import fixture

ROOT = '/srv/other-root'
ENVIRONMENT = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL': 'C'}


def inside(*words):
    """Runs a command in that root and returns (exit, output)."""
    done = subprocess.run(('chroot', ROOT) + words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True, check=False, env=ENVIRONMENT)
    return done.returncode, done.stdout


def path(name):
    return ROOT + name


def living():
    """Returns the processes that have this root."""
    found = []
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            if os.readlink('/proc/%s/root' % name) == ROOT:
                found.append(int(name))
        except OSError:         # it has ended
            pass
    return found


def end_all():
    """Waits for processes in the root to end, because it cannot be unmounted before."""
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
    """Each test has a new root, which is discarded afterwards."""

    def setUp(self):
        self.layer = tempfile.mkdtemp(dir='/srv')
        self.addCleanup(shutil.rmtree, self.layer)
        fixture.command('mount', '-t', 'tmpfs', 'tmpfs', self.layer)
        self.addCleanup(fixture.command, 'umount', self.layer)
        for place in (ROOT, self.layer + '/upper', self.layer + '/work'):
            os.makedirs(place, exist_ok=True)
        fixture.command('mount', '-t', 'overlay', 'overlay', '-o', 'lowerdir=/,upperdir=%s/upper,workdir=%s/work' % (
            self.layer, self.layer), ROOT)
        self.addCleanup(fixture.command, 'umount', ROOT)
        for name in ('/proc', '/dev'):
            fixture.command('mount', '--bind', name, path(name))
            self.addCleanup(fixture.command, 'umount', path(name))
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
