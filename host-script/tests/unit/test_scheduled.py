"""Tests of `scheduled` and `schedules`: runs, those that are skipped, and what is shown of them."""

import json
import threading
import unittest

from deployctl_host import access
from deployctl_host.schedules import claims, timers
from deployctl_host.store import runs, schedules
from deployctl_host.systemd import calendars
from deployctl_host.transaction.one_off import course
from tests.unit.fake_etcd import FakeEtcd
from tests.unit.fake_systemd import FakeSystemd
from tests.unit.one_off_fixture import OneOffFixture

SLOT = 1796061600       # 2026-11-30 18:00:00 UTC
SHOWN = '2026-11-30T18:00:00.000Z'
KEY = '/deployctl/blog/schedules/nightly/'
SECTION = '[schedule nightly]\nat = 0 3 * * *\ntimezone = Asia/Tokyo\ncommand = bin/ok\ntimeout = 50s\n'
ROOT = access.Caller('root', 0)


class ScheduledFixture(OneOffFixture):
    def setUp(self):
        super().setUp()
        self.systemd = FakeSystemd(self)
        self.slot = SLOT
        self.patch(calendars, 'check', lambda expression: None)
        self.patch(calendars, 'last_elapse', lambda expression, now: self.slot)
        self.patch(claims, 'TRY_FOR', 0.05)
        self.patch(claims, 'TRY_EVERY', 0.01)
        self.plain = self.definition()
        self.developer, self.caller = self.caller, ROOT
        self.schedule(SECTION)

    def definition(self):
        with open(self.root + '/etc/apps/blog.conf', encoding='utf-8') as source:
            return source.read()

    def schedule(self, *sections):
        self.write('etc/apps/blog.conf', self.plain + ''.join(sections), 0o644)
        self.assertEqual(0, self.call('deploy', 'blog', '--tag=v1')[0])
        self.served = self.docker.names()

    def host_conf(self, text):
        with open(self.root + '/etc/host.conf', 'a', encoding='ascii') as target:
            target.write(text)

    def scheduled(self, name='nightly'):
        return self.ndjson('scheduled', 'blog', '--schedule=' + name)

    def shown(self, place=0):
        code, told = self.ndjson('schedules', 'blog')
        self.assertEqual((0, 'schedules.finished'), (code, told[-1]['type']))
        return told[place]

    def assert_skipped(self, reason, words, told, code=0):
        self.assertEqual(code, told[0], told)
        last = told[1][-1]
        if code == 0:
            self.assertEqual(('schedule.skipped', 'nightly', SHOWN, reason),
                             tuple(last[name] for name in ('type', 'schedule', 'slot', 'reason')))
        else:
            self.assertIn('warning', [one['type'] for one in told[1]])
            self.assertEqual('error', last['type'])
        first = self.shown()['skipped'][0]
        self.assertEqual((SHOWN, reason), (first['slot'], first['reason']))
        self.assertIn(words, first['message'])

    def long_run(self):
        """Starts a run that does not end by itself. Returns its id."""
        identity = course.begin(self.state, runs.OneOff('schedule', ('bin/long',), 'root', 100.0, 1.0,
                                                        schedule='nightly', slot=SHOWN))
        self.wait_until(lambda: any('-run-' in name for name in self.docker.running()))
        return identity


