"""Tests of assets on the host: copied before the switch, kept for the last releases, whatever dies in between."""

import os
import signal
import tarfile
import threading
import time
import unittest

from deployctl_host import access, files
from deployctl_host.assets import copying, published, tree
from deployctl_host.config import definition
from deployctl_host.config.schema import Assets
from deployctl_host.errors import HostError
from deployctl_host.nginx import vhost
from deployctl_host.transaction import proof, recover, routing, worker
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_docker import Image
from tests.unit.tars import special, tar

SECTION = '[assets]\npath = /app/public/assets\nurl = /assets/\nkeep = 2\n'
TEMPLATE = 'server {\n    @LISTEN@\n    server_name @SERVER_NAME@;\n%s    location / {\n        ' \
           'proxy_pass http://@UPSTREAM@;\n    }\n}\n'


def archive(*names, **contents):
    """Returns the archive of an image with these files, of which each holds its name unless said otherwise."""
    files = [(name, name.encode()) for name in names] + [(name, content) for name, content in contents.items()]
    return {'/app/public/assets': tar(('assets', None), *(('assets/' + name, content) for name, content in files))}


class AssetsFixture(CallFixture):

    def setUp(self):
        super().setUp()
        self.redefine('[drain]', SECTION + '[drain]')
        for tag in ('v1', 'v2', 'v3', 'v4'):
            self.docker.push(tag, Image(tag, archive=archive('app-%s.js' % tag, site=tag.encode())))
        self.root = os.path.realpath(self.root)

    @property
    def assets(self):
        return self.state.root + '/assets'

    def served(self, name):
        """Returns what nginx serves for a name, which is the first that it finds, or None."""
        text = vhost.read_bytes(self.loaded()[1].nginx, 'blog').decode()
        line = next(line for line in text.splitlines() if 'try_files' in line)
        for place in line.split()[1:-1]:
            try:
                with open(self.assets + place.replace('$uri', '/assets/' + name), 'rb') as source:
                    return source.read().decode()
            except FileNotFoundError:
                continue
        return None

    def deployed(self, tag):
        end = self.last(self.deploy(tag))
        self.assertEqual((end['exit'], end['outcome']), (0, 'succeeded'), end)
        return end['serving']

    def all_served(self):
        return {tag for tag in ('v1', 'v2', 'v3', 'v4') if self.served('app-%s.js' % tag)}

    def assert_tidy(self):
        self.assertEqual([name for name in os.listdir(self.assets) if name.startswith('.')], [])
        self.assertNotIn('deployctl-blog-assets', self.docker.names())


