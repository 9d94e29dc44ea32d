"""Tests of faults of the image or the host that are found before users notice: scenarios 1 to 14."""

import time
import unittest

from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic

GONE = 'sha256:' + '0' * 64


class Fetching(Scenario):
    """The image is not available, and nothing is touched."""

    def setUp(self):
        super().setUp()
        self.first = self.serving('v1')
        self.before = self.facts()

    def test_01_unknown_tag_or_digest(self):
        error = self.assert_refused(self.deploy('v99'), 66, 'not-found', self.before, outcome='refused')
        self.assertIn('v99', error['message'])
        self.assert_refused(self.call('deploy', '--digest=' + GONE), 66, 'not-found', self.before, outcome='refused')
        self.goes_on()

    def test_02_registry_down(self):
        self.host.registry('gone')
        self.addCleanup(self.host.registry, 'back')
        error = self.assert_refused(self.deploy('v2b'), 69, 'unavailable', self.before, outcome='refused')
        self.assertIn('registry', error['message'])
        self.host.registry('back')
        self.goes_on('v2b')

    def test_02_registry_that_swallows_every_packet(self):
        self.host_conf('[docker]\ntimeout = 5s\n')
        self.addCleanup(self.host.network, 'heal')
        self.host.network('partition')
        sent = self.deploy('v2b')
        self.host.network('heal')
        self.assert_refused(sent, 69, 'unavailable', self.before, outcome='refused')
        self.assertLess(sent.last['ms'], 20000)
        self.doCleanups()
        self.goes_on('v2b')

    def test_03_disk_full_at_the_pull(self):
        self.host.push('padded', 'v2b', 1 << 20)
        self.define(app__repository='registry:5000/padded')
        self.full('/var/lib/docker/tmp')
        error = self.assert_refused(self.deploy('v2b'), 74, 'disk-full', self.before, outcome='refused')
        self.assertRegex(error['message'], '[0-9]+ MiB are free under /var/lib/docker')
        self.assertTrue(error['hint'])
        self.host.sh('umount /var/lib/docker/tmp')
        self.goes_on('v2b')

    def test_03_disk_full_at_the_start(self):
        self.full('/var/lib/docker/containers')
        self.assert_refused(self.deploy('v2'), 74, 'disk-full', self.before)
        self.host.sh('umount /var/lib/docker/containers')
        self.goes_on()

    def test_03_run_full(self):
        """It is reported at once while the live release keeps running; exhausted inodes too."""
        size, inodes = self.host.sh('df -k --output=size,itotal /run | tail -1').split()
        self.addCleanup(self.host.sh, 'rm -f /run/filler; mount -o remount,size=%sk,nr_inodes=%s /run' % (size, inodes))
        for option, told_as in (('size=$(($(df -k --output=used /run | tail -1) + 8))k', '0 MiB are free under /run'),
                                ('size=%sk,nr_inodes=$(($(df --output=iused /run | tail -1) + 2))' % size,
                                 'MiB are free under /run/deployctl now, and [0-9] inodes')):
            self.host.sh('mount -o remount,%s /run' % option)
            begun = time.monotonic()
            sent = self.deploy('v2')
            self.assertLess(time.monotonic() - begun, 30)
            error = self.assert_refused(sent, 74, 'disk-full', self.before, outcome='refused')
            self.assertRegex(error['message'], told_as)
            self.assertEqual(self.call('preflight', '--tag=v2').exit, 74)
        self.doCleanups()
        self.goes_on()

    def test_02_term_while_a_pull_hangs(self):
        """Operators and shutdowns need not wait for the pull's time-out of ten minutes."""
        self.host.push('padded', 'v2b', 1 << 20)
        self.define(app__repository='registry:5000/padded')
        digest = self.call('preflight', '--tag=v2b').last['digest']
        self.addCleanup(self.host.network, 'heal')
        self.host.network('partition')
        call = self.start('deploy', '--digest=' + digest)
        call.until('step.started', step='pull')
        time.sleep(1)
        begun = time.monotonic()
        self.host.signal('TERM', self.facts()['holder']['pid'])
        sent = call.done()
        self.host.network('heal')
        self.assertLess(time.monotonic() - begun, 15)
        error = self.assert_refused(sent, 70, 'internal', self.before, outcome='refused')
        self.assertIn('SIGTERM', error['message'])
        self.goes_on('v2b')

    def full(self, directory):
        """Mounts a full file system over a directory."""
        self.host.sh('mount -t tmpfs -o size=4k,nr_inodes=1 full %s' % directory)
        self.addCleanup(self.host.sh, 'umount %s 2>/dev/null || true' % directory)

    def test_04_tag_moved_after_it_was_resolved(self):
        self.host.move_tag('blog', 'moving', 'v2')
        resolved = self.call('preflight', '--tag=moving').last['digest']
        self.host.move_tag('blog', 'moving', 'v2b')
        sent = self.call('deploy', '--digest=' + resolved, '--from-tag=moving')
        release = self.good(sent)
        self.assertEqual((sent.last['digest'], sent.last['tag']), (resolved, 'moving'))
        self.assertEqual(self.host.get('scen.scen')[1]['X-Version'], 'v2')
        self.assert_serves(release)


