"""A private /etc, /var and /run for one test: patches the paths and trusts the test's own user instead of root."""

import os
import shutil
import tempfile
import threading
import time
import unittest

from deployctl_host import confinement, paths, trust

# How many times longer the tests with noise run than they do by default.
FUZZ = int(os.environ.get('DEPLOYCTL_FUZZ', '1'))
MINIMAL = ('[app]\nrepository = registry.example.com/blog\ndeployers = %developers, alice\n'
           '[vhost]\nserver-name = blog.example.com\n')


class Sandbox(unittest.TestCase):
    """Gives each test `self.root` with etc, state, run and log below it. Nothing outside is read or written."""

    def setUp(self):
        self.addCleanup(self._nothing_outlives, set(threading.enumerate()))
        self.root = os.path.realpath(tempfile.mkdtemp(prefix='deployctl-test-'))
        self.addCleanup(shutil.rmtree, self.root)
        for name, below in (('ETC', 'etc'), ('STATE', 'state'), ('RUN', 'run'), ('LOG', 'log'),
                            ('UNITS', 'units')):
            directory = os.path.join(self.root, below)
            os.mkdir(directory, 0o755)
            self.patch(paths, name, directory)
        self.patch(confinement, 'mount', lambda: None)      # tests need not be root
        self.patch(confinement, 'is_mounted', lambda path: True)
        self.patch(trust, 'OWNER', os.geteuid())
        self.patch(trust, 'TOP', self.root)

    def _nothing_outlives(self, before):
        """Waits for threads of this test, which could affect the next one."""
        until = time.monotonic() + 30
        while set(threading.enumerate()) - before and time.monotonic() < until:
            time.sleep(0.005)
        self.assertEqual(set(threading.enumerate()) - before, set())

    def patch(self, module, name, value):
        self.addCleanup(setattr, module, name, getattr(module, name))
        setattr(module, name, value)

    def write(self, below, text, mode=0o600):
        """Writes a file below the sandbox's root, with its directories, and returns its path."""
        path = os.path.join(self.root, below)
        os.makedirs(os.path.dirname(path), 0o755, exist_ok=True)
        with open(path, 'wb') as target:
            target.write(text if isinstance(text, bytes) else text.encode('utf-8'))
        os.chmod(path, mode)
        return path

    def define(self, app='blog', text=MINIMAL):
        return self.write('etc/apps/%s.conf' % app, text, 0o644)

    def snapshot(self):
        """Returns names, modes and contents of everything in the sandbox, to show that nothing was touched."""
        seen = {}
        for directory, _, files in os.walk(self.root):
            seen[directory] = os.lstat(directory).st_mode
            for name in files:
                path = os.path.join(directory, name)
                if not os.path.isfile(path):
                    seen[path] = (os.lstat(path).st_mode, b'')
                    continue
                with open(path, 'rb') as source:
                    seen[path] = (os.lstat(path).st_mode, source.read())
        return seen
