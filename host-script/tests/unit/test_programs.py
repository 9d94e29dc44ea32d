"""Tests of running programs: limits of time and output, no inherited environment, nothing left running."""

import os
import time
import unittest

from deployctl_host import programs
from deployctl_host.errors import HostError


class Run(unittest.TestCase):

    def test_streams_and_exit(self):
        ended = programs.run(['/bin/sh', '-c', 'cat; echo no >&2; exit 7'], 5, input='yes')
        self.assertEqual(programs.Completed(7, 'yes', 'no\n'), ended)
        self.assertEqual(-9, programs.run(['/bin/sh', '-c', 'kill -9 $$'], 5).exit)

    def test_clean_environment_directory_and_descriptors(self):
        os.environ['DEPLOYCTL_LEAK'] = 'x'
        self.addCleanup(os.environ.pop, 'DEPLOYCTL_LEAK')
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        ended = programs.run(['/bin/sh', '-c', 'env; pwd; ls /proc/self/fd'], 5, env={'ADDED': '1'})
        self.assertNotIn('LEAK', ended.stdout)
        self.assertIn('\nADDED=1\n', '\n' + ended.stdout)
        self.assertIn('\n/\n', ended.stdout)
        self.assertNotIn('\n%d\n' % writer, ended.stdout)

    def test_relative_paths_are_a_defect(self):
        with self.assertRaises(ValueError):
            programs.run(['sh'], 1)

    def test_missing_program(self):
        for path in ('/no/such/program', '/etc/passwd', '/etc/passwd/x'):
            with self.assertRaises(HostError) as caught:
                programs.run([path], 1)
            self.assertEqual('unavailable', caught.exception.kind)

    def test_time_out_kills_the_whole_group(self):
        began = time.monotonic()
        marker = '7%d.5' % os.getpid()
        with self.assertRaises(HostError) as caught:
            programs.run(['/bin/sh', '-c', 'trap "" TERM HUP; sleep %s & sleep %s' % (marker, marker)], 0.3)
        self.assertEqual('unavailable', caught.exception.kind)
        self.assertIn('within 0.3 s', caught.exception.message)
        self.assertLess(time.monotonic() - began, 5)
        while self.sleepers(marker) and time.monotonic() - began < 5:
            time.sleep(0.01)  # they were killed, but take a moment to end
        self.assertEqual([], self.sleepers(marker))

    def test_grandchild_with_open_pipes_does_not_block(self):
        began = time.monotonic()
        marker = '6%d.5' % os.getpid()
        ended = programs.run(['/bin/sh', '-c', 'sleep %s & echo started' % marker], 20)
        self.addCleanup(lambda: [os.kill(pid, 9) for pid in self.sleepers(marker)])
        self.assertEqual((0, 'started\n'), (ended.exit, ended.stdout))
        self.assertLess(time.monotonic() - began, 10)

    @staticmethod
    def sleepers(marker):
        found = []
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open('/proc/%s/cmdline' % pid, 'rb') as source:
                    if source.read() == b'sleep\0%s\0' % marker.encode():
                        found.append(int(pid))
            except OSError:
                pass
        return found

    def test_large_input_and_output(self):
        text = 'x' * 3000000
        self.assertEqual(text, programs.run(['/bin/cat'], 20, input=text).stdout)
        self.assertEqual(0, programs.run(['/bin/true'], 20, input=text).exit)

    def test_endless_output_is_killed(self):
        with self.assertRaises(HostError) as caught:
            programs.run(['/bin/cat', '/dev/zero'], 20)
        self.assertIn('printed more than', caught.exception.message)

    def test_unknown_user(self):
        with self.assertRaises(HostError) as caught:
            programs.run(['/bin/true'], 5, as_user='no-such-user')
        self.assertEqual('definition', caught.exception.kind)

    @unittest.skipUnless(os.geteuid() == 0, 'only root can become somebody else')
    def test_runs_as_another_user_with_only_its_groups(self):
        ended = programs.run(['/usr/bin/id'], 5, as_user='nobody')
        self.assertRegex(ended.stdout, r'uid=\d+\(nobody\) gid=\d+\(nogroup\) groups=\d+\(nogroup\)\n\Z')