class Copying(AssetsFixture):

    def test_pull_copies_the_files_before_anything_is_switched(self):
        self.deployed('v1')
        code, told = self.call('pull', 'blog', '--tag=v2')
        self.assertEqual((code, told[-1]['assets'], told[-1]['already'], told[-1]['outcome']),
                         (0, 2, False, 'succeeded'))
        self.assertEqual((self.served('app-v1.js'), self.served('app-v2.js')), ('app-v1.js', 'app-v2.js'))
        self.assert_tidy()
        code, told = self.call('pull', 'blog', '--tag=v2')
        self.assertEqual((told[-1]['assets'], told[-1]['already'], told[-1]['outcome']), (2, True, 'unchanged'))

    def test_container_is_never_started_and_has_no_network(self):
        self.call('pull', 'blog', '--tag=v1')
        (_, _, query, spec, _), = self.docker.calls('POST', '/containers/create')
        self.assertEqual(query['name'], 'deployctl-blog-assets')
        self.assertEqual((spec['NetworkDisabled'], spec['HostConfig']['NetworkMode']), (True, 'none'))
        self.assertNotIn('Mounts', spec['HostConfig'])
        self.assertEqual(self.docker.calls('POST', '/start'), [])
        self.assertEqual(self.docker.names(), [])

    def test_files_can_be_read_by_nginx_and_written_by_root_alone(self):
        self.deployed('v1')
        for directory, names, plain in os.walk(self.assets):
            if directory == self.assets:
                self.assertEqual(os.stat(directory).st_mode & 0o7777, 0o711)
                continue
            self.assertEqual(os.stat(directory).st_mode & 0o7777, 0o755, directory)
            for name in plain:
                mode = os.lstat(os.path.join(directory, name)).st_mode & 0o7777
                self.assertEqual(mode, 0o600 if name == published.ABOUT else 0o644, name)

    def test_containers_have_no_mount_of_the_assets(self):
        self.deployed('v1')
        for one in self.docker.containers.values():
            for mount in one['spec']['HostConfig']['Mounts']:
                self.assertFalse(self.assets.startswith(mount['Source']), mount)

    def test_deploy_copies_them_itself(self):
        self.deployed('v1')
        self.assertEqual(self.served('app-v1.js'), 'app-v1.js')
        self.assert_tidy()

    def test_links_are_left_to_the_app_with_a_warning(self):
        data = tar(('assets', None), special('assets/l', tarfile.SYMTYPE, '/etc/passwd'), ('assets/a.js', b'a'))
        self.docker.push('v2', Image('v2', archive={'/app/public/assets': data}))
        told = self.deploy('v2')
        self.assertEqual([one['message'] for one in told if one['type'] == 'warning'], [
            "1 entries under /app/public/assets of the image are no regular files ('l is a symbolic link'): nginx "
            'leaves them to the app'])
        self.assertEqual((self.served('a.js'), self.served('l')), ('a', None))

    def test_preflight_counts_an_image_without_its_assets_as_not_present(self):
        """So that a rollout pulls ahead on a host that has the image, and not its assets."""
        self.call('pull', 'blog', '--tag=v1')
        self.assertTrue(self.call('preflight', 'blog', '--tag=v1')[1][-1]['present'])
        self.redefine('path = /app/public/assets', 'path = /app/other')
        self.assertFalse(self.call('preflight', 'blog', '--tag=v1')[1][-1]['present'])


class Refused(AssetsFixture):

    def refused(self, kind, exit, message, tag='v2'):
        live = self.deployed('v1')
        end = self.last(self.deploy(tag))
        self.assertEqual((end['error']['kind'], end['exit'], end['outcome'], end['serving']),
                         (kind, exit, 'refused', live), end)
        self.assertIn(message, end['error']['message'])
        self.assertEqual(self.all_served(), {'v1'})
        self.assert_tidy()
        code, told = self.call('pull', 'blog', '--tag=' + tag)
        self.assertEqual((code, told[-1]['error']['kind']), (exit, kind))

    def test_image_without_the_directory(self):
        self.docker.push('v2', Image('v2'))
        self.refused('definition', 78, '[assets] path: the image has no /app/public/assets')

    def test_archive_that_leads_out(self):
        self.docker.push('v2', Image('v2', archive={'/app/public/assets': tar(('assets', None), ('../owned', b'x'))}))
        self.refused('release-failed', 73, 'is not one of a file below a directory')

    def test_archive_that_ends_early(self):
        self.docker.push('v2', Image('v2', archive={'/app/public/assets': archive('a')['/app/public/assets'][:700]}))
        self.refused('release-failed', 73, 'ends within an entry')

    def test_docker_that_refuses_the_container(self):
        self.deployed('v1')
        self.docker.fail = {('POST', '/containers/create'): (500, 'out of names')}
        self.assertEqual(self.last(self.deploy('v2'))['exit'], 69)
        self.assertEqual(self.all_served(), {'v1'})

    def test_full_disk(self):
        self.deployed('v1')
        self.patch(tree, 'RESERVE', 1 << 60)
        end = self.last(self.deploy('v2'))
        self.assertEqual((end['exit'], end['error']['kind'], end['outcome']), (74, 'disk-full', 'refused'))
        self.assert_tidy()

    def test_rollback_goes_on_without_assets_that_cannot_be_copied(self):
        first = self.deployed('v1')
        self.deployed('v2')
        self.redefine('path = /app/public/assets', 'path = /app/gone')
        told = self.transact('rollback')
        self.assertEqual(self.last(told)['serving'], first)
        self.assertIn('assets', [one['code'] for one in told if one['type'] == 'warning'])

    def test_damaged_definitions(self):
        for line, why in (('path = /', 'not an absolute path'), ('path = /a/..', 'not an absolute path'),
                          ('path = /./', 'not the path of a directory'), ('path = //a', 'not the path of a directory'),
                          ('url = assets', 'begins and ends'), ('url = /a', 'begins and ends'),
                          ('url = /', 'begins and ends'), ('url = /a/../', 'begins and ends'),
                          ('url = /./', 'begins and ends'), ('url = /a;b/', 'begins and ends'),
                          ('url = /.deployctl/release/', 'belongs to deployctl-host')):
            with self.subTest(line):
                key = line.partition(' ')[0]
                text = SECTION.replace(next(one for one in SECTION.splitlines() if one.startswith(key)), line)
                self.define('shop', '[app]\nrepository = r.example.com/s\ndeployers = a\n'
                                    '[vhost]\nserver-name = s\n' + text)
                with self.assertRaisesRegex(HostError, why):
                    definition.load_app('shop')


