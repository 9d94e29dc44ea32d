"""Tests of `apply`: a set of operators' files replaces those of the host, all or none, and is recorded."""

import json
import os
import re
import stat
import unittest

from deployctl_host import access, events, files, lock, paths
from deployctl_host.env import targets
from deployctl_host.errors import HostError
from deployctl_host.nginx import vhost
from deployctl_host.verbs import apply
from tests.unit.apply_fixture import ApplyFixture
from tests.unit.test_apply_archive import HOSTILE

OLD = '[app]\nrepository = registry.example.com/old\ndeployers = alice\n[process worker]\ncommand = work\n'


class Applied(ApplyFixture):

    def test_files_that_differ_are_replaced_and_shown(self):
        self.change('apps/blog.conf', 'keep = 2', 'keep = 3')
        self.set['templates/blog.conf'] = b'server { proxy_pass http://@UPSTREAM@; }\n'
        code, told = self.apply()
        self.assertEqual((0, ['apply.file', 'apply.file', 'apply.finished']), (code, [one['type'] for one in told]))
        self.assertEqual(('apps/blog.conf', 'changed'), (told[0]['path'], told[0]['change']))
        self.assertEqual(['-keep = 2', '+keep = 3'], [line for line in told[0]['diff'] if line[0] in '-+'])
        self.assertEqual(('templates/blog.conf', 'added'), (told[1]['path'], told[1]['change']))
        end = told[-1]
        self.assertEqual(('applied', 2, None, []),
                         (end['outcome'], end['changed'], end['before'], end['unmanaged']))
        self.assertEqual(self.set, self.on_disk())
        modes = {name: stat.S_IMODE(os.stat('%s/%s' % (paths.ETC, name)).st_mode) for name in (*self.set, 'templates')}
        self.assertEqual({'apps/blog.conf': 0o644, 'env/blog.env': 0o600, 'host.conf': 0o644,
                          'templates/blog.conf': 0o644, 'templates': 0o755}, modes)

    def test_check_changes_nothing_and_its_base_is_accepted_afterwards(self):
        self.change('apps/blog.conf', 'keep = 2', 'keep = 3')
        before = self.snapshot()
        checked = self.applied('--check')
        after = self.snapshot()
        for place in (self.root + '/log', self.root + '/run', self.root + '/state'):    # the log, locks, the host's key
            before, after = ({name: seen for name, seen in shot.items() if not name.startswith(place)}
                             for shot in (before, after))
        self.assertEqual(before, after)
        self.assertEqual('checked', checked['outcome'])
        self.assertNotEqual(checked['base'], checked['version'])
        end = self.applied('--base=' + checked['base'])
        self.assertEqual(('applied', checked['version']), (end['outcome'], end['version']))

    def test_set_that_is_here_is_unchanged_and_taken_over(self):
        end = self.applied('--check')
        self.assertEqual(('unchanged', 0, None, end['base']),
                         (end['outcome'], end['changed'], end['before'], end['version']))
        self.assertIsNone(self.applied()['before'], 'a check records nothing')
        end = self.applied(data=self.archive(commit='0123abc', dirty=True), by='bob')
        self.assertEqual(('unchanged', 'alice@laptop'), (end['outcome'], end['before']['by']))
        before = self.applied('--check')['before']
        self.assertEqual(('0123abc', True, 'bob', []),
                         (before['commit'], before['dirty'], before['by'], before['drift']))

    def test_only_names_of_env_files_are_shown(self):
        self.set['env/blog.env'] = b'GREETING=secret-hi\nNEW=secret-new\n'
        code, told = self.apply()
        self.assertEqual({'added': ['NEW'], 'changed': ['GREETING'], 'removed': []}, told[0]['names'])
        self.assertNotIn('diff', told[0])
        del self.set['env/blog.env']
        code, gone = self.apply()
        self.assertEqual(('removed', ['GREETING', 'NEW']), (gone[0]['change'], gone[0]['names']['removed']))
        for text in (json.dumps(told + gone), json.dumps(self.audited())):
            self.assertNotIn('secret', text)
            self.assertNotIn('hello', text)

    def test_file_that_an_apply_wrote_is_removed_when_the_set_lacks_it(self):
        self.set['apps/old.conf'] = OLD.encode()
        self.set['templates/own.conf'] = b'@UPSTREAM@'
        self.applied()
        del self.set['apps/old.conf'], self.set['templates/own.conf']
        self.assertEqual(2, self.applied()['changed'])
        self.assertEqual(self.set, self.on_disk())

    def test_definition_from_elsewhere_is_left_alone_and_named(self):
        self.write('etc/apps/old.conf', OLD, 0o644)
        self.assertEqual(['apps/old.conf'], self.applied()['unmanaged'])
        self.assertEqual(['apps/old.conf'], self.applied()['unmanaged'])
        self.assertEqual(OLD.encode(), self.content('apps/old.conf'))

    def test_definition_of_an_app_that_is_here_is_not_removed(self):
        self.applied()
        self.deploy('v1')
        del self.set['apps/blog.conf'], self.set['env/blog.env']
        error = self.refused('definition')
        self.assertEqual('apps/blog.conf: blog is live on this host; deployctl-host remove blog first, or keep its '
                         'definition', error['message'])
        self.call('remove', 'blog', '--output=ndjson')
        self.assertEqual('applied', self.applied()['outcome'])
        self.assertEqual({'host.conf': self.set['host.conf']}, self.on_disk())

    def test_change_by_hand_is_shown_and_named_as_drift(self):
        self.applied()
        self.redefine('keep = 2', 'keep = 4')
        end = self.applied('--check')
        self.assertEqual((1, ['apps/blog.conf']), (end['changed'], end['before']['drift']))

    def test_audit_log_has_who_applied(self):
        self.applied('--check')
        self.applied()
        lines = [line for line in self.audited() if line['verb'] == 'apply']
        self.assertEqual(['end', 'begin', 'end'], [line['phase'] for line in lines])
        self.assertIn('--by=alice@laptop', lines[1]['words'])

    def test_long_diff_is_cut_to_fit_into_one_event(self):
        self.set['templates/long.conf'] = ('# \u00e9' + 'x' * 600 + '\n').encode() * 300
        _, told = self.apply()
        self.assertTrue(told[0]['cut'])
        self.assertGreater(len(told[0]['diff']), 50)
        self.assertLess(len(events.encode(told[0])), events.LINE_LIMIT)

    def test_text_for_people(self):
        self.change('apps/blog.conf', 'keep = 2', 'keep = 3')
        self.set['env/blog.env'] = b'NEW=secret\n'
        _, text = self.apply(output='text')
        for part in ('changed apps/blog.conf', '    +keep = 3', '    added: NEW', '2 files were changed'):
            self.assertIn(part, text)
        self.assertNotIn('secret', text)

    def test_nobody_can_test_guesses_at_a_value_with_what_developers_see(self):
        self.applied()
        seen = self.applied('--check')
        with open(self.root + '/state/env-token-key', 'rb') as source:
            key = source.read()
        self.write('state/env-token-key', bytes(len(key)))
        other = self.applied('--check')
        self.assertNotEqual(seen['version'], other['version'], 'the same files on a host with another key')
        self.assertEqual(['env/blog.env'], other['before']['drift'], 'of other files nothing is secret')

    def test_change_of_a_variable_beside_it_is_not_lost(self):
        self.set['env/blog.env'] += b'OTHER=1\n'
        self.applied()
        base = self.applied('--check')['base']
        code, told = self.call('env-unset', 'blog', '--name=GREETING', '--output=ndjson')
        self.assertEqual(0, code, told)
        self.assertIn('changed after they were compared', self.refused('locked', '--base=' + base)['message'])
        only_one = lock.operators_files()
        self.assertTrue(only_one.take())
        self.patch(targets, 'PATIENCE', 0.0)
        try:
            self.assertEqual(75, self.call('env-unset', 'blog', '--name=GREETING', '--output=ndjson')[0])
        finally:
            only_one.release()


