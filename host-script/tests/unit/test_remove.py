"""Tests of `remove`, and of apps without a definition."""

import os
import unittest

from deployctl_host import access, files, lock
from deployctl_host.docker import api, containers, images
from deployctl_host.errors import HostError
from deployctl_host.nginx import process
from deployctl_host.transaction import release_containers, removal, routing
from tests.unit import fake_nginx
from tests.unit.call_fixture import CallFixture
from tests.unit.availability_fixture import status_of
from tests.unit.dying_worker_fixture import Died

ROOT = access.Caller('root', 0)


class RemoveFixture(CallFixture):
    def setUp(self):
        super().setUp()
        self.call('deploy', 'blog', '--tag=v1')
        self.call('deploy', 'blog', '--tag=v2')
        self.developer, self.caller = self.caller, ROOT

    def last(self, *words):
        code, told = self.call(*words, '--output=ndjson')
        return code, told[-1]

    def undefine(self):
        os.unlink(self.root + '/etc/apps/blog.conf')

    def assert_gone(self):
        self.assertEqual((self.docker.names(), os.path.lexists(self.state.root), os.path.exists(self.nginx.path)),
                         ([], False, False))
        self.assertEqual([name for name in self.docker.tags if name.startswith('deployctl/')], [])
        self.assertEqual(status_of(self.nginx.port), 502, 'the fake nginx leads nowhere any more')

    def assert_live(self):
        self.assertEqual((self.docker.running(), status_of(self.nginx.port)),
                         (['deployctl-blog-%s-1' % self.serving], 200))


