"""Tests of the runbooks of docs/operations.md that no other module follows, under load where users could notice."""

import unittest

from tests.lab.scenario import SCRIPT, Scenario
from tests.lab.traffic import Traffic

HOST_ID = '/var/lib/deployctl/host-id'


class Runbooks(Scenario):
    def root(self, *words):
        """Makes a call as root, which must succeed, and returns its output."""
        done = self.host.run(SCRIPT, *words, '--output=text')
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def traffic(self):
        return Traffic(self.host, 'scen.scen')

    def test_lock_of_another_user_is_named_and_ended_by_force(self):
        self.serving('v1')
        with self.traffic() as traffic:
            self.assertEqual(self.call('lock', '--lock=l-other', '--reason=audit').exit, 0)
            told = self.deploy('v2')
            self.assertEqual((told.exit, told.error['kind']), (75, 'locked'), told)
            self.assertIn('audit', told.error['message'])
            self.assertEqual(self.call('status').events[0]['lock']['reason'], 'audit')
            self.root('unlock', 'scen', '--force')
            self.serving('v2')
        self.assertEqual(traffic.lost, 0, traffic.summary())

    def test_image_that_was_pulled_is_deployed_by_its_digest_while_the_registry_is_down(self):
        self.serving('v1')
        digest = self.call('pull', '--tag=v2').last['digest']
        self.addCleanup(self.host.registry, 'back')
        self.host.registry('gone')
        with self.traffic() as traffic:
            self.assertEqual(self.deploy('v2').exit, 69)
            second = self.good(self.call('deploy', '--digest=' + digest))
            self.assert_serves(second)
            self.assert_serves(self.good(self.call('rollback')))
        self.assertEqual(traffic.lost, 0, traffic.summary())

    def test_virtual_host_that_was_removed_or_damaged_is_written_again_by_start(self):
        path = '/etc/nginx/conf.d/deployctl-scen.conf'
        release = self.serving('v1')
        with self.traffic() as traffic:
            for damage in ('rm %s', 'echo broken >%s'):
                self.host.sh(damage % path)
                self.assertEqual(self.call('status').events[0]['state'], 'degraded', damage)
                self.assertEqual(self.call('start').exit, 0, damage)
                self.assert_serves(release)
        self.assertEqual(traffic.lost, 0, traffic.summary())

    def test_env_of_the_live_release_that_was_damaged_is_read_again_by_restart(self):
        release = self.serving('v1')
        with self.traffic() as traffic:
            self.host.sh(': >/var/lib/deployctl/scen/releases/%s/env.json' % release)
            self.assert_serves(self.good(self.call('restart')))
        self.assertEqual(traffic.lost, 0, traffic.summary())

    def test_lost_or_damaged_host_id_is_restored_from_the_containers(self):
        release = self.serving('v1')
        before = self.host.read(HOST_ID)
        with self.traffic() as traffic:
            for damage in ('rm %s', ': >%s', 'echo \'"x"\' >%s'):
                self.host.sh(damage % HOST_ID)
                told = self.deploy('v2')
                self.assertEqual((told.exit, HOST_ID in told.error['message']), (70, True), told)
                self.assertIn('deployctl-host recover', told.error['hint'])
                self.assertIn(HOST_ID, ' '.join(self.call('status').events[0]['drift']))
                self.root('recover')
                self.assertEqual(self.host.read(HOST_ID), before, damage)
                self.assert_serves(release)
            self.assert_serves(self.serving('v2'))
        self.assertEqual(traffic.lost, 0, traffic.summary())

    def test_release_is_deployed_and_a_command_run_while_users_are_kept_out(self):
        self.define(app__commands='migrate')
        self.serving('v1')
        self.assertEqual(self.call('maintenance', '--on').exit, 0)
        self.assertEqual(self.host.get('scen.scen')[0], 503)
        self.assertIn('migrated', self.host.sh('%s run scen --output=text -- migrate' % SCRIPT))
        release = self.good(self.deploy('v2'))
        self.assertEqual(self.host.get('scen.scen')[0], 503)
        self.assertEqual(self.call('maintenance', '--off').exit, 0)
        self.assert_serves(release)

    def test_app_is_renamed_and_its_server_name_goes_to_the_new_app(self):
        new = 'scen-renamed'
        self.forget(new)
        self.addCleanup(self.forget, new)
        self.serving('v1')
        self.define(new, vhost__server_name='scen.scen')
        self.env('GREETING=hello\n', new)
        self.assertEqual(self.call('pull', '--tag=v1', app=new).exit, 0)
        self.root('remove', 'scen')
        self.host.sh('rm /etc/deployctl/apps/scen.conf')
        release = self.good(self.deploy('v1', app=new))
        self.assertEqual(self.release_seen('scen'), release)
        self.assertEqual(self.facts('scen')['containers'], {})


class RunbooksPortMode(Runbooks):
    mode = 'port'
    # The mode makes no difference to these.
    test_lock_of_another_user_is_named_and_ended_by_force = None
    test_image_that_was_pulled_is_deployed_by_its_digest_while_the_registry_is_down = None
    test_env_of_the_live_release_that_was_damaged_is_read_again_by_restart = None
    test_lost_or_damaged_host_id_is_restored_from_the_containers = None
    test_app_is_renamed_and_its_server_name_goes_to_the_new_app = None


if __name__ == '__main__':
    unittest.main()
