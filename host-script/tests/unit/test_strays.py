"""Tests of containers that run although their release is not live, or that Docker would start again."""

import unittest

from deployctl_host.docker import containers
from deployctl_host.errors import HostError
from deployctl_host.transaction import ports
from tests.unit.call_fixture import CallFixture


class Strays(CallFixture):
    def setUp(self):
        super().setUp()
        self.call('deploy', 'blog', '--tag=v1')
        self.first = 'deployctl-blog-%s-1' % self.serving

    def refuse(self, method, action):
        """Makes Docker refuse this request for the container of the first release."""
        self.docker.fail[(method, self.docker._by(self.first)['id'] + action)] = (500, 'cannot kill container')

    def policy(self, name):
        return self.docker._by(name)['policy']

    def last(self, sent):
        return sent[1][-1]

    def warnings(self, sent):
        return [event['message'] for event in sent[1] if event['type'] == 'warning' and event['code'] == 'stray']

    def left_running(self):
        """Deploys while stopping the old release fails."""
        self.refuse('POST', '/stop')
        self.assertEqual(self.last(self.call('deploy', 'blog', '--tag=v2'))['outcome'], 'succeeded')
        self.docker.fail.clear()
        second = 'deployctl-blog-%s-1' % self.serving
        self.assertEqual(self.docker.running(), sorted([self.first, second]))
        return second

    def test_next_deploy_first_stops_leftover_containers(self):
        self.left_running()
        self.docker.requests.clear()
        sent = self.call('deploy', 'blog', '--tag=v3')
        self.assertEqual((sent[0], len(self.warnings(sent))), (0, 1))
        made = [one[:2] for one in self.docker.requests]
        stop = next(place for place, one in enumerate(made) if one[1].endswith('/stop'))
        self.assertLess(stop, made.index(('POST', '/containers/create')))
        self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % self.serving])

    def test_restart_and_rollback_stop_leftover_containers(self):
        for verb in ('restart', 'rollback'):
            self.left_running()
            sent = self.call(verb, 'blog')
            self.assertEqual((sent[0], len(self.warnings(sent))), (0, 1), verb)
            self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % self.serving])
            self.call('deploy', 'blog', '--tag=v1', '--force')
            self.first = 'deployctl-blog-%s-1' % self.serving

    def test_unchanged_deploy_stops_leftover_containers(self):
        second = self.left_running()
        sent = self.call('deploy', 'blog', '--tag=v2')
        self.assertEqual((self.last(sent)['outcome'], len(self.warnings(sent))), ('unchanged', 1))
        self.assertEqual(self.docker.running(), [second])

    def test_recover_stops_leftovers_and_status_names_the_command(self):
        second = self.left_running()
        drift = self.call('status', 'blog', '--output=ndjson')[1][0]['drift']
        self.assertEqual(len(drift), 1)
        self.assertIn('deployctl-host recover blog', drift[0])
        sent = self.call('recover', 'blog')
        self.assertEqual((sent[0], self.last(sent)['settled'], self.docker.running()), (0, 1, [second]))
        self.assertEqual(self.last(self.call('recover', 'blog'))['settled'], 0)
        self.assertEqual(self.call('status', 'blog', '--output=ndjson')[1][0]['drift'], [])

    def test_container_that_cannot_be_stopped_is_removed(self):
        self.left_running()
        self.refuse('POST', '/stop')
        self.assertEqual(self.call('deploy', 'blog', '--tag=v3')[0], 0)
        self.assertNotIn(self.first, self.docker.names())

    def test_policy_that_could_not_be_set_at_the_commit_is_set_at_the_stop(self):
        plain, failed = containers.set_restart, []

        def set_restart(engine, container, policy):
            if policy == 'no' and not failed:
                failed.append(container)
                raise HostError('unavailable', 'Docker cannot set the restart policy: busy')
            plain(engine, container, policy)
        self.patch(containers, 'set_restart', set_restart)
        self.call('deploy', 'blog', '--tag=v2')
        self.assertEqual((len(failed), self.policy(self.first)), (1, 'no'))

    def test_policy_that_could_not_be_set_is_set_by_the_next_call(self):
        for verb in (('recover', 'blog'), ('deploy', 'blog', '--tag=v2'), ('rollback', 'blog')):
            self.refuse('POST', '/update')
            self.call('deploy', 'blog', '--tag=v2', '--force')
            self.docker.fail.clear()
            self.assertEqual((self.policy(self.first), self.docker._by(self.first)['running']), ('always', False))
            self.call(*verb)
            policies = {name: self.policy(name) for name in self.docker.names()}
            self.assertEqual([name for name, policy in policies.items() if policy != 'no'],
                             ['deployctl-blog-%s-1' % self.serving], verb)
            self.call('deploy', 'blog', '--tag=v1', '--force')
            self.first = 'deployctl-blog-%s-1' % self.serving

    def test_running_container_of_a_stopped_app_is_reported_and_stopped(self):
        for words in (('stop', 'blog'), ('recover', 'blog')):
            self.refuse('POST', '/stop')
            self.call('stop', 'blog')
            self.docker.fail.clear()
            sent = self.call('status', 'blog', '--output=ndjson')[1][0]
            self.assertEqual((sent['state'], len(sent['drift'])), ('stopped', 1), sent)
            self.assertEqual((self.call(*words)[0], self.docker.running()), (0, []))
            self.call('start', 'blog')


class Ports(CallFixture):
    def test_another_port_replaces_that_of_an_unstoppable_container(self):
        span = (20000, 20009)
        first = ports.allot(self.state, 2, span)
        (kept, held), other = first['1'], first['2']
        self.assertEqual(ports.allot(self.state, 2, span, {kept}, {held}), first, 'one of the pair is free')
        now = ports.allot(self.state, 2, span, {kept, held}, {held})
        self.assertEqual((now['2'], now['1'][1]), (other, kept))
        self.assertNotIn(now['1'][0], first['1'] + first['2'])
        self.assertEqual(ports.choose(now, 1, {kept, held}), [now['1'][0]])
        self.assertEqual(self.state.load()['ports'], now)


if __name__ == '__main__':
    unittest.main()
