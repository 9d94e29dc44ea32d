"""Tests of failures of the host: a full /run, no inodes, invalid answers of Docker. None counts as a defect."""

import errno
import os
import signal
import threading
import time

from deployctl_host import events, files, http_client, lock, paths
from deployctl_host.config.schema import DockerConfig
from deployctl_host.docker.api import Engine
from deployctl_host.errors import HostError
from deployctl_host.store.request import TransactionRequest
from deployctl_host.store.transactions import TransactionRecord
from deployctl_host.transaction import disk_space, follower, recover, worker
from tests.unit.host_fixture import HostFixture
from tests.unit.call_fixture import CallFixture

MIB = 1 << 20


class Docker(HostFixture):
    """Tests that a deploy ends without a defect, whatever the daemon answers."""

    def setUp(self):
        super().setUp()
        self.give_up_soon()
        self.first = self.last(self.deploy('v1'))['serving']

    def ends(self, what):
        end = self.last(self.deploy('v2', force=True))
        self.assertNotEqual((end.get('error') or {}).get('kind'), 'internal', (what, end))
        self.assertNotEqual(end['exit'], 70, (what, end))
        return end

    def test_500_on_version_and_info(self):
        for path in ('/version', '/info'):
            self.docker.fail = {('GET', path): (500, 'panic: runtime error')}
            end = self.ends(path)
            self.assertEqual((end['exit'], end['serving'], end['changed']), (69, self.first, False))
            self.assertIn('GET %s with 500: panic: runtime error' % path, end['error']['message'])

    def test_500_on_anything(self):
        for call in (('GET', '_ping'), ('GET', '/containers/json'), ('GET', '/containers/.*/json'),
                     ('POST', '/containers/create'), ('POST', '/images/.*/tag'), ('GET', '/images/.*/json'),
                     ('POST', '/images/create'), ('GET', '/distribution')):
            self.docker.fail = {call: (500, 'panic: runtime error')}
            self.ends(call)
            self.docker.fail = {}
            self.call_recover()

    def test_answers_of_an_unexpected_form(self):
        for path in ('/version', '/info', '/distribution', '/containers/json', '/images/.*/json',
                     '/containers/.*/json'):
            for data in (b'null', b'[]' if 'containers/json' not in path else b'{}', b'"x"', b'<html>', b''):
                self.docker.garbled = {('GET', path): data}
                self.ends((path, data))
                self.docker.garbled = {}
                self.call_recover()
        for data in (b'null\r\n', b'<html>', b'{"status":', b'[]\n'):
            self.docker.garbled = {('POST', '/images/create'): data}
            self.ends(('pull', data))

    def call_recover(self):
        if self.state.unfinished():
            recover.settle(self.app, *self.loaded())

    def test_ping_without_a_version_that_can_be_read(self):
        engine = Engine(DockerConfig(socket=self.docker.path))
        real = http_client.ask

        def ask(*words):
            answer = real(*words)
            answer.headers['api-version'] = 'x.y'
            return answer
        self.patch(http_client, 'ask', ask)
        with self.assertRaises(HostError) as caught:
            engine.ping()
        self.assertEqual(caught.exception.kind, 'unavailable')


