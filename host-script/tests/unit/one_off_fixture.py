"""Fixture for one-off commands: a live release, allowed commands, keepers that are processes of their own."""

import os
import time

from deployctl_host.docker.api import Engine
from deployctl_host.store import run_locks, runs, transactions
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_docker import Image

RELEASE = '''[release]
command = bin/rake db:migrate
check = bin/rake db:pending
timeout = 20s
[env]
'''


class OneOffFixture(CallFixture):
    """`bin/ok` ends with 0, `bin/long` runs until it is stopped, `bin/rake` ends with 3."""

    def setUp(self):
        super().setUp()
        self.redefine('keep = 2', 'keep = 2\ncommands = bin/ok\n  bin/long\n  bin/rake *')
        self.docker.push('v1', Image('v1', log='one\nmigrated\n'))
        self.call('deploy', 'blog', '--tag=v1')
        self.served = self.docker.names()
        self.addCleanup(self.end_all)

    def end_all(self):
        """Ends what still runs, so that no keeper outlives its test."""
        for one in list(self.docker.containers.values()):
            self.docker._end(one, 0)
        self.wait_until(lambda: not any(run_locks.alive(self.state, one) for one in runs.open_ids(self.state)))

    def ndjson(self, *words):
        """Makes one call and returns (exit code, events)."""
        border = words.index('--') if '--' in words else len(words)
        return self.call(*words[:border], '--output=ndjson', *words[border:])

    def wait_until(self, condition, seconds=10):
        until = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), until, 'it did not happen in %d s' % seconds)
            time.sleep(0.02)

    def gone(self):
        """Waits until no container of a command is left, and no tag of its image."""
        self.wait_until(lambda: self.docker.names() == self.served and not runs.open_ids(self.state))
        self.assertEqual([name for name in self.docker.tags if ':run-' in name], [])

    def engine(self):
        return Engine(self.loaded()[1].docker)

    def one_off(self, kind='run', words=('bin/long',), timeout=100.0, **more):
        return runs.OneOff(kind, words, 'alice', timeout, 1.0, client='192.0.2.7', **more)

    def recorded(self, **more):
        """Records a command that no keeper was started for. Returns its id."""
        wanted = self.one_off(**more)
        identity = runs.identity_of(wanted.kind, wanted.rollout)
        self.assertTrue(runs.begin(self.state, identity, transactions.next_number(), wanted))
        return identity

    def run_of(self, identity):
        return runs.read(self.state, identity)

    def container_of(self, identity):
        return self.docker._by('deployctl-blog-run-' + identity)

    def history(self):
        return [one for one in self.ndjson('history', 'blog')[1] if one.get('verb') == 'run']

    def kill_keeper(self, identity):
        """Kills the keeper of a command with SIGKILL."""
        os.kill(run_locks.keeper(self.state, identity), 9)
        self.wait_until(lambda: not run_locks.alive(self.state, identity))