class Scheduled(ScheduledFixture):
    def test_a_run_has_the_image_and_environment_of_the_live_release_and_is_recorded(self):
        code, told = self.scheduled()
        self.assertEqual((0, ['run.started', 'log.line', 'log.line', 'run.finished']),
                         (code, [one['type'] for one in told]))
        self.assertEqual(('schedule', 'nightly', self.serving, ['bin/ok']),
                         tuple(told[0][name] for name in ('kind', 'schedule', 'release', 'words')))
        shown = self.shown()
        self.assertEqual(
            ('blog', 'nightly', '*-*-* 03:00:00', 'Asia/Tokyo', ['bin/ok'], 'each', True, None, [], None),
            tuple(shown[name] for name in ('app', 'schedule', 'at', 'timezone', 'command', 'on', 'here', 'next',
                                           'skipped', 'problem')))
        last = shown['last']
        self.assertEqual((SHOWN, told[0]['run'], self.serving, 'succeeded', 0, None),
                         tuple(last[name] for name in ('slot', 'run', 'release', 'outcome', 'exit', 'error')))
        self.assertIsInstance(last['ms'], int)
        self.assertEqual(['schedule'], [one['run']['kind'] for one in self.history()])
        self.gone()

    def test_for_root_alone(self):
        self.caller = self.developer
        self.assertEqual(77, self.scheduled()[0])
        self.assertEqual(0, self.ndjson('schedules', 'blog')[0])
        self.assertEqual(self.docker.names(), self.served)

    def test_a_failed_run_and_one_that_takes_too_long(self):
        self.schedule(SECTION.replace('bin/ok', 'bin/rake x'))
        self.assertEqual(73, self.scheduled()[0])
        last = self.shown()['last']
        self.assertEqual(('failed', 3), (last['outcome'], last['exit']))
        self.schedule(SECTION.replace('bin/ok', 'bin/long').replace('50s', '1s'))
        code, told = self.scheduled()
        self.assertEqual((73, 'error'), (code, told[-1]['type']))
        self.assertIn('[schedule nightly] timeout', told[-1]['error']['hint'])
        last = self.shown()['last']
        self.assertEqual('failed', last['outcome'])
        self.assertIn('had not ended after 1 s', last['error'])

    def test_a_run_that_would_overlap_is_skipped_and_recorded(self):
        identity = self.long_run()
        self.assert_skipped('overlap', 'run %s' % identity, self.scheduled())
        self.assertEqual((None, identity), (self.shown()['last']['outcome'], self.shown()['last']['run']))
        self.schedule(SECTION + 'overlap = allow\n')
        self.assertEqual('run.finished', self.scheduled()[1][-1]['type'])

    def test_a_run_goes_on_with_its_image_while_another_release_becomes_live(self):
        identity, before = self.long_run(), self.serving
        self.assertEqual(0, self.call('deploy', 'blog', '--tag=v2')[0])
        self.assertNotEqual(before, self.serving)
        self.assertEqual(before, self.run_of(identity)['release'])
        self.assertIn('deployctl-blog-run-' + identity, self.docker.running())

    def test_a_maintenance_holds_up_no_run_and_a_stop_does(self):
        self.assertEqual(0, self.call('maintenance', 'blog', '--on')[0])
        self.assertEqual('run.finished', self.scheduled()[1][-1]['type'])
        self.assertEqual(0, self.call('stop', 'blog')[0])
        self.assert_skipped('stopped', 'is stopped since', self.scheduled())

    def test_a_running_transaction_holds_up_no_run(self):
        from deployctl_host import lock
        holder = lock.Lock('blog')
        self.assertTrue(holder.take())
        self.addCleanup(holder.release)
        self.assertEqual('run.finished', self.scheduled()[1][-1]['type'])

    def test_only_hosts_with_a_role_run_it(self):
        self.host_conf('[host]\nroles = web\n')
        self.schedule(SECTION + 'roles = cron\n')
        self.assert_skipped('role', 'cron', self.scheduled())
        self.assertFalse(self.shown()['here'])

    def test_docker_that_does_not_answer_is_recorded(self):
        self.docker.fail[('GET', '/_ping')] = (500, 'no')
        told = self.scheduled()
        self.docker.fail.clear()
        self.assert_skipped('failed', 'Docker', told, code=69)

    def test_a_schedule_that_the_release_does_not_have(self):
        code, told = self.scheduled('weekly')
        self.assertEqual((66, 'not-found'), (code, told[-1]['error']['kind']))
        self.schedule()
        self.assertEqual(66, self.scheduled()[0])
        self.assertEqual(0, self.shown()['schedules'])

    def test_next_and_problem_come_from_systemd(self):
        self.systemd.next['deployctl-blog_nightly.timer'] = 'Mon 2026-11-30 18:00:00 UTC'
        self.assertEqual((SHOWN, None), (self.shown()['next'], self.shown()['problem']))
        self.systemd.active.clear()
        self.assertEqual(None, self.shown()['next'])
        self.assertIn('is stopped', self.shown()['problem'])

    def test_skipped_runs_are_kept_to_a_number_and_a_damaged_record_is_none(self):
        for number in range(15):
            schedules.skip(self.state, 'nightly', SHOWN, 'overlap', str(number))
        self.assertEqual([str(number) for number in range(14, 4, -1)],
                         [one['message'] for one in self.shown()['skipped']])
        for damage in ('{', '{}', '[1, {"ts": 1}]'):
            self.write('state/blog/schedules/nightly.json', damage)
            self.assertEqual([], self.shown()['skipped'])
        self.assertEqual(0, self.scheduled()[0])

    def test_runs_of_a_schedule_do_not_push_out_other_records(self):
        self.call('run', 'blog', '--', 'bin/ok')
        self.patch(runs, 'KEPT_OF_A_SCHEDULE', 2)
        for _ in range(4):
            self.scheduled()
        self.gone()
        self.scheduled()
        kinds = [facts['kind'] for _, facts in runs.every(self.state)]
        self.assertEqual((1, 3), (kinds.count('run'), kinds.count('schedule')))

    def test_text_output(self):
        self.scheduled()
        schedules.skip(self.state, 'nightly', SHOWN, 'overlap', 'the run of x has not ended')
        text = self.call('schedules', 'blog', '--output=text')[1]
        self.assertIn('nightly', text)
        self.assertIn('bin/ok', text)
        self.assertIn('succeeded', text)
        self.assertIn('the run of x has not ended', text)


