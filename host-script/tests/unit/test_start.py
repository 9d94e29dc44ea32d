"""Tests of `start` for an app that should be live, and of messages about a release that does not answer."""

import os
import types
import unittest

from deployctl_host.store.release import Release
from deployctl_host.transaction import instances
from deployctl_host.transaction.steps import start
from tests.unit.fake_docker import Image
from tests.unit.availability_fixture import AvailabilityFixture, status_of


class Start(AvailabilityFixture):
    def test_container_between_two_restarts_is_stopped_and_its_socket_removed_before_it_is_started(self):
        self.docker.loop(self.container)
        socket = self.state.socket(self.release, 1)
        with open(socket, 'w', encoding='ascii'):
            pass                    # in the way of an app that binds without removing it
        self.docker.requests.clear()
        code, sent = self.call('start', 'blog', '--output=ndjson')
        self.assertEqual((code, sent[-1]['outcome'], sent[-1]['serving']), (0, 'succeeded', self.release), sent)
        self.assertEqual(['woken'], [event['code'] for event in sent if event['type'] == 'warning'])
        made = [one[1].rpartition('/')[2] for one in self.docker.calls('POST', '/(stop|start)$')]
        self.assertEqual((made, status_of(self.nginx.port), self.policy()), (['stop', 'start'], 200, 'always'))

    def test_unresponsive_container_is_restarted(self):
        self.docker.images['v1'].status = 500
        plain = instances.stop_unhealthy

        def wake(transaction, record):
            plain(transaction, record)
            self.docker.images['v1'].status = 200
        self.patch(instances, 'stop_unhealthy', wake)
        starts = self.docker._by(self.container)['starts']
        self.assertEqual(self.done('start', 'blog')[:3], (0, 'succeeded', self.release))
        self.assertEqual(self.docker._by(self.container)['starts'], starts + 1)

    def test_healthy_instance_is_left_alone_after_a_docker_restart(self):
        self.redefine('keep = 2', 'keep = 2\ninstances = 2')
        self.call('deploy', 'blog', '--tag=v2')
        first, second = ('deployctl-blog-%s-%d' % (self.serving, number) for number in (1, 2))
        self.docker._by(first)['restarts'] = 3
        self.docker._end(self.docker._by(second), 1)
        starts = self.docker._by(first)['starts']
        self.assertEqual(self.done('start', 'blog')[:3], (0, 'succeeded', self.serving))
        self.assertEqual((self.docker._by(first)['starts'], self.docker._by(second)['running']), (starts, True))

    def test_live_release_keeps_its_port_and_another_one_takes_a_free_one(self):
        live = Release(self.release, 'blog', 'port', 1, digest='x', ports=[18000])
        for same, expected in ((True, [18000]), (False, [18001])):
            transaction = types.SimpleNamespace(
                same_release=same, old=live, state=self.state, host=types.SimpleNamespace(ports=(18000, 18999)))
            self.assertEqual(start._with_ports(transaction, live, set()).ports, expected)

    def test_single_slow_answer_does_not_restart_an_instance(self):
        self.docker._by(self.container)['restarts'] = 1
        os.unlink(self.nginx.path)      # else there would be nothing to do
        looks = []
        plain = instances._failing

        def silent(transaction, record, several):
            looks.append(several)
            return {1: 'no answer within 1 s'} if len(looks) == 1 else plain(transaction, record, several)
        self.patch(instances, '_failing', silent)
        starts = self.docker._by(self.container)['starts']
        self.assertEqual(self.done('start', 'blog')[:3], (0, 'succeeded', self.release))
        self.assertEqual((len(looks), self.docker._by(self.container)['starts']), (2, starts))


class FailureMessages(AvailabilityFixture):
    def said(self, *words):
        self.give_up_soon()
        code, sent = self.call(*words, '--output=ndjson')
        self.assertEqual(code, 73, sent)
        return sent[-1]['error']['state']

    def test_failed_start_does_not_claim_that_the_release_runs(self):
        self.docker._end(self.docker._by(self.container), 1)
        self.docker.images['v1'].exits = 1
        said = self.said('start', 'blog')
        self.assertNotIn('serves', said)
        self.assertIn('nginx leads to v1 (%s), which does not answer well (instance 1: connect:' % self.release, said)

    def test_failed_deploy_does_not_claim_that_an_unresponsive_release_runs(self):
        self.docker.push('bad', Image('bad', exits=1))
        self.docker.images['v1'].status = 500
        self.assertIn('which does not answer well (instance 1: 500', self.said('deploy', 'blog', '--tag=bad'))

    def test_responsive_release_is_reported_live(self):
        self.docker.push('bad', Image('bad', exits=1))
        self.assertEqual(self.said('deploy', 'blog', '--tag=bad'), 'v1 (%s) is live on this host' % self.release)


if __name__ == '__main__':
    unittest.main()