class Starting(Scenario):
    """The new release is not healthy: it is removed, and nginx is not touched."""

    def setUp(self):
        super().setUp()
        self.first = self.serving('v1')
        self.before = self.facts()

    def test_06_container_of_an_interrupted_deploy(self):
        self.killed('start:end', 'after-all', 'deploy', '--tag=v2', '--rollout=r-cutoff')
        facts = self.facts()
        self.assertEqual(len(facts['containers']), 2)
        self.assertIsNotNone(facts['unfinished'])
        sent = self.deploy('v2')
        self.assertEqual([event['outcome'] for event in sent.of('recovered')], ['failed'], sent)
        self.assert_serves(self.good(sent))

    def test_06_somebody_elses_container_has_the_name(self):
        """A kept release is to be started, but a foreign container has its container's name."""
        second = self.serving('v2')
        name = 'deployctl-scen-%s-1' % self.first
        self.host.sh('docker rm -f %s && docker create --name %s deployctl/scen:%s' % (name, name, second))
        self.assertEqual(self.good(self.call('rollback')), self.first)
        self.assert_serves(self.first)

    def test_07_worker_killed_while_docker_makes_the_container(self):
        call, worker = self.held('start:begin', 'deploy', '--tag=v2', '--rollout=r-hungup')
        self.host.dockerd('STOP')
        self.addCleanup(self.host.dockerd, 'CONT')
        self.host.signal('CONT', worker)
        self.host.sh('sleep 0.5; kill -KILL %d' % worker)       # its request waits in the daemon's socket
        self.host.dockerd('CONT')
        sent = call.done()
        self.assertEqual((sent.exit, sent.last['outcome'], sent.last['serving']), (70, 'failed', self.first), sent)
        self.goes_on()

    def test_08_exits_at_once(self):
        self.define(health__deadline='20s')
        sent = self.deploy('v4-crash')
        error = self.assert_refused(sent, 73, 'release-failed', self.before)
        self.assertIn('exit code 1', error['message'])
        self.assertEqual(error['verdict']['container']['exit_code'], 1)
        self.assertIn('FATAL cannot connect to the database: connection refused', error['verdict']['lines'])
        self.assertLess(sent.ms('health'), 15000, 'the deadline was waited for')
        self.goes_on()

    def test_09_crash_loop_under_a_restart_policy(self):
        """A foreign script sets a restart policy on every container, so that its state alone proves nothing."""
        self.define(health__deadline='20s')
        self.env('APP_EXIT_AFTER=1.0\nAPP_HEALTHY_AFTER=never\n')
        call = self.start('deploy', '--tag=v2')
        started = call.until('container.started')
        self.host.sh('docker update --restart=always ' + started['name'])
        sent = call.done()
        error = self.assert_refused(sent, 73, 'release-failed', self.before)
        self.assertRegex(error['message'], 'restarted|ended')
        self.assertLess(sent.ms('health'), 15000, 'the deadline was waited for')
        self.env('GREETING=hello\n')
        self.goes_on()

    def test_10_out_of_memory(self):
        error = self.assert_refused(self.deploy('v13-oom'), 73, 'release-failed', self.before)
        self.assertIn('out of memory', error['message'])
        self.assertTrue(error['verdict']['container']['oom_killed'])
        self.goes_on()

    def test_11_never_healthy_leaves_nginx_untouched(self):
        with Traffic(self.host, 'scen.scen') as traffic:
            sent = self.deploy('v3-broken')
        error = self.assert_refused(sent, 73, 'release-failed', self.before)
        self.assertIn('never healthy in 3 s', error['message'])
        self.assertIn('503', error['verdict']['probe'])
        self.assertIn('ERROR missing migration 20261101', error['verdict']['lines'])
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())
        self.goes_on()

    def test_12_healthy_for_root_alone(self):
        error = self.assert_refused(self.deploy('v11-mode'), 73, 'release-failed', self.before)
        self.assertIn('www-data may not open the socket', error['verdict']['probe'])
        self.goes_on()

    def test_14_stale_socket_of_a_killed_release(self):
        """A killed app leaves its socket file, which blocks a second start."""
        stubborn = self.serving('v6-stubborn')
        self.serving('v2')
        self.host.sh('test -S /var/lib/deployctl/scen/sockets/%s/1.sock' % stubborn)
        self.assertEqual(self.good(self.call('rollback')), stubborn)
        self.assert_serves(stubborn)
        self.goes_on()


class LongName(Scenario):
    app = 'a234567890123456789012345678901234567890'

    def test_13_longest_name_with_all_instances(self):
        """The longest valid name fits into a socket's path; tests/unit has longer paths."""
        self.define(app__instances='16', resources__memory='8m')
        self.assert_serves(self.serving('v1'), instances=16)


class PortTaken(Scenario):
    mode = 'port'

    def test_05_port_taken(self):
        self.serving('v1')
        before = self.facts()
        pair = before['ports']['1']
        taken = next(port for port in pair if '127.0.0.1:%d' % port not in before['vhost'])
        program = self.host.listen('127.0.0.1', taken)
        self.addCleanup(self.host.sh, 'kill %d 2>/dev/null || true' % program)
        error = self.assert_refused(self.deploy('v2'), 73, 'release-failed', before)
        self.assertIn('taken', error['message'])
        self.host.signal('TERM', program)
        self.goes_on()


if __name__ == '__main__':
    unittest.main()