class Refused(ApplyFixture):

    def test_mistakes_of_all_files_at_once_with_file_and_line(self):
        self.change('apps/blog.conf', 'keep = 2', 'keep = two')
        self.change('host.conf', '[nginx]', '[ngnix]')
        self.set['apps/two.conf'] = b'[app]\nrepositry = x\n'
        self.set['freezes.conf'] = b'[window office]\nhours = 9-17\ntimezone = UTC\n'
        self.set['env/blog.env'] = b'A=1\nexport B=secret\n'
        self.set['env/common.env'] = b'LD_PRELOAD=secret\n'
        self.set['env/blgo.env'] = b'A=1\n'
        lines = self.refused('definition')['message'].split('\n')
        for wanted in (
                r"^apps/blog\.conf:4: app\.keep: 'two' is not a whole number",
                r'^host\.conf:6: unknown section \[ngnix\]',
                r"^freezes\.conf:2: window office\.hours: '9-17' is not a time of the day",
                r'^apps/two\.conf:2: unknown key app\.repositry \(did you mean repository\?\)$',
                r'^apps/two\.conf:1: app\.repository is required',
                r'^env/blog\.env: line 2: `export` is for a shell', r'^env/common\.env: LD_PRELOAD: refused',
                r'^env/blgo\.env: there is no apps/blgo\.conf'):
            self.assertEqual(1, sum(re.search(wanted, line) is not None for line in lines), (wanted, lines))
        self.assertNotIn('secret', '\n'.join(lines))
        self.assertNotIn(self.root, '\n'.join(lines))

    def test_definition_is_checked_with_the_host_conf_and_template_of_the_set(self):
        self.change('apps/blog.conf', '[env]',
                    '[schedule nightly]\nat = 0 3 * * *\ncommand = bin/report\non = one\n[env]')
        self.assertIn('apps/blog.conf:16: schedule nightly.on: one host of all is found by etcd',
                      self.refused('definition', '--check')['message'])
        self.set['host.conf'] += b'[etcd]\nendpoints = http://etcd:2379\n'
        self.applied('--check')
        self.change('apps/blog.conf', '[health]', 'template = %s/templates/own.conf\n[health]' % paths.ETC)
        self.assertIn('apps/blog.conf: there is no virtual host template', self.refused('definition')['message'])
        self.set['templates/own.conf'] = b'server { }\n'
        self.assertIn('apps/blog.conf: %s/templates/own.conf passes no requests to the app' % paths.ETC,
                      self.refused('definition')['message'])
        self.set['templates/own.conf'] = b'server { proxy_pass http://@UPSTREAM@; }\n'
        self.applied()

    def test_definition_that_is_left_alone_must_stay_valid(self):
        self.set['host.conf'] += b'[etcd]\nendpoints = http://etcd:2379\n'
        self.applied()
        self.write('etc/apps/old.conf', OLD + '[schedule nightly]\nat = 0 3 * * *\ncommand = x\non = one\n', 0o644)
        self.write('etc/apps/broken.conf', 'nothing', 0o644)
        self.applied()
        self.set['host.conf'] = self.set['host.conf'].partition(b'[etcd]')[0]
        self.assertRegex(self.refused('definition')['message'], r'^apps/old\.conf:\d+: schedule nightly\.on: [^\n]*$')

    def test_nginx_is_asked_about_live_apps_before_anything_changes(self):
        self.change('apps/blog.conf', 'blog.example.com', 'new.example.com')
        self.applied('--check')
        self.assertEqual([], self.tested, 'no app is live')
        self.deploy('v1')
        live = vhost.read(self.loaded()[1].nginx, self.app)
        self.refuses = 'nginx refuses its configuration: unknown directive "x" in %s:3' % self.nginx.path
        error = self.refused('definition')
        self.assertEqual('apps/blog.conf: ' + self.refuses, error['message'])
        self.refuses = 'another virtual host on 0.0.0.0:80 already has the server name new.example.com'
        self.assertEqual('apps/blog.conf: ' + self.refuses, self.refused('definition')['message'])
        self.refuses = None
        self.applied()
        self.assertIn(b'server_name new.example.com', self.tested[-1][self.nginx.path])
        self.assertEqual(live, vhost.read(self.loaded()[1].nginx, self.app), 'until the next deploy')

    def test_mistake_in_nginx_that_is_there_already_does_not_hold_up_an_apply(self):
        self.deploy('v1')
        self.nginx.refuses = 'unknown directive "x" in /etc/nginx/conf.d/other.conf:3'
        code, told = self.apply()
        self.assertEqual((0, 'warning', 'nginx'), (code, told[0]['type'], told[0]['code']))
        self.assertIn('other.conf', told[0]['message'])

    def test_base_that_is_not_current_any_more(self):
        base = self.applied()['version']
        self.change('apps/blog.conf', 'keep = 2', 'keep = 3')
        self.applied(by='bob@desk')
        self.change('apps/blog.conf', 'keep = 3', 'keep = 5')
        error = self.refused('locked', '--base=' + base)
        self.assertRegex(error['message'], r'changed after they were compared, applied by bob@desk at 20\d\d-')
        self.redefine('keep = 3', 'keep = 7')
        self.assertIn('by hand: apps/blog.conf', self.refused('locked', '--base=' + base)['message'])

    def test_second_apply_at_once(self):
        self.patch(apply, 'WAIT', 0.0)
        other = lock.operators_files()
        self.assertTrue(other.take())
        other.describe({'holder': 'bob@desk', 'since': '2026-11-30T04:19:13.348Z'})
        try:
            self.assertIn('another apply is running on this host: by bob@desk since 2026-11-30T04:19:13.348Z',
                          self.refused('locked')['message'])
        finally:
            other.release()
        self.applied()

    def test_for_root_alone(self):
        self.caller = access.Caller('alice', 1000)
        code, told = self.call('apply', '--by=alice', '--output=ndjson')
        self.assertEqual((77, 'not-allowed'), (code, told[-1]['error']['kind']))

    def test_file_that_others_could_have_written(self):
        os.chmod('%s/apps/blog.conf' % paths.ETC, 0o666)
        self.assertIn('writable by others', self.refused('definition')['message'])

    def test_archives_that_are_none(self):
        for why, data in HOSTILE.items():
            with self.subTest(why):
                self.assertRegex(self.refused('usage', data=data)['message'], why)

    def test_disk_that_is_full_leaves_the_old_set(self):
        self.change('apps/blog.conf', 'keep = 2', 'keep = 3')
        plain = files.write_atomic

        def full(path, data, mode=0o600):
            if '/.apply/' in path:
                raise HostError('disk-full', 'no space left to write %s' % path)
            plain(path, data, mode)
        self.patch(files, 'write_atomic', full)
        self.refused('disk-full')


