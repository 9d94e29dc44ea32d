"""Tests with a malicious image: the files beside its socket give no account root on the host."""

import unittest

from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic

STATE = '/var/lib/deployctl'
OPEN = '''
    while umount %(state)s 2>/dev/null; do :; done
    ! findmnt %(state)s >/dev/null
    chgrp root %(state)s/scen/sockets; chmod 711 %(state)s/scen/sockets''' % {'state': STATE}


class Hostile(Scenario):
    """`v18-hostile` creates a setuid program and a device in its directory, accessible to everybody."""

    def setUp(self):
        super().setUp()
        self.release = self.serving('v18-hostile')
        self.place = '%s/scen/sockets/%s' % (STATE, self.release)
        self.addCleanup(self.host.run, 'rm', '-rf', '/tmp/seen')
        self.assertEqual(self.host.sh('stat -c %%a %s/program' % self.place), '4777')
        self.assertEqual(self.host.sh('stat -c "%%F %%a" %s/device' % self.place), 'character special file 666')

    def tried(self, user, *groups):
        """Returns what an account can read through both: (output of the program, of the device)."""
        words = ('setpriv', '--reuid=' + user, '--regid=' + (groups or (user,))[0], '--clear-groups', '--')
        # By a shell: setpriv itself still has root's capabilities when it looks for the program.
        program = self.host.run(*words, 'sh', '-c', 'exec "$0" whoami', self.place + '/program')
        device = self.host.run(*words, 'head', '-c1', self.place + '/device')
        return program.stdout + program.stderr, device.stderr

    def assert_confined(self):
        for user in ('deploy', 'nobody'):
            for said in self.tried(user, 'nogroup' if user == 'nobody' else 'deploy'):
                self.assertIn('Permission denied', said, user)
                self.assertNotIn('euid', said)
            self.assertNotEqual(self.host.run('setpriv', '--reuid=' + user, '--clear-groups', '--', 'ls',
                                              self.place).returncode, 0)
        # nginx's own user may pass, for it must reach the socket, and gains nothing by it.
        self.assertEqual(self.host.run('setpriv', '--reuid=www-data', '--regid=www-data', '--clear-groups', '--',
                                       'stat', self.place + '/program').returncode, 0)
        for said in self.tried('www-data'):
            self.assertIn('Permission denied', said)
            self.assertNotIn('euid', said)

    def opened(self):
        """Makes the host look as an older version left it."""
        self.host.sh(OPEN)
        self.assertIn('euid 0', self.tried('nobody', 'nogroup')[0], 'the attack itself does not work here')
        self.assertEqual(self.tried('nobody', 'nogroup')[1], '')

    def test_what_an_image_leaves_is_no_way_to_root(self):
        self.assert_confined()
        self.assert_serves(self.release)
        self.goes_on()
        self.place = '%s/scen/sockets/%s' % (STATE, self.release)   # kept for a rollback
        self.assert_confined()

    def test_upgraded_host_is_closed_under_load(self):
        """The installer, `recover` and the next deploy each do it, without a lost request."""
        with Traffic(self.host, 'scen.scen') as traffic:
            for close in (self.host.install,
                          lambda: self.assertEqual(self.call('recover').exit, 0),
                          lambda: self.good(self.call('restart'))):
                self.opened()
                close()
                self.assert_confined()
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())
        self.assertEqual(self.host.sh('grep -c " %s " /proc/self/mountinfo' % STATE), '1')

    def test_reboot_without_a_boot_unit(self):
        """Docker starts the containers; the first call of any verb makes the mount."""
        self.addCleanup(self.host.power, 'start')
        self.host.power('kill')
        self.host.power('start')
        self.assertIn('Permission denied', self.tried('nobody', 'nogroup')[0])      # the parent is closed on disk
        self.assertEqual(self.call('status').exit, 0)
        self.assert_confined()

    def test_container_as_another_user_reaches_its_own_directory(self):
        self.define(app__user='4711:4711')
        self.env('APP_LEAVE=1\n')
        release = self.serving('v2')
        self.place = '%s/scen/sockets/%s' % (STATE, release)
        self.assertEqual(self.host.sh('stat -c "%%u %%a" %s/program' % self.place), '4711 4777')
        self.assertIn('Permission denied', self.tried('nobody', 'nogroup')[0])
        self.assertIn('Permission denied', self.tried('4711', '4711')[0])
        self.assert_serves(release)


if __name__ == '__main__':
    unittest.main()
