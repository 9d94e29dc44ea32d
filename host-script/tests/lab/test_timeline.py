"""Tests of `timeline` and of `traffic --since` against real Docker, the kernel and nginx."""

import unittest

from tests.lab.scenario import Scenario


class Timeline(Scenario):
    app = 'story'       # with an access log of its own: other tests leave requests in theirs

    def test_container_that_the_kernel_killed_is_named_and_so_is_what_happened_around_it(self):
        first = self.serving('v1')
        self.assertEqual(self.deploy('v13-oom').exit, 73)
        container = next(name for name, one in self.facts()['containers'].items() if one['release'] == first)
        self.host.sh('kill -9 $(docker inspect -f "{{.State.Pid}}" %s)' % container)
        self.host.sh('until [ "$(docker inspect -f "{{.RestartCount}}" %s)" = 1 ]; do sleep 0.1; done' % container)
        told = self.call('timeline', '--since=600')
        self.assertEqual((told.exit, told.last['type']), (0, 'timeline.finished'), told)
        entries = told.of('timeline.entry')
        kinds = [one['kind'] for one in entries]
        for kind in ('deploy', 'switch', 'step', 'start', 'container', 'oom'):
            self.assertIn(kind, kinds, told)
        killed, ended = (next(one for one in entries if one['kind'] == kind and one['oom_killed']) for kind in (
            'oom', 'container'))
        self.assertRegex(killed['text'], 'the kernel killed .* in instance 1 of release .*: its memory limit')
        self.assertRegex(ended['text'], r'instance 1 of release .* ended: out of memory, killed by the kernel')
        self.assertEqual(killed['container'], ended['container'])
        self.assertIn('instance 1 of release %s ended: exit code 137' % first, [one['text'] for one in entries], told)
        self.assertEqual([one['ts'] for one in entries], sorted(one['ts'] for one in entries))

    def test_requests_that_failed_are_in_their_minute_and_with_their_release(self):
        self.serving('v1')
        release = self.serving('v17-failing')
        statuses = [self.host.get('story.scen')[0] for _ in range(20)]
        failed = sum(status >= 500 for status in statuses)
        self.assertGreater(failed, 0, statuses)
        told = self.call('timeline', '--since=600')
        minutes = [one for one in told.of('timeline.entry') if one['kind'] == 'requests']
        self.assertEqual(sum(one['errors_5xx'] for one in minutes), failed, told)
        by_release = self.call('traffic', '--since=600').of('traffic.release')
        self.assertEqual([(one['tag'], one['release']) for one in by_release[:1]], [('v17-failing', release)])
        self.assertEqual(by_release[0]['requests']['errors_5xx'], failed, by_release)
        self.assertEqual(by_release[1]['requests']['errors_5xx'], 0, by_release)


if __name__ == '__main__':
    unittest.main()
