"""Tests of the Debian package that `mvn package` builds, with real dpkg in a separate root."""

import glob
import os
import shutil
import unittest

from tests.sudo import fixture
from tests.sudo.other_root import OtherRoot, inside, path

NAME = 'deployctl-host'
PACKAGES = os.path.join(fixture.SOURCE, 'target', NAME + '_*_all.deb')


def setUpModule():
    fixture.enter()


def package():
    """Returns the built package; it must have been built from the current code."""
    found = glob.glob(PACKAGES)
    why = None
    if not os.path.exists('/usr/bin/dpkg'):
        why = 'this is no Debian'
    elif not found:
        why = 'there is no %s (mvn -pl host-script package)' % PACKAGES
    if why and os.environ.get('DEPLOYCTL_REQUIRE_REAL') == '1':
        raise AssertionError('NOT RUN: ' + why)
    if why:
        raise unittest.SkipTest('NOT RUN: ' + why)
    return max(found, key=os.path.getmtime)


class Debian(OtherRoot):
    def setUp(self):
        super().setUp()
        shutil.copy(package(), path('/srv/first.deb'))
        self.dpkg('-i', '/srv/first.deb')
        self.good('useradd', '-m', 'carol')
        self.good('gpasswd', '-a', 'carol', 'deployers')

    def dpkg(self, *words):
        return self.good('dpkg', *words)

    def next_version(self):
        """Builds the same package with a higher version, in the code too."""
        self.good('dpkg-deb', '-R', '/srv/first.deb', '/srv/tree')
        for name, old, new in (('DEBIAN/control', '\nVersion: ', '\nVersion: 9:'),
                               ('usr/share/deployctl-host/deployctl_host/version.py', "VERSION = '", "VERSION = '9.")):
            with open(path('/srv/tree/' + name), encoding='utf-8') as source:
                text = source.read()
            self.assertIn(old, text)
            with open(path('/srv/tree/' + name), 'w', encoding='utf-8') as target:
                target.write(text.replace(old, new))
        os.unlink(path('/srv/tree/DEBIAN/md5sums'))
        self.good('dpkg-deb', '-b', '/srv/tree', '/srv/second.deb')
        return '/srv/second.deb'

    def version(self):
        """Calls the script through sudo as a deployer and returns the output."""
        return self.good('runuser', '-u', 'carol', '--', 'sudo', '-n', fixture.SCRIPT, 'version')

    def test_it_is_made_of_this_code(self):
        with open(path('/usr/share/deployctl-host/packaging/install'), encoding='utf-8') as built, open(
                os.path.join(fixture.SOURCE, 'packaging', 'install'), encoding='utf-8') as source:
            self.assertEqual(source.read(), built.read(), 'the package is stale: mvn -pl host-script package')
        self.assertEqual('', self.good('diff', '-r', '-x', '__pycache__', fixture.SOURCE + '/deployctl_host',
                                       '/usr/share/deployctl-host/deployctl_host'), 'the package is stale')

    def test_installed_it_works_for_a_deployer_and_is_laid_out_as_the_installer_does(self):
        self.assertIn('"protocol":1', self.version())
        self.assertEqual('', self.dpkg('-V', NAME))
        modes = {name: '%04o' % (os.stat(path(name)).st_mode & 0o7777) for name in (
            '/etc/deployctl', '/etc/deployctl/apps', '/etc/deployctl/env', '/etc/deployctl/etcd',
            '/etc/deployctl/docker', '/var/lib/deployctl', '/var/log/deployctl', '/usr/sbin/deployctl-host',
            '/etc/sudoers.d/deployctl-host', '/etc/logrotate.d/deployctl-host')}
        self.assertEqual(['0755', '0755', '0700', '0700', '0700', '0711', '0700', '0755', '0440', '0644'],
                         list(modes.values()), modes)
        self.good('visudo', '-c')
        self.assertEqual(2, len(self.there(
            '/etc/systemd/system/multi-user.target.wants/deployctl-host-recover.service',
            '/etc/systemd/system/local-fs.target.wants/var-lib-deployctl.mount')))
        # What the plain installer would do besides is nothing but to put the same files there.
        self.good('cp', '-a', fixture.SOURCE, '/srv/source')
        said = self.good('/srv/source/packaging/install', '--dry-run')
        self.assertEqual(2, len(said.splitlines()), said)

    def test_conffiles(self):
        said = self.good('dpkg-query', '-W', '-f=${Conffiles}', NAME).strip().split('\n')
        self.assertEqual(['/etc/deployctl/app.conf.sample', '/etc/deployctl/host.conf',
                          '/etc/logrotate.d/deployctl-host'], sorted(line.split()[0] for line in said))

    def test_upgrade_keeps_what_is_the_operators_and_the_code_of_a_deploy_under_way(self):
        self.write('/etc/deployctl/host.conf', '[docker]\ntimeout = 7s\n')
        self.write('/etc/deployctl/apps/blog.conf', 'x')
        before = os.readlink(path('/usr/lib/deployctl-host/current'))
        self.dpkg('-i', self.next_version())
        after = os.readlink(path('/usr/lib/deployctl-host/current'))
        self.assertTrue(after.startswith('9.'), after)
        self.assertTrue(self.there('/usr/lib/deployctl-host/' + before), 'a worker under way would miss its modules')
        self.assertIn('"version":"9.', self.version())
        with open(path('/etc/deployctl/host.conf'), encoding='utf-8') as source:
            self.assertIn('7s', source.read())
        self.assertTrue(self.there('/etc/deployctl/apps/blog.conf'))
        self.dpkg('-i', '/srv/first.deb')       # and back
        self.assertNotIn('"version":"9.', self.version())

    def test_upgrade_keeps_the_group_that_an_operator_named(self):
        self.good('groupadd', 'shippers')
        self.good('gpasswd', '-a', 'carol', 'shippers')
        self.good('gpasswd', '-d', 'carol', 'deployers')
        self.good('sed', '-i', 's/^%deployers /%shippers /', '/etc/sudoers.d/deployctl-host')
        self.dpkg('-i', self.next_version())
        self.assertIn('"version":"9.', self.version())

    def test_removed_it_leaves_configuration_and_state_and_no_right(self):
        self.write('/var/lib/deployctl/blog/state.json', '{}', 0o600)
        self.dpkg('-r', NAME)
        self.assertEqual([], self.there(
            fixture.SCRIPT, '/etc/sudoers.d/deployctl-host', '/usr/lib/deployctl-host', '/usr/share/deployctl-host',
            '/usr/lib/systemd/system/deployctl-host-recover.service',
            '/usr/lib/systemd/system/var-lib-deployctl.mount'))
        self.assertNotEqual(0, inside('runuser', '-u', 'carol', '--', 'sudo', '-n', fixture.SCRIPT, 'version')[0])
        kept = ('/etc/deployctl/host.conf', '/etc/deployctl/env', '/var/lib/deployctl/blog/state.json',
                '/var/log/deployctl', '/etc/logrotate.d/deployctl-host')
        self.assertEqual(list(kept), self.there(*kept))
        self.dpkg('-i', '/srv/first.deb')
        self.version()

    def test_purged_it_leaves_nothing_but_the_state_of_what_serves(self):
        self.write('/etc/deployctl/env/blog.env', 'SECRET=x\n', 0o600)
        self.write('/var/lib/deployctl/blog/state.json', '{}', 0o600)
        self.write('/etc/nginx/conf.d/deployctl-blog.conf', '# deployctl: mode=socket\n')
        ours = ('/etc/deployctl', '/var/lib/deployctl', '/var/log/deployctl', '/etc/logrotate.d/deployctl-host',
                '/etc/systemd/system/multi-user.target.wants/deployctl-host-recover.service',
                '/etc/systemd/system/local-fs.target.wants/var-lib-deployctl.mount')
        self.assertIn('/var/lib/deployctl is kept', self.dpkg('-P', NAME))
        self.assertEqual(['/var/lib/deployctl'], self.there(*ours))
        self.dpkg('-i', '/srv/first.deb')
        os.unlink(path('/etc/nginx/conf.d/deployctl-blog.conf'))
        self.write('/var/lib/deployctl/blog/transactions/r-1/request.json', '{}', 0o600)
        self.good(fixture.SCRIPT, 'status')     # which mounts the directory onto itself, confined
        self.assertIn(' nosuid,nodev,noexec', self.good('sh', '-c', 'grep " /var/lib/deployctl " /proc/self/mountinfo'
                                                        ' | tr " " "\\n" | sed "s/^rw,/ /"'))
        self.dpkg('-r', NAME)
        self.dpkg('-P', NAME)
        self.assertEqual([], self.there(*ours))

    def test_without_sudo_it_is_not_configured(self):
        os.rename(path('/usr/bin/sudo'), path('/usr/bin/sudo.gone'))
        self.dpkg('-r', NAME)
        status, said = inside('dpkg', '-i', '/srv/first.deb')
        self.assertNotEqual(0, status)
        self.assertIn('sudo is not installed', said)
        self.assertFalse(self.there('/etc/sudoers.d/deployctl-host'))


if __name__ == '__main__':
    unittest.main()
