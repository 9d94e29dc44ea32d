"""Tests of `stop`, `start` and `maintenance`, which change who can reach the app but not its release."""

import unittest

from deployctl_host import events
from deployctl_host.transaction import recover
from deployctl_host.transaction.steps import health, verify
from tests.unit.availability_fixture import AvailabilityFixture, status_of
from tests.unit.fake_docker import Image
from tests.unit.dying_worker_fixture import DyingWorkerFixture


class StopAndStart(AvailabilityFixture):
    def test_stopped_app_answers_503_and_has_no_containers_running(self):
        self.assertEqual(self.done('stop', 'blog'), (0, 'succeeded', None, True))
        self.assertEqual((status_of(self.nginx.port), self.docker.running(), self.docker.names(), self.policy()),
                         (503, [], [self.container], 'no'))
        sent = self.status()
        self.assertEqual((sent['state'], sent['serving'], sent['stopped']['by'], sent['drift']),
                         ('stopped', None, 'alice', []))
        self.assertEqual(self.done('stop', 'blog'), (0, 'unchanged', None, False))

    def test_preflight_warns_of_a_stop_and_of_a_maintenance(self):
        """A deploy ends a stop, so people learn before it that somebody stopped the app, and when."""
        self.assertEqual(self.warnings(), [])
        self.call('stop', 'blog')
        since = self.status()['stopped']['since']
        self.assertEqual(self.warnings(),
                         ['blog was stopped by alice at %s: a deploy puts it back in service' % since])
        self.call('start', 'blog')
        self.assertEqual(self.warnings(), [])
        self.call('maintenance', 'blog', '--on')
        self.assertIn('blog is in maintenance since', self.warnings()[0])

    def warnings(self):
        return self.call('preflight', 'blog', '--output=ndjson')[1][-1]['warnings']

    def test_start_starts_the_same_release(self):
        self.call('stop', 'blog')
        self.docker.registry_up = False
        self.assertEqual(self.done('start', 'blog'), (0, 'succeeded', self.release, True))
        self.assertEqual((status_of(self.nginx.port), self.docker.running(), self.policy()),
                         (200, [self.container], 'always'))
        sent = self.status()
        self.assertEqual((sent['state'], sent['stopped'], sent['serving']['verb']), ('ok', None, 'start'))
        self.assertEqual(self.done('start', 'blog'), (0, 'unchanged', self.release, False))

    def test_start_repairs_a_release_whose_container_is_down(self):
        for one in self.docker.containers.values():
            self.docker._end(one, 1)
        self.assertEqual(self.done('start', 'blog')[:3], (0, 'succeeded', self.release))
        self.assertEqual(self.status()['state'], 'ok')

    def test_start_of_an_unhealthy_release_leaves_the_app_stopped(self):
        self.call('stop', 'blog')
        self.docker.images['v1'].status = 500
        self.give_up_soon()
        self.assertEqual(self.done('start', 'blog'), (73, 'failed', None, False))
        self.assertEqual((status_of(self.nginx.port), self.docker.running(), self.status()['state']),
                         (503, [], 'stopped'))

    def test_failed_start_does_not_stop_the_live_release(self):
        self.patch(health, 'wait_healthy', lambda transaction: 1 // 0)
        self.docker.images['v1'].status = 500
        self.give_up_soon()
        self.assertEqual(self.done('start', 'blog')[:3], (70, 'failed', self.release))
        self.assertEqual((self.docker.running(), self.policy()), ([self.container], 'always'))

    def test_deploy_starts_a_stopped_app(self):
        self.call('stop', 'blog')
        code, outcome, serving, changed = self.done('deploy', 'blog', '--tag=v2')
        self.assertEqual((code, outcome, changed, status_of(self.nginx.port)), (0, 'succeeded', True, 200))
        sent = self.status()
        self.assertEqual((sent['state'], sent['serving']['release'], sent['previous']['release']),
                         ('ok', serving, self.release))

    def test_deploy_that_fails_leaves_a_stopped_app_stopped(self):
        self.call('stop', 'blog')
        self.docker.push('bad', Image('bad', status=500))
        self.give_up_soon()
        self.assertEqual(self.done('deploy', 'blog', '--tag=bad'), (73, 'failed', None, False))
        self.assertEqual((status_of(self.nginx.port), self.docker.running(), self.policy()), (503, [], 'no'))

    def test_undo_of_a_stop_starts(self):
        self.call('stop', 'blog', '--rollout=r-stop')
        self.assertEqual(self.done('rollback', 'blog', '--undo=r-stop')[:3], (0, 'succeeded', self.release))
        self.assertEqual(status_of(self.nginx.port), 200)

    def test_restart_of_a_stopped_app_is_refused_with_a_hint(self):
        self.call('stop', 'blog')
        code, sent = self.call('restart', 'blog', '--output=ndjson')
        self.assertEqual((code, sent[-1]['error']['hint']), (66, 'deployctl-host start blog'))

    def test_stop_refused_by_nginx_leaves_the_app_running(self):
        self.patch(verify, 'VERIFY_DEADLINE', 0.2)
        self.nginx.refuses = 'unknown directive'
        self.assertEqual(self.done('stop', 'blog'), (78, 'refused', self.release, False))
        self.nginx.refuses = None
        self.patch(self.nginx, 'load', lambda: None)
        self.assertEqual(self.done('stop', 'blog'), (73, 'failed', self.release, False))
        self.assertEqual((status_of(self.nginx.port), self.policy(), self.status()['state']), (200, 'always', 'ok'))

    def test_stop_without_a_live_release(self):
        self.define('shop', open_definition(self.root).replace('blog', 'shop'))
        self.assertEqual(self.call('stop', 'shop')[0], 66)
        self.assertEqual(self.call('start', 'shop')[0], 66)
        self.assertEqual(self.call('maintenance', 'shop', '--on')[0], 66)


def open_definition(root):
    with open(root + '/etc/apps/blog.conf', encoding='utf-8') as source:
        return source.read()


class Maintenance(AvailabilityFixture):
    def test_maintenance_on_and_off_reload_once_each(self):
        self.assertEqual(self.done('maintenance', 'blog', '--on'), (0, 'succeeded', self.release, False))
        self.assertEqual((status_of(self.nginx.port), self.docker.running(), self.nginx.reloads),
                         (503, [self.container], 2))
        sent = self.status()
        self.assertEqual((sent['state'], sent['maintenance']['by'], sent['serving']['release'], sent['drift']),
                         ('maintenance', 'alice', self.release, []))
        self.assertEqual(self.done('maintenance', 'blog', '--on')[1], 'unchanged')
        self.assertEqual(self.done('maintenance', 'blog', '--off')[1], 'succeeded')
        self.assertEqual((status_of(self.nginx.port), self.nginx.reloads, self.status()['state']), (200, 3, 'ok'))

    def test_deploy_during_maintenance_needs_no_reload(self):
        self.call('maintenance', 'blog', '--on')
        code, outcome, serving, _ = self.done('deploy', 'blog', '--tag=v2')
        self.assertEqual((code, outcome, status_of(self.nginx.port), self.nginx.reloads), (0, 'succeeded', 503, 2))
        self.assertEqual(self.status()['state'], 'maintenance')
        self.call('maintenance', 'blog', '--off')
        self.assertEqual((status_of(self.nginx.port), self.serving), (200, serving))

    def test_stop_and_start_during_maintenance(self):
        self.call('maintenance', 'blog', '--on')
        self.assertEqual(self.done('stop', 'blog')[:2], (0, 'succeeded'))
        self.assertEqual(self.status()['state'], 'stopped')
        self.assertEqual(self.done('start', 'blog')[:2], (0, 'succeeded'))
        self.assertEqual((status_of(self.nginx.port), self.status()['state']), (503, 'maintenance'))

    def test_text_of_status_says_since_when_and_by_whom(self):
        self.call('maintenance', 'blog', '--on')
        self.assertRegex(self.call('status', 'blog', '--output=text')[1], r'maintenance since [0-9: -]{19} \(alice\)')

    def test_maintenance_page_removed_by_hand_is_drift(self):
        self.call('maintenance', 'blog', '--on')
        with open(self.nginx.path, encoding='utf-8') as source:
            text = source.read()
        self.write('conf.d/deployctl-blog.conf', text.replace(' closed=maintenance', ''), 0o644)
        self.assertIn('should be maintenance', self.status()['drift'][0])

    def test_template_without_a_place_for_the_page_is_refused(self):
        path = self.write('etc/own.conf', 'server {\n    listen @LISTEN@;\n    server_name @SERVER_NAME@;\n'
                          '    location / { proxy_pass http://@UPSTREAM@; }\n}\n', 0o644)
        self.redefine('[health]', 'template = %s\n[health]' % path)
        code, sent = self.call('maintenance', 'blog', '--on', '--output=ndjson')
        self.assertEqual((code, sent[-1]['outcome']), (78, 'refused'))
        self.assertIn('@CLOSED@', sent[-1]['error']['hint'])


class Died(DyingWorkerFixture):
    """A worker dies at each entry of its journal: afterwards the change is done or undone, never in between."""

    def both(self, verb, before, after, **request):
        for moment in ('before', 'after'):
            number = 1
            outcomes = []
            while True:
                before()
                if not self.die_at(number, moment, verb, **request):
                    break
                facts = recover.settle(self.app, *self.loaded())
                where = '%s: died %s entry %d: %s' % (verb, moment, number, facts)
                self.assertIsNone(self.state.unfinished(), where)
                if facts:
                    outcomes.append(facts['outcome'])
                    self.assertEqual(events.read(self.record_path(facts))[0][-1]['type'], 'deploy.finished', where)
                after(where, facts['outcome'] == 'succeeded' if facts else None)
                number += 1
            self.assertEqual(set(outcomes), {'failed', 'succeeded'}, verb)

    def record_path(self, facts):
        return '%s/transactions/%s/events.ndjson' % (self.state.root, facts['rollout'])

    def out_of_service(self, where, stopped):
        container = self.docker._by('deployctl-blog-%s-1' % self.first)
        stopped = bool(self.state.load().get('stopped')) if stopped is None else stopped
        self.assertEqual((status_of(self.nginx.port), container['running'], container['policy'],
                          bool(self.state.load().get('stopped'))),
                         (503, False, 'no', True) if stopped else (200, True, 'always', False), where)

    def test_stop_killed_at_each_journal_entry(self):
        self.both('stop', lambda: self.transact('start'), self.out_of_service)

    def test_start_killed_at_each_journal_entry(self):
        self.both('start', lambda: self.transact('stop'),
                  lambda where, started: self.out_of_service(where, None if started is None else not started))

    def test_maintenance_killed_at_each_journal_entry(self):
        def check(where, on):
            on = bool(self.state.load().get('maintenance')) if on is None else on
            self.assertEqual((status_of(self.nginx.port), bool(self.state.load().get('maintenance'))),
                             (503, True) if on else (200, False), where)
            self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % self.first], where)
        self.both('maintenance', lambda: self.transact('maintenance'), check, on=True)


if __name__ == '__main__':
    unittest.main()
