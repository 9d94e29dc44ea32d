"""Tests of calls that die while they write timers: the next call leaves those of the live release."""

import itertools
import os
import unittest

from deployctl_host import events, journal
from deployctl_host.schedules import timers
from deployctl_host.systemd import manager, units
from tests.unit.schedule_fixture import NIGHTLY, ROOT, ScheduleFixture, TIMER, WEEKLY
from tests.unit.dying_worker_fixture import Died


class Killed(ScheduleFixture):
    """The worker dies at each entry of the journal around the timers, and in the middle of its work on them."""

    POINTS = ((journal.Journal, 'mark'), (events.EventLog, 'emit'), (manager, 'stop'), (manager, 'reload'),
              (manager, 'start'), (units, 'write'), (units, 'enable'), (units, 'remove'))

    def killed(self, wanted, moment, act):
        """Lets the worker die before or after it does `wanted`, a name and the first words. Returns whether it did."""
        dead, plain = [], [(owner, name, getattr(owner, name)) for owner, name in self.POINTS]

        def wrap(owner, name, function):
            def wrapped(*words, **facts):
                meets = (name, *map(str, words[-2:]))[:len(wanted)] == wanted
                dead.extend([True] if meets and moment == 'before' else [])
                if dead:
                    raise Died()
                found = function(*words, **facts)
                dead.extend([True] if meets else [])
                if dead:
                    raise Died()
                return found
            setattr(owner, name, wrapped)
        for each in plain:
            wrap(*each)
        try:
            act()
        except Died:
            pass
        finally:
            for owner, name, function in plain:
                setattr(owner, name, function)
        return bool(dead)

    def assert_settled(self, where):
        code, told = self.call('recover', 'blog', '--output=ndjson')
        self.assertEqual(code, 0, told)
        self.assertIsNone(self.state.unfinished(), where)
        self.assertEqual([], self.drift(), where)
        current, stopped = self.state.release(self.serving), self.state.load().get('stopped')
        wanted = [] if stopped else sorted(units.timer_of('blog', one.name) for one in current.schedules)
        self.assertEqual(wanted, self.systemd.timers, where)
        for one in current.schedules if not stopped else ():
            self.assertIn('OnCalendar=' + timers.expression(one), self.content(units.timer_of('blog', one.name)), where)
        self.assertEqual(bool(stopped), not self.docker.running(), where)

    def test_the_timers_are_those_of_the_live_release_whenever_a_deploy_dies(self):
        definitions = (NIGHTLY.replace('0 3', '0 4'), NIGHTLY + WEEKLY.replace('roles = cron\n', ''), '', NIGHTLY)
        self.schedule(NIGHTLY)
        self.good(self.deploy('v1'))
        points = [('mark', *each) for each in (('switch', 'kept'), ('commit', 'begin'), ('commit', 'timers'), (
            'commit', 'timers-written'), ('commit', 'end'))]
        points += [('stop',), ('reload',), ('start',), ('write',), ('enable',), ('remove',)]
        deaths = 0
        for number, (point, moment) in enumerate(itertools.product(points * 2, ('before', 'after'))):
            self.schedule(definitions[(number // 2 + number // len(points)) % len(definitions)])
            deaths += self.killed(point, moment, lambda: self.deploy('v%d' % (number % 2 + 1), force=True))
            self.assert_settled((point, moment, number))
        self.assertGreater(deaths, 20)

    def test_the_timers_are_those_of_the_live_release_whenever_a_stop_dies(self):
        self.schedule(NIGHTLY)
        for point in ([('mark', 'commit', phase) for phase in ('begin', 'timers', 'timers-written', 'end')] +
                      [('stop',), ('remove',), ('reload',)]):
            for moment in ('before', 'after'):
                self.good(self.deploy('v1', force=True))
                self.assertEqual([TIMER], self.systemd.timers)
                self.assertTrue(self.killed(point, moment, lambda: self.transact('stop')), point)
                self.assert_settled((point, moment))

    def test_a_removal_that_dies_leaves_no_timer_after_the_next_call(self):
        self.caller = ROOT
        for point in (('stop',), ('remove',), ('reload',)):
            self.schedule(NIGHTLY)
            self.state.prepare()
            self.good(self.deploy('v1'))
            self.assertTrue(self.killed(point, 'after', lambda: self.call('remove', 'blog')))
            self.assertEqual(0, self.call('recover')[0])
            self.assertEqual(([], False), (self.systemd.timers, os.path.exists(self.state.root)))


if __name__ == '__main__':
    unittest.main()
