"""Tests of the timers of schedules: written at the commit, removed with it, refused before anything is touched."""

import os
import unittest

from deployctl_host.systemd import units
from tests.unit.schedule_fixture import NIGHTLY, ScheduleFixture, SERVICE, TIMER, WEEKLY


class Timers(ScheduleFixture):
    def test_a_deploy_writes_and_starts_the_timers_of_its_schedules(self):
        self.schedule(NIGHTLY)
        self.good(self.deploy('v1'))
        self.assertEqual([TIMER], self.systemd.timers)
        self.assertIn('\nOnCalendar=*-*-* 03:00:00 Asia/Tokyo\n', self.content(TIMER))
        self.assertIn('\nPersistent=false\n', self.content(TIMER))
        self.assertIn('\n    /usr/sbin/deployctl-host scheduled blog --schedule=nightly --output=text\n',
                      self.content(SERVICE))
        for name in (TIMER, SERVICE):
            self.assertEqual(0o644, os.stat(os.path.join(self.root, 'units', name)).st_mode & 0o7777)
        self.assertEqual([], self.drift())

    def test_a_definition_without_schedules_asks_nothing_of_systemd_and_writes_nothing_into_the_journal(self):
        self.systemd.running = False
        self.good(self.deploy('v1'))
        self.good(self.deploy('v2'))
        self.assertNotIn('timers', [entry['phase'] for entry in self.record.entries()])
        self.assertEqual(([], []), (self.systemd.calls, os.listdir(self.root + '/units')))

    def test_each_verb_leaves_the_timers_of_what_is_live_afterwards(self):
        self.schedule(NIGHTLY, WEEKLY.replace('roles = cron\n', ''))
        self.good(self.deploy('v1'))
        both = [TIMER, 'deployctl-blog_weekly.timer']
        self.assertEqual(both, self.systemd.timers)
        self.good(self.transact('maintenance', on=True))
        self.assertEqual(both, self.systemd.timers, 'a maintenance stops no schedule')
        self.schedule(NIGHTLY)
        self.good(self.deploy('v2'))
        self.assertEqual([TIMER], self.systemd.timers)
        self.good(self.transact('rollback'))
        self.assertEqual(both, self.systemd.timers, 'a rollback brings the schedules of its release back')
        self.good(self.transact('stop'))
        self.assertEqual([], self.systemd.timers)
        self.good(self.transact('start'))
        self.assertEqual(both, self.systemd.timers)
        self.schedule()
        self.good(self.transact('restart'))
        self.assertEqual([], self.systemd.timers)
        self.assertEqual([], [name for name in os.listdir(self.root + '/units') if name.startswith('deployctl')])

    def test_an_unchanged_timer_is_left_alone(self):
        self.schedule(NIGHTLY)
        self.good(self.deploy('v1'))
        del self.systemd.calls[:]
        self.good(self.deploy('v2'))
        self.assertEqual([], self.systemd.calls)

    def test_a_changed_timer_is_stopped_before_its_file_changes(self):
        """Else systemd would compare the new times with the last elapse, and might start a run at once."""
        self.schedule(NIGHTLY, WEEKLY.replace('roles = cron\n', ''))
        self.good(self.deploy('v1'))
        del self.systemd.calls[:]
        self.schedule(NIGHTLY.replace('0 3', '0 4'), WEEKLY.replace('roles = cron\n', ''))
        self.good(self.deploy('v1'))
        self.assertEqual([('stop', TIMER), ('reload',), ('start', TIMER, 'deployctl-blog_weekly.timer')],
                         self.systemd.calls)
        self.assertIn('04:00:00', self.content(TIMER))

    def test_only_hosts_with_a_role_have_the_timer(self):
        self.schedule(WEEKLY)
        self.good(self.deploy('v1'))
        self.assertEqual([], self.systemd.timers)
        with open(self.root + '/etc/host.conf', 'a', encoding='ascii') as target:
            target.write('[host]\nroles = web, cron\n')
        told = self.deploy('v1')
        self.assertEqual('unchanged', self.last(told)['outcome'])
        self.assertEqual(['deployctl-blog_weekly.timer'], self.systemd.timers, 'a deploy without a change repairs it')

    def test_names_of_two_apps_never_meet(self):
        names = {units.name_of(app, schedule) for app, schedule in (('a', 'b-c'), ('a-b', 'c'))}
        self.assertEqual(2, len(names))
        self.assertEqual({'a': {'deployctl-a_b-c.timer'}}, self.present('deployctl-a_b-c.timer'))
        self.assertEqual({}, self.present('deployctl-host-recover.service', 'deployctl-a-b.timer', 'a_b.timer',
                                          'deployctl-a_b.timer.d', 'deployctl-a_b_c.timer'))

    def present(self, *names):
        for name in os.listdir(self.root + '/units'):
            os.unlink(self.root + '/units/' + name)
        for name in names:
            self.write('units/' + name, '')
        return units.present()


