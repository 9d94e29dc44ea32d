"""Tests of a worker that dies at each entry of its journal while an app gains, loses or never had a web part."""

import unittest

from deployctl_host.transaction import recover
from tests.unit.dying_worker_fixture import DyingWorkerFixture
from tests.unit.without_web_fixture import AppFixture


class Border(AppFixture, DyingWorkerFixture):
    """Each death begins with a live release of one kind, and the definition of the other."""

    def die_everywhere(self, web_before, web_after):
        """Returns the outcomes of a deploy that died before each entry of its journal in turn."""
        outcomes, number = [], 1
        while True:
            self.begin_with(web_before)
            before = self.serving
            self.define_app(web_after)
            if not self.die_at(number, 'before', tag='v%d' % (2 + number % 2), force=True):
                return outcomes
            facts = recover.settle(self.app, *self.loaded())
            where = 'died before entry %d: %s' % (number, facts)
            if facts is not None:
                self.assertEqual((self.serving, self.serving == before), (
                    facts['serving'], facts['outcome'] == 'failed'), where)
                outcomes.append(facts['outcome'])
            self.check(web_after if self.serving != before else web_before, where)
            number += 1

    def begin_with(self, web):
        """Makes a release of this kind live, if the last death left the other one."""
        current = self.state.sound_release(self.serving)
        if current is None or current.is_web != web or not current.processes:
            self.define_app(web)
            self.live('v1')

    def check(self, web, where):
        current = self.state.release(self.serving)
        self.assertEqual(web, current.is_web, where)
        self.assertIsNone(self.state.unfinished(), where)
        wanted = self.workers(current.id) + ([self.web_of(current.id)] if web else [])
        always = [one['name'] for one in self.docker.containers.values() if one['policy'] == 'always']
        self.assertEqual(sorted(wanted), sorted(always), where)
        self.assertLessEqual(set(wanted), set(self.docker.running()), where)
        running_web = [name for name in self.docker.running() if name.count('-') == 5]
        self.assertEqual([self.web_of(current.id)] if web else [], running_web, where)
        self.assertEqual(self.nginx.upstream is not None, web, where)
        self.assertEqual(current.id if web else None, self.state.pointed_at(), where)
        found = self.status()
        self.assertEqual(('ok', []), (found['state'], found['drift']), where)

    def test_gaining_a_web_part(self):
        self.assert_both(self.die_everywhere(False, True))

    def test_losing_the_web_part(self):
        outcomes = self.die_everywhere(True, False)
        self.assert_both(outcomes)
        self.assertGreater(outcomes.count('succeeded'), 8, 'it dies while nginx is reloaded, and after that')

    def test_without_a_web_part(self):
        self.assert_both(self.die_everywhere(False, False))

    def assert_both(self, outcomes):
        self.assertEqual(outcomes, sorted(outcomes), 'seen through once, it is so at every later entry')
        self.assertEqual({'failed', 'succeeded'}, set(outcomes))


if __name__ == '__main__':
    unittest.main()
