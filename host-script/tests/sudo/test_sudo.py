"""Tests of what the sudo rule permits, and that it permits nothing else."""

import os
import shutil
import subprocess
import unittest

from tests.sudo import fixture

MARKER = '/home/alice/ran-as-root'


def setUpModule():
    fixture.enter()


class Rule(unittest.TestCase):

    def setUp(self):
        self.addCleanup(lambda: os.path.exists(MARKER) and os.unlink(MARKER))

    def denied(self, *words, user='alice', **more):
        before = fixture.state()
        status, out, err = fixture.sudo(user, *words, **more)
        self.assertEqual(1, status, (words, out, err))
        self.assertFalse(os.path.exists(MARKER))
        self.assertEqual(before, fixture.state())
        return err

    def test_the_rule_lets_the_script_run(self):
        status, out, err = fixture.call('alice', 'version', '--output=ndjson')
        self.assertEqual((0, ''), (status, err))
        self.assertIn('"type":"version"', out.replace(' ', ''))

    def test_46_47_other_programs(self):
        for program in ('/usr/bin/docker', '/bin/bash', '/bin/sh', '/usr/bin/python3', '/usr/bin/touch', '/bin/cat'):
            self.denied(program, MARKER)

    def test_48_49_other_users_and_groups(self):
        self.denied('-u', 'bob', fixture.SCRIPT, 'version')
        self.denied('-u', '#0', '-g', 'daemon', fixture.SCRIPT, 'version')
        self.denied('-g', 'adm', fixture.SCRIPT, 'version')

    def test_50_shells(self):
        self.denied('-s')
        self.denied('-i')
        self.denied('-s', fixture.SCRIPT, 'version')

    def test_51_to_54_environment_by_option(self):
        self.denied('-E', fixture.SCRIPT, 'version')
        for setting in ('BASH_ENV=/x', 'LD_PRELOAD=/x.so', 'PYTHONPATH=/home/alice', 'PATH=/home/alice',
                        'SUDO_USER=root', 'A=b'):
            self.denied(setting, fixture.SCRIPT, 'version')
        self.denied('--preserve-env=PYTHONPATH', fixture.SCRIPT, 'version', env={'PYTHONPATH': '/home/alice'})

    def test_55_to_58_other_options(self):
        self.denied('-C', '10', fixture.SCRIPT, 'version')
        self.denied('-R', '/home/alice', fixture.SCRIPT, 'version')
        self.denied('-D', '/tmp', fixture.SCRIPT, 'version')
        self.denied('-T', '1', fixture.SCRIPT, 'version')

    def test_59_60_links_and_copies(self):
        link, copy = '/home/alice/link', '/home/alice/deployctl-host'
        os.symlink(fixture.SCRIPT, link)
        shutil.copy(fixture.SCRIPT, copy)
        self.addCleanup(os.unlink, link)
        self.addCleanup(os.unlink, copy)
        self.denied(link, 'version')
        self.denied(copy, 'version')

    def test_61_outsiders(self):
        self.denied(fixture.SCRIPT, 'version', user='outsider')

    def test_62_sudoedit(self):
        self.denied('-e', '/etc/deployctl/apps/blog.conf')
        self.denied('-e', '/etc/sudoers')

    def test_without_sudo_it_does_nothing(self):
        before = fixture.state()
        process = fixture.start('alice', [fixture.SCRIPT, 'status'])
        out, err = process.communicate(timeout=60)
        self.assertEqual((77, b''), (process.returncode, out))
        self.assertIn(b'sudo -n deployctl-host', err)
        self.assertEqual(before, fixture.state())

    def test_a_forged_name_is_not_believed(self):
        forged = {'SUDO_USER': 'alice', 'SUDO_UID': '0', 'SUDO_GID': '0'}
        status, out, _ = fixture.call('bob', 'status', 'blog', env=forged)
        self.assertEqual(77, status, out)
        self.assertIn('bob may not deploy blog', out)

    def test_who_owns_what_was_installed(self):
        for path, mode in (('/etc/sudoers.d/deployctl-host', 0o440), (fixture.SCRIPT, 0o755), ('/etc/deployctl', 0o755),
                           ('/etc/deployctl/env', 0o700), ('/var/lib/deployctl', 0o711), ('/var/log/deployctl', 0o700)):
            seen = os.lstat(path)
            self.assertEqual((0, 0, mode), (seen.st_uid, seen.st_gid, seen.st_mode & 0o7777), path)
        place = os.path.realpath('/usr/lib/deployctl-host/current')
        for directory, names, files in os.walk(place):
            for name in [directory] + [os.path.join(directory, each) for each in names + files]:
                seen = os.lstat(name)
                self.assertEqual((0, 0), (seen.st_uid, seen.st_mode & 0o022), name)

    def test_the_whole_sudo_configuration_is_sound(self):
        self.assertIn('parsed OK', fixture.command('/usr/sbin/visudo', '-c'))

    def test_only_the_bare_path_is_granted(self):
        listing = subprocess.run(['/usr/bin/sudo', '-l', '-U', 'alice'], stdout=subprocess.PIPE,
                                 universal_newlines=True,
                                 stdin=subprocess.DEVNULL, check=True).stdout
        granted = [line.strip() for line in listing.partition('may run the following')[2].splitlines()[1:]]
        self.assertEqual(['(root : root) NOSETENV: NOPASSWD: /usr/sbin/deployctl-host'],
                         [line for line in granted if line])


if __name__ == '__main__':
    unittest.main()
