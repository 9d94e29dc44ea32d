"""Tests of pulled images that never went live: a prune removes them unless something may still need them."""

import os
import unittest

from deployctl_host import lock
from deployctl_host.store import deploy_lock, state
from deployctl_host.transaction import fetched_images
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_docker import Image

REPOSITORY = 'registry.example.com/blog'


class FetchedImages(CallFixture):
    def setUp(self):
        super().setUp()
        self.give_up_soon()
        for tag in ('v1', 'v2', 'v3'):
            self.docker.push(tag, Image(tag))
        for tag in ('broken1', 'broken2', 'broken3'):
            self.docker.push(tag, Image(tag, exits=1))
        self.deployed('v1')

    def deployed(self, tag, code=0):
        self.assertEqual(self.call('deploy', 'blog', '--tag=' + tag)[0], code)

    def pull(self, tag):
        self.assertEqual(self.call('pull', 'blog', '--tag=' + tag)[0], 0)

    def prune(self):
        code, sent = self.call('prune', 'blog', '--output=ndjson')
        self.assertEqual(code, 0, sent)
        return sorted(name.partition('@')[2] for name in sent[-1]['images'])

    def here(self):
        return sorted(tag for tag, image in self.docker.images.items() if image.id in self.docker.present)

    def digests(self, *tags):
        return sorted(self.docker.images[tag].digest for tag in tags)

    def test_images_of_failed_deploys_do_not_pile_up(self):
        for tag in ('broken1', 'broken2', 'broken3'):
            self.deployed(tag, 73)
        self.assertEqual(self.here(), ['broken3', 'v1'])
        self.assertEqual(self.prune(), self.digests('broken3'))
        self.assertEqual(self.here(), ['v1'])

    def test_images_that_were_pulled_ahead_and_never_deployed_do_not_pile_up(self):
        for tag in ('broken1', 'broken2', 'broken3'):
            self.pull(tag)
        self.assertEqual(self.here(), ['broken3', 'v1'])
        self.assertEqual(self.prune(), self.digests('broken3'))

    def test_successful_deploy_removes_images_of_failed_ones(self):
        self.pull('broken1')
        self.deployed('broken2', 73)
        self.deployed('v2')
        self.assertEqual(self.here(), ['v1', 'v2'])

    def test_images_for_a_rollback_are_kept(self):
        self.deployed('v2')
        self.deployed('broken1', 73)
        self.assertEqual(self.prune(), self.digests('broken1'))
        self.docker.registry_up = False
        self.assertEqual(self.call('rollback', 'blog')[0], 0)
        self.assertEqual(self.here(), ['v1', 'v2'])

    def test_failed_deploy_of_a_kept_release_keeps_its_image(self):
        self.deployed('v2')
        self.docker.images['v1'].status = 503
        self.deployed('v1', 73)
        self.assertEqual(self.prune(), [])
        self.assertEqual(self.here(), ['v1', 'v2'])

    def test_releases_that_are_kept_no_longer_lose_their_image(self):
        self.redefine('keep = 2', 'keep = 1')
        self.deployed('v2')
        self.deployed('v3')
        self.assertEqual(self.here(), ['v2', 'v3'])

    def test_image_of_a_release_without_notes_is_removed(self):
        self.redefine('keep = 2', 'keep = 1')
        os.unlink(self.state.root + '/images.json')
        self.deployed('v2')
        self.deployed('v3')
        self.assertEqual(self.here(), ['v2', 'v3'])

    def test_pull_ahead_of_a_running_rollout_is_kept(self):
        deploy_lock.take(self.state, 'l-mine', 'alice', None, 90)
        self.pull('v2')
        self.pull('v3')
        self.assertEqual(self.prune(), [])
        self.assertEqual(self.here(), ['v1', 'v2', 'v3'])
        deploy_lock.release(self.state, 'l-mine', False)
        self.assertEqual(self.prune(), self.digests('v2', 'v3'))

    def test_image_of_an_earlier_rollout_is_removed_during_another_one(self):
        deploy_lock.take(self.state, 'l-first', 'alice', None, 90)
        self.pull('v2')
        deploy_lock.release(self.state, 'l-first', False)
        deploy_lock.take(self.state, 'l-second', 'alice', None, 90)
        self.pull('v3')
        self.assertEqual(self.prune(), [])
        self.assertEqual(self.here(), ['v1', 'v3'])

    def test_pull_removes_nothing_beside_a_transaction(self):
        self.pull('v2')
        holder = lock.Lock('blog')
        holder.take()
        self.addCleanup(holder.release)
        self.pull('v3')
        self.assertEqual(self.here(), ['v1', 'v2', 'v3'])

    def test_image_that_was_present_before_is_kept(self):
        self.docker.present.add(self.docker.images['broken1'].id)
        self.deployed('broken1', 73)
        self.assertEqual(self.prune(), [])
        self.assertEqual(self.here(), ['broken1', 'v1'])

    def test_foreign_image_is_kept_after_its_release_was_removed(self):
        self.redefine('keep = 2', 'keep = 1')
        self.docker.present.add(self.docker.images['v2'].id)
        for tag in ('v2', 'v3', 'v1', 'v3'):
            self.call('deploy', 'blog', '--tag=' + tag)
        self.assertIn('v2', self.here())

    def test_image_with_a_foreign_tag_is_kept(self):
        self.pull('v2')
        self.docker.tags['registry.example.com/blog:v2'] = self.docker.images['v2']
        self.assertEqual(self.prune(), [])
        self.assertIn('v2', self.here())

    def test_image_used_by_a_foreign_container_is_kept_and_tried_again(self):
        self.pull('v2')
        name = '%s@%s' % (REPOSITORY, self.docker.images['v2'].digest)
        self.docker.in_use.add(name)
        self.assertEqual(self.prune(), [])
        self.docker.in_use.clear()
        self.assertEqual(self.prune(), self.digests('v2'))

    def test_image_of_another_app_is_kept(self):
        """Two apps have the same repository: the other one pulled the image too, or runs it."""
        other = state.AppState('shop')
        other.prepare()
        self.pull('v2')
        engine = self.engine()
        self.assertIsNotNone(fetched_images.claim(other, engine, REPOSITORY, self.docker.images['v2'].digest))
        self.assertEqual(self.prune(), [])
        self.assertIn('v2', self.here())
        self.assertEqual(len(fetched_images.remove_unneeded(other, engine, newest=False)), 1)
        self.assertEqual(self.here(), ['v1'])
        self.pull('v3')
        mine = state.AppState('blog')
        other.save_release(mine.release(mine.load()['current'])._replace(
            id='20260101-000000-aaaaaa', digest=self.docker.images['v3'].digest))
        self.assertEqual(self.prune(), [])
        self.assertIn('v3', self.here())

    def test_interrupted_pull_is_recorded(self):
        self.docker.pull_error = 'unexpected EOF'
        self.assertEqual(self.call('pull', 'blog', '--tag=v2')[0], 69)
        self.docker.present.add(self.docker.images['v2'].id)    # the daemon went on with it
        self.assertEqual(self.prune(), self.digests('v2'))

    def engine(self):
        from deployctl_host.docker.api import Engine
        return Engine(self.loaded()[1].docker)


if __name__ == '__main__':
    unittest.main()
