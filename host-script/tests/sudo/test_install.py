"""Tests of the installer: it is idempotent, upgrades by one rename, and keeps the operator's files."""

import os
import shutil
import subprocess
import tempfile
import unittest

from tests.sudo import fixture

INSTALL = fixture.SOURCE + '/packaging/install'
LIBRARY = '/usr/lib/deployctl-host'


def setUpModule():
    fixture.enter()


def install(*words, script=INSTALL):
    done = subprocess.run([script] + list(words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE,
                          universal_newlines=True)
    return done.returncode, done.stdout, done.stderr


class Install(unittest.TestCase):

    def works(self):
        status, _, err = fixture.call('alice', 'version')
        self.assertEqual((0, ''), (status, err))

    def test_twice_changes_nothing(self):
        before = fixture.state()
        status, out, err = install()
        self.assertEqual((0, ''), (status, err))
        self.assertEqual(2, len(out.splitlines()), out)
        self.assertEqual(before, fixture.state())
        self.works()

    def test_a_dry_run_changes_nothing_and_says_what_it_would(self):
        fixture.command('rm', '/usr/sbin/deployctl-host')
        before = fixture.state()
        status, out, _ = install('--dry-run')
        self.assertEqual(0, status)
        self.assertIn('write /usr/sbin/deployctl-host', out)
        self.assertEqual(before, fixture.state())
        self.assertEqual(0, install()[0])
        self.works()

    def test_what_was_bent_is_straightened_and_what_is_the_operators_stays(self):
        fixture.write('/etc/deployctl/host.conf', fixture.HOST_CONF + '; mine\n', 0o644)
        os.chmod('/etc/deployctl/env', 0o777)
        os.chmod(fixture.SCRIPT, 0o777)
        os.chmod('/etc/sudoers.d/deployctl-host', 0o644)
        fixture.write('/etc/logrotate.d/deployctl-host', 'x', 0o644)
        self.assertEqual(0, install()[0])
        self.assertEqual([0o700, 0o755, 0o440], [os.stat(path).st_mode & 0o7777 for path in (
            '/etc/deployctl/env', fixture.SCRIPT, '/etc/sudoers.d/deployctl-host')])
        with open('/etc/deployctl/host.conf', encoding='ascii') as source:
            self.assertIn('; mine', source.read())
        self.works()

    def source(self, version):
        """Makes a copy of the sources with another version."""
        place = tempfile.mkdtemp(prefix='deployctl-source-')
        self.addCleanup(shutil.rmtree, place)
        for name in ('deployctl_host', 'bin', 'packaging'):
            shutil.copytree(os.path.join(fixture.SOURCE, name), os.path.join(place, name))
        fixture.write(place + '/deployctl_host/version.py', "VERSION = '%s'\nPROTOCOL = 1\n" % version, 0o644)
        return place

    def test_library_that_was_changed_by_hand_is_replaced(self):
        here = os.path.join(LIBRARY, os.readlink(LIBRARY + '/current'), 'deployctl_host')
        for spoil in (lambda: os.unlink(here + '/access.py'),
                      lambda: fixture.write(here + '/access.py', 'raise SystemExit(0)\n', 0o644),
                      lambda: fixture.write(here + '/extra.py', '', 0o644),
                      lambda: os.chown(here + '/verbs', 1, 1),
                      lambda: os.chmod(here + '/access.py', 0o666)):
            before = sorted(os.listdir(LIBRARY))
            spoil()
            status, out, err = install()
            self.assertEqual((0, ''), (status, err))
            self.assertIn('which was changed since it was installed', out)
            self.assertEqual(before, sorted(os.listdir(LIBRARY)))
            self.works()
            self.assertEqual(2, len(install()[1].splitlines()))

    def test_upgrades_keep_the_newest_few_versions(self):
        first = os.readlink(LIBRARY + '/current')
        for version in ('0.2.0', '0.3.0', '0.4.0'):
            status, _, err = install(script=self.source(version) + '/packaging/install')
            self.assertEqual((0, ''), (status, err))
            self.assertIn(version, fixture.call('alice', 'version', '--output=ndjson')[1])
        self.assertNotIn(first, os.listdir(LIBRARY))
        self.assertEqual(4, len(os.listdir(LIBRARY)), 'current, and three versions')
        self.assertEqual(0, install()[0])
        self.assertEqual(first, os.readlink(LIBRARY + '/current'))

    def test_sources_that_do_not_compile_are_not_switched_to(self):
        place = self.source('0.9.0')
        fixture.write(place + '/deployctl_host/broken.py', 'def (:\n', 0o644)
        before = os.readlink(LIBRARY + '/current')
        self.assertEqual(70, install(script=place + '/packaging/install')[0])
        self.assertEqual(before, os.readlink(LIBRARY + '/current'))
        self.works()
        self.assertEqual(0, install()[0])

    def test_a_symlink_in_place_of_a_directory_is_not_followed(self):
        os.rename('/etc/deployctl/env', '/etc/deployctl/env.away')
        os.symlink('/home/alice', '/etc/deployctl/env')
        try:
            status, _, err = install()
        finally:
            os.unlink('/etc/deployctl/env')
            os.rename('/etc/deployctl/env.away', '/etc/deployctl/env')
        self.assertEqual(78, status)
        self.assertIn('/etc/deployctl/env is a symlink', err)

    def test_words_that_are_wrong(self):
        for words in (['--froup', 'x'], ['--group'], ['--group', 'a b'], ['--group', 'x\nALL'], ['--group', 'a/b'],
                      ['--group='],
                      ['--group', '%all'], ['--root', 'relative']):
            self.assertEqual(64, install(*words)[0], words)
        self.assertEqual(66, install('--root', '/no/such/place')[0])

    def test_another_group(self):
        status, _, err = install('--group', 'ops')
        self.assertEqual((0, ''), (status, err))
        self.assertEqual(1, fixture.call('alice', 'version')[0], 'deployers may no longer')
        fixture.command('gpasswd', '-a', 'alice', 'ops')
        self.works()
        self.assertEqual(0, install()[0])
        self.works()

    def test_uninstall_leaves_definitions_and_state(self):
        status, out, err = install('--uninstall')
        self.assertEqual((0, ''), (status, err))
        self.assertIn('kept', out)
        for path in (fixture.SCRIPT, LIBRARY, '/etc/sudoers.d/deployctl-host', '/etc/logrotate.d/deployctl-host',
                     '/usr/share/man/man8/deployctl-host.8'):
            self.assertFalse(os.path.lexists(path), path)
        for path in ('/etc/deployctl/apps/blog.conf', '/etc/deployctl/env/blog.env', '/var/lib/deployctl'):
            self.assertTrue(os.path.exists(path), path)
        self.assertEqual(0, install('--uninstall')[0])
        self.assertEqual(0, install()[0])
        self.works()

    def test_an_upgrade_keeps_the_group(self):
        self.addCleanup(install, '--group', 'deployers')
        self.assertEqual(0, install('--group', 'developers')[0])
        self.assertEqual(0, install()[0])
        with open('/etc/sudoers.d/deployctl-host', encoding='utf-8') as source:
            self.assertIn('\n%developers ALL', source.read())

    def test_into_an_image(self):
        """With --root, the image's Python compiles and its group file is written; the machine is not changed."""
        place = '/srv/image'
        for name in ('image', 'layer/upper', 'layer/work'):
            os.makedirs('/srv/' + name, exist_ok=True)
        fixture.command('mount', '-t', 'tmpfs', 'tmpfs', '/srv/layer')
        os.makedirs('/srv/layer/upper')
        os.makedirs('/srv/layer/work')
        fixture.command('mount', '-t', 'overlay', 'overlay', '-o',
                        'lowerdir=/,upperdir=/srv/layer/upper,workdir=/srv/layer/work', place)
        self.addCleanup(fixture.command, 'umount', place, '/srv/layer')
        before = fixture.state()
        status, out, err = install('--root', place, '--group', 'imagers')
        self.assertEqual((0, ''), (status, err))
        self.assertEqual(before, fixture.state())
        with open(place + '/etc/group', encoding='utf-8') as source:
            self.assertIn('\nimagers:', source.read())
        status = subprocess.run(['chroot', place, fixture.SCRIPT, 'version'], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL).returncode
        self.assertEqual(70, status, 'an image has no /proc')
        fixture.command('mount', '--bind', '/proc', place + '/proc')
        self.addCleanup(fixture.command, 'umount', place + '/proc')
        version = fixture.command('chroot', place, fixture.SCRIPT, 'version', '--output=ndjson')
        self.assertIn('"version"', version)
        self.assertEqual(0, install('--root', place, '--uninstall')[0])
        self.assertFalse(os.path.exists(place + fixture.SCRIPT))

    def test_a_sudoers_that_includes_nothing_is_told(self):
        with open('/etc/sudoers', encoding='utf-8') as source:
            kept = source.read()
        with fixture.changed('/etc/sudoers', content=kept.replace('@includedir', '# @ includedir')):
            status, _, err = install()
        self.assertEqual(78, status)
        self.assertIn("add '@includedir /etc/sudoers.d'", err)

    def test_the_services_and_rotation_files_are_sound(self):
        if os.path.exists('/usr/sbin/logrotate'):
            fixture.command('/usr/sbin/logrotate', '-d', '/etc/logrotate.d/deployctl-host')
        for name in ('deployctl-host-recover.service', 'var-lib-deployctl.mount'):
            unit = '/usr/lib/systemd/system/' + name
            self.assertTrue(os.path.exists(unit))
            if os.path.exists('/usr/bin/systemd-analyze'):
                found = subprocess.run(['/usr/bin/systemd-analyze', 'verify', unit], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, universal_newlines=True).stdout
                self.assertNotIn(name + ':', found)


if __name__ == '__main__':
    unittest.main()
