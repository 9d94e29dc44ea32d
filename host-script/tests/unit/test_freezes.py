"""Tests of freezes.conf: when deploys are refused, what mistakes are found, and what goes through all the same."""

import datetime
import json
import unittest
import zoneinfo

from deployctl_host.config import freezes
from deployctl_host.errors import HostError
from tests.sandbox import Sandbox
from tests.unit.call_fixture import CallFixture

FREEZE = '''[freeze christmas]
from = 2026-12-23 18:00
until = 2027-01-02 06:00
timezone = Europe/Berlin
apps = blog, shop
reason = nobody is here
'''
WINDOW = '''[window office]
days = mon-thu
hours = 09:00-16:00
timezone = Europe/Berlin
'''


def at(text, zone='UTC', fold=0):
    return datetime.datetime.strptime(text, '%Y-%m-%d %H:%M').replace(
        tzinfo=zoneinfo.ZoneInfo(zone), fold=fold).timestamp()


class Rules(Sandbox):
    def closed(self, text, when, app='blog'):
        self.write('etc/freezes.conf', text, 0o644)
        return freezes.closed(app, when)

    def test_without_a_file_nothing_is_frozen(self):
        self.assertIsNone(freezes.closed('blog'))
        freezes.require('blog', 'deploy', None)

    def test_freeze_is_from_its_beginning_to_its_end(self):
        for when, frozen in (('2026-12-23 16:59', False), ('2026-12-23 17:00', True), ('2027-01-02 04:59', True),
                             ('2027-01-02 05:00', False)):
            self.assertEqual(self.closed(FREEZE, at(when)) is not None, frozen, when)

    def test_freeze_names_its_reason_and_end_and_concerns_its_apps(self):
        found = self.closed(FREEZE, at('2026-12-24 00:00'))
        self.assertEqual(found.facts(), {'kind': 'freeze', 'name': 'christmas', 'reason': 'nobody is here',
                                         'until': '2027-01-02T05:00:00Z'})
        self.assertIsNone(self.closed(FREEZE, at('2026-12-24 00:00'), 'api'))
        self.assertIsNotNone(self.closed(FREEZE.replace('apps = blog, shop\n', ''), at('2026-12-24 00:00'), 'api'))

    def test_window_is_open_at_its_hours_of_its_days(self):
        for when, is_open in (('2026-12-03 08:59', False), ('2026-12-03 09:00', True), ('2026-12-03 15:59', True),
                              ('2026-12-03 16:00', False), ('2026-12-04 10:00', False)):
            self.assertEqual(self.closed(WINDOW, at(when, 'Europe/Berlin')) is None, is_open, when)

    def test_closed_window_tells_when_it_opens_next(self):
        found = self.closed(WINDOW, at('2026-12-03 16:00', 'Europe/Berlin'))     # Thursday
        self.assertEqual((found.kind, found.until), ('window', at('2026-12-07 09:00', 'Europe/Berlin')))

    def test_window_over_midnight_belongs_to_the_day_on_which_it_opens(self):
        text = WINDOW.replace('mon-thu', 'fri').replace('09:00-16:00', '22:00-04:00')
        for when, is_open in (('2026-12-04 21:59', False), ('2026-12-04 22:00', True), ('2026-12-05 03:59', True),
                              ('2026-12-05 04:00', False), ('2026-12-05 22:30', False), ('2026-12-04 03:00', False)):
            self.assertEqual(self.closed(text, at(when, 'Europe/Berlin')) is None, is_open, when)

    def test_days_over_the_end_of_the_week(self):
        text = WINDOW.replace('mon-thu', 'sat-mon')
        self.assertEqual([self.closed(text, at('2026-12-%02d 10:00' % day, 'Europe/Berlin')) is None
                          for day in range(3, 10)], [False, False, True, True, True, False, False])

    def test_any_open_window_is_enough_and_a_freeze_goes_before_it(self):
        both = WINDOW + WINDOW.replace('office', 'late').replace('09:00-16:00', '20:00-21:00')
        self.assertIsNone(self.closed(both, at('2026-12-03 20:30', 'Europe/Berlin')))
        self.assertEqual(self.closed(both, at('2026-12-03 17:00', 'Europe/Berlin')).name, 'late')
        self.assertEqual(self.closed(WINDOW + FREEZE, at('2026-12-28 10:00', 'Europe/Berlin')).kind, 'freeze')

    def test_windows_follow_the_clock_on_the_wall_when_it_is_changed(self):
        for day, hour in (('2026-03-26', '08:00'), ('2026-03-30', '07:00')):     # winter and summer time
            self.assertIsNone(self.closed(WINDOW, at('%s %s' % (day, hour))))
            self.assertIsNotNone(self.closed(WINDOW, at('%s %s' % (day, hour)) - 60))

    def test_window_in_the_hour_that_is_left_out_and_in_the_one_that_is_repeated(self):
        text = WINDOW.replace('mon-thu', 'sun').replace('09:00-16:00', '02:15-02:45')
        spring = self.closed(text, at('2026-03-29 01:59', 'Europe/Berlin'))
        self.assertGreater(spring.until, at('2026-03-29 03:00', 'Europe/Berlin'))
        for fold in (0, 1):
            self.assertIsNone(self.closed(text, at('2026-10-25 02:30', 'Europe/Berlin', fold)))

    def test_end_of_a_freeze_in_the_repeated_hour_is_the_later_one(self):
        text = FREEZE.replace('2026-12-23 18:00', '2026-10-24').replace('2027-01-02 06:00', '2026-10-25 02:30')
        self.assertIsNotNone(self.closed(text, at('2026-10-25 02:15', 'Europe/Berlin', 1)))
        self.assertIsNone(self.closed(text, at('2026-10-25 02:30', 'Europe/Berlin', 1)))


