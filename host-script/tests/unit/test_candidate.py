"""Tests that a virtual host is tested while other apps of the host come and go."""

import os
import unittest

from deployctl_host.errors import HostError
from deployctl_host.nginx import candidate
from tests.sandbox import Sandbox

# In place of nginx: opens the included files as nginx does, after what is put before it.
OPENS = '''for name in $(sed "s/include //g; s/;//g" "$3"); do
    if ! [ -e "$name" ]; then
        echo "nginx: [emerg] open() \\"$name\\" failed (2: No such file or directory) in $3:1" >&2
        exit 1
    fi
done
'''


class Neighbours(Sandbox):
    def setUp(self):
        super().setUp()
        for name in ('aa.conf', 'deployctl-blog.conf', 'zz.conf'):
            self.write('conf.d/' + name, '')
        self.vhost = self.root + '/conf.d/deployctl-blog.conf'
        self.other = self.root + '/conf.d/aa.conf'

    def settings(self, before, text='include conf.d/*.conf;\n'):
        program = self.write('nginx', '#!/bin/sh\necho >>%s/calls\n%s\n%s' % (self.root, before, OPENS), 0o755)
        os.chmod(program, 0o755)
        main = self.write('nginx.conf', text)

        class Settings:
            binary, conf, error_log = program, main, self.root + '/error.log'
        return Settings()

    def calls(self):
        with open(self.root + '/calls', encoding='ascii') as source:
            return len(source.readlines())

    def test_file_that_another_app_removes_during_the_test_is_no_mistake(self):
        candidate.test(self.settings('rm -f ' + self.other), self.vhost, (), b'')
        self.assertEqual(2, self.calls())

    def test_file_that_is_missing_for_good_is_a_mistake(self):
        settings = self.settings('', 'include conf.d/*.conf;\ninclude %s/missing.conf;\n' % self.root)
        with self.assertRaises(HostError) as caught:
            candidate.test(settings, self.vhost, (), b'')
        self.assertIn(self.root + '/missing.conf', caught.exception.message)
        self.assertEqual(candidate.TRIES, self.calls())

    def test_other_mistakes_are_reported_at_once(self):
        settings = self.settings('echo "nginx: [emerg] unknown directive in %s:1" >&2; exit 1' % self.other)
        with self.assertRaises(HostError):
            candidate.test(settings, self.vhost, (), b'')
        self.assertEqual(1, self.calls())


if __name__ == '__main__':
    unittest.main()