class Kept(AssetsFixture):

    def test_last_releases_are_kept_and_older_ones_removed(self):
        for tag, kept in (('v1', {'v1'}), ('v2', {'v1', 'v2'}), ('v3', {'v2', 'v3'}), ('v4', {'v3', 'v4'})):
            self.deployed(tag)
            self.assertEqual(self.all_served(), kept)
        self.assertEqual(len(published.keys(self.state)), 2)

    def test_pull_ahead_removes_nothing_that_is_live(self):
        self.deployed('v1')
        self.deployed('v2')
        self.call('pull', 'blog', '--tag=v3')
        self.assertEqual(self.all_served(), {'v1', 'v2', 'v3'})
        self.call('pull', 'blog', '--tag=v4')
        self.assertEqual(self.all_served(), {'v1', 'v2', 'v4'})

    def test_prune_keeps_what_was_pulled_ahead(self):
        self.deployed('v1')
        self.deployed('v2')
        self.call('pull', 'blog', '--tag=v3')
        self.assertEqual(self.call('prune', 'blog')[0], 0)
        self.assertEqual(self.all_served(), {'v1', 'v2', 'v3'})

    def test_rollback_serves_the_files_of_the_older_release(self):
        self.deployed('v1')
        self.deployed('v2')
        self.assertEqual(self.last(self.transact('rollback'))['exit'], 0)
        self.assertEqual((self.served('site'), self.all_served()), ('v1', {'v1', 'v2'}))

    def test_rollback_beyond_keep_copies_them_again(self):
        self.redefine('keep = 2\n[vhost]', 'keep = 5\n[vhost]')
        first = self.deployed('v1')
        for tag in ('v2', 'v3', 'v4'):
            self.deployed(tag)
        self.assertNotIn('v1', self.all_served())
        self.assertEqual(self.last(self.transact('rollback', to=first))['exit'], 0)
        self.assertEqual(self.all_served(), {'v1', 'v4'})

    def test_restart_copies_nothing(self):
        self.deployed('v1')
        self.docker.requests.clear()
        self.assertEqual(self.last(self.transact('restart'))['exit'], 0)
        self.assertEqual(self.docker.calls('GET', '/archive'), [])

    def test_section_that_goes_takes_the_files_with_it(self):
        self.deployed('v1')
        self.redefine(SECTION, '')
        self.call('prune', 'blog')
        self.assertTrue(os.path.isdir(self.assets), 'nginx still leads to them')
        self.deployed('v2')
        self.assertFalse(os.path.exists(self.assets))
        self.assertNotIn(b'try_files', vhost.read_bytes(self.loaded()[1].nginx, 'blog'))

    def test_remove_takes_everything(self):
        self.deployed('v1')
        self.caller = access.Caller('root', 0)
        self.assertEqual(self.call('remove', 'blog')[0], 0)
        self.assertFalse(os.path.exists(self.state.root))

    def test_fewer_releases_to_keep(self):
        self.redefine('url = /assets/\nkeep = 2', 'url = /assets/\nkeep = 5')
        for tag in ('v1', 'v2', 'v3', 'v4'):
            self.deployed(tag)
        self.redefine('url = /assets/\nkeep = 5', 'url = /assets/\nkeep = 1')
        self.deployed('v1')
        self.assertEqual(self.all_served(), {'v1'})
        numbers = [name for name in os.listdir(self.assets) if name.isdigit()]
        self.assertLessEqual(set(numbers), {'1', '2'})