class Mistakes(Sandbox):
    def message(self, text):
        self.write('etc/freezes.conf', text, 0o644)
        with self.assertRaises(HostError) as caught:
            freezes.load()
        self.assertEqual(caught.exception.kind, 'definition')
        return caught.exception.message

    def test_mistakes_are_named_by_line(self):
        text = FREEZE.replace('2026-12-23 18:00', 'tomorrow').replace('Europe/Berlin', 'Europe/Berln')
        text += WINDOW.replace('mon-thu', 'mon-fry').replace('09:00-16:00', '9-17').replace('Europe/Berlin', '')
        message = self.message(text + '[freeze]\n[window Office]\n[other]\n[freeze x]\nreasn = y\n')
        for line in (2, 4, 8, 9, 10, 11, 12, 13):
            self.assertIn('freezes.conf:%d: ' % line, message)
        self.assertIn('did you mean reason?', message)

    def test_end_before_its_beginning(self):
        self.assertIn('is not after from', self.message(FREEZE.replace('2027-01-02', '2025-01-02')))

    def test_times_that_do_not_exist(self):
        for wrong in ('2026-13-01', '2026-02-30 10:00', '2026-02-03 24:00', '2026-02-03 10:00:00'):
            self.assertIn(':2: ', self.message(FREEZE.replace('2026-12-23 18:00', wrong)))

    def test_host_without_time_zones_is_told_apart_from_a_wrong_name(self):
        self.assertIn('is not a time zone that this host knows', self.message(FREEZE.replace('Berlin', 'Brln')))
        self.addCleanup(zoneinfo.reset_tzpath)
        zoneinfo.ZoneInfo.clear_cache()
        zoneinfo.reset_tzpath([])
        self.patch(zoneinfo, 'available_timezones', lambda: set())
        self.assertIn('install the package tzdata', self.message(FREEZE))
        self.write('etc/freezes.conf', FREEZE.replace('Europe/Berlin', 'UTC'), 0o644)
        self.assertTrue(freezes.load().freezes)

    def test_file_that_others_can_write_is_refused(self):
        self.write('etc/freezes.conf', FREEZE, 0o666)
        with self.assertRaises(HostError):
            freezes.load()