class OneOfAll(ScheduledFixture):
    def setUp(self):
        super().setUp()
        self.etcd = FakeEtcd(self)
        self.host_conf('[etcd]\nendpoints = http://127.0.0.1:9\n')
        self.schedule(SECTION + 'on = one\n')

    def other_host(self, key, run='b'):
        self.etcd.keys[KEY + key] = (json.dumps({'host': 'web02', 'run': run, 'since': 'today'}), 99)

    def test_the_first_host_runs_it_and_keeps_the_slot(self):
        self.assertEqual('run.finished', self.scheduled()[1][-1]['type'])
        self.assertEqual([KEY + '20261130T180000Z'], list(self.etcd.keys))
        self.assertEqual([24 * 3600, None], list(self.etcd.leases.values()), 'the key of the run ends with it')
        self.assert_skipped('other-host', 'runs it this time', self.scheduled())
        self.slot += 24 * 3600
        self.assertEqual('run.finished', self.scheduled()[1][-1]['type'])

    def test_another_host_has_the_slot(self):
        self.other_host('20261130T180000Z')
        self.assert_skipped('other-host', 'web02 runs it this time', self.scheduled())
        self.assertEqual({}, self.etcd.leases, 'a host that does not run it costs etcd nothing')

    def test_a_run_on_another_host_that_has_not_ended(self):
        self.other_host('running')
        self.assert_skipped('overlap', 'the run on web02 since today has not ended', self.scheduled())
        self.assertNotIn(KEY + '20261130T180000Z', self.etcd.keys, 'a host that is free may run it')
        self.schedule(SECTION + 'on = one\noverlap = allow\n')
        self.assertEqual('run.finished', self.scheduled()[1][-1]['type'])

    def test_a_race_that_is_lost_leaves_no_lease(self):
        plain = self.etcd.grant

        def grant(seconds):
            self.other_host('20261130T180000Z')
            return plain(seconds)
        self.etcd.grant = grant
        self.assert_skipped('other-host', 'web02', self.scheduled())
        self.assertEqual([None, None], list(self.etcd.leases.values()))

    def test_an_answer_that_is_lost_is_no_loss_of_the_slot(self):
        self.etcd.loses = 1
        self.assertEqual('run.finished', self.scheduled()[1][-1]['type'])
        self.assertEqual([24 * 3600, None], list(self.etcd.leases.values()))

    def test_silence_of_etcd_is_no_permission(self):
        self.etcd.down = True
        told = self.scheduled()
        self.etcd.down = False
        self.assert_skipped('etcd', 'no answer', told, code=69)
        self.assertEqual(self.docker.names(), self.served)

    def test_a_host_that_may_not_write_is_told_what_to_grant(self):
        self.etcd.forbidden = True
        code, told = self.scheduled()
        self.assertEqual((78, self.served), (code, self.docker.names()))
        self.assertIn('readwrite /deployctl/blog/schedules/', told[-1]['error']['hint'])
        warnings = self.ndjson('preflight', 'blog')[1][-1]['warnings']
        self.assertIn('readwrite /deployctl/blog/schedules/', ' '.join(warnings))

    def test_the_lease_of_a_run_lasts_for_its_time_limit(self):
        self.schedule(SECTION.replace('bin/ok', 'bin/long') + 'on = one\n')
        seen = {}

        def end():
            self.wait_until(lambda: any('-run-' in name for name in self.docker.running()))
            seen.update(self.etcd.keys)
            self.etcd.down = True
            self.end_all()
        thread = threading.Thread(target=end)
        thread.start()
        told = self.scheduled()
        thread.join()
        self.etcd.down = False
        self.assertEqual(50 + 1 + claims.MARGIN, list(self.etcd.leases.values())[-1])
        self.assertIn(KEY + 'running', seen)
        self.assertIn(KEY + 'running', self.etcd.keys, 'it ends with its lease')
        self.assertIn('etcd was not told', ' '.join(one.get('message', '') for one in told[1]))

    def test_hosts_with_a_role_need_no_etcd_among_them(self):
        self.write('etc/host.conf', self.read_host_conf().partition('[etcd]')[0] + '[host]\nroles = cron\n', 0o644)
        self.schedule(SECTION + 'on = one\nroles = cron\n')
        self.etcd.down = True
        self.assertEqual('run.finished', self.scheduled()[1][-1]['type'])

    def read_host_conf(self):
        with open(self.root + '/etc/host.conf', encoding='ascii') as source:
            return source.read()


