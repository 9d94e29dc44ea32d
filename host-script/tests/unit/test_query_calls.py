"""Tests of whole calls that change no release: status, preflight, pull, lock and recover."""

import json
import unittest

from deployctl_host import access
from deployctl_host.errors import HostError
from deployctl_host.nginx import process
from deployctl_host.store import state
from tests.sandbox import MINIMAL
from tests.unit.call_fixture import CallFixture


class Queries(CallFixture):
    def test_status_of_a_live_app(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.call('deploy', 'blog', '--tag=v2', '--rollout=r-two2')
        _, sent = self.call('status', '--output=ndjson')
        status = sent[0]
        self.assertEqual((status['app'], status['state'], status['serving']['tag'], status['previous']['tag']),
                         ('blog', 'ok', 'v2', 'v1'))
        self.assertEqual((status['instances'], status['drift'], status['lock']),
                         ({'running': 1, 'wanted': 1, 'restarts': 0, 'restarted': None}, [], None))
        self.assertEqual((status['serving']['by'], status['serving']['rollout']), ('alice', 'r-two2'))

    def test_status_of_an_app_that_never_ran_and_of_one_that_is_down(self):
        self.assertEqual(self.call('status', 'blog', '--output=ndjson')[1][0]['state'], 'none')
        self.call('deploy', 'blog', '--tag=v1')
        for one in self.docker.containers.values():
            self.docker._end(one, 1)
        status = self.call('status', 'blog', '--output=ndjson')[1][0]
        self.assertEqual(status['state'], 'down')
        self.assertIn('instance 1', status['drift'][0])

    def test_status_reports_a_restart_loop(self):
        self.call('deploy', 'blog', '--tag=v1')
        for one in self.docker.containers.values():
            one['restarts'] = 3
        status = self.call('status', 'blog', '--output=ndjson')[1][0]
        self.assertEqual((status['state'], status['instances']), ('ok', {
            'running': 1, 'wanted': 1, 'restarts': 3, 'restarted': '2026-11-23T03:04:01.123Z'}))
        self.assertIn('ended and were started again: 3 times, last 2026-11-23', self.call('status', '--output=text')[1])

    def test_status_names_drift(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.state.point_at('20200101-000000-aaaaaa')
        status = self.call('status', 'blog', '--output=ndjson')[1][0]
        self.assertEqual((status['state'], status['drift']), ('degraded',
                         ['nginx does not lead to the recorded release']))

    def test_status_without_nginx_says_that_nobody_is_served(self):
        self.call('deploy', 'blog', '--tag=v1')

        def absent(settings):
            raise HostError('unavailable', 'nginx is not running: there is no /run/nginx.pid')
        self.patch(process, 'master', absent)
        status = self.call('status', 'blog', '--output=ndjson')[1][0]
        self.assertEqual((status['state'], status['drift']),
                         ('degraded', ['nginx is not running: there is no /run/nginx.pid']))

    def test_status_text_has_memory_and_age(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.state.save(since='2026-01-01T00:00:00.000Z')
        text = self.call('status', '--output=text')[1]
        self.assertRegex(text, r'APP +RELEASE +IMAGE +UP +INSTANCES +CONNECTIONS +MEMORY +PREVIOUS +STATE')
        self.assertRegex(text, r'blog +\S+ v1 \S+ +[0-9]+ d +1/1 ')

    def test_lock_and_unlock_in_text(self):
        self.assertRegex(self.call('lock', 'blog', '--reason=migration', '--output=text')[1],
                         r'^blog is locked by alice since \S+ \S+ until it is unlocked as l-h[0-9a-f]+: migration$')
        self.assertEqual(self.call('unlock', 'blog', '--force', '--output=text')[1], 'blog is not locked any more')

    def test_status_without_docker_still_answers(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.docker.hang.add('_ping')
        code, sent = self.call('status', '--output=ndjson')
        self.assertEqual((code, sent[0]['state']), (0, 'degraded'))

    def test_preflight_of_a_live_app(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.write('etc/env/blog.env', 'GREETING=other\nNEW=1\n')
        code, sent = self.call('preflight', 'blog', '--tag=v2', '--output=ndjson')
        end = sent[-1]
        self.assertEqual(
            (code, end['ok'], end['env']), (0, True, {
                'added': ['NEW'], 'removed': [], 'changed': ['GREETING']}))
        self.assertTrue(end['serving']['healthy'])
        self.assertTrue(end['digest'].startswith('sha256:'))
        self.assertNotIn('other', json.dumps(sent))

    def test_preflight_warns_of_suspicious_env_values(self):
        self.write('etc/env/blog.env', 'GREETING=secret # old\nNEW=secret \n')
        code, sent = self.call('preflight', 'blog', '--tag=v1', '--output=ndjson')
        warnings = sent[-1]['warnings']
        self.assertEqual((code, [text.partition(' ')[0] for text in warnings]), (0, ['GREETING:', 'NEW:']))
        self.assertNotIn('secret', json.dumps(sent))
        self.assertIn('  warning  ', self.call('preflight', 'blog', '--output=text')[1])
        deployed = self.call('deploy', 'blog', '--tag=v1', '--output=ndjson')[1]
        self.assertEqual([one['message'] for one in deployed if one['type'] == 'warning'], warnings)

    def test_preflight_reports_whether_the_image_is_present(self):
        def end(*words):
            return self.call('preflight', 'blog', '--output=ndjson', *words)[1][-1]

        digest = '--digest=' + end('--tag=v2')['digest']
        self.assertEqual([False, False], [end(word)['present'] for word in ('--tag=v2', digest)])
        self.call('pull', 'blog', '--tag=v2')
        self.assertEqual([True, True], [end(word)['present'] for word in ('--tag=v2', digest)])
        self.assertIsNone(end()['present'])

    def test_preflight_runs_all_checks_after_a_failure(self):
        self.docker.registry_up = False
        self.nginx.refuses = 'unknown directive'
        code, sent = self.call('preflight', 'blog', '--tag=v2', '--output=ndjson')
        failed = {one['name']: one['kind'] for one in sent if one['type'] == 'check' and not one['ok']}
        self.assertEqual((code, failed), (78, {'nginx': 'definition', 'image': 'unavailable'}))

    def test_preflight_touches_nothing(self):
        before = self.snapshot()
        self.call('preflight', 'blog', '--tag=v2')
        after = self.snapshot()
        after.pop(self.root + '/log/audit.log')
        self.assertEqual(set(before), set(after))
        self.assertEqual(self.docker.calls('POST', ''), [])

    def test_pull(self):
        code, sent = self.call('pull', 'blog', '--tag=v1', '--output=ndjson')
        self.assertEqual((code, sent[-1]['outcome'], sent[-1]['already']), (0, 'succeeded', False))
        code, sent = self.call('pull', 'blog', '--digest=' + sent[-1]['digest'], '--output=ndjson')
        self.assertEqual((code, sent[-1]['outcome'], sent[-1]['already']), (0, 'unchanged', True))
        code, sent = self.call('pull', 'blog', '--tag=v99', '--output=ndjson')
        self.assertEqual((code, sent[-1]['outcome'], sent[-1]['error']['kind']), (66, 'failed', 'not-found'))

    def test_recover_without_an_app_skips_apps_of_other_deployers(self):
        self.define('shop', MINIMAL.replace('alice', 'bob').replace('%developers, ', ''))
        for app in ('blog', 'shop'):
            one = state.AppState(app)
            one.prepare()
            one.begin('r-dead')
        code, sent = self.call('recover', '--output=ndjson')
        self.assertEqual((code, sent[-1]['apps'], sent[-1]['settled']), (0, 1, 0))
        self.assertEqual(state.AppState('shop').unfinished(), 'r-dead')
        self.assertIsNone(state.AppState('blog').unfinished())
        self.call('status', '--output=ndjson')
        self.assertEqual(state.AppState('shop').unfinished(), 'r-dead')
        self.caller = access.Caller('root', 0)
        self.assertEqual(self.call('recover', '--output=ndjson')[1][-1]['apps'], 2)
        self.assertIsNone(state.AppState('shop').unfinished())

    def test_recover(self):
        code, sent = self.call('recover', '--output=ndjson')
        self.assertEqual((code, sent[-1]['settled']), (0, 0))


if __name__ == '__main__':
    unittest.main()
