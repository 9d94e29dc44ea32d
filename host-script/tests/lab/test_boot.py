"""Tests of the systemd unit that recovers and converges at boot. They need a lab that is up --systemd."""

import sys
import time
import unittest

from tests.lab.scenario import Scenario

UNIT = 'deployctl-host-recover.service'


class Boot(Scenario):
    settings = {'health.deadline': '60s'}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.host.sh('[ -d /run/systemd/system ] && echo yes || true') != 'yes':
            why = 'LEFT OUT: %s has no systemd (lab up 1 --systemd)' % cls.host_name
            sys.stderr.write('\n!!! %s\n' % why)
            raise unittest.SkipTest(why)

    def cut_and_boot(self, call=None):
        """Cuts the power, boots, and returns when the unit is done, without calling the script."""
        self.addCleanup(self.host.power, 'start')
        self.host.power('kill')
        if call:
            call.done()
        self.host.power('start')
        deadline = time.monotonic() + 180
        while self.host.sh('systemctl is-active %s || true' % UNIT) in ('activating', 'inactive'):
            if self.host.sh('systemctl show -p ExecMainExitTimestampMonotonic --value ' + UNIT) not in ('', '0'):
                break
            self.assertLess(time.monotonic(), deadline, self.sent())
            time.sleep(0.5)
        self.assertEqual(self.host.sh('systemctl show -p Result --value ' + UNIT), 'success', self.sent())

    def sent(self):
        return self.host.sh('systemctl status --no-pager -l %s || true' % UNIT)

    def test_cut_while_the_new_release_is_not_healthy_yet(self):
        first = self.serving('v1')
        call = self.start('deploy', '--tag=v5-slow')
        call.until('step.started', step='health')
        self.cut_and_boot(call)
        self.assertEqual(self.facts()['unfinished'], None)
        self.assert_serves(first)
        self.goes_on()

    def test_cut_right_after_the_switch(self):
        """Without the unit, Docker would not restore either release and the app would be down."""
        first = self.serving('v1')
        self.define(health__min_healthy='30s')
        call = self.start('deploy', '--tag=v2')
        call.until('switched')
        self.cut_and_boot(call)
        self.assert_serves(first)
        self.define()
        self.goes_on()

    def test_rebuilt_host_gets_the_release_that_is_written_down_for_it(self):
        self.serving('v1')
        digest = self.call('status').events[0]['serving']['digest']
        self.forget(self.app)
        self.define()
        self.env('GREETING=hello\n')
        self.host.write('/etc/deployctl/desired/scen', digest + '\n', 0o644)
        self.addCleanup(self.host.sh, 'rm -f /etc/deployctl/desired/scen')
        self.cut_and_boot()
        current = self.facts()['current']
        self.assertIsNotNone(current, self.sent())
        self.assert_serves(current)
        self.assertEqual(self.host.get('scen.scen')[1]['X-Version'], 'v1')

    def test_mount_is_there_before_docker(self):
        """Files of containers are confined before the first container starts."""
        self.serving('v18-hostile')
        self.cut_and_boot()
        self.assertEqual(self.host.sh('systemctl is-active var-lib-deployctl.mount'), 'active')
        self.assertRegex(self.host.sh('findmnt -no OPTIONS /var/lib/deployctl'), 'nosuid,nodev,noexec')
        mounted, docker = (int(self.host.sh('systemctl show -p %s --value %s' % pair)) for pair in (
            ('ActiveEnterTimestampMonotonic', 'var-lib-deployctl.mount'),
            ('ExecMainStartTimestampMonotonic', 'docker.service')))
        self.assertLess(mounted, docker)

    def test_worker_is_a_unit_of_its_own(self):
        """logind may kill everything in the caller's session, so the worker is not in its cgroup."""
        self.serving('v1')
        call = self.start('deploy', '--tag=v5-slow', '--rollout=r-unit')
        call.until('step.started', step='health')
        self.assertIn('deployctl-scen-r-unit.service', self.host.sh('systemctl list-units --no-pager "deployctl-*"'))
        pid = self.facts()['holder']['pid']
        self.assertIn('deployctl-scen-r-unit.service', self.host.sh('cat /proc/%d/cgroup' % pid))
        self.assert_serves(self.good(call.done()))

    def test_hold_ends_with_the_boot_and_its_watcher_is_a_unit_of_its_own(self):
        live = self.serving('v1')
        held = self.deploy('v2', '--hold=3600')
        self.assertEqual(held.last.get('outcome'), 'held', held)
        self.assertIn('deployctl-scen-held-', self.host.sh('systemctl list-units --no-pager "deployctl-*"'))
        self.cut_and_boot()
        facts = self.assert_serves(live)
        self.assertEqual((facts['held'], facts['previews']), (None, []), self.sent())
        self.assertNotIn(held.last['held'], facts['releases'])
        entry = self.call('history').events[0]
        self.assertEqual((entry['verb'], entry['release'], entry['outcome']),
                         ('abandon', held.last['held'], 'succeeded'), entry)
        self.assertNotIn('deployctl-scen-held-', self.host.sh('systemctl list-units --no-pager "deployctl-*"'))


if __name__ == '__main__':
    unittest.main()
