"""Tests of lost records of an app without a web part: what is live is rebuilt from its processes and transactions."""

import os
import unittest

from deployctl_host import files
from tests.unit.without_web_fixture import AppFixture, of


class LostRecords(AppFixture):
    def setUp(self):
        super().setUp()
        self.without_nginx()
        self.first = self.live('v1')
        self.second = self.live('v2')

    def rebuilt(self):
        code, told = self.call('recover', 'blog')
        self.assertEqual(0, code, told)
        return [event['message'] for event in of(told, 'warning') if event['code'] == 'state']

    def test_lost_state_is_rebuilt_from_the_processes_that_run(self):
        os.remove(self.state.path)
        self.assertIn('recover blog rebuilds it', self.status()['drift'][0])
        self.assertEqual(self.second, self.status()['serving']['release'])
        self.assertEqual(1, len(self.rebuilt()))
        found = self.state.load()
        self.assertEqual((self.second, self.first), (found['current'], found['previous']))
        self.assertEqual(self.workers(self.second), [
            name for name in self.docker.running() if self.docker._by(name)['policy'] == 'always'])
        self.assertEqual([], self.rebuilt())

    def test_damaged_state_is_rebuilt_also_without_records_of_transactions(self):
        self.write('state/blog/state.json', '{')
        for name in os.listdir(self.state.root + '/transactions'):
            files.remove_tree('%s/transactions/%s' % (self.state.root, name))
        self.assertEqual(1, len(self.rebuilt()))
        self.assertEqual(self.second, self.serving)

    def test_lost_state_of_a_stopped_app_is_rebuilt_from_its_transactions(self):
        self.transact('stop')
        os.remove(self.state.path)
        self.assertEqual(1, len(self.rebuilt()))
        found = self.state.load()
        self.assertEqual((self.second, True), (found['current'], bool(found['stopped'])))

    def test_doubt_is_told(self):
        """Processes of two releases are kept running, and no record tells which was committed last."""
        for name in self.workers(self.first):
            self.docker._by(name).update(policy='always', running=True)
        os.remove(self.state.path)
        for name in os.listdir(self.state.root + '/transactions'):
            files.remove_tree('%s/transactions/%s' % (self.state.root, name))
        files.remove_tree(self.state.root + '/retiring')
        told = self.rebuilt()
        self.assertEqual(2, len(told))
        self.assertIn('%s, %s' % tuple(sorted((self.first, self.second))), told[1])
        self.assertEqual(max(self.first, self.second), self.serving)

    def test_lost_record_of_the_live_release_is_rebuilt_from_its_containers(self):
        os.remove(self.state.release_dir(self.second) + '/release.json')
        self.assertEqual(1, len(self.rebuilt()))
        found = self.state.release(self.second)
        self.assertEqual(('none', 0, 'v2'), (found.mode, found.instances, found.tag))
        self.assertEqual([('worker', 2)], [(each.name, each.instances) for each in found.processes])
        self.assertEqual('succeeded', self.last(self.deploy('v2'))['outcome'])

    def test_virtual_host_that_is_left_does_not_decide_what_is_live(self):
        os.mkdir(self.root + '/conf.d')
        self.write('conf.d/deployctl-blog.conf', '# deployctl: mode=port release=%s\n' % self.first)
        self.assertEqual([], self.rebuilt())
        self.assertEqual(self.second, self.serving)
        self.assertEqual('degraded', self.status()['state'])


if __name__ == '__main__':
    unittest.main()