class Stopped(HostFixture):
    """Tests that a worker obeys SIGTERM while it waits, and reports that nothing was touched."""

    def setUp(self):
        super().setUp()
        self.first = self.last(self.deploy('v1'))['serving']
        self.patch(worker, '_signals', self.signals)
        self.addCleanup(signal.signal, signal.SIGUSR1, signal.getsignal(signal.SIGUSR1))

    @staticmethod
    def signals(target):
        signal.signal(signal.SIGUSR1, lambda *_: target.ask_to_stop())

    def stopped_at(self, pattern):
        """Deploys v2 and sends it a signal in place of SIGTERM while it waits for the daemon."""
        self.docker.hang.add(pattern)
        self.docker.requests.clear()

        def send():
            while not any(pattern.split()[1] in one[1] for one in self.docker.requests):
                time.sleep(0.005)
            os.kill(os.getpid(), signal.SIGUSR1)
        thread = threading.Thread(target=send)
        thread.start()
        begun = time.monotonic()
        end = self.last(self.deploy('v2'))
        thread.join()
        self.docker.hang.clear()
        self.assertLess(time.monotonic() - begun, 4.0, 'the time-out was waited for')    # [docker] timeout is 6 s
        self.assertIn('SIGTERM', end['error']['message'])
        self.assertEqual((end['exit'], end['outcome'], end['serving']), (70, 'refused', self.first))
        self.assertIsNone(self.state.unfinished())

    def test_termination_while_a_pull_hangs(self):
        self.stopped_at('POST /images/create')

    def test_termination_while_a_digest_is_resolved(self):
        self.stopped_at('GET /distribution')

    def test_termination_while_waiting_for_the_lock(self):
        held = lock.Lock(self.app)
        self.assertTrue(held.take())
        record = TransactionRecord(self.state, 'r-waits')
        request = TransactionRequest('deploy', 'alice', events.now(), self.app, wait=60, tag='v2')
        self.assertTrue(record.create(request))
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGUSR1)).start()
        begun = time.monotonic()
        self.assertEqual(worker.main(self.app, 'r-waits'), 70)
        self.assertLess(time.monotonic() - begun, 20.0)
        self.assertIn('before it had begun', record.refused()['message'])
        held.release()


class Full(CallFixture):
    """Tests of a full /run: it is reported at once, and verbs that do not write there work."""

    def full(self, size=0, inodes=100000):
        real = files.free
        self.patch(files, 'free', lambda path: (size, inodes) if path == paths.RUN else real(path))

    def no_room(self, *_):
        raise OSError(errno.ENOSPC, 'No space left on device')

    def test_deploy_is_refused_before_anything_is_touched(self):
        self.full()
        begun = time.monotonic()
        code, told = self.call('deploy', 'blog', '--tag=v1')
        self.assertEqual((code, told[-1]['outcome']), (74, 'refused'))
        self.assertIn('0 MiB are free under %s now, and 100000 inodes' % paths.RUN, told[-1]['error']['message'])
        self.assertEqual(self.docker.containers, {})
        self.assertLess(time.monotonic() - begun, 20)

    def test_exhausted_inodes_are_reported(self):
        self.full(size=803 * MIB, inodes=0)
        code, told = self.call('deploy', 'blog', '--tag=v1')
        self.assertEqual(code, 74)
        self.assertIn('803 MiB are free under %s now, and 0 inodes' % paths.RUN, told[-1]['error']['message'])

    def test_preflight_reports_a_full_run_directory(self):
        self.full()
        code, told = self.call('preflight', 'blog')
        wrong = [one['name'] for one in told if one['type'] == 'check' and not one['ok']]
        self.assertEqual((code, wrong), (74, ['disk']))

    def test_preflight_refuses_for_inodes_with_the_figures(self):
        for few, path in ((3, '/'), (42, paths.STATE), (7, paths.RUN)):
            self.patch(files, 'free', lambda one, few=few, path=path: (803 * MIB, few if one == path else 100000))
            code, told = self.call('preflight', 'blog')
            check = next(one for one in told if one['type'] == 'check' and one['name'] == 'disk')
            self.assertEqual((code, check['ok'], check['kind']), (74, False, 'disk-full'), path)
            self.assertIn('%d inodes' % few, check['message'])

    def test_lock_that_cannot_be_created_is_reported_at_once(self):
        real = os.open

        def opened(path, flags, *more, **names):
            if str(path).endswith('/blog.lock') and flags & os.O_CREAT:
                self.no_room()
            return real(path, flags, *more, **names)
        self.patch(lock.os, 'open', opened)
        begun = time.monotonic()
        code, told = self.call('deploy', 'blog', '--tag=v1')
        self.assertLess(time.monotonic() - begun, follower.BEGIN_WITHIN / 2)
        self.assertEqual((code, told[-1]['error']['kind']), (74, 'disk-full'))
        self.assertIn('/run/blog.lock', told[-1]['error']['message'])

    def test_lock_without_a_description_is_still_held(self):
        self.patch(lock.os, 'pwrite', self.no_room)
        self.assertEqual(self.call('deploy', 'blog', '--tag=v1')[0], 0)
        held = lock.Lock('blog')
        self.assertTrue(held.take())
        held.describe({'holder': 'alice'})
        self.assertTrue(lock.Lock('blog').busy())
        self.assertEqual(held.holder(), {})
        held.release()

    def test_worker_that_cannot_start_reports_it(self):
        """Nobody waits 40 s for a worker that has ended, whatever the reason."""
        real = lock.Lock.take

        def take(self, wait=0.0):
            if self.path.endswith('/blog.lock'):
                raise OSError(errno.EIO, 'Input/output error')
            return real(self, wait)
        self.patch(lock.Lock, 'take', take)
        begun = time.monotonic()
        code, told = self.call('deploy', 'blog', '--tag=v1')
        self.assertLess(time.monotonic() - begun, follower.BEGIN_WITHIN / 2)
        self.assertEqual(code, 70)
        self.assertIn('Input/output error', told[-1]['error']['message'])
        self.assertEqual(told[-1]['error']['state'], 'nothing was touched')


