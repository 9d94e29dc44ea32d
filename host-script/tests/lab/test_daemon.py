"""Tests with a Docker daemon that hangs, dies or restarts: scenarios 26, 27 and 32."""

import time
import unittest

from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic


class Hanging(Scenario):
    """dockerd is stopped by a signal: it accepts connections and never answers; containers and nginx keep running."""

    def setUp(self):
        super().setUp()
        self.first = self.serving('v1')
        self.before = self.facts()
        self.host_conf('[docker]\ntimeout = 3s\n')
        self.addCleanup(self.host.dockerd, 'CONT')

    def at(self, entry, *words):
        """Returns the result of a deploy whose daemon hangs from an entry of its journal on."""
        call, worker = self.held(entry, *words)
        self.host.dockerd('STOP')
        self.host.signal('CONT', worker)
        told = call.done()
        self.assertEqual(self.release_seen(), told.last['serving'])
        self.host.dockerd('CONT')
        return told

    def test_26_daemon_hangs_at_the_stop(self):
        with Traffic(self.host, 'scen.scen') as traffic:
            told = self.at('drain:end', 'deploy', '--tag=v2')
        second = self.good(told)
        self.assertRegex(told.warnings(), 'stop: .*does not answer')
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())
        self.assertEqual(self.facts()['current'], second)
        self.goes_on('v2b')
        self.assertNotIn(self.first, {one['release'] for one in self.facts()['containers'].values()})

    def test_27_daemon_hangs_while_containers_are_made(self):
        self.before_the_switch('start:begin')

    def test_27_daemon_hangs_while_health_is_looked_at(self):
        self.before_the_switch('health:begin')

    def before_the_switch(self, entry):
        with Traffic(self.host, 'scen.scen') as traffic:
            told = self.at(entry, 'deploy', '--tag=v2')
        self.assertEqual((told.exit, told.last['outcome'], told.error['kind']), (69, 'failed', 'unavailable'), told)
        self.assertEqual(told.last['serving'], self.first)
        self.assertLess(told.last['ms'], 60000)
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())
        self.assert_not_reloaded(self.before['workers'])
        recovered = self.call('recover')
        self.assertEqual(recovered.exit, 0, recovered)
        self.assert_untouched(self.before)
        self.goes_on()

    def test_27_daemon_that_hangs_from_the_beginning(self):
        self.host.dockerd('STOP')
        told = self.deploy('v2')
        status = self.call('status').events[0]
        self.host.dockerd('CONT')
        self.assertEqual(status['serving']['release'], self.first)
        self.assertEqual(status['state'], 'degraded')
        self.assert_refused(told, 69, 'unavailable', self.before, outcome='refused')
        self.goes_on()


class LeftRunning(Scenario):
    """A container of a release that is not live keeps running, as after a stop that Docker refused."""

    def left(self):
        """Makes v2 live while the container of v1 keeps running; returns the release of v1."""
        first = self.good(self.deploy('v1', '--force'))
        self.good(self.deploy('v2', '--force'))
        self.host.sh('docker update --restart=always deployctl-scen-%s-1 && docker start deployctl-scen-%s-1' % (
            first, first))
        return first

    def test_26_container_left_running_blocks_nothing(self):
        """In port mode it has the port that the next release needs; every verb stops it before it starts anything."""
        self.serving('v1')
        with Traffic(self.host, 'scen.scen') as traffic:
            for verb, *words in (('deploy', '--tag=v2b'), ('restart',), ('rollback',), ('recover',)):
                old = self.left()
                self.assertIn('recover scen', ' '.join(self.call('status').events[0]['drift']))
                told = self.call(verb, *words)
                self.assertEqual(told.exit, 0, told)
                self.assertRegex(told.warnings(), 'stray: container deployctl-scen-%s-1 .*it was stopped' % old)
                self.assert_serves(self.facts()['current'])
        self.assertEqual(traffic.lost, 0, traffic.summary())


class LeftRunningPortMode(LeftRunning):
    mode = 'port'

    def test_26_daemon_that_hung_at_the_stop_blocks_no_later_deploy(self):
        self.serving('v1')
        self.host_conf('[docker]\ntimeout = 3s\n')
        with Traffic(self.host, 'scen.scen') as traffic:
            call, worker = self.held('drain:end', 'deploy', '--tag=v2')
            self.addCleanup(self.host.dockerd, 'CONT')
            self.host.dockerd('STOP')
            self.host.signal('CONT', worker)
            self.good(call.done())
            self.host.dockerd('CONT')
            self.goes_on('v2b')
        self.assertEqual(traffic.lost, 0, traffic.summary())


class Restarting(Scenario):
    # Whether users are served while there is no daemon: a published port needs docker-proxy, which dies with it.
    outlives = True

    def comes_back(self):
        """Kills dockerd while a release is live and starts it again."""
        first = self.serving('v1')
        second = self.serving('v2')
        before = self.facts()
        self.addCleanup(self.host.service, 'docker', 'start')
        self.host.service('docker', 'kill')
        self.assertEqual(self.release_seen(), second if self.outlives else None)
        self.host.service('docker', 'start')
        deadline = time.monotonic() + 60
        while self.settled() != second:
            self.assertLess(time.monotonic(), deadline, 'the live release is not running again')
            time.sleep(0.2)
        facts = self.assert_serves(second)
        self.assertEqual(facts['containers']['deployctl-scen-%s-1' % first]['state'], 'exited')
        self.assertEqual(facts['vhost'], before['vhost'])
        self.assertEqual(self.good(self.call('rollback')), first)
        self.assert_serves(first)

    def settled(self):
        """Returns the release that users get once the daemon has recovered."""
        up = self.host.run('docker', 'ps', '-q', '--filter', 'label=deployctl.app=scen', '--filter', 'status=running')
        return self.release_seen() if up.returncode == 0 and up.stdout.strip() else None

    def test_32_daemon_killed_while_the_second_release_serves(self):
        self.comes_back()


class RestartingPortMode(Restarting):
    mode = 'port'
    outlives = False

    def test_32_daemon_killed_while_the_second_release_serves(self):
        """The app keeps its port, because the script assigned it and not Docker."""
        self.comes_back()


if __name__ == '__main__':
    unittest.main()
