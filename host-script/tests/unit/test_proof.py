"""Tests of the steps `verify` and `commit`: only answers of the new release count, and its end is always noticed."""

import socket
import time
import unittest

from deployctl_host import lock
from deployctl_host.nginx import process
from deployctl_host.transaction import health_checks
from deployctl_host.transaction.steps import health, verify
from tests.unit.host_fixture import HostFixture
from tests.unit.fake_docker import Image
from tests.unit.availability_fixture import AvailabilityFixture, status_of

REFUSED = b'HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n'
GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'


class ProofFixture(HostFixture):
    def setUp(self):
        super().setUp()
        self.first = self.last(self.deploy('v1'))['serving']

    def user_of(self, release):
        """Opens a connection to a release's socket, like one in nginx's pool."""
        connection = socket.socket(socket.AF_UNIX)
        self.addCleanup(connection.close)
        connection.connect(self.state.socket(release, 1))
        return connection

    def failed(self, sent):
        """Returns the error of a failed release, after checking that the first one is live again."""
        end = self.last(sent)
        self.assertEqual((end['outcome'], end['exit'], end['serving']), ('failed', 73, self.first), sent)
        self.assertEqual((self.state.pointed_at(), self.serving, status_of(self.nginx.port)),
                         (self.first, self.first, 200))
        self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % self.first])
        self.assertEqual(self.docker._by('deployctl-blog-%s-1' % self.first)['policy'], 'always')
        return end['error']

    def second(self):
        """Returns the container that does not belong to the first release."""
        return next(one for one in self.docker.containers.values() if self.first not in one['name'])

    def ends(self, code):
        self.docker._end(self.second(), code)


class Pooled(ProofFixture):
    def test_answers_by_a_pooled_connection_to_the_old_release_prove_nothing(self):
        """The good answers come from the old release through the pool, while another client reaches the new one."""
        held = []

        def instead(connection, data):
            if self.state.pointed_at() == self.first:
                return False
            if not held:
                held.extend((self.user_of(self.first), self.user_of(self.state.pointed_at()), time.monotonic()))
            if time.monotonic() - held[2] < 0.7:
                connection.sendall(GOOD)
            else:
                held[0].close()
                connection.sendall(REFUSED)
            return True
        self.nginx.instead = instead
        self.patch(verify, 'VERIFY_DEADLINE', 3.0)
        error = self.failed(self.deploy('v2'))
        self.assertIn('503', error['verdict']['probe'])
        self.assertIn('its own probe finds the release well', error['message'])
        self.assertEqual(error['verdict']['container']['state'], 'running')

    def test_long_connections_do_not_delay_the_proof(self):
        held = self.user_of(self.first)
        end = self.last(self.deploy('v2'))
        self.assertEqual((end['outcome'], end['tag']), ('succeeded', 'v2'))
        held.close()

    def test_failing_old_release_does_not_block_its_fix(self):
        held = []

        def instead(connection, data):
            if self.state.pointed_at() == self.first:
                return False
            if not held:
                held.extend((self.user_of(self.first), time.monotonic()))
            if time.monotonic() - held[1] < 1.5:
                connection.sendall(REFUSED)
                return True
            held[0].close()
            return False
        self.nginx.instead = instead
        self.assertEqual(self.last(self.deploy('v2'))['outcome'], 'succeeded')

    def test_one_good_answer_among_bad_ones_is_no_proof(self):
        count = [0]

        def instead(connection, data):
            if self.state.pointed_at() == self.first:
                return False
            count[0] += 1
            if count[0] % 2:
                return False
            connection.sendall(REFUSED)
            return True
        self.nginx.instead = instead
        self.patch(verify, 'VERIFY_DEADLINE', 1.0)
        self.failed(self.deploy('v2'))

    def test_good_answers_of_another_release_are_reported(self):
        def instead(connection, data):
            if self.state.pointed_at() == self.first:
                return False
            connection.sendall(GOOD)
            return True
        self.nginx.instead = instead
        self.patch(verify, 'VERIFY_DEADLINE', 0.5)
        error = self.failed(self.deploy('v2'))
        self.assertIn('no connection of nginx was seen on the socket of the release', error['message'])
        self.assertIn('another virtual host', error['hint'])


class Named(ProofFixture):
    health = 'release-header = X-Release'

    def deploy(self, tag, **request):
        self.docker.push(tag, Image(tag, header={'X-Release': 'RELEASE'}))
        return super().deploy(tag, **request)

    def test_answer_that_names_the_new_release_counts_though_the_old_one_is_busy(self):
        held = self.user_of(self.first)
        sent = self.deploy('v2')
        self.assertEqual(self.last(sent)['outcome'], 'succeeded')
        took = next(event['ms'] for event in sent if event['type'] == 'step.finished' and event['step'] == 'verify')
        self.assertLess(took, 2000)
        held.close()


