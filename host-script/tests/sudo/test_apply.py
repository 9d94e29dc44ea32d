"""Tests of `apply` through real sudo: who gets through, and what an archive can write."""

import json
import os
import stat
import tarfile
import tempfile
import unittest

from tests.sudo import fixture
from tests.unit.tars import special, tar

ETC = '/etc/deployctl'
META = ('meta.json', json.dumps({'commit': None, 'dirty': False, 'source': 'oscar@desk'}).encode())
RULE = '/etc/sudoers.d/test-operators'


def setUpModule():
    fixture.enter()
    fixture.command('useradd', '-m', '-s', '/bin/bash', 'oscar')
    fixture.write(RULE, 'oscar ALL=(ALL) NOPASSWD: ALL\n', 0o440)


def tearDownModule():
    os.unlink(RULE)


class ApplyBySudo(unittest.TestCase):

    def setUp(self):
        self.set = {'host.conf': fixture.HOST_CONF.encode(), 'env/blog.env': b'SECRET=%s\n' % fixture.CANARY.encode(),
                    'apps/blog.conf': (fixture.DEFINITION % '%developers').encode()}

    def apply(self, user, *words, inner=True, data=None):
        """Calls `apply` as a user, by a sudo within sudo. Returns (exit code, last event or None, standard error)."""
        with tempfile.TemporaryFile() as archive:
            archive.write(data if data is not None else tar(META, *sorted(self.set.items())))
            archive.seek(0)
            code, out, err = fixture.sudo(
                user, *([fixture.SUDO, '-n'] if inner else []), fixture.SCRIPT, 'apply', '--by=oscar@desk',
                '--output=ndjson', *words, stdin=archive)
        self.assertNotIn(fixture.CANARY, out + err)
        return code, json.loads(out.splitlines()[-1]) if out else None, err

    def test_deployer_cannot_apply(self):
        before = fixture.state()
        code, last, err = self.apply('alice', inner=False)
        self.assertEqual((77, 'not-allowed', ''), (code, last['error']['kind'], err))
        code, last, err = self.apply('alice')
        self.assertEqual((1, None), (code, last), 'sudo refuses')
        self.assertIn('sudo', err)
        self.assertEqual(before, fixture.state())

    def test_user_who_may_be_root_applies_by_sudo_within_sudo(self):
        code, last, err = self.apply('oscar', inner=False)
        self.assertEqual((77, 'not-allowed'), (code, last['error']['kind']), 'sudo names the user, who is not root')
        code, checked, err = self.apply('oscar', '--check')
        self.assertEqual((0, ''), (code, err))
        self.assertEqual(['apps/admin.conf'], checked['unmanaged'])
        code, last, err = self.apply('oscar', '--base=' + checked['base'])
        self.assertEqual((0, checked['version']), (code, last['version']), last)
        line = [each for each in map(json.loads, fixture.audit_lines()) if each['verb'] == 'apply'][-1]
        self.assertEqual(('root', 'end', 0), (line['by'], line['phase'], line['exit']))
        self.assertIn('--by=oscar@desk', line['words'])
        self.assertNotIn(fixture.CANARY, ''.join(fixture.audit_lines()))

    def test_owner_and_modes_do_not_come_from_the_archive(self):
        self.set['env/blog.env'] += b'NEW=1\n'
        self.set['templates/own.conf'] = b'@UPSTREAM@\n'
        code, last, err = self.apply('oscar')       # `tar` gives its entries mode 6777
        self.assertEqual(0, code, last)
        for name, mode in (('host.conf', 0o644), ('apps/blog.conf', 0o644), ('templates/own.conf', 0o644),
                           ('env/blog.env', 0o600), ('templates', 0o755), ('env', 0o700)):
            seen = os.lstat('%s/%s' % (ETC, name))
            self.assertEqual((0, 0, mode), (seen.st_uid, seen.st_gid, stat.S_IMODE(seen.st_mode)), name)
        self.assertNotIn('.apply', os.listdir(ETC))
        status, out, _ = fixture.call('alice', 'preflight', 'blog', '--output=ndjson')
        checks = {one['name']: one['ok'] for one in map(json.loads, out.splitlines()) if one['type'] == 'check'}
        self.assertTrue(checks['definition'] and checks['env'], out)

    def test_hostile_archive_writes_nothing(self):
        self.apply('oscar')
        before = fixture.state()
        for data in (b'', b'x' * 5000, tar(META, ('../../tmp/x', b'')), tar(META, ('/etc/shadow', b'')),
                     tar(META, ('desired/blog', b'')), tar(META, ('apps/../x.conf', b'')),
                     tar(META, special('apps/blog.conf', tarfile.SYMTYPE, '/etc/shadow')),
                     tar(META, special('apps/blog.conf', tarfile.LNKTYPE, '/etc/shadow')),
                     tar(META, special('apps/blog.conf', tarfile.CHRTYPE)), tar(META, ('apps', None))):
            code, last, err = self.apply('oscar', data=data)
            self.assertEqual((64, 'usage', ''), (code, last['error']['kind'], err), data[:80])
            self.assertEqual(before, fixture.state())

    def test_symlink_in_place_of_a_directory_or_file_is_refused(self):
        victim = '/home/alice/victim-of-apply'
        os.makedirs(victim, exist_ok=True)
        self.apply('oscar')
        for path in (ETC + '/apps', ETC + '/env/blog.env'):
            os.rename(path, path + '.away')
            os.symlink(victim, path)
            try:
                code, last, err = self.apply('oscar')
                self.assertEqual((78, ''), (code, err), last)
                self.assertIn('%s is a symlink' % path, last['error']['message'])
            finally:
                os.unlink(path)
                os.rename(path + '.away', path)
            self.assertEqual([], os.listdir(victim))


if __name__ == '__main__':
    unittest.main()
