"""Tests of timers that were changed, stopped or lost: what `status` says, and what the next call repairs."""

import os
import unittest

from deployctl_host.errors import HostError
from deployctl_host.schedules import timers
from deployctl_host.systemd import units
from tests.unit.schedule_fixture import NIGHTLY, ROOT, ScheduleFixture, SERVICE, TIMER


class Repaired(ScheduleFixture):
    def setUp(self):
        super().setUp()
        self.schedule(NIGHTLY)
        self.good(self.deploy('v1'))

    def damaged(self, words):
        """Checks that `status` names the difference and that `recover` repairs it."""
        found = ' '.join(self.drift())
        self.assertIn(words, found)
        code, told = self.call('recover', 'blog', '--output=ndjson')
        self.assertEqual((0, ['schedules']), (code, [one['code'] for one in told if one['type'] == 'warning']))
        self.assertEqual(([], [TIMER]), (self.drift(), self.systemd.timers))
        self.assertEqual([], [one for one in self.call('recover', 'blog', '--output=ndjson')[1]
                              if one['type'] == 'warning'])

    def test_files_that_are_missing_or_changed(self):
        for name in (TIMER, SERVICE):
            os.unlink(self.root + '/units/' + name)
            self.damaged('is incomplete')
            with open(self.root + '/units/' + name, 'a', encoding='ascii') as target:
                target.write('[Service]\nExecStart=/bin/other\n')
            self.damaged('was changed by hand')
            self.assertNotIn('/bin/other', self.content(name))

    def test_a_symlink_in_the_place_of_a_file_is_replaced_and_not_followed(self):
        other = self.write('other', 'untouched')
        os.unlink(self.root + '/units/' + TIMER)
        os.symlink(other, self.root + '/units/' + TIMER)
        self.damaged('is incomplete')
        self.assertFalse(os.path.islink(self.root + '/units/' + TIMER))
        with open(other, encoding='ascii') as source:
            self.assertEqual('untouched', source.read())

    def test_timers_that_are_stopped_failed_or_disabled(self):
        self.systemd.active.clear()
        self.damaged('is stopped')
        self.systemd.failed.add(TIMER)
        self.damaged('has failed')
        os.unlink(self.root + '/units/timers.target.wants/' + TIMER)
        self.damaged('does not start at boot')
        self.write('units/deployctl-blog_old.timer', '[Timer]\n', 0o644)
        self.damaged('there is a timer for schedule old')

    def test_timers_start_again_with_the_host(self):
        self.systemd.boot()
        self.assertEqual([TIMER], self.systemd.timers)

    def test_a_release_whose_record_is_lost_keeps_the_timers_of_the_definition(self):
        os.unlink('%s/releases/%s/release.json' % (self.state.root, self.serving))
        self.assertEqual(0, self.call('recover', 'blog')[0])
        self.assertEqual([TIMER], self.systemd.timers)

    def test_a_record_with_other_characters_is_damaged_and_reaches_no_unit_file(self):
        record = self.state.release(self.serving)
        for change in ({'at': '*-*-* 03:00\nUnit=other.service'}, {'timezone': 'UTC\n[Service]'}, {'name': 'a_b'},
                       {'at': '%i 3:00'}):
            schedule = record.schedules[0]._replace(**change)
            self.state.save_release(record._replace(schedules=(schedule,)))
            with self.assertRaises(HostError):
                self.state.release(self.serving)
            with self.assertRaises(ValueError):
                units.contents('blog', {schedule.name: timers.expression(schedule)})
            self.state.save_release(record)

    def test_remove_takes_the_timers_along_also_without_state(self):
        self.caller = ROOT
        self.assertEqual(0, self.call('remove', 'blog')[0])
        self.assertEqual([], self.systemd.timers)
        self.write('units/' + TIMER, '[Timer]\n', 0o644)
        os.unlink(self.root + '/etc/apps/blog.conf')
        self.assertEqual(['blog'], [one['app'] for one in self.call('status', '--output=ndjson')[1]
                                    if one['type'] == 'status'])
        self.systemd.running = False
        self.assertEqual(0, self.call('remove', 'blog')[0], 'a host that systemd does not run any more')
        self.assertFalse(os.path.exists(self.root + '/units/' + TIMER))


if __name__ == '__main__':
    unittest.main()