class SameName(AssetsFixture):
    """Tests of a name that both releases have with different content: that of the live release is served."""

    def test_pulled_ahead_content_is_served_from_the_switch_on(self):
        self.deployed('v1')
        self.call('pull', 'blog', '--tag=v2')
        self.assertEqual(self.served('site'), 'v1')
        self.deployed('v2')
        self.assertEqual(self.served('site'), 'v2')

    def test_failed_release_leaves_the_content_of_the_live_one(self):
        self.give_up_soon()
        self.deployed('v1')
        self.docker.push('v2', Image('v2', status=500, archive=archive(site=b'broken')))
        self.assertEqual(self.last(self.deploy('v2'))['exit'], 73)
        self.assertEqual(self.served('site'), 'v1')

    def test_link_that_cannot_be_made_stops_neither_a_switch_nor_its_undo(self):
        self.deployed('v1')
        real = files.replace_symlink

        def full(link, target):
            if link.endswith('/current') and '/assets/' in link:
                raise HostError('disk-full', 'no space left to write %s' % link)
            real(link, target)
        self.patch(files, 'replace_symlink', full)
        told = self.deploy('v2')
        self.assertEqual(self.last(told)['exit'], 0)
        self.assertIn('assets', [one['code'] for one in told if one['type'] == 'warning'])
        self.assertEqual(self.served('app-v2.js'), 'app-v2.js')

    def test_switch_that_is_undone(self):
        self.deployed('v1')
        self.nginx.instead = lambda connection, data: connection.sendall(
            b'HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n') or True
        self.patch(proof, 'TOLERANCE', 0.1)
        self.assertEqual(self.last(self.deploy('v2'))['exit'], 73)
        self.assertEqual((self.served('site'), self.served('app-v2.js')), ('v1', 'app-v2.js'))


class Dying(AssetsFixture):
    """Tests of a process that dies at any moment: no partial file is ever served, and the next call tidies up."""

    def test_killed_in_the_middle_of_a_copy(self):
        self.deployed('v1')
        real = copying._written

        def dies(*words):
            real(*words)
            os.kill(os.getpid(), signal.SIGKILL)
        child = os.fork()
        if not child:
            copying._written = dies
            self.call('pull', 'blog', '--tag=v2')
            os._exit(1)
        self.assertEqual(os.waitpid(child, 0)[1], signal.SIGKILL)
        self.assertEqual(self.all_served(), {'v1'})
        self.assertEqual(len([name for name in os.listdir(self.assets) if name.startswith('.')]), 1)
        self.call('pull', 'blog', '--tag=v2')
        self.assertEqual(self.all_served(), {'v1', 'v2'})
        self.assert_tidy()

    def test_killed_between_the_copy_and_its_link(self):
        self.deployed('v1')
        self.patch(published, 'publish', lambda *words: None)
        self.call('pull', 'blog', '--tag=v2')
        self.assertEqual(self.all_served(), {'v1'})
        published.publish = self.real_publish
        self.call('pull', 'blog', '--tag=v2')
        self.assertEqual(self.all_served(), {'v1', 'v2'})

    real_publish = staticmethod(published.publish)

    def test_every_rename_leaves_all_sets_reachable(self):
        """Whoever reads while links move, or after a power cut between two of them, finds all that was kept."""
        assets = Assets('/app', '/assets/', 2)
        self.state.prepare()
        os.mkdir(self.assets)
        keys = ['%064x-00000000' % number for number in range(4)]
        for key in keys:
            os.mkdir('%s/%s' % (self.assets, key))
        real, seen = files.replace_symlink, []

        def watched(link, target):
            real(link, target)
            seen.append(set(published.slots(self.state).values()))
        self.patch(files, 'replace_symlink', watched)
        for number, key in enumerate(keys):
            before = set(published.slots(self.state).values())
            gone = before - set(published.ranked(self.state, list(published.slots(self.state).values()))[:2])
            seen.clear()
            published.publish(self.state, assets, key)
            for each in seen:
                self.assertGreaterEqual(each, before - gone if number == 3 else before)
        self.assertEqual(list(published.slots(self.state).values())[0], keys[3])

    def test_recover_settles_which_release_comes_first(self):
        first = self.deployed('v1')
        real = routing._point
        child = os.fork()
        if not child:
            routing._point = lambda transaction, record: (real(transaction, record), os._exit(9))
            self.deploy('v2')
            os._exit(1)
        self.assertEqual(os.waitpid(child, 0)[1] >> 8, 9)
        recover.settle('blog', *self.loaded())
        live = self.serving
        self.assertEqual(self.served('site'), 'v1' if live == first else 'v2')
        self.assertEqual(self.all_served(), {'v1', 'v2'})

    def test_termination_during_a_copy_leaves_nothing(self):
        self.deployed('v1')
        self.patch(worker, '_signals', lambda target: signal.signal(signal.SIGUSR1, lambda *_: target.ask_to_stop()))
        self.addCleanup(signal.signal, signal.SIGUSR1, signal.getsignal(signal.SIGUSR1))
        self.docker.hang.add('/archive$')

        def send():
            while not self.docker.calls('GET', '/archive$'):
                time.sleep(0.005)
            os.kill(os.getpid(), signal.SIGUSR1)
        self.docker.requests.clear()
        thread = threading.Thread(target=send)
        thread.start()
        end = self.last(self.deploy('v2'))
        thread.join()
        self.assertIn('SIGTERM', end['error']['message'])
        self.assertEqual((end['exit'], end['outcome']), (70, 'refused'))
        self.assert_tidy()


