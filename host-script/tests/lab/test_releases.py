"""Tests of kept images and releases, first and repeated deploys: scenarios 35 and 37."""

import json
import unittest

from tests.lab.scenario import Scenario


class Releases(Scenario):
    def test_35_rollback_without_registry_after_a_prune_of_images(self):
        first = self.serving('v1')
        digest = self.call('preflight', '--tag=v2').last['digest']
        second = self.good(self.call('deploy', '--digest=' + digest))
        third = self.serving('v2b')
        self.host.registry('gone')
        self.addCleanup(self.host.registry, 'back')
        self.host.sh('docker image prune -f; docker ps -aq --filter status=exited '
                     '--filter label=deployctl.app=scen | xargs -r docker rm')
        for release in (second, first, third):
            self.assertEqual(self.good(self.call('rollback', '--to=' + release)), release)
            self.assertEqual(self.release_seen(), release)
        self.assert_serves(third)

    def test_35_prune_keeps_as_many_as_the_definition_says(self):
        """keep = 2 keeps the current release and two before it, and the container of the previous one."""
        made = [self.serving(tag) for tag in ('v1', 'v2', 'v2b', 'v1', 'v2')]
        facts = self.assert_serves(made[-1])
        self.assertEqual(facts['releases'], sorted(made[-3:]))
        self.assertEqual({one['release'] for one in facts['containers'].values()}, set(made[-2:]))
        gone = self.call('rollback', '--to=' + made[0])
        self.assertEqual((gone.exit, gone.error['kind']), (66, 'not-found'), gone)

    def test_35_images_of_failed_and_never_deployed_releases_are_removed(self):
        self.host.sh('docker pull -q registry:5000/blog:v16-greedy')    # an image of somebody else
        self.addCleanup(self.host.sh, 'docker rmi registry:5000/blog:v16-greedy')
        first, second = self.serving('v1'), self.serving('v2')
        ways_back = self.pulled()
        self.assertEqual(self.deploy('v4-crash').exit, 73)
        self.assertEqual(self.call('pull', '--tag=v9-nolisten').exit, 0)
        self.call('lock', '--lock=l-lab1')
        self.assertEqual(self.call('pull', '--tag=v15-sick').exit, 0)
        self.assertEqual(self.call('prune').last['images'], [])
        self.assertEqual(self.pulled() - ways_back, {self.digest('v15-sick')})      # a rollout may be about to need it
        self.call('unlock', '--lock=l-lab1')
        self.assertEqual(self.call('prune').last['images'], ['registry:5000/blog@' + self.digest('v15-sick')])
        self.assertEqual(self.pulled(), ways_back)
        self.assertIn(self.digest('v16-greedy'), ways_back)
        self.host.registry('gone')
        self.addCleanup(self.host.registry, 'back')
        self.assertEqual(self.good(self.call('rollback', '--to=' + first)), first)
        self.assertEqual(self.good(self.call('rollback', '--to=' + second)), second)

    def pulled(self):
        return set(self.host.sh("docker images --digests registry:5000/blog --format '{{.Digest}}'").split())

    def digest(self, tag):
        return self.call('preflight', '--tag=' + tag).last['digest']

    def test_37_first_deploy_and_the_same_digest_again(self):
        sent = self.deploy('v1')
        first = self.good(sent)
        self.assertIsNone(sent.events[0]['replaces'])
        self.assert_serves(first)
        again = self.deploy('v1')
        self.assertEqual((again.exit, again.last['outcome'], again.last['serving']), (0, 'unchanged', first), again)
        forced = self.good(self.deploy('v1', '--force'))
        self.assertNotEqual(forced, first)
        facts = self.assert_serves(forced)
        self.assertEqual(set(facts['releases']), {first, forced})
        self.assertEqual(set(facts['sockets']), {first, forced} if self.mode == 'socket' else set())

    def test_37_first_deploy_that_fails_leaves_nothing(self):
        self.host.reload()              # nginx forgets the app's virtual host of the test before
        before = self.facts()
        sent = self.deploy('v3-broken')
        self.assert_refused(sent, 73, 'release-failed', before)
        self.assertEqual(self.host.get('scen.scen')[0], 404)
        self.goes_on()

    def test_image_that_asks_for_more_than_is_its_due(self):
        """Labels like the script's, a volume, a published port and a loader variable have no effect on the host."""
        self.serving('v1')
        volumes = self.host.sh('docker volume ls -q')
        release = self.serving('v16-greedy')
        self.assert_serves(release)
        name = 'deployctl-scen-%s-1' % release
        seen = json.loads(self.host.sh('docker inspect ' + name))[0]
        own = {key: value for key, value in seen['Config']['Labels'].items() if key != 'mine'}
        self.assertEqual((own['deployctl.app'], own['deployctl.release'], own['deployctl.instance']),
                         ('scen', release, '1'))
        self.assertNotIn(own['deployctl.host'], ('x', ''))
        self.assertEqual(set(seen['HostConfig']['PortBindings'] or {}), {'8080/tcp'} if self.mode == 'port' else set())
        self.assertFalse(seen['HostConfig']['PublishAllPorts'] or seen['HostConfig']['Privileged'])
        for tag in ('v2', 'v2b'):       # the container goes, and its nameless volume with it
            self.serving(tag)
        self.assertEqual(self.host.sh('docker volume ls -q'), volumes)
        self.goes_on('v1')


class ReleasesPortMode(Releases):
    mode = 'port'
    # The mode makes no difference to these.
    test_35_rollback_without_registry_after_a_prune_of_images = None
    test_35_prune_keeps_as_many_as_the_definition_says = None
    test_35_images_of_failed_and_never_deployed_releases_are_removed = None

    def test_37_from_one_mode_to_the_other_and_back(self):
        first = self.serving('v1')
        self.define(connect__mode='socket')
        second = self.serving('v2')
        self.assert_serves(second)
        self.define(connect__mode='port')
        third = self.serving('v1')
        self.assert_serves(third)
        self.assertEqual(self.good(self.call('rollback')), second)
        self.assert_serves(second)
        self.assertEqual(self.good(self.call('rollback', '--to=' + first)), first)
        self.assert_serves(first)

    def test_37_more_and_fewer_instances(self):
        for count in (1, 3, 2):
            self.define(app__instances=str(count))
            self.assert_serves(self.serving('v%d' % (1 + count % 2)), instances=count)


if __name__ == '__main__':
    unittest.main()
