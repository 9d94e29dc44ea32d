"""Tests of `remove` for a live app and for one without a definition, beside another app that must not be affected."""

import unittest

from tests.lab.scenario import SCRIPT, Scenario
from tests.lab.traffic import Traffic


class Removing(Scenario):
    other = 'scen-other'

    def setUp(self):
        super().setUp()
        self.forget(self.other)
        self.addCleanup(self.forget, self.other)
        self.define(self.other)
        self.env('GREETING=hello\n', self.other)
        self.serving('v1', app=self.other)

    def root(self, *words):
        """Makes a call as root and returns its exit code and output."""
        done = self.host.run(SCRIPT, *words, '--output=text')
        return done.returncode, done.stdout

    def assert_gone(self):
        facts = self.facts()
        self.assertEqual((facts['containers'], facts['images'], facts['files'], facts['vhost']), ({}, [], [], None))
        self.assertEqual(self.host.sh('ls /var/lib/deployctl | grep -x scen || true'), '')
        self.assertEqual(self.host.get('scen.scen')[0], 404)

    def test_app_whose_definition_is_gone_is_named_and_removed(self):
        self.serving('v1')
        self.serving('v2')
        self.host.sh('rm /etc/deployctl/apps/scen.conf')
        before = self.host.sh('grep -c . /var/log/deployctl/audit.log')
        code, text = self.root('status')
        self.assertEqual(code, 0)
        self.assertIn('deployctl-host remove scen', text)
        self.assertIsNotNone(self.release_seen())
        self.assertEqual(self.call('remove').exit, 77)
        with Traffic(self.host, self.other + '.scen') as traffic:
            code, text = self.root('remove', 'scen')
            self.assertEqual(code, 0, text)
            self.assert_gone()
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.assertNotIn('scen ', self.root('status')[1].replace(self.other, ''))
        self.assertGreater(int(self.host.sh('grep -c . /var/log/deployctl/audit.log')), int(before))
        self.define()
        self.goes_on('v1')

    def test_requests_under_way_are_answered(self):
        self.env('APP_ANSWER_MS=300\n')
        self.serving('v1')
        with Traffic(self.host, 'scen.scen', ('new:4:think=10',)) as traffic:
            self.assertEqual(self.root('remove', 'scen')[0], 0)
        # After the reload nginx answers unknown names with 404; no request ends in 502 or a closed connection.
        self.assertEqual(set(traffic.account['lost_by_kind']), {'http_404'}, traffic.summary())
        self.assert_gone()

    def test_removal_that_was_killed_is_finished_by_the_next_call(self):
        program = ('import os, signal, sys; sys.path.insert(0, "/usr/lib/deployctl-host/" + os.readlink('
                   '"/usr/lib/deployctl-host/current")); from deployctl_host import cli; '
                   'from deployctl_host.transaction import removal; '
                   'removal.%s = lambda *_: os.kill(os.getpid(), signal.SIGKILL); '
                   'cli.main(["remove", "scen", "--output=ndjson"])')
        for step in ('_out_of_nginx', '_stop_and_remove', '_images', '_forget'):
            self.serving('v1', user='deploy')
            self.assertNotEqual(self.host.run('python3', '-I', '-X', 'utf8', '-c', program % step).returncode, 0)
            sent = self.call('recover')
            self.assertEqual((sent.exit, [event['app'] for event in sent.of('remove.finished')]), (0, ['scen']), step)
            self.assert_gone()


class RemovingPortMode(Removing):
    mode = 'port'


if __name__ == '__main__':
    unittest.main()
