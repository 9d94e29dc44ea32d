"""Tests of rollbacks to the previous release, a named one, or the one before a rollout, without registry and etcd."""

import unittest

from deployctl_host.store import lineage
from tests.unit.host_fixture import HostFixture
from tests.unit.fake_docker import Image


class Rollback(HostFixture):
    def setUp(self):
        super().setUp()
        self.first = self.last(self.deploy('v1', rollout='r-first'))['serving']
        self.second = self.last(self.deploy('v2', rollout='r-second'))['serving']
        self.docker.registry_up = False
        self.write('etc/env/blog.env', 'GREETING=changed since\n')
        self.docker.requests.clear()

    def test_previous_release_is_started_again(self):
        sent = self.transact('rollback')
        end = self.last(sent)
        self.assertEqual((end['outcome'], end['serving'], end['tag'], end['changed']),
                         ('succeeded', self.first, 'v1', True))
        self.assertEqual(self.docker.calls('POST', '/containers/create'), [])
        self.assertEqual(self.docker.calls('POST', '/images/create'), [])
        self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % self.first])
        self.assertEqual(self.state.load()['previous'], self.second)
        self.assertEqual(self.nginx.reloads, 1)

    def test_missing_container_is_created_from_the_stored_env(self):
        gone = self.docker._by('deployctl-blog-%s-1' % self.first)
        del self.docker.containers[gone['id']]
        self.assertEqual(self.last(self.transact('rollback'))['outcome'], 'succeeded')
        (_, _, query, spec, _), = self.docker.calls('POST', '/containers/create')
        self.assertIn('GREETING=hello', spec['Env'])
        self.assertEqual(query['name'], 'deployctl-blog-%s-1' % self.first)

    def test_second_rollback_returns_to_the_newer_release(self):
        self.transact('rollback')
        self.assertEqual(self.last(self.transact('rollback'))['serving'], self.second)

    def test_rollback_to_a_named_release(self):
        end = self.last(self.transact('rollback', to=self.first))
        self.assertEqual((end['outcome'], end['serving']), ('succeeded', self.first))

    def test_rollback_to_the_live_release_changes_nothing(self):
        end = self.last(self.transact('rollback', to=self.second))
        self.assertEqual((end['outcome'], end['changed']), ('unchanged', False))

    def test_rollback_to_an_unknown_release(self):
        end = self.last(self.transact('rollback', to='20200101-000000-aaaaaa'))
        self.assertEqual((end['outcome'], end['exit'], end['serving']), ('refused', 66, self.second))
        self.assertIn(self.first, end['error']['hint'])

    def test_undo_a_rollout_and_again(self):
        self.assertEqual(self.last(self.transact('rollback', undo='r-second'))['serving'], self.first)
        again = self.last(self.transact('rollback', undo='r-second'))
        self.assertEqual((again['outcome'], again['serving']), ('unchanged', self.first))

    def test_undo_a_rollout_that_changed_nothing(self):
        self.docker.registry_up = True
        self.docker.push('bad', Image('bad', status=500))
        self.give_up_soon()
        self.assertEqual(self.last(self.deploy('bad', rollout='r-bad1'))['outcome'], 'failed')
        end = self.last(self.transact('rollback', undo='r-bad1'))
        self.assertEqual((end['outcome'], end['serving']), ('unchanged', self.second))

    def test_undo_after_another_deploy_is_refused(self):
        self.docker.registry_up = True
        third = self.last(self.deploy('v3'))['serving']
        end = self.last(self.transact('rollback', undo='r-second'))
        self.assertEqual((end['outcome'], end['exit'], end['serving']), ('refused', 66, third))
        self.assertIn('--to=' + self.first, end['error']['hint'])

    def test_undo_of_a_rollout_goes_back_through_every_restart_since(self):
        self.docker.registry_up = True
        self.assertEqual(self.last(self.transact('restart', rollout='r-again'))['outcome'], 'succeeded')
        self.transact('restart', rollout='r-again-2')
        deployed = lineage.facts(self.state, self.state.load()['current'])
        self.assertEqual((deployed['rollout'], deployed['before']['release']), ('r-second', self.first))
        self.docker.registry_up = False
        end = self.last(self.transact('rollback', undo='r-second'))
        self.assertEqual((end['outcome'], end['serving'], end['tag']), ('succeeded', self.first, 'v1'))
        self.assertEqual(self.last(self.transact('rollback', undo='r-second'))['outcome'], 'unchanged')
        self.assertEqual(lineage.facts(self.state, self.state.load()['current'])['rollout'], 'r-first')

    def test_undo_of_a_restart_leaves_the_rollout_before_it_to_be_undone(self):
        self.docker.registry_up = True
        self.transact('restart', rollout='r-again')
        self.assertEqual(self.last(self.transact('rollback', undo='r-again'))['serving'], self.second)
        self.assertEqual(lineage.facts(self.state, self.state.load()['current'])['rollout'], 'r-second')
        self.assertEqual(self.last(self.transact('rollback', undo='r-second'))['serving'], self.first)

    def test_undo_after_a_restart_of_another_release_is_refused(self):
        self.docker.registry_up = True
        self.deploy('v3', rollout='r-third')
        self.transact('restart', rollout='r-again')
        end = self.last(self.transact('rollback', undo='r-second'))
        self.assertEqual((end['outcome'], end['exit']), ('refused', 66))

    def test_undo_of_the_first_rollout(self):
        self.transact('rollback')
        end = self.last(self.transact('rollback', undo='r-first'))
        self.assertEqual((end['outcome'], end['exit']), ('refused', 66))

    def test_undo_of_an_unknown_rollout(self):
        self.assertEqual(self.last(self.transact('rollback', undo='r-nope'))['exit'], 66)

    def test_failed_rollback_keeps_both_releases(self):
        self.docker.images['v1'].status = 500
        self.give_up_soon()
        end = self.last(self.transact('rollback'))
        self.assertEqual((end['outcome'], end['serving']), ('failed', self.second))
        self.assertIn(self.first, self.state.releases())
        self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % self.second])

    def test_removed_image_is_pulled_again(self):
        self.docker.registry_up = True
        gone = self.docker._by('deployctl-blog-%s-1' % self.first)
        del self.docker.containers[gone['id']]
        self.docker.present.clear()
        self.docker.tags.pop('deployctl/blog:' + self.first)
        sent = self.transact('rollback')
        self.assertEqual(self.last(sent)['serving'], self.first)
        self.assertIn('image-gone', [event.get('code') for event in sent])


class WithoutRelease(HostFixture):
    def test_rollback_before_any_deploy(self):
        sent = self.transact('rollback')
        self.assertEqual([event['type'] for event in sent], ['deploy.started', 'deploy.finished'])
        self.assertEqual(self.last(sent)['exit'], 66)

    def test_restart_before_any_deploy(self):
        self.assertEqual(self.last(self.transact('restart'))['exit'], 66)


if __name__ == '__main__':
    unittest.main()