class Nginx(AssetsFixture):

    def text(self, **how):
        wanted = definition.load_app('blog')
        return vhost.render(wanted, (1, 22), 'socket', 'x', ['unix:/s'], served=('/state/assets', 3), **how)

    def test_locations_are_generated_for_assets_alone(self):
        text = self.text()
        self.assertIn('    location ^~ /assets/ {\n        root /state/assets;\n', text)
        self.assertIn('try_files /current$uri /1$uri /2$uri /3$uri @deployctl_app;', text)
        self.assertEqual(text.count('proxy_pass http://deployctl-blog;'), 2)
        self.redefine(SECTION, '')
        plain = vhost.render(definition.load_app('blog'), (1, 22), 'socket', 'x', ['unix:/s'])
        self.assertNotIn('deployctl_app', plain)

    def test_template_has_a_placeholder(self):
        path = self.write('etc/blog.template', TEMPLATE % '    @ASSETS@\n', 0o644)
        self.redefine('server-name', 'template = %s\nserver-name' % path)
        self.assertIn('location ^~ /assets/ {', self.text())

    def test_template_without_the_placeholder_is_a_mistake_with_its_line(self):
        path = self.write('etc/blog.template', TEMPLATE % '', 0o644)
        self.redefine('server-name', 'template = %s\nserver-name' % path)
        with self.assertRaises(HostError) as caught:
            definition.load_app('blog')
        self.assertRegex(caught.exception.message, r'blog\.conf:6: vhost\.template: .* has no @ASSETS@')
        self.redefine(SECTION, '')
        definition.load_app('blog')


class Parallel(AssetsFixture):

    def test_copy_waits_for_the_one_before_it(self):
        self.deployed('v1')
        self.docker.requests.clear()
        first = copying.exclusive('blog', 0)
        first.__enter__()

        def end():
            while not self.docker.calls('POST', '/images/create') and not ended.is_set():
                time.sleep(0.005)
            early.extend(self.docker.calls('GET', '/archive$'))
            first.__exit__(None, None, None)
        early, ended = [], threading.Event()
        thread = threading.Thread(target=end)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(ended.set)
        code, told = self.call('pull', 'blog', '--tag=v2')
        self.assertEqual((code, told[-1]['already'], early), (0, False, []))
        self.assertEqual(self.all_served(), {'v1', 'v2'})

    def test_prune_during_a_copy_is_only_a_warning(self):
        self.deployed('v1')
        with copying.exclusive('blog', 0):
            code, told = self.call('prune', 'blog')
        self.assertEqual((code, [one['code'] for one in told if one['type'] == 'warning']), (0, ['assets']))


if __name__ == '__main__':
    unittest.main()
