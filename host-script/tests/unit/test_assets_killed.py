"""Tests of copies of assets that are killed, and of copies at the same time."""

import os
import signal
import threading
import time
import unittest

from deployctl_host import files
from deployctl_host.assets import copying, published
from deployctl_host.config.schema import Assets
from deployctl_host.transaction import recover, routing, worker
from tests.unit.assets_fixture import AssetsFixture


class Dying(AssetsFixture):
    """Tests of a process that dies at any moment: no partial file is ever served, and the next call tidies up."""

    def test_killed_in_the_middle_of_a_copy(self):
        self.deployed('v1')
        real = copying._written

        def dies(*words):
            real(*words)
            os.kill(os.getpid(), signal.SIGKILL)
        child = os.fork()
        if not child:
            copying._written = dies
            self.call('pull', 'blog', '--tag=v2')
            os._exit(1)
        self.assertEqual(os.waitpid(child, 0)[1], signal.SIGKILL)
        self.assertEqual(self.all_served(), {'v1'})
        self.assertEqual(len([name for name in os.listdir(self.assets) if name.startswith('.')]), 1)
        self.call('pull', 'blog', '--tag=v2')
        self.assertEqual(self.all_served(), {'v1', 'v2'})
        self.assert_tidy()

    def test_killed_between_the_copy_and_its_link(self):
        self.deployed('v1')
        self.patch(published, 'publish', lambda *words: None)
        self.call('pull', 'blog', '--tag=v2')
        self.assertEqual(self.all_served(), {'v1'})
        published.publish = self.real_publish
        self.call('pull', 'blog', '--tag=v2')
        self.assertEqual(self.all_served(), {'v1', 'v2'})

    real_publish = staticmethod(published.publish)

    def test_every_rename_leaves_all_sets_reachable(self):
        """Whoever reads while links move, or after a power cut between two of them, finds all that was kept."""
        assets = Assets('/app', '/assets/', 2)
        self.state.prepare()
        os.mkdir(self.assets)
        keys = ['%064x-00000000' % number for number in range(4)]
        for key in keys:
            os.mkdir('%s/%s' % (self.assets, key))
        real, seen = files.replace_symlink, []

        def watched(link, target):
            real(link, target)
            seen.append(set(published.slots(self.state).values()))
        self.patch(files, 'replace_symlink', watched)
        for number, key in enumerate(keys):
            before = set(published.slots(self.state).values())
            gone = before - set(published.ranked(self.state, list(published.slots(self.state).values()))[:2])
            seen.clear()
            published.publish(self.state, assets, key)
            for each in seen:
                self.assertGreaterEqual(each, before - gone if number == 3 else before)
        self.assertEqual(list(published.slots(self.state).values())[0], keys[3])

    def test_recover_settles_which_release_comes_first(self):
        first = self.deployed('v1')
        real = routing._point
        child = os.fork()
        if not child:
            routing._point = lambda transaction, record: (real(transaction, record), os._exit(9))
            self.deploy('v2')
            os._exit(1)
        self.assertEqual(os.waitpid(child, 0)[1] >> 8, 9)
        recover.settle('blog', *self.loaded())
        live = self.serving
        self.assertEqual(self.served('site'), 'v1' if live == first else 'v2')
        self.assertEqual(self.all_served(), {'v1', 'v2'})

    def test_termination_during_a_copy_leaves_nothing(self):
        self.deployed('v1')
        self.patch(worker, '_signals', lambda target: signal.signal(signal.SIGUSR1, lambda *_: target.ask_to_stop()))
        self.addCleanup(signal.signal, signal.SIGUSR1, signal.getsignal(signal.SIGUSR1))
        self.docker.hang.add('/archive$')

        def send():
            while not self.docker.calls('GET', '/archive$'):
                time.sleep(0.005)
            os.kill(os.getpid(), signal.SIGUSR1)
        self.docker.requests.clear()
        thread = threading.Thread(target=send)
        thread.start()
        end = self.last(self.deploy('v2'))
        thread.join()
        self.assertIn('SIGTERM', end['error']['message'])
        self.assertEqual((end['exit'], end['outcome']), (70, 'refused'))
        self.assert_tidy()


class Parallel(AssetsFixture):

    def test_copy_waits_for_the_one_before_it(self):
        self.deployed('v1')
        self.docker.requests.clear()
        first = copying.exclusive('blog', 0)
        first.__enter__()

        def end():
            while not self.docker.calls('POST', '/images/create') and not ended.is_set():
                time.sleep(0.005)
            early.extend(self.docker.calls('GET', '/archive$'))
            first.__exit__(None, None, None)
        early, ended = [], threading.Event()
        thread = threading.Thread(target=end)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(ended.set)
        code, told = self.call('pull', 'blog', '--tag=v2')
        self.assertEqual((code, told[-1]['already'], early), (0, False, []))
        self.assertEqual(self.all_served(), {'v1', 'v2'})

    def test_prune_during_a_copy_is_only_a_warning(self):
        self.deployed('v1')
        with copying.exclusive('blog', 0):
            code, told = self.call('prune', 'blog')
        self.assertEqual((code, [one['code'] for one in told if one['type'] == 'warning']), (0, ['assets']))


if __name__ == '__main__':
    unittest.main()
