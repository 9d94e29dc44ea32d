"""Schedules under a real systemd, with a real etcd for those that run on one host of all. Needs a lab up --systemd."""

import json
import re
import sys
import time
import unittest

from tests.lab.host import Host
from tests.lab.scenario import Scenario

UNITS = '/etc/systemd/system'
TIMER = 'deployctl-scen_tick.timer'
SERVICE = 'deployctl-scen_tick.service'
FAR = '*-*-* 03:00:00'


class ScheduleScenario(Scenario):
    settings = {'schedule tick.command': 'migrate 0.5', 'schedule tick.at': FAR, 'schedule tick.timezone': 'UTC'}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.host.sh('[ -d /run/systemd/system ] && echo yes || true') != 'yes':
            why = 'LEFT OUT: %s has no systemd (lab up 2 --systemd)' % cls.host_name
            sys.stderr.write('\n!!! %s\n' % why)
            raise unittest.SkipTest(why)

    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove_units)

    def remove_units(self):
        self.host.sh('systemctl stop "deployctl-scen_*.timer" "deployctl-scen_*.service" || true; rm -f '
                     '%s/deployctl-scen_* %s/timers.target.wants/deployctl-scen_*; systemctl daemon-reload' % (
                         UNITS, UNITS))

    def soon(self, seconds):
        """Returns a time as a schedule has it, so many seconds from now, and as events have it."""
        moment = time.gmtime(time.time() + seconds)
        return time.strftime('%Y-%m-%d %H:%M:%S', moment), time.strftime('%Y-%m-%dT%H:%M:%S.000Z', moment)

    def tick(self, **keys):
        self.define(**{'schedule tick.' + name: value for name, value in keys.items()})

    def schedules(self):
        told = self.call('schedules')
        self.assertEqual(told.exit, 0, told)
        return {one['schedule']: one for one in told.of('schedule')}

    def wait(self, condition, seconds=60.0):
        """Waits until the condition holds for the facts of schedule tick, and returns them."""
        deadline = time.monotonic() + seconds
        while True:
            facts = self.schedules()['tick']
            if condition(facts):
                return facts
            self.assertLess(time.monotonic(), deadline, '%s\n%s' % (facts, self.host.sh(
                'journalctl --no-pager -n 40 -u "deployctl-scen_tick*" || true')))
            time.sleep(0.3)

    def until(self, condition, seconds=60.0):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.3)

    def ended(self, **how):
        return self.wait(lambda facts: facts['last'] and facts['last']['outcome'], **how)['last']

    def elapse(self):
        """Does what systemd does when the timer elapses."""
        self.host.sh('systemctl start ' + SERVICE)

    def timers(self):
        """Returns the timers of the app that systemd has loaded and that are active and enabled."""
        listed = self.host.sh('systemctl list-units --no-legend --plain --state=active "deployctl-scen_*.timer"')
        files = self.host.sh('systemctl list-unit-files --no-legend --state=enabled "deployctl-scen_*.timer" '
                             '|| true')
        names = re.compile('deployctl-scen_[a-z]+')
        self.assertEqual(sorted(names.findall(listed)), sorted(names.findall(files)))
        return sorted(name.partition('_')[2] for name in names.findall(listed))

    def files(self):
        return self.host.sh('cd %s && ls -d deployctl-scen_* timers.target.wants/deployctl-scen_* 2>/dev/null '
                            '|| true' % UNITS).split()

    def drift(self):
        return self.call('status').events[0]['drift']


