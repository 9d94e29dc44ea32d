"""Runs the lab's load generator during a block and returns its report."""

import json
import os
import subprocess
import tempfile
import time

NAIVE = ('keepalive-naive:4:think=20', 'new:2:think=20', 'post-keepalive:2:think=20', 'post-new:1:think=20')


class Traffic:
    """A context manager: clients send requests before, during and after its block. `account` is the report."""

    def __init__(self, host, host_header, clients=NAIVE, port=80, timeout=20):
        self._words = [os.path.join(os.path.dirname(host.lab), 'load', 'load'), '--target',
                       '%s:%d' % (host.address, port), '--host-header', host_header, '--timeout', str(timeout)]
        for client in clients:
            self._words += ['--client', client]
        self._directory = tempfile.TemporaryDirectory(prefix='deployctl-traffic-')
        self.account = None

    def __enter__(self):
        ready = self._directory.name + '/ready'
        self._process = subprocess.Popen(
            self._words + ['--ready-file', ready, '--out', self._directory.name + '/account', '--max-seconds', '3600'],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not os.path.exists(ready):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                raise AssertionError('the load generator has had no answer in 60 s')
            time.sleep(0.02)
        return self

    def __exit__(self, *problem):
        self._process.terminate()
        try:
            self._process.wait(120)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        with open(self._directory.name + '/account', encoding='utf-8') as source:
            self.account = json.load(source)
        self._directory.cleanup()

    @property
    def lost(self):
        return self.account['lost']

    @property
    def races(self):
        return self.account['races']

    def summary(self):
        return json.dumps({name: self.account[name] for name in ('sent', 'lost', 'races', 'lost_by_kind', 'samples')})
