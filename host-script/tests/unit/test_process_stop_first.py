"""Tests of `order = stop-first`: of processes and of web parts, the old instance ends before the new one starts."""

import unittest

from tests.unit.fake_docker import Image
from tests.unit.process_fixture import ProcessFixture, WORKER


class StopFirst(ProcessFixture):
    processes = WORKER.replace('instances = 2', 'order = stop-first')

    def test_old_instance_ends_before_the_new_one_starts(self):
        first = self.live('v1')
        second = self.live('v2')
        order = [one[1].split('/')[-1] for one in self.docker.requests if one[0] == 'POST' and (
            one[1].endswith('/stop') and self.worker(first)['id'] in one[1] or
            one[1].endswith('/start') and self.worker(second)['id'] in one[1])]
        self.assertEqual(['stop', 'start'], order[-2:])
        self.assertEqual([('worker', 1)], [(one['process'], one['instance']) for one in self.retired()])

    def test_old_instance_runs_again_when_the_new_one_fails(self):
        first = self.live('v1')
        self.redefine('command = bin/work', 'command = bin/crash')
        told = self.deploy('v2')
        self.assertEqual('failed', self.last(told)['outcome'])
        self.assertEqual((True, 'always'), (self.worker(first)['running'], self.worker(first)['policy']))
        self.assertEqual(2, len(self.docker.running()))

    def test_retiring_instance_of_an_earlier_release_is_waited_for(self):
        self.redefine('order = stop-first', 'order = start-first')
        first = self.live('v1')
        self.docker.busy.add(self.name(first))
        self.live('v2')
        self.redefine('order = start-first', 'order = stop-first')
        third = self.live('v3')
        self.assertEqual([self.name(third)], [name for name in self.docker.running() if 'worker' in name])


class StopFirstWeb(ProcessFixture):
    processes = ''

    def setUp(self):
        super().setUp()
        self.redefine('[app]', '[app]\norder = stop-first')

    def test_old_instance_ends_before_the_new_one_starts(self):
        first = self.live('v1')
        second = self.live('v2')
        ids = {name: self.docker._by('deployctl-blog-%s-1' % name)['id'] for name in (first, second)}
        order = [one[1] for one in self.docker.requests if one[0] == 'POST' and one[1].split('/')[-1] in (
            'stop', 'start') and one[1].split('/')[2] in ids.values()]
        self.assertEqual(['/containers/%s/stop' % ids[first], '/containers/%s/start' % ids[second]], order[1:3])

    def test_old_instance_answers_again_when_the_new_one_fails(self):
        self.give_up_soon()
        first = self.live('v1')
        self.docker.push('v2', Image('v2', status=500))
        told = self.deploy('v2')
        self.assertEqual('failed', self.last(told)['outcome'])
        one = self.docker._by('deployctl-blog-%s-1' % first)
        self.assertEqual((True, 'always', first), (one['running'], one['policy'], self.serving))
        self.assertIn('is live on this host', self.last(told)['error']['state'])


if __name__ == '__main__':
    unittest.main()