class Runs(ScheduleScenario):
    def test_a_schedule_runs_at_its_time_and_is_shown(self):
        at, shown = self.soon(25)
        self.tick(at=at)
        release = self.serving('v1')
        self.assertEqual((shown, None, None), tuple(self.schedules()['tick'][name] for name in (
            'next', 'last', 'problem')))
        self.assertEqual([], self.drift())
        last = self.ended()
        self.assertEqual((shown, 'succeeded', 0, release), tuple(last[name] for name in (
            'slot', 'outcome', 'exit', 'release')))
        entry = self.call('history').events[0]
        self.assertEqual(('schedule', last['run']), (entry['run']['kind'], entry['run']['id']))
        self.assertIn('migrated', ' '.join(entry['run']['lines']))
        self.assertIn('migrated', self.host.sh('journalctl --no-pager -o cat -u "deployctl-scen_tick-*"'))
        self.assertEqual('', self.host.sh('systemctl list-units --failed --no-legend "deployctl-scen*"'))
        self.assertIsNone(self.schedules()['tick']['next'], 'a date that has passed')

    def test_a_run_that_overlaps_is_skipped_and_recorded(self):
        self.tick(command='migrate 30', timeout='40s')
        self.serving('v1')
        self.elapse()
        self.wait(lambda facts: facts['last'])
        self.elapse()
        facts = self.wait(lambda facts: facts['skipped'])
        self.assertEqual(('overlap', None), (facts['skipped'][0]['reason'], facts['last']['outcome']))
        self.assertIn(facts['last']['run'], facts['skipped'][0]['message'])

    def test_a_run_that_takes_too_long_is_stopped(self):
        self.tick(command='migrate 60', timeout='2s')
        self.serving('v1')
        self.elapse()
        last = self.ended()
        self.assertEqual('failed', last['outcome'])
        self.assertIn('had not ended after 2 s', last['error'])
        self.until(lambda: not self.host.sh('docker ps -aq --filter label=deployctl.run'))

    def test_a_run_goes_on_with_its_image_over_a_deploy_and_a_killed_caller(self):
        self.tick(command='migrate 8')
        before = self.serving('v1')
        self.elapse()
        self.wait(lambda facts: facts['last'])
        self.host.sh('systemctl kill --signal=KILL "deployctl-scen_tick-*"')
        now = self.serving('v2')
        last = self.ended()
        self.assertEqual((before, 'succeeded'), (last['release'], last['outcome']))
        self.assertIn(before, ' '.join(self.call('history').of('history.entry')[1]['run']['lines']))
        self.assert_serves(now)

    def test_a_maintenance_and_a_running_transaction_hold_up_no_run(self):
        self.serving('v1')
        self.assertEqual(0, self.call('maintenance', '--on').exit)
        call, pid = self.held('start:begin', 'deploy', '--tag=v2')
        self.elapse()
        self.assertEqual('succeeded', self.ended()['outcome'])
        self.host.signal('CONT', pid)
        self.good(call.done())

    def test_developers_may_see_and_not_start_schedules(self):
        self.serving('v1')
        self.assertEqual(77, self.call('scheduled', '--schedule=tick').exit)
        self.assertIsNone(self.schedules()['tick']['last'])


class Units(ScheduleScenario):
    def test_timers_follow_the_live_release_through_every_verb(self):
        self.serving('v1')
        self.assertEqual(['tick'], self.timers())
        self.define(**{'schedule tock.at': FAR, 'schedule tock.command': 'migrate'})
        self.serving('v2')
        self.assertEqual(['tick', 'tock'], self.timers())
        self.good(self.call('rollback'))
        self.assertEqual(['tick'], self.timers())
        self.assertEqual(0, self.call('stop').exit)
        self.assertEqual(([], []), (self.timers(), self.files()))
        self.good(self.call('start'))
        self.assertEqual((['tick'], []), (self.timers(), self.drift()))
        done = self.host.run('/usr/sbin/deployctl-host', 'remove', 'scen', '--output=ndjson')
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertEqual(([], []), (self.timers(), self.files()))
        self.until(lambda: not self.host.sh('systemctl list-units --all --no-legend "deployctl-scen_*"'))

    def test_a_changed_time_does_not_run_at_once(self):
        """systemd alone would compare the new time with the last elapse, find it in the past, and start a run."""
        at, _ = self.soon(25)
        self.tick(at='*-*-* ' + at.split()[1])
        self.serving('v1')
        run = self.ended()['run']
        earlier = time.strftime('%H:%M:%S', time.gmtime(time.time() - 3600))
        self.tick(at='*-*-* ' + earlier)
        self.serving('v2')
        facts = self.schedules()['tick']
        self.assertEqual((run, earlier), (facts['last']['run'], facts['next'][11:19]))
        self.until(lambda: not self.host.sh('systemctl list-units --no-legend "deployctl-scen_tick-*"'))
        self.assertEqual(run, self.schedules()['tick']['last']['run'])

    def test_what_is_changed_by_hand_is_reported_and_reverted(self):
        self.serving('v1')
        for damage, words in (
                ('systemctl stop ' + TIMER, 'is stopped'), ('systemctl disable -q ' + TIMER, 'does not start at boot'),
                ('sed -i s/03:00/04:00/ %s/%s' % (UNITS, TIMER), 'was changed by hand'),
                ('rm %s/%s' % (UNITS, SERVICE), 'is incomplete')):
            self.host.sh(damage)
            self.assertIn(words, ' '.join(self.drift()), damage)
            self.assertIn(words, self.schedules()['tick']['problem'])
            self.assertEqual(0, self.call('recover').exit)
            self.assertEqual((['tick'], []), (self.timers(), self.drift()), damage)

    def test_times_that_systemd_cannot_read_are_refused_before_anything_is_touched(self):
        self.serving('v1')
        before = self.facts()
        self.tick(at='*-13-* 03:00')
        told = self.deploy('v2')
        problem = self.assert_refused(told, 78, 'definition', before, outcome='refused')
        self.assertIn('schedule tick', problem['message'])
        checks = {one['name']: one['ok'] for one in self.call('preflight').of('check')}
        self.assertFalse(checks['schedules'])
        self.assertEqual(['tick'], self.timers())

    def test_power_loss_timers_run_again_and_nothing_is_made_up_for(self):
        at, _ = self.soon(30)
        passed = time.time() + 31
        self.tick(at='*-*-* ' + at.split()[1])
        self.serving('v1')
        self.addCleanup(self.host.power, 'start')
        self.host.power('kill')
        self.until(lambda: time.time() > passed)
        self.host.power('start')
        self.until(lambda: 'tick' in self.timers(), 120)
        facts = self.schedules()['tick']
        self.assertEqual((None, []), (facts['last'], facts['skipped']))
        self.assertTrue(facts['next'].endswith(at.split()[1] + '.000Z'), facts)

    def test_30_worker_killed_while_it_writes_timers(self):
        first = self.serving('v1')
        for number, (entry, moment) in enumerate([(entry, moment) for entry in (
                'switch:kept', 'commit:begin', 'commit:timers', 'commit:timers-written', 'commit:end')
                for moment in ('before', 'after-all')]):
            self.tick(at='*-*-* 04:%02d:00' % number)
            told = self.killed(entry, moment, 'deploy', '--tag=v2', '--force')
            self.assertEqual(137 if moment == 'after-all' else 70, told.exit, told)
            self.assertEqual(self.call('recover').exit, 0, told)
            current = self.facts()['current']
            self.assert_serves(current)
            expected = FAR if current == first else '*-*-* 04:%02d:00' % number
            self.assertEqual((['tick'], expected), (self.timers(), self.schedules()['tick']['at']), (entry, moment))
            self.assertIn('OnCalendar=%s UTC' % expected, self.host.read('%s/%s' % (UNITS, TIMER)))
            self.tick(at=FAR)
            first = self.good(self.deploy('v1', '--force'))