class Refused(ScheduleFixture):
    def assert_refused(self, kind, told):
        last = self.last(told)
        self.assertEqual((kind, False), (last['error']['kind'], last['changed']), told)
        self.assertEqual([], os.listdir(self.root + '/units'))
        return last['error']

    def test_a_host_without_systemd_is_refused_before_anything_is_touched(self):
        self.systemd.running = False
        self.schedule(NIGHTLY)
        told = self.deploy('v1')
        self.assertIn('timers of systemd', self.assert_refused('definition', told)['message'])
        self.assertEqual('refused', self.last(told)['outcome'])
        self.assertEqual([], self.docker.names())
        code, told = self.call('preflight', 'blog', '--output=ndjson')
        check = next(one for one in told if one.get('name') == 'schedules')
        self.assertEqual((78, False, 'definition'), (code, check['ok'], check['kind']))

    def test_times_that_systemd_cannot_read_are_all_named_before_anything_is_touched(self):
        self.schedule(NIGHTLY, WEEKLY.replace('roles = cron\n', ''))
        self.wrong = {'*-*-* 03:00:00 Asia/Tokyo': 'systemd cannot read it', 'Mon *-*-* 06:30:00': 'too often'}
        told = self.deploy('v1')
        self.assertEqual('[schedule nightly] systemd cannot read it\n[schedule weekly] too often',
                         self.assert_refused('definition', told)['message'])
        self.assertEqual(('refused', []), (self.last(told)['outcome'], self.docker.names()))
        code, told = self.call('preflight', 'blog', '--output=ndjson')
        self.assertEqual([(False, 'definition')], [(one['ok'], one['kind']) for one in told
                                                   if one.get('name') == 'schedules'])

    def test_preflight_says_when_the_schedules_are_ready_and_nothing_without_any(self):
        self.schedule(NIGHTLY)
        told = self.call('preflight', 'blog', '--output=ndjson')[1]
        self.assertEqual([True], [one['ok'] for one in told if one.get('name') == 'schedules'])
        self.schedule()
        told = self.call('preflight', 'blog', '--output=ndjson')[1]
        self.assertEqual([], [one for one in told if one.get('name') == 'schedules'])

    def test_a_date_that_has_passed_is_a_warning_and_keeps_no_release_from_being_deployed(self):
        self.schedule('[schedule once]\nat = 2001-01-01 00:00:00\ncommand = bin/report\n')
        self.assertIn('schedule once: it does not elapse any more',
                      self.call('preflight', 'blog', '--output=ndjson')[1][-1]['warnings'])
        self.good(self.deploy('v1'))

    def test_one_of_all_needs_etcd_or_roles(self):
        self.schedule(NIGHTLY + 'on = one\n')
        code, told = self.call('preflight', 'blog', '--output=ndjson')
        self.assertEqual(78, code)
        line = self.text().split('\n').index('on = one') + 1
        self.assertIn('blog.conf:%d: schedule nightly.on: one' % line, told[-1]['error']['message'])
        self.schedule(NIGHTLY + 'on = one\nroles = cron\n')
        self.assertEqual(0, self.call('preflight', 'blog')[0])
        self.schedule(NIGHTLY + 'on = one\n')
        with open(self.root + '/etc/host.conf', 'a', encoding='ascii') as target:
            target.write('[etcd]\nendpoints = http://127.0.0.1:9\ntimeout = 200ms\n')
        code, told = self.call('preflight', 'blog', '--output=ndjson')
        self.assertEqual(0, code, told)
        self.assertIn('schedule nightly', ' '.join(told[-1]['warnings']))

    def test_a_refusal_of_systemd_at_the_commit_undoes_the_deploy(self):
        self.good(self.deploy('v1'))
        first = self.serving
        self.schedule(NIGHTLY)
        for verb in ('reload', 'start'):
            self.systemd.refuses = verb
            told = self.deploy('v2')
            self.systemd.refuses = None
            self.assertEqual(('failed', first), (self.last(told)['outcome'], self.serving), verb)
            if self.state.unfinished():
                self.assertEqual(0, self.call('recover', 'blog')[0])
            self.assertEqual(([], first), (self.systemd.timers, self.serving))


if __name__ == '__main__':
    unittest.main()