class Inodes(HostFixture):
    """Tests of a file system without free inodes, whatever its free bytes."""

    def few(self, inodes):
        self.patch(files, 'free', lambda path: (803 * MIB, None if path in (paths.RUN, paths.STATE) else inodes))

    def test_pull_is_refused_before_it_begins(self):
        self.few(3)
        end = self.last(self.deploy('v1'))
        self.assertEqual((end['exit'], end['error']['kind']), (74, 'disk-full'))
        self.assertIn('3 inodes are free', end['error']['message'])
        self.assertEqual(self.docker.calls('POST', '/images/create'), [])

    def test_deploy_without_inodes_for_its_records_is_refused(self):
        self.patch(files, 'free', lambda path: (803 * MIB, 42 if path == paths.STATE else None))
        end = self.last(self.deploy('v1'))
        self.assertEqual((end['exit'], end['error']['kind'], end['outcome']), (74, 'disk-full', 'refused'))
        self.assertIn('803 MiB are free under %s now, and 42 inodes' % paths.STATE, end['error']['message'])
        self.assertEqual(self.docker.calls('POST', ''), [])

    def test_pull_that_ran_out_of_inodes_reports_both(self):
        self.few(12345)
        self.docker.pull_error = 'mkdir /var/lib/docker/tmp/x: no space left on device'
        end = self.last(self.deploy('v1'))
        self.assertIn('; 803 MiB are free under / now, and 12345 inodes', end['error']['message'])

    def test_file_that_cannot_be_written_has_its_own_hint(self):
        self.few(0)

        def no_room(*_, **names):
            raise OSError(errno.ENOSPC, 'No space left on device')
        self.patch(files.os, 'write', no_room)
        with self.assertRaises(HostError) as caught:
            files.write_atomic(self.root + '/state/x', b'x')
        self.assertIn('df -i', caught.exception.hint)

    def test_place_that_the_daemon_names(self):
        self.assertEqual(self.root + '/state', disk_space.directory_named_in(
            'write %s/state/gone/x: no space left on device' % self.root, self.root))
        self.assertEqual(disk_space.directory_named_in('no space left on device', self.root), self.root)

    def test_file_system_without_a_count_of_inodes(self):
        self.few(None)
        self.assertEqual(files.free_space('/x'), '803 MiB are free under /x now')
        self.assertEqual(self.last(self.deploy('v1'))['exit'], 0)


class Sick(CallFixture):
    def test_preflight_with_a_500_on_version_is_no_defect(self):
        for path in ('/version', '/info'):
            self.docker.fail = {('GET', path): (500, 'panic')}
            code, told = self.call('preflight', 'blog')
            self.assertEqual((code, told[-1]['type']), (69, 'preflight.finished'), told)

    def test_version_answers_without_docker(self):
        self.docker.fail = {('GET', '/version'): (500, 'panic')}
        code, told = self.call('version')
        self.assertEqual((code, told[-1]['docker']), (0, None))