class Slots(unittest.TestCase):
    """systemd's own reading of calendar expressions."""

    def setUp(self):
        try:
            calendars.check('daily')
        except Exception as problem:
            self.skipTest('systemd-analyze: %s' % problem)

    def test_the_slot_is_the_last_elapse_not_the_time_of_the_call(self):
        for expression, late, slot in (
                ('*-*-* 03:00:00 Asia/Tokyo', 0, SLOT), ('*-*-* 03:00:00 Asia/Tokyo', 59, SLOT),
                ('*-*-* 03:00:00 Asia/Tokyo', 7 * 3600, SLOT), ('*-*-* *:00/5:00 UTC', 61, SLOT),
                ('*-*-* 18:00..59:00 UTC', 3700, SLOT + 3540), ('Mon *-*-* 18:00:00 UTC', 1, SLOT),
                ('*-*-* 17:59:30 UTC', 30, SLOT - 30), ('*-01-01 00:00:00 UTC', 61, SLOT + 60)):
            self.assertEqual(slot, calendars.last_elapse(expression, SLOT + late + 0.5), expression)

    def test_hosts_whose_clocks_differ_find_the_same_slot(self):
        found = {calendars.last_elapse('hourly UTC', SLOT + late) for late in (0, 0.2, 12.7, 90)}
        self.assertEqual({SLOT}, found)

    def test_daylight_saving_time_as_documented(self):
        """A time that a day does not have is left out that day; one that a day has twice is taken once."""
        day, nightly = 24 * 3600, '*-*-* 02:30:00 Europe/Berlin'
        for base, expected in ((1774656000, [5400, 2 * day + 1800]),    # 2026-03-28 00:00 UTC
                               (1792800000, [1800, day + 1800, 2 * day + 5400])):   # 2026-10-24 00:00 UTC
            self.assertEqual(expected, [each - base for each in calendars.elapses(nightly, base, base + 3 * day)][
                :len(expected)])

    def test_expressions_that_are_refused(self):
        for expression, words in (('*:*:0/9', 'every 10 seconds'), ('*:*:00,05', 'every 10 seconds'),
                                  ('Foo 03:00', 'cannot read'), ('*-*-* 03:00:00 Asia/Tokio', 'cannot read')):
            with self.assertRaisesRegex(ValueError, words):
                calendars.check(expression)
        for expression in ('minutely', '*:*:0/10', 'Mon..Fri 06:30', '*-*~1 03:00:30', '*-*-* *:00/5:00 Asia/Tokyo'):
            self.assertIsNone(calendars.check(expression))
        self.assertIn('any more', calendars.check('2001-01-01 00:00:00'))

    def test_shown(self):
        self.assertEqual((SHOWN, None), (timers.shown(SLOT), timers.shown(None)))


if __name__ == '__main__':
    unittest.main()