class Status(ApplyFixture):

    def status(self):
        code, told = self.call('status', 'blog', '--output=ndjson')
        self.assertEqual(0, code)
        return told[0]

    def test_tells_the_last_apply_and_files_that_differ(self):
        self.assertNotIn('applied', self.status())
        self.set['env/common.env'] = b'A=1\n'
        for name in ('blog', 'other'):
            self.set['templates/%s.conf' % name] = b'server { proxy_pass http://@UPSTREAM@; }\n'
        self.change('apps/blog.conf', '[health]', 'template = %s/templates/blog.conf\n[health]' % paths.ETC)
        end = self.applied()
        found = self.status()['applied']
        self.assertEqual((end['version'], '5f0c1d2e3a4b', 'alice@laptop', []),
                         (found['version'], found['commit'], found['by'], found['drift']))
        for name in ('templates/blog.conf', 'templates/other.conf', 'env/common.env', 'host.conf'):
            self.write('etc/' + name, (self.content(name) or b'') + b'# by hand\n', 0o600)
        os.unlink('%s/env/blog.env' % paths.ETC)
        self.assertEqual(['env/blog.env', 'env/common.env', 'host.conf', 'templates/blog.conf'],
                         self.status()['applied']['drift'])
        self.assertIn('! host.conf differs from the last apply (by alice@laptop, ',
                      self.call('status', 'blog', '--output=text')[1])

    def test_definition_that_is_broken_or_gone_is_drift(self):
        self.applied()
        self.deploy('v1')
        self.redefine('keep = 2', 'keep = two')
        self.assertEqual(['apps/blog.conf'], self.status()['applied']['drift'])
        os.unlink('%s/apps/blog.conf' % paths.ETC)
        self.assertEqual(['apps/blog.conf'], self.status()['applied']['drift'])

    def test_app_whose_definition_did_not_come_by_an_apply(self):
        del self.set['apps/blog.conf'], self.set['env/blog.env']
        self.applied()
        self.assertNotIn('applied', self.status())

    def test_damaged_record_is_a_warning_and_stops_an_apply(self):
        self.applied()
        self.write('state/applied.json', '{"version": 1}')
        code, told = self.call('status', 'blog', '--output=ndjson')
        self.assertEqual((0, 'apply'), (code, told[0]['code']))
        self.refused_as_damaged()

    def refused_as_damaged(self):
        code, told = self.apply()
        self.assertEqual((70, 'internal'), (code, told[-1]['error']['kind']))
        self.assertIn('applied.json is damaged', told[-1]['error']['message'])


if __name__ == '__main__':
    unittest.main()
