"""Tests of environments from a real etcd cluster of three members that fail one after another."""

import signal
import unittest

from tests.real.etcd_env_fixture import ROOT, EtcdEnvFixture


class Cluster(EtcdEnvFixture):

    members = 3

    @classmethod
    def prepare(cls):
        cls.etcd.put(ROOT + 'A', 'x')

    def test_1_one_of_three_hangs(self):
        self.etcd.signal(0, signal.SIGSTOP)
        try:
            self.assertEqual(['A'], self.read(timeout=6.0).names)
        finally:
            self.etcd.signal(0, signal.SIGCONT)

    def test_2_one_of_three_is_down(self):
        self.etcd.stop(0)
        self.assertEqual(['A'], self.read().names)

    def test_3_no_quorum_gives_no_answer_rather_than_an_old_one(self):
        self.etcd.stop(1)
        self.assertIn('in time', self.refused(69, timeout=3.0))

    def test_4_all_down(self):
        self.etcd.stop()
        message = self.refused(69, within=1.5)
        self.assertEqual(3, message.count('Connection refused'))


if __name__ == '__main__':
    unittest.main()