class Remove(RemoveFixture):
    def test_removes_everything_but_the_audit_log_and_operators_files(self):
        audited = len(self.audited())
        code, told = self.last('remove', 'blog')
        self.assertEqual((code, told['type'], told['vhost'], told['containers'], told['images'], len(told['releases'])),
                         (0, 'remove.finished', True, 2, 2, 2))
        self.assertEqual(told['left'], [self.root + '/etc/apps/blog.conf', self.root + '/etc/env/blog.env'])
        self.assert_gone()
        self.assertEqual([(one['verb'], one['phase']) for one in self.audited()[audited:]],
                         [('remove', 'begin'), ('remove', 'end')])
        self.assertEqual(self.last('remove', 'blog')[1]['error']['kind'], 'not-found')
        self.caller = self.developer
        self.assertEqual(self.call('deploy', 'blog', '--tag=v1')[0], 0)
        self.assert_live()

    def test_connections_are_drained_before_containers_stop(self):
        order = []
        for module, name in ((routing, 'reload_with'), (removal, '_stop_and_remove'), (containers, 'stop'),
                             (containers, 'remove')):
            plain = getattr(module, name)

            def noted(*words, _plain=plain, _name=name):
                order.append(_name)
                return _plain(*words)
            self.patch(module, name, noted)
        self.call('remove', 'blog')
        self.assertEqual(order, ['reload_with', '_stop_and_remove', 'stop', 'remove', 'remove'])

    def test_for_root_alone(self):
        for caller in (self.developer, access.Caller('mallory', 1001)):
            self.caller = caller
            for app in ('blog', 'nope'):
                before = self.snapshot()
                code, told = self.last('remove', app)
                self.assertEqual((code, told['error']['kind'], told['error']['state']),
                                 (77, 'not-allowed', 'nothing was touched'))
                after = self.snapshot()
                self.assertEqual({name for name in after if before.get(name) != after[name]},
                                 {self.root + '/log/audit.log'})
            self.undefine() if caller is self.developer else None
        self.assert_live()

    def test_remove_respects_locks(self):
        self.call('lock', 'blog', '--lock=l-mine1', '--reason=x')
        self.assertEqual(self.last('remove', 'blog')[1]['error']['kind'], 'locked')
        self.call('unlock', 'blog', '--force')
        holder = lock.Lock('blog')
        holder.take()
        self.assertEqual(self.last('remove', 'blog')[1]['error']['kind'], 'locked')
        holder.release()
        self.assert_live()
        self.assertEqual(self.call('remove', 'blog')[0], 0)
        self.assert_gone()

    def test_removal_refused_by_nginx_changes_nothing(self):
        self.nginx.refuses = 'unknown directive in another file'
        code, told = self.last('remove', 'blog')
        self.assertEqual((code, told['error']['state']), (78, 'blog was not removed and is as it was'))
        self.nginx.refuses = None
        self.assertFalse(self.state.is_being_removed())
        self.assert_live()
        self.assertEqual(self.call('remove', 'blog')[0], 0)

    def cut_off(self, module, name):
        """Kills a removal at this point."""
        plain = getattr(module, name)

        def die(*words, **more):
            raise Died()
        setattr(module, name, die)
        try:
            self.call('remove', 'blog')
        except Died:
            pass
        finally:
            setattr(module, name, plain)

    def test_interrupted_removal_is_finished_by_the_next_call(self):
        for place in ((routing, 'reload_with'), (removal, '_stop_and_remove'), (release_containers, 'at_once'),
                      (containers, 'remove'), (images, 'remove'), (removal, '_forget'), (files, 'remove_tree')):
            for words in (('recover',), ('recover', 'blog'), ('status', 'blog'), ('remove', 'blog')):
                self.cut_off(*place)
                self.assertTrue(self.state.is_being_removed(), place)
                code, told = self.call(*words, '--output=ndjson')
                self.assertEqual((code, 'remove.finished' in [one['type'] for one in told]), (0, True), (place, words))
                self.assert_gone()
                self.caller = self.developer
                self.assertEqual(self.call('deploy', 'blog', '--tag=v1')[0], 0)
                self.caller = ROOT

    def killed_before_change(self, number):
        """Kills a removal before its change of this number: a file, a container, nginx. Returns False if there are
        fewer.
        """
        count, kept = [0], []

        def counted(holder, name, changes=lambda *_: True):
            plain = getattr(holder, name)

            def call(*given, **named):
                count[0] += changes(*given)
                if count[0] >= number:      # what catches everything must not go on
                    raise Died()
                return plain(*given, **named)
            kept.append((holder, name, plain))
            setattr(holder, name, call)
        for name in ('write_atomic', 'remove_file', 'remove_tree', 'replace_symlink'):
            counted(files, name)
        counted(fake_nginx.FakeMaster, 'reload')
        counted(api.Engine, 'call', lambda engine, method, *_: method != 'GET')
        try:
            self.call('remove', 'blog')
        except Died:
            return True
        finally:
            for holder, name, plain in kept:
                setattr(holder, name, plain)
        return False

    def test_removal_killed_before_each_of_its_changes_is_finished_or_has_changed_nothing(self):
        self.patch(release_containers, 'at_once', lambda works: [work() for work in works])     # not in threads
        number, untouched = 1, 0
        while self.killed_before_change(number):
            decided = self.state.is_being_removed()
            code, told = self.call('recover', '--output=ndjson')
            self.assertEqual((code, 'remove.finished' in [one['type'] for one in told]), (0, decided), number)
            if decided:
                self.assert_gone()
                self.caller = self.developer
                self.assertEqual(self.call('deploy', 'blog', '--tag=v1')[0], 0)
                self.caller = ROOT
            else:
                self.assert_live()
                untouched += 1
            number += 1
        self.assert_gone()
        self.assertGreater(number, 12)
        self.assertGreater(untouched, 0)

    def test_removal_killed_before_the_reload_takes_the_app_out_of_nginx_when_it_is_finished(self):
        """The file is gone then, but nginx would send users to the stopped containers until its next reload."""
        self.cut_off(fake_nginx.FakeMaster, 'reload')
        self.assertEqual((os.path.exists(self.nginx.path), status_of(self.nginx.port)), (False, 200))
        reloads = self.nginx.reloads
        self.assertEqual(self.last('recover', 'blog')[1]['settled'], 1)
        self.assertEqual(self.nginx.reloads, reloads + 1)
        self.assert_gone()

    def test_removal_is_finished_although_nginx_does_not_run_any_more(self):
        self.cut_off(fake_nginx.FakeMaster, 'reload')

        def absent(settings):
            raise HostError('unavailable', 'nginx does not run')
        self.patch(process, 'master', absent)
        code, told = self.call('recover', 'blog', '--output=ndjson')
        self.assertEqual((code, told[-1]['settled']), (0, 1), told)
        self.assertIn('nginx does not run', told[0]['message'])
        self.assertFalse(os.path.lexists(self.state.root))

    def test_removal_blocked_by_docker_says_how_to_continue(self):
        self.docker.fail[('DELETE', '/containers/')] = (500, 'busy')
        code, told = self.last('remove', 'blog')
        self.assertEqual(code, 69)
        self.assertIn('not all of it is gone', told['error']['state'])
        self.assertIn('deployctl-host remove blog', told['error']['hint'])
        self.docker.fail.clear()
        self.assertEqual(self.call('remove', 'blog')[0], 0)
        self.assert_gone()

    def test_text_output(self):
        self.assertRegex(self.call('remove', 'blog', '--output=text')[1],
                         r'^blog was removed: 2 containers, 2 images, 2 releases, its virtual host\n  kept: /')


