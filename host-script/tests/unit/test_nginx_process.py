"""Tests that the process is signalled which is nginx's, and no other."""

import os
import signal
import subprocess
import sys
import time
import unittest

from deployctl_host.errors import HostError
from deployctl_host.nginx import process
from tests.sandbox import Sandbox


class Processes(Sandbox):
    def settings(self, pid):
        class Settings:
            pid_file = self.write('nginx.pid', '%s\n' % pid)
        return Settings()

    def start(self, title):
        """Starts a process with this title, which writes a file when it gets SIGHUP."""
        code = ('import signal,time\nsignal.signal(1, lambda *_: open(%r, "w").close())\n'
                'print(flush=True)\ntime.sleep(60)') % (self.root + '/hup')
        child = subprocess.Popen([title, '-c', code], executable=sys.executable, stdout=subprocess.PIPE)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        child.stdout.readline()
        return child.pid

    def test_stale_pid_file_that_names_another_program_sends_it_nothing(self):
        with self.assertRaises(HostError) as caught:
            process.master(self.settings(self.start('sleep')))
        self.assertEqual(caught.exception.kind, 'unavailable')
        self.assertIn('stale', caught.exception.message)
        time.sleep(0.1)
        self.assertFalse(os.path.exists(self.root + '/hup'))

    def test_master_is_found_and_reloaded(self):
        master = process.master(self.settings(self.start('nginx: master process /usr/sbin/nginx')))
        master.reload()
        deadline = time.monotonic() + 5
        while not os.path.exists(self.root + '/hup') and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertTrue(os.path.exists(self.root + '/hup'))

    def test_reused_pid_of_an_ended_master_is_not_signalled(self):
        pid = self.start('nginx: master process /usr/sbin/nginx')
        with self.assertRaises(HostError):
            process.Master(pid, 1).reload()
        self.assertFalse(os.path.exists(self.root + '/hup'))

    def test_no_pid_file_and_a_dead_pid(self):
        for settings in (self.settings('x'), self.settings(''), self.settings(4194300)):
            with self.assertRaises(HostError):
                process.master(settings)
        os.unlink(settings.pid_file)
        with self.assertRaises(HostError):
            process.master(settings)

    def test_recorded_workers_are_known_by_their_start_too(self):
        pid = self.start('nginx: worker process')
        started = process.stat(pid)[1]
        self.assertEqual(process.still_there({str(pid): started}), [str(pid)])
        self.assertEqual(process.still_there({str(pid): started - 1, '4194300': 5}), [])
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 5
        while process.still_there({str(pid): started}) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual(process.still_there({str(pid): started}), [], 'a zombie serves nobody')


if __name__ == '__main__':
    unittest.main()
