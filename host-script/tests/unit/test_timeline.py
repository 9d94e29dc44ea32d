"""Tests of `timeline`: what happened to an app in a period, from every record; what is not known is named."""

import os
import time
import unittest

from deployctl_host import access, audit, events
from deployctl_host.nginx import access_log
from deployctl_host.programs import Completed
from deployctl_host.store import applied, drained
from deployctl_host.timeline import collected, containers, kernel, requests
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_docker import Image
from tests.unit.test_traffic import line

OF_BLOG, OTHER = 'a' * 64, 'b' * 64


class TimelineFixture(CallFixture):
    def setUp(self):
        super().setUp()
        self.patch(access_log, 'DIRECTORY', self.root + '/log')
        self.write('log/deployctl-blog.log', line(time.time() - 4000))
        self.write('stat', 'cpu 1\nbtime 1000\n')
        self.patch(kernel, 'SINCE_BOOT', self.root + '/stat')
        self.kernel = []        # (age in seconds, text)
        self.patch(kernel, 'JOURNALCTL', self.root + '/no-journalctl')
        self.patch(kernel.programs, 'run', self.dmesg)
        self.write('docker.pid', '1')
        os.utime(self.root + '/docker.pid', (1000, 1000))
        self.patch(containers, 'PID_FILES', (self.root + '/docker.pid',))
        audit.record(verb='old', phase='end')
        self.age_audit()

    def dmesg(self, argv, timeout):
        self.assertEqual(argv[0], kernel.DMESG)
        lines = ['%s,000000+00:00 %s' % (time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(time.time() - age)), text)
                 for age, text in [(9000, 'Linux version 6')] + self.kernel]
        return Completed(0, '\n'.join(lines), '')

    def age_audit(self):
        """Lets the audit log begin before the period."""
        with open(audit.paths.audit_log(), encoding='ascii') as source:
            text = source.read()
        self.write(os.path.relpath(audit.paths.audit_log(), self.root), '{"ts": "%s", "pid": 1}\n%s' % (
            events.stamp(time.time() - 9000), text))

    def asked(self, *words):
        """Returns ([(kind, text)], [(source, reason)]) of the last ten minutes, or of `words`."""
        code, sent = self.call('timeline', 'blog', *(words or ('--since=600',)), '--output=ndjson')
        self.assertEqual((code, sent[-1]['type']), (0, 'timeline.finished'), sent)
        entries = [one for one in sent if one['type'] == 'timeline.entry']
        self.assertEqual(sent[-1]['entries'], len(entries))
        self.assertEqual([one['ts'] for one in entries], sorted(one['ts'] for one in entries))
        self.sent = sent
        return ([(one['kind'], one['text']) for one in entries],
                [(one['source'], one['reason']) for one in sent if one['type'] == 'timeline.missing'])

    def docker_event(self, action, identity=OF_BLOG, age=30, **labels):
        host_id = self.host_id()
        self.docker.held_events.append({
            'Type': 'container', 'Action': action, 'timeNano': int((time.time() - age) * 1e9),
            'Actor': {'ID': identity, 'Attributes': dict({
                'deployctl.app': 'blog', 'deployctl.host': host_id, 'deployctl.release': '20260101-000000-aaaaaa',
                'deployctl.instance': '1'}, **labels)}})

    def host_id(self):
        from deployctl_host.store import state
        return state.host_id()


