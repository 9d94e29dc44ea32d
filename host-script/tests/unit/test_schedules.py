"""Tests of the timers of schedules: written at the commit, removed, restored by undo and recover."""

import itertools
import os
import unittest

from deployctl_host import access, events, journal
from deployctl_host.errors import HostError
from deployctl_host.schedules import timers
from deployctl_host.systemd import calendars, manager, units
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_systemd import FakeSystemd
from tests.unit.test_recover import Died

NIGHTLY = '[schedule nightly]\nat = 0 3 * * *\ntimezone = Asia/Tokyo\ncommand = bin/report --all\n'
WEEKLY = '[schedule weekly]\nat = Mon *-*-* 06:30:00\ncommand = bin/clean\nroles = cron\n'
TIMER = 'deployctl-blog_nightly.timer'
SERVICE = 'deployctl-blog_nightly.service'
ROOT = access.Caller('root', 0)


class ScheduleFixture(CallFixture):
    def setUp(self):
        super().setUp()
        self.systemd = FakeSystemd(self)
        self.patch(calendars, 'check', self.check_calendar)
        self.plain = self.text()
        self.wrong = {}     # {calendar expression: what systemd says}

    def check_calendar(self, expression):
        if expression in self.wrong:
            raise ValueError(self.wrong[expression])
        return 'it does not elapse any more' if expression.startswith('2001') else None

    def text(self):
        with open(self.root + '/etc/apps/blog.conf', encoding='utf-8') as source:
            return source.read()

    def schedule(self, *sections):
        """Writes the definition with these schedules."""
        self.write('etc/apps/blog.conf', self.plain + ''.join(sections), 0o644)

    def content(self, name):
        with open(os.path.join(self.root, 'units', name), encoding='ascii') as source:
            return source.read()

    def good(self, told):
        self.assertEqual(('succeeded', 0), (self.last(told)['outcome'], self.last(told)['exit']), told)

    def drift(self):
        code, told = self.call('status', 'blog', '--output=ndjson')
        self.assertEqual(code, 0)
        return told[0]['drift']


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
