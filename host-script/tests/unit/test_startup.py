"""Tests which modules a call imports, since start-up is most of its cost."""

import os
import subprocess
import sys
import unittest

HOST_SCRIPT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COSTLY = {'dataclasses', 'inspect', 'hashlib', 'random', 'shutil', 'difflib', 'platform', 'datetime', 'ssl',
          'http.client', 'ipaddress', 'traceback'}


class Startup(unittest.TestCase):
    def test_costly_modules_are_loaded_only_where_they_are_needed(self):
        code = ('import sys; sys.path.insert(0, "."); from deployctl_host import cli;'
                'from deployctl_host.verbs import status, lock, unlock; print(*sorted(sys.modules))')
        loaded = set(subprocess.run([sys.executable, '-ISc', code], stdout=subprocess.PIPE, universal_newlines=True,
                                    check=True, cwd=HOST_SCRIPT).stdout.split())
        self.assertIn('deployctl_host.cli', loaded)
        self.assertEqual(set(), COSTLY & loaded)


if __name__ == '__main__':
    unittest.main()