class Timelines(TimelineFixture):
    def test_deploys_with_their_switch_and_the_step_that_failed(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.docker.push('bad', Image('bad', exits=3))
        self.call('deploy', 'blog', '--tag=bad')
        entries, missing = self.asked()
        told = [text for kind, text in entries if kind in ('deploy', 'switch', 'step')]
        self.assertRegex(told[0], 'deploy of v1 by alice began')
        self.assertRegex(told[1], 'users were led to v1, release ')
        self.assertRegex(told[2], 'deploy succeeded after ')
        self.assertRegex(told[4], 'step health of the deploy failed: ')
        self.assertRegex(told[5], 'deploy failed after .*: ')
        self.assertEqual(missing, [])

    def test_names_in_the_environment_that_a_deploy_changed_and_no_value(self):
        self.write('etc/env/blog.env', 'A=secret1\nB=x\n')
        self.call('deploy', 'blog', '--tag=v1')
        self.write('etc/env/blog.env', 'A=secret2\nC=x\n')
        self.call('deploy', 'blog', '--tag=v2')
        entries, _ = self.asked()
        text = next(text for kind, text in entries if kind == 'env')
        self.assertTrue(text.endswith('added C; removed B; changed A'), text)
        self.assertNotIn('secret', str(self.sent))

    def test_container_that_was_killed_for_its_memory(self):
        self.docker_event('oom')
        self.docker_event('die', exitCode='137')
        self.docker_event('start', age=29)
        self.kernel = [(31, 'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,'
                        'oom_memcg=/docker/%s,task_memcg=/docker/%s,task=ruby,pid=77,uid=0' % (OF_BLOG, OF_BLOG))]
        entries, missing = self.asked()
        name = 'instance 1 of release 20260101-000000-aaaaaa'
        self.assertEqual(entries, [
            ('oom', 'the kernel killed ruby (process 77) in %s: its memory limit was reached' % name),
            ('container', name + ' ended: out of memory, killed by the kernel'),
            ('start', name + ' was started')])
        self.assertEqual(missing, [])

    def test_last_end_of_a_kept_container_is_known_without_events(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.patch(containers, '_moment', lambda text: time.time() - 20)
        ends = [text for kind, text in self.asked()[0] if kind == 'container']
        self.assertRegex(ends[0], 'instance 1 of release .* ended: its exit code is not known')     # it runs again
        for one in self.docker.containers.values():
            self.docker._end(one, 3)
        ends = [text for kind, text in self.asked()[0] if kind == 'container']
        self.assertRegex(ends[0], 'instance 1 of release .* ended: exit code 3')

    def test_memory_of_others_is_told_without_their_names_except_to_root(self):
        self.host_id()
        kill = 'oom-kill:constraint=%s,nodemask=x,task_memcg=/docker/' + OTHER + ',task=secretapp,pid=7,uid=0'
        self.kernel = [(50, kill % 'CONSTRAINT_NONE'), (40, kill % 'CONSTRAINT_MEMCG')]
        self.assertEqual(self.asked()[0], [
            ('oom', 'the host had no memory left: the kernel killed a process of something else')])
        self.caller = access.Caller('root', 0)
        self.assertIn('secretapp', self.asked()[0][0][1])

    def test_other_apps_are_not_in_it(self):
        self.docker_event('die', identity=OTHER, exitCode='1', **{'deployctl.app': 'shop'})
        audit.record(verb='lock', app='shop', by='bob', exit=0, phase='end', words=['shop'])
        self.assertEqual(self.asked()[0], [])

    def test_what_people_did_that_the_audit_log_tells(self):
        self.call('lock', 'blog', '--lock=l-mine', '--reason=migration')
        self.call('lock', 'blog', '--lock=l-mine', '--renew')
        self.call('deploy', 'blog', '--tag=v1')
        audit.record(verb='deploy', app='blog', by='alice', exit=69, phase='end', words=['blog', '--standby'],
                     error='the prepared call was not started: standard input ended')
        self.call('unlock', 'blog', '--force')
        audit.record(verb='env-set', app='blog', by='bob', exit=0, phase='end', words=['blog', '--name=A'])
        audit.record(verb='drain', app=None, by='root', exit=0, phase='end', words=['--by=carol'])
        entries, _ = self.asked()
        self.assertEqual([kind for kind, _ in entries], ['lock', 'refused', 'lock', 'env', 'drain'])
        self.assertEqual(entries[0][1], 'locked by alice: migration')
        self.assertRegex(entries[1][1], 'deploy by alice was refused: blog is locked by ')
        self.assertEqual(entries[2][1], 'unlocked by alice, by force')
        self.assertEqual(entries[3][1], 'A was set by bob; live with the next deploy or restart')
        self.assertEqual(entries[4][1], 'the host was drained by carol')

    def test_drain_and_lock_that_held_when_the_period_began(self):
        drained.save(events.stamp(time.time() - 3000), 'carol')
        self.call('lock', 'blog', '--lock=l-mine')
        path = self.state.root + '/lock.json'
        with open(path, encoding='utf-8') as source:
            text = source.read()
        held = self.state.deploy_lock()['since']
        self.write(os.path.relpath(path, self.root), text.replace(held, events.stamp(time.time() - 3000)))
        entries, _ = self.asked()
        self.assertRegex(str(entries), 'locked by alice since .*the host was drained since .* by carol')

    def test_apply_with_its_commit(self):
        applied.save(applied.Applied('1' * 64, '5f0c1d2e3a4b99', False, 'x', 'alice@laptop', events.now(), {}))
        self.assertEqual(self.asked()[0], [
            ('apply', "operators' files were applied by alice@laptop, commit 5f0c1d2e3a4b")])

    def test_minutes_with_failed_requests(self):
        now = time.time()
        text = line(now - 4000) + ''.join(line(now - 300 + each, status=502 if each < 2 else 200) for each in range(5))
        self.write('log/deployctl-blog.log', text)
        entries, _ = self.asked()
        self.assertEqual(sum(one['errors_5xx'] for one in self.sent if one.get('kind') == 'requests'), 2)
        self.assertRegex(entries[0][1], r'^[12] of [1-5] requests of this minute were answered with 5xx$')

    def test_start_of_the_host_and_of_docker(self):
        now = int(time.time())
        self.write('stat', 'btime %d\n' % (now - 500))
        os.utime(self.root + '/docker.pid', (now - 490, now - 490))
        self.host_id()
        entries, missing = self.asked()
        self.assertEqual(entries, [('host', 'the host was started'), ('host', 'the Docker daemon was started')])
        self.assertEqual([source for source, _ in missing], ['Docker events'])

    def test_each_source_that_cannot_tell_is_named_and_hides_no_other(self):
        self.call('lock', 'blog', '--lock=l-mine')
        self.host_id()
        self.docker.fail[('GET', '/')] = (500, 'broken')
        self.patch(kernel, 'DMESG', self.root + '/none')
        self.patch(kernel.programs, 'run', lambda argv, timeout: Completed(1, '', 'Operation not permitted'))
        os.unlink(self.root + '/log/deployctl-blog.log')
        entries, missing = self.asked()
        self.assertEqual([kind for kind, _ in entries], ['lock'])
        self.assertEqual([source for source, _ in missing], ['Docker', 'kernel messages', 'access log'])

    def test_records_that_do_not_reach_back_are_named(self):
        self.host_id()
        self.patch(containers, 'PID_FILES', ())
        self.docker_event('start', age=60)
        self.write(os.path.relpath(audit.paths.audit_log(), self.root), '')
        self.write('log/deployctl-blog.log', line(time.time() - 20))
        self.state.prepare()
        _, missing = self.asked()
        self.assertEqual([source for source, _ in missing], ['audit log', 'Docker events', 'access log'])

    def test_too_many_entries_keep_the_middle_and_say_so(self):
        self.patch(collected, 'LIMIT', 2)
        for age in (590, 310, 290, 10):
            self.docker_event('start', age=age)
        entries, missing = self.asked()
        self.assertEqual(len(entries), 2)
        self.assertIn(('entries', '2 more happened further from the middle of this time'), missing)

    def test_log_that_takes_too_long_is_named(self):
        self.patch(requests, 'LONGEST', -1)
        self.patch(requests, 'CLOCK_EVERY', 1)
        self.write('log/deployctl-blog.log', line(time.time() - 20))
        self.assertEqual([source for source, _ in self.asked()[1]], ['access log'])

    def test_periods_that_are_none(self):
        for words in (['--since=5', '--until=5'], ['--since=90000'], ['--until=0'], ['--since=-1']):
            self.assertEqual(self.call('timeline', 'blog', *words)[0], 64, words)

    def test_text_output(self):
        self.call('lock', 'blog', '--lock=l-mine')
        self.assertRegex(self.call('timeline', 'blog', '--since=60', '--output=text')[1], r'lock +locked by alice')


if __name__ == '__main__':
    unittest.main()
