"""Tests of definitions, locks and state that others than root can write, and of what developers can read."""

import json
import os
import unittest

from tests.sudo import fixture

BLOG = '/etc/deployctl/apps/blog.conf'


def setUpModule():
    fixture.enter()


class Definitions(unittest.TestCase):

    def refused(self, code=78, *words):
        before = fixture.state()
        status, out, err = fixture.call('alice', *(words or ('deploy', 'blog', '--tag=v1')))
        self.assertEqual((code, ''), (status, err), out)
        self.assertEqual(before, fixture.state())
        return json.loads(out.splitlines()[-1])['error']['message']

    def test_76_77_writable_by_or_owned_by_somebody_else(self):
        with fixture.changed(BLOG, mode=0o666):
            self.assertIn('mode 0666', self.refused())
        with fixture.changed(BLOG, mode=0o664):
            self.assertIn('mode 0664', self.refused())
        with fixture.changed(BLOG, owner='alice'):
            self.assertIn('belongs to uid', self.refused())

    def test_78_79_directories_above(self):
        for directory in ('/etc/deployctl', '/etc/deployctl/apps', '/etc'):
            for mode in (0o777, 0o1777, 0o775):
                with fixture.changed(directory, mode=mode):
                    self.assertIn('%s is writable' % directory, self.refused())
            with fixture.changed(directory, owner='alice'):
                self.assertIn('%s belongs to' % directory, self.refused())

    def test_80_symlinks(self):
        os.rename(BLOG, BLOG + '.away')
        self.addCleanup(os.rename, BLOG + '.away', BLOG)
        fixture.write('/home/alice/blog.conf', fixture.DEFINITION % 'alice', 0o644)
        for target in (BLOG + '.away', '/home/alice/blog.conf', '/etc/shadow', '/nowhere'):
            os.symlink(target, BLOG)
            try:
                self.assertIn('is a symlink', self.refused())
            finally:
                os.unlink(BLOG)
        os.rename('/etc/deployctl/apps', '/etc/deployctl/apps.away')
        os.symlink('/etc/deployctl/apps.away', '/etc/deployctl/apps')
        try:
            self.assertIn('/etc/deployctl/apps is a symlink', self.refused())
        finally:
            os.unlink('/etc/deployctl/apps')
            os.rename('/etc/deployctl/apps.away', '/etc/deployctl/apps')

    def test_81_code_in_a_definition_is_text(self):
        marker = '/home/alice/ran'
        for line in ('$(touch %s)=1', 'keep = $(touch %s)', '`touch %s`', 'network = ;touch %s',
                     'import os; os.system("touch %s")'):
            content = (fixture.DEFINITION % 'alice').replace('[vhost]', (line % marker) + '\n[vhost]')
            with fixture.changed(BLOG, content=content):
                self.assertIn('blog.conf:4', self.refused())
        self.assertFalse(os.path.exists(marker))

    def test_host_conf_and_env_file_are_examined_too(self):
        with fixture.changed('/etc/deployctl/host.conf', mode=0o666):
            self.assertIn('host.conf is writable', self.refused(78, 'version'))
        with fixture.changed('/etc/deployctl/env/blog.env', mode=0o644):
            status, out, _ = fixture.call('alice', 'preflight', 'blog', '--output=ndjson')
            checks = [json.loads(line) for line in out.splitlines()]
            self.assertIn('open to others', [each['message'] for each in checks if each.get('name') == 'env'][0])

    def test_the_code_itself(self):
        place = os.path.realpath('/usr/lib/deployctl-host/current')
        before = fixture.state()
        for path in (place, place + '/deployctl_host', place + '/deployctl_host/cli.py', '/usr/lib/deployctl-host'):
            for how in ({'mode': 0o777}, {'owner': 'alice'}):
                with fixture.changed(path, **how):
                    status, out, err = fixture.call('alice', 'version')
                    self.assertEqual((78, ''), (status, out), err)
                    self.assertIn('refused: ' + path, err)
        self.assertEqual(before.keys(), fixture.state().keys())

    def test_a_link_out_of_its_directory(self):
        link = '/usr/lib/deployctl-host/current'
        target = os.readlink(link)
        for elsewhere in ('/home/alice', '../../../home/alice', target + '/../../x'):
            os.unlink(link)
            os.symlink(elsewhere, link)
            try:
                status, _, err = fixture.call('alice', 'version')
            finally:
                os.unlink(link)
                os.symlink(target, link)
            self.assertEqual(78, status, err)


class Secrets(unittest.TestCase):

    def reads(self, path, user='alice'):
        process = fixture.start(user, ['/bin/cat', path])
        out, err = process.communicate(timeout=60)
        self.assertTrue(process.returncode == 0 or b'Permission denied' in err, (path, err))
        return process.returncode == 0

    def test_82_83_what_developers_cannot_open(self):
        fixture.call('alice', 'preflight', 'blog')
        for path in ('/etc/deployctl/env/blog.env', fixture.AUDIT, '/etc/sudoers.d/deployctl-host'):
            self.assertFalse(self.reads(path), path)
        for directory in ('/etc/deployctl/env', '/etc/deployctl/docker', '/etc/deployctl/etcd', '/var/log/deployctl'):
            process = fixture.start('alice', ['/bin/ls', directory])
            self.assertIn(b'Permission denied', process.communicate(timeout=60)[1], directory)

    def test_84_a_symlink_in_place_of_a_state_directory(self):
        victim = '/home/alice/victim'
        os.makedirs(victim, exist_ok=True)
        os.chmod(victim, 0o777)
        for place in ('/var/lib/deployctl/blog', '/run/deployctl'):
            kept = place + '.away'
            if os.path.lexists(place):
                os.rename(place, kept)
            os.symlink(victim, place)
            try:
                status, out, err = fixture.call('alice', 'deploy', 'blog', '--tag=v1')
                self.assertEqual((70, ''), (status, err), out)
                self.assertIn('is not a directory of root', out)
            finally:
                os.unlink(place)
                if os.path.lexists(kept):
                    os.rename(kept, place)
            self.assertEqual([], os.listdir(victim))
            self.assertEqual(0o777, os.stat(victim).st_mode & 0o7777)


if __name__ == '__main__':
    unittest.main()