class WithoutDefinition(RemoveFixture):
    def test_root_ends_a_lock_that_stands_in_the_way_of_a_removal(self):
        self.assertEqual(self.call('lock', 'blog', '--lock=l-mine')[0], 0)
        self.undefine()
        self.assertEqual(self.last('remove', 'blog')[1]['error']['kind'], 'locked')
        self.assertEqual(self.call('unlock', 'blog', '--force')[0], 0)
        self.assertEqual(self.call('remove', 'blog')[0], 0)

    """Tests of an app whose definition was removed while it ran."""

    def statuses(self):
        return [one for one in self.call('status', '--output=ndjson')[1] if one['type'] == 'status']

    def test_status_lists_the_app_for_root_with_a_hint(self):
        self.undefine()
        one, = self.statuses()
        self.assertEqual((one['app'], one['state'], one['serving']['tag'], one['instances']['running']),
                         ('blog', 'degraded', 'v2', 1))
        self.assertIn('deployctl-host remove blog', one['drift'][0])
        self.assertEqual(self.call('status', 'blog')[0], 0)
        self.assertEqual(self.call('history', 'blog')[0], 0)
        self.assertEqual(self.call('recover')[0], 0)
        self.assertEqual(self.call('recover', 'blog')[0], 0)
        self.assert_live()
        self.caller = self.developer
        self.assertEqual((self.statuses(), self.call('status', 'blog')[0]), ([], 66))

    def test_remove_works_without_a_definition(self):
        self.undefine()
        self.assertEqual(self.last('remove', 'blog')[1]['left'], [self.root + '/etc/env/blog.env'])
        self.assert_gone()
        self.assertEqual(self.statuses(), [])

    def test_remove_works_with_a_broken_definition(self):
        self.redefine('keep = 2', 'keep = many')
        self.assertEqual(self.call('remove', 'blog')[0], 0)
        self.assert_gone()

    def test_leftovers_without_state_are_listed_and_removed(self):
        self.undefine()
        files.remove_tree(self.state.root)
        for count in (1, 0):
            one, = self.statuses()
            self.assertEqual((one['app'], one['state']), ('blog', 'degraded'))
            if count:
                os.unlink(self.nginx.path)      # then its containers alone tell of it
                self.nginx.load()
        self.assertEqual(self.call('remove', 'blog')[0], 0)
        self.assertEqual((self.statuses(), self.docker.names()), ([], []))


if __name__ == '__main__':
    unittest.main()