class OneOfAll(ScheduleScenario):
    """Two hosts and the lab's etcd."""

    def setUp(self):
        super().setUp()
        self.hosts = [self.host, Host('host2' if self.host_name == 'host1' else 'host1')]
        if not self.hosts[1].exists:
            why = 'LEFT OUT: the lab has one host (lab up 2 --systemd)'
            sys.stderr.write('\n!!! %s\n' % why)
            self.skipTest(why)
        self.addCleanup(self.on_both, lambda: (self.remove_units(), self.forget_here()))
        self.etcd('del', '--prefix', '/deployctl/scen/')

    def forget_here(self):
        plain, type(self).host = type(self).host, self.host
        try:
            self.forget(self.app)
        finally:
            type(self).host = plain

    def on_both(self, act):
        found = []
        for host in self.hosts:
            self.host = host
            found.append(act())
        self.host = self.hosts[0]
        return found

    def etcd(self, *words):
        return self.host.sh('ETCDCTL_API=3 etcdctl --endpoints=http://etcd:2379 ' + ' '.join(words))

    def deploy_on_both(self, **keys):
        def act():
            self.tick(on='one', **keys)
            self.env('GREETING=hello\n')
            self.serving('v1')
        self.on_both(act)

    def test_one_host_runs_it_and_the_other_records_that_it_did_not(self):
        at, shown = self.soon(60)
        self.deploy_on_both(at=at)
        found = self.on_both(lambda: self.wait(
            lambda facts: facts['skipped'] or (facts['last'] or {}).get('outcome'), 120))
        runs = [facts['last'] for facts in found if facts['last']]
        skipped = [one for facts in found for one in facts['skipped']]
        self.assertEqual([(shown, 'succeeded')], [(one['slot'], one['outcome']) for one in runs])
        self.assertEqual([(shown, 'other-host')], [(one['slot'], one['reason']) for one in skipped])
        self.until(lambda: self.etcd('get', '--prefix', '--keys-only', '/deployctl/scen/').split() == [
            '/deployctl/scen/schedules/tick/' + re.sub('[-:]|[.]000', '', shown)])

    def test_a_run_on_one_host_that_has_not_ended_holds_up_the_other_until_it_has(self):
        self.deploy_on_both(command='migrate 45', at='*-*-* *:*:00')
        first = self.wait_for_a_run()
        self.host = next(host for host in self.hosts if host is not first)
        key = '/deployctl/scen/schedules/tick/running'
        self.assertIn(first.name, self.etcd('get', '--print-value-only', key))
        self.etcd('del', '--prefix', '/deployctl/scen/schedules/tick/2')    # as if the next slot had come
        self.elapse()
        facts = self.wait(lambda facts: [one for one in facts['skipped'] if one['reason'] == 'overlap'])
        self.assertIn(first.name, facts['skipped'][0]['message'])
        self.host = first
        self.assertEqual('succeeded', self.ended()['outcome'])
        self.until(lambda: not self.etcd('get', key))

    def wait_for_a_run(self):
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            for host in self.hosts:
                self.host = host
                if self.schedules()['tick']['last']:
                    return host
            time.sleep(0.3)
        self.fail('no host ran it')

    def test_silence_of_etcd_is_no_permission(self):
        self.tick(on='one')
        self.serving('v1')
        self.host_conf('[etcd]\nendpoints = http://etcd:2399\ntimeout = 1s\n')
        self.elapse()
        facts = self.wait(lambda facts: facts['skipped'], seconds=90)
        self.assertEqual((None, 'etcd'), (facts['last'], facts['skipped'][0]['reason']))
        self.assertIn('http://etcd:2399', json.dumps(facts['skipped'][0]['message']))


if __name__ == '__main__':
    unittest.main()
