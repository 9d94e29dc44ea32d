"""Tests of a host whose memory does not hold two releases: the kernel enforces the limit on all its processes."""

import unittest

from tests.lab.scenario import Scenario

MIB = 1 << 20
EATS = 120


class TwoReleases(Scenario):
    """Each release uses 120 MiB, and the host has room for one and a half of them."""

    settings = {'resources.memory': '200m', 'health.deadline': '20s'}

    def setUp(self):
        super().setUp()
        self.env('APP_EAT_MB=%d\n' % EATS)
        self.addCleanup(self.host.memory, 'off')
        self.first = self.serving('v1')
        self.before = self.facts()

    def limit(self):
        """Limits the host to what its processes use now, and 60 MiB."""
        used = int(self.host.sh('cd /sys/fs/cgroup/memory 2>/dev/null || cd /sys/fs/cgroup; '
                                'cat memory.usage_in_bytes memory.current 2>/dev/null | head -1'))
        cached = int(self.host.sh(
            'cd /sys/fs/cgroup/memory 2>/dev/null || cd /sys/fs/cgroup; '
            "awk '/^(in)?active_file / { p += $2 } /^total_(in)?active_file / { t += $2 } "
            "END { printf \"%d\", t ? t : p }' memory.stat"))
        self.host.memory(str(used - cached + EATS // 2 * MIB))

    def test_second_release_that_does_not_fit_is_refused_before_anything_is_touched(self):
        self.limit()
        error = self.assert_refused(self.deploy('v2'), 74, 'memory-full', self.before, outcome='refused')
        self.assertRegex(error['message'], r'[0-9]+ of [0-9]+ MiB are available, and 12[0-9] MiB are needed '
                                           r'\(web: 1 x 12[0-9] MiB\); used now: .*scen 12[0-9] MiB')
        self.assertIn('order = stop-first', error['hint'])
        told = self.call('preflight', '--tag=v2')
        check = next(one for one in told.of('check') if one['name'] == 'memory')
        self.assertEqual((told.exit, check['ok'], check['kind']), (74, False, 'memory-full'), told)
        self.assert_refused(self.call('restart'), 74, 'memory-full', self.before, outcome='refused')
        self.assert_serves(self.first)
        self.host.memory('off')
        self.goes_on()

    def test_live_release_is_not_deployed_again_and_so_needs_nothing(self):
        self.limit()
        told = self.deploy('v1')
        self.assertEqual((told.exit, told.last['outcome']), (0, 'unchanged'), told)

    def test_order_stop_first_fits(self):
        self.define(app__order='stop-first')
        self.limit()
        self.assert_serves(self.serving('v2'))


if __name__ == '__main__':
    unittest.main()
