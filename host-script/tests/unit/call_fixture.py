"""Fixture for whole calls, from the arguments to the exit code, with the worker in the same process."""

import json
import os
import threading

from deployctl_host import access, cli, events
from deployctl_host.transaction import launch, worker
from deployctl_host.transaction.one_off import keeper
from tests.unit.host_fixture import HostFixture


class CallFixture(HostFixture):
    def setUp(self):
        super().setUp()
        self.caller = access.Caller('alice', 1000, '192.0.2.7')
        self.patch(access, 'caller', lambda: self.caller)
        self.patch(launch, 'launch', worker.main)
        self.patch(launch, 'SYSTEMD', self.root + '/no-systemd')    # keepers of one-off commands are forked
        self.patch(keeper, 'LOOK', 0.02)
        self.patch(keeper, 'GIVE_UP', 5.0)      # no keeper outlives the daemon of its test for long

    def call(self, *words):
        """Makes one call and returns (exit code, events)."""
        reading, writing = os.pipe()
        told = []

        def read():
            with os.fdopen(reading, 'rb') as source:
                told.extend(source.read().splitlines())
        reader = threading.Thread(target=read)
        reader.start()
        plain = events.Output
        self.patch(events, 'Output', lambda render=None: plain(writing, render))
        try:
            code = cli.main(list(words))
        finally:
            events.Output = plain
            os.close(writing)
            reader.join()
        if '--output=text' in words:
            return code, b'\n'.join(told).decode()
        found = [json.loads(line) for line in told]
        self.assertEqual([one['seq'] for one in found][-1:], [one['seq'] for one in found[-1:]])
        return code, found

    def status(self):
        """Returns the `status` event of the app."""
        code, told = self.call('status', self.app)
        self.assertEqual(0, code, told)
        return told[0]

    def audited(self):
        with open(self.root + '/log/audit.log', encoding='ascii') as source:
            return [json.loads(line) for line in source]