class Ended(ProofFixture):
    def setUp(self):
        super().setUp()
        self.docker.push('v2', Image('v2', log='FATAL no database\n'))

    def ended(self, sent, step):
        error = self.failed(sent)
        self.assertEqual(error['message'], 'instance 1: the container ended with exit code 7')
        self.assertEqual(error['verdict']['container']['exit_code'], 7)
        self.assertEqual(error['verdict']['lines'], ['FATAL no database'])
        self.assertNotIn('another virtual host', error['hint'])
        self.assertEqual([event['step'] for event in sent if event['type'] == 'step.failed'], [step])

    def after(self, module, name):
        """Ends the container when a step is done."""
        plain = getattr(module, name)

        def then(transaction):
            plain(transaction)
            self.ends(7)
        self.patch(module, name, then)

    def test_container_ends_while_the_switch_is_proved(self):
        def instead(connection, data):
            if self.state.pointed_at() != self.first and self.second()['running']:
                self.ends(7)
            return False
        self.nginx.instead = instead
        self.ended(self.deploy('v2'), 'verify')

    def test_container_ends_between_two_distant_probes(self):
        self.redefine('interval = 50ms', 'interval = 30s')
        plain = health_checks.Watch.probe

        def probe(watch):
            plain(watch)
            self.ends(7)
        self.patch(health_checks.Watch, 'probe', probe)
        begun = time.monotonic()
        self.ended(self.deploy('v2'), 'health')
        self.assertLess(time.monotonic() - begun, 8)

    def test_container_ends_before_the_switch(self):
        self.after(health, 'wait_healthy')
        sent = self.deploy('v2')
        self.ended(sent, 'switch')
        self.assertEqual([event for event in sent if event['type'] == 'switched'], [], 'users never met it')

    def test_container_ends_between_proof_and_commit(self):
        self.after(verify, 'verify')
        self.ended(self.deploy('v2'), 'commit')

    def test_container_ends_before_commit_and_docker_refuses_the_update(self):
        self.after(verify, 'verify')
        self.docker.fail[('POST', '/update')] = (500, 'cannot update a stopped container: unknown')
        self.ended(self.deploy('v2'), 'commit')

    def test_restart_policy_failure_is_reported_as_such(self):
        self.docker.fail[('POST', '/update')] = (500, 'no')
        end = self.last(self.deploy('v2'))
        self.assertEqual((end['outcome'], end['exit'], end['serving']), ('failed', 69, self.first))

    def test_container_ends_while_another_app_holds_nginx(self):
        self.redefine('server-name = blog.example.com', 'server-name = blog.example.com www.example.com')
        other = lock.Lock('.nginx')
        self.assertTrue(other.take())
        self.addCleanup(other.release)
        self.after(health, 'wait_healthy')
        self.ended(self.deploy('v2'), 'switch')

    def test_failed_release_of_a_rollback_does_not_restart(self):
        second = self.last(self.deploy('v2'))['serving']
        plain = verify.verify

        def then(transaction):
            plain(transaction)
            self.docker._end(self.docker._by('deployctl-blog-%s-1' % self.first), 7)
        self.patch(verify, 'verify', then)
        end = self.last(self.transact('rollback'))
        self.assertEqual((end['outcome'], end['exit'], end['serving']), ('failed', 73, second))
        self.assertEqual(self.docker._by('deployctl-blog-%s-1' % self.first)['policy'], 'no')


class ClosedApp(AvailabilityFixture):
    """Tests that maintenance and stop do not depend on the health of the release."""

    def setUp(self):
        super().setUp()
        self.docker._end(self.docker._by(self.container), 7)

    def test_app_that_is_down_is_put_into_maintenance(self):
        self.assertEqual(self.done('maintenance', 'blog', '--on')[:2], (0, 'succeeded'))
        self.assertEqual(status_of(self.nginx.port), 503)

    def test_app_that_is_down_is_not_opened_to_users(self):
        self.call('maintenance', 'blog', '--on')
        code, sent = self.call('maintenance', 'blog', '--off', '--output=ndjson')
        self.assertEqual((code, sent[-1]['outcome']), (73, 'failed'))
        self.assertIn('the container ended with exit code 7', sent[-1]['error']['message'])
        self.assertEqual((status_of(self.nginx.port), self.nginx.reloads, self.status()['state']),
                         (503, 2, 'maintenance'))

    def test_stop_waits_for_no_worker_that_would_find_nobody(self):
        self.redefine('[drain]\ntimeout = 1s', '[drain]\ntimeout = 60s\n')
        self.redefine('interval = 50ms', 'interval = 50ms\nmin-healthy = 1s')
        self.patch(process, 'still_there', lambda workers: [5])
        code, sent = self.call('stop', 'blog', '--output=ndjson')
        self.assertEqual((code, sent[-1]['outcome']), (0, 'succeeded'))
        self.assertLess(next(event['waited_ms'] for event in sent if event['type'] == 'drain.finished'), 20000)


if __name__ == '__main__':
    unittest.main()
