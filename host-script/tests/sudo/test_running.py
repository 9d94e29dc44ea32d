"""Tests during a running deploy: other calls, lost connections, and the visibility of secrets."""

import contextlib
import glob
import json
import os
import signal
import socket
import threading
import unittest

from tests.sudo import fixture

PONG = b'HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK'


def setUpModule():
    fixture.enter()


class SlowEngine:
    """A Docker daemon that answers its ping and then hangs, so that a deploy keeps running until `end`."""

    def __enter__(self):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(fixture.ENGINE)
        self._socket.listen(16)
        self._held = []
        self.asked = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def _accept(self):
        while True:
            try:
                connection = self._socket.accept()[0]
                if b' /_ping ' in connection.recv(65536):
                    connection.sendall(PONG)
                    connection.close()
                else:
                    self._held.append(connection)
                    self.asked.set()
            except OSError:
                return

    def __exit__(self, *_):
        self.end()

    def end(self):
        """Ends the daemon, and with it the deploy."""
        self._socket.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(fixture.ENGINE)
        for connection in self._held:
            connection.close()


class Running(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(fixture.start_nginx())

    def deploy(self, rollout):
        process = fixture.start('alice', [fixture.SUDO, '-n', fixture.SCRIPT, 'deploy', 'blog', '--tag=v1',
                                          '--output=ndjson', '--rollout=' + rollout])
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def attached(self, rollout):
        status, out, err = fixture.call('alice', 'attach', 'blog', '--rollout=' + rollout, '--output=ndjson',
                                        timeout=60)
        self.assertEqual('', err)
        return status, [json.loads(line) for line in out.splitlines()]

    def test_74_a_dead_connection_does_not_end_the_work(self):
        """Whichever process of sudo is killed, the worker finishes and reports it to callers that attach."""
        for number, which in enumerate((signal.SIGHUP, signal.SIGTERM, signal.SIGKILL)):
            rollout = 'r-dead%d' % number
            with SlowEngine() as engine:
                process = self.deploy(rollout)
                self.assertTrue(engine.asked.wait(60))
                for child in self.family(process.pid):
                    with contextlib.suppress(ProcessLookupError):   # sudo hands signals on: it may have ended already
                        os.kill(child, which)
                engine.end()
                process.communicate(timeout=60)
            status, events = self.attached(rollout)
            self.assertEqual(69, status, events)
            self.assertEqual('deploy.started', events[0]['type'])
            self.assertEqual('alice', events[0]['by'])
            self.assertEqual(('deploy.finished', 69), (events[-1]['type'], events[-1]['exit']))
            self.assertEqual(list(range(1, len(events) + 1)), [event['seq'] for event in events])

    @staticmethod
    def family(pid):
        """Returns sudo and its child processes, which do not include the worker."""
        found = [pid]
        for each in found:
            for children in glob.glob('/proc/%d/task/*/children' % each):
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):    # a thread that has ended
                    with open(children, encoding='ascii') as source:
                        found += [int(word) for word in source.read().split()]
        return found

    def test_75_the_second_deploy_is_told_who_is_at_work(self):
        with SlowEngine() as engine:
            first = self.deploy('r-first')
            self.assertTrue(engine.asked.wait(60))
            status, out, err = fixture.call('alice', 'deploy', 'blog', '--tag=v2', '--output=ndjson')
            self.assertIsNone(first.poll(), 'the second deploy waited for the first')
            self.assertEqual((75, ''), (status, err), out)
            self.assertIn('alice', json.loads(out.splitlines()[-1])['error']['message'])
            engine.end()
            first.communicate(timeout=60)

    def test_102_the_secret_is_in_one_file_and_nowhere_else(self):
        with SlowEngine() as engine:
            process = self.deploy('r-secret')
            self.assertTrue(engine.asked.wait(60))
            for line in self.command_lines():
                self.assertNotIn(fixture.CANARY.encode(), line)
            engine.end()
            out, err = process.communicate(timeout=60)
        self.assertIn(b'env.read', out)
        self.assertNotIn(fixture.CANARY.encode(), out + err)
        status, out, _ = fixture.call('alice', 'status', 'blog', '--output=ndjson')
        self.assertNotIn(fixture.CANARY, out)
        holders = []
        for top in ('/var/lib/deployctl', '/var/log/deployctl', '/run/deployctl', '/etc/nginx'):
            for directory, _, files in os.walk(top):
                for name in files:
                    path = os.path.join(directory, name)
                    with open(path, 'rb') as source:
                        if fixture.CANARY.encode() in source.read():
                            holders.append(path)
        for path in holders:
            self.assertRegex(path, r'\A/var/lib/deployctl/blog/releases/[^/]+/env')
            self.assertEqual(0o600, os.stat(path).st_mode & 0o7777)

    @staticmethod
    def command_lines():
        for path in glob.glob('/proc/[0-9]*/cmdline'):
            try:
                with open(path, 'rb') as source:
                    yield source.read()
            except OSError:
                continue

    def test_a_lock_file_cannot_be_held_by_a_developer(self):
        fixture.call('alice', 'preflight', 'blog')
        with SlowEngine() as engine:
            process = self.deploy('r-locked')
            self.assertTrue(engine.asked.wait(60))
            for path in glob.glob('/run/deployctl/**', recursive=True) + glob.glob('/var/lib/deployctl/blog/*'):
                reader = fixture.start('alice', ['/usr/bin/flock', '-n', path, '/bin/true'])
                _, err = reader.communicate(timeout=60)
                if os.path.isfile(path):
                    self.assertIn(b'Permission denied', err, path)
            engine.end()
            process.communicate(timeout=60)


if __name__ == '__main__':
    unittest.main()