class Verbs(CallFixture):
    def setUp(self):
        super().setUp()
        self.call('deploy', 'blog', '--tag=v1')
        self.write('etc/freezes.conf',
                   '[freeze always]\nfrom = 2000-01-01\nuntil = 2100-01-01\nreason = audit\n', 0o644)

    def assert_frozen(self, *words):
        code, sent = self.call(*words, '--output=ndjson')
        self.assertEqual((code, sent[-1]['error']['kind']), (75, 'frozen'), sent)
        self.assertIn('audit', sent[-1]['error']['message'])
        self.assertIn('--emergency', sent[-1]['error']['hint'])

    def test_what_brings_a_new_release_is_refused(self):
        before = self.serving
        self.assert_frozen('deploy', 'blog', '--tag=v2')
        self.assert_frozen('deploy', 'blog', '--tag=v2', '--force', '--rollout=r-abcd')
        self.assert_frozen('promote', 'blog')
        self.redefine('[vhost]', '[release]\ncommand = migrate\n[vhost]')
        self.assert_frozen('release', 'blog', '--digest=sha256:' + 64 * '0', '--rollout=r-abcd')
        self.assertEqual(self.serving, before)

    def test_what_keeps_or_restores_a_release_is_not(self):
        first = self.serving
        self.call('deploy', 'blog', '--tag=v2', '--emergency=broken checkout')
        for words in (('restart',), ('rollback', '--to=' + first), ('stop',), ('start',), ('maintenance', '--on')):
            code, sent = self.call(words[0], 'blog', *words[1:], '--output=ndjson')
            self.assertEqual((code, sent[-1].get('outcome')), (0, 'succeeded'), sent)

    def test_emergency_is_recorded_in_the_history_and_in_the_audit_log(self):
        code, _ = self.call('deploy', 'blog', '--tag=v2', '--emergency=broken checkout')
        self.assertEqual(code, 0)
        _, sent = self.call('history', 'blog', '--limit=1', '--output=ndjson')
        self.assertEqual(sent[0]['emergency'], 'broken checkout')
        with open(self.root + '/log/audit.log', encoding='ascii') as source:
            lines = [json.loads(line) for line in source]
        self.assertTrue(any('--emergency=broken checkout' in line.get('words', ()) for line in lines), lines[-3:])

    def test_transaction_that_runs_already_is_attached_to(self):
        self.call('deploy', 'blog', '--tag=v2', '--rollout=r-abcd', '--emergency=x')
        code, sent = self.call('deploy', 'blog', '--tag=v2', '--rollout=r-abcd', '--output=ndjson')
        self.assertEqual((code, sent[-1]['outcome']), (0, 'succeeded'))

    def test_preflight_reports_it_for_an_image_alone(self):
        code, sent = self.call('preflight', 'blog', '--tag=v2', '--output=ndjson')
        check, = [event for event in sent if event.get('name') == 'freeze']
        self.assertEqual((code, check['ok'], check['kind']), (75, False, 'frozen'))
        _, sent = self.call('preflight', 'blog', '--output=ndjson')
        self.assertNotIn('freeze', [event.get('name') for event in sent])
        _, sent = self.call('preflight', 'blog', '--tag=v2', '--emergency=x', '--output=ndjson')
        check, = [event for event in sent if event.get('name') == 'freeze']
        self.assertTrue(check['ok'])

    def test_status_names_it(self):
        _, sent = self.call('status', 'blog', '--output=ndjson')
        self.assertEqual(sent[0]['freeze'], {'kind': 'freeze', 'name': 'always', 'reason': 'audit',
                                             'until': '2100-01-01T00:00:00Z'})

    def test_file_with_mistakes_refuses_deploys_and_is_a_warning_of_status(self):
        self.write('etc/freezes.conf', '[freze x]\n', 0o644)
        code, sent = self.call('deploy', 'blog', '--tag=v2', '--output=ndjson')
        self.assertEqual((code, sent[-1]['error']['kind']), (78, 'definition'))
        code, sent = self.call('status', 'blog', '--output=ndjson')
        self.assertEqual((code, sent[0]['code']), (0, 'freezes'))
        self.assertEqual(self.call('deploy', 'blog', '--tag=v2', '--emergency=x')[0], 0)


if __name__ == '__main__':
    unittest.main()
