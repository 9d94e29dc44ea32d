"""Tests that the manual page matches the script's verbs."""

import os
import subprocess
import sys
import unittest

PACKAGING = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'packaging')


class ManualPage(unittest.TestCase):
    def test_page_is_generated_from_the_table_of_verbs(self):
        made = subprocess.run([sys.executable, '-B', PACKAGING + '/manpage'], stdout=subprocess.PIPE, check=True)
        with open(PACKAGING + '/deployctl-host.8', 'rb') as page:
            self.assertEqual(page.read(), made.stdout, 'run packaging/manpage > packaging/deployctl-host.8')


if __name__ == '__main__':
    unittest.main()
