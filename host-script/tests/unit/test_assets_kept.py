"""Tests of the assets of the last releases: what is kept, removed, and served under one name."""

import os
import unittest

from deployctl_host import access, files
from deployctl_host.assets import published
from deployctl_host.errors import HostError
from deployctl_host.nginx import vhost
from deployctl_host.transaction import proof
from tests.unit.assets_fixture import archive, AssetsFixture, SECTION
from tests.unit.fake_docker import Image


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


if __name__ == '__main__':
    unittest.main()
