"""Tests of assets on the host: copied before the switch, refused where they cannot be, served by nginx."""

import os
import tarfile
import unittest

from deployctl_host.assets import published, tree
from deployctl_host.config import definition
from deployctl_host.errors import HostError
from deployctl_host.nginx import vhost
from tests.unit.assets_fixture import archive, AssetsFixture, SECTION, TEMPLATE
from tests.unit.fake_docker import Image
from tests.unit.tars import special, tar


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


if __name__ == '__main__':
    unittest.main()
