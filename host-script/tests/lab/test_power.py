"""Tests of power cuts and reboots, also in the middle of a deploy: scenario 31."""

import time
import unittest

from tests.lab.scenario import Scenario


class Power(Scenario):
    def off_and_on(self, word='kill'):
        self.addCleanup(self.host.power, 'start')
        self.host.power(word)
        self.host.power('start')

    def serves_soon(self, release):
        """Checks that the app is up although nobody has called deployctl-host since the boot."""
        deadline = time.monotonic() + 60
        while self.release_seen() != release:
            self.assertLess(time.monotonic(), deadline, 'nothing serves 60 s after the power came back')
            time.sleep(0.2)

    def test_31_power_cut_and_reboot_after_a_deploy(self):
        first, second = self.serving('v1'), self.serving('v2')
        for word in ('kill', 'stop'):
            self.off_and_on(word)
            self.serves_soon(second)
            facts = self.assert_serves(second)
            self.assertEqual(facts['containers']['deployctl-scen-%s-1' % first]['state'], 'exited')
        self.assertEqual(self.good(self.call('rollback')), first)

    def cut_at(self, entry):
        """Cuts the power while a deploy of v2 over v1 is at an entry of its journal."""
        self.first = self.serving('v1')
        call, _ = self.held(entry, 'deploy', '--tag=v2')
        self.off_and_on()
        call.done()

    def as_at_boot(self):
        """Does what the boot unit does."""
        sent = self.call('recover')
        self.assertEqual(sent.exit, 0, sent)
        return sent.of('recovered')[0]

    def test_31_cut_while_the_new_release_is_not_healthy_yet(self):
        self.cut_at('health:begin')
        self.serves_soon(self.first)
        self.assertEqual(self.as_at_boot()['outcome'], 'failed')
        self.assert_serves(self.first)
        self.goes_on()

    def test_31_cut_right_after_the_switch(self):
        """The new release has no restart policy yet, and the old one has no users any more."""
        self.cut_at('switch:end')
        settled = self.as_at_boot()
        self.assertEqual((settled['outcome'], settled['serving']), ('failed', self.first))
        self.assert_serves(self.first)
        self.goes_on()

    def test_31_cut_while_the_old_release_drains(self):
        self.cut_at('drain:begin')
        new = self.facts()['current']
        self.assertNotEqual(new, self.first)
        self.serves_soon(new)
        self.assertEqual(self.as_at_boot()['outcome'], 'succeeded')
        self.assert_serves(new)
        self.goes_on('v2b')


class PowerPortMode(Power):
    mode = 'port'


if __name__ == '__main__':
    unittest.main()
