"""Tests of hostile arguments by a real user, through real sudo, to the installed script."""

import json
import os
import unittest

from tests.sudo import fixture

DIGEST = 'sha256:' + 'a' * 64


def setUpModule():
    fixture.enter()


class Arguments(unittest.TestCase):

    def refused(self, code, *words, user='alice'):
        """Checks the exit code, one error event that is safe to print, one audit line, and no other change."""
        before, lines = fixture.state(), len(fixture.audit_lines())
        status, out, err = fixture.call(user, *words)
        self.assertEqual(code, status, ([word[:80] for word in words[:5]], out, err))
        self.assertEqual(before, fixture.state())
        added = fixture.audit_lines()[lines:]
        self.assertEqual(1, len(added), 'a refused call leaves one line')
        self.assertRegex(added[0], r'\A[ -~]+\Z')
        line = json.loads(added[0])
        self.assertEqual((code, user), (line['exit'], line['by']))
        self.assertEqual('', err)
        self.assertRegex(out, r'\A[ -~]+\n\Z')
        event = json.loads(out)
        self.assertEqual(('error', code), (event['type'], event['exit']))
        return event['error']

    def accepted(self, *words):
        """Checks that the arguments are valid: the call gets as far as asking Docker, which is not there."""
        status, out, err = fixture.call('alice', *words)
        self.assertEqual(69, status, (words, out, err))
        checks = {event['name']: event['ok'] for event in map(json.loads, out.splitlines()) if event['type'] == 'check'}
        self.assertTrue(checks['definition'], out)
        self.assertTrue(checks['env'], out)
        self.assertFalse(checks['docker'], out)

    def test_01_02_20_good_words(self):
        for words in (['--tag=v2'], ['--tag', 'v2'], ['--digest=' + DIGEST], ['--tag=' + 'a' * 128]):
            self.accepted('preflight', 'blog', *words)

    def test_03_to_18_hostile_tags(self):
        for tag in ('--privileged', '-v/:/host', '$(id)', '`id`', 'v1;id', 'v1\n--privileged', 'v1\n', 'v 1', 'v\t1',
                    'v1\r',
                    '\x1b]0;x\x07', 'v\u0430', 'v\uff11', b'v\xff\xfe', '\u202ev1'):
            for form in (['--tag', tag], [b'--tag=' + (tag if isinstance(tag, bytes) else tag.encode())]):
                self.refused(64, 'deploy', 'blog', *form)

    def test_19_21_22_23_sizes(self):
        self.refused(64, 'deploy', 'blog', '--tag=')
        self.refused(64, 'deploy', 'blog', '--tag', '')
        self.refused(64, 'deploy', 'blog', '--tag=' + 'a' * 129)
        self.refused(64, 'deploy', 'blog', '--tag=' + 'a' * 100000)
        self.refused(64, 'deploy', 'blog', *['--tag=' + 'a' * 120000] * 11)

    def test_24_to_27_other_images_and_digests(self):
        for words in (['--tag=@evil.io/x'], ['--tag=evil.io/x:v1'], ['--digest=sha1:' + 'a' * 40],
                      ['--digest=sha256:' + 'A' * 64],
                      ['--digest=' + DIGEST + 'a'], ['--digest=']):
            self.refused(64, 'deploy', 'blog', *words)

    def test_28_to_32_apps(self):
        for app in ('../api', '/etc/shadow', '*', '', 'Blog', 'blog\n', 'а', 'a' * 41):
            self.refused(64, 'deploy', app, '--tag=v1')
        self.assertIn('apps here', self.refused(66, 'deploy', 'unknown', '--tag=v1')['hint'])
        self.assertEqual('not-allowed', self.refused(77, 'deploy', 'admin', '--tag=v1')['kind'])
        self.assertEqual('not-allowed', self.refused(77, 'status', 'blog', user='bob')['kind'])

    def test_remove_is_for_root_alone(self):
        """Through sudo a deployer is never root, whatever the definition and the other arguments say."""
        for app in ('blog', 'admin', 'unknown'):
            self.assertEqual('not-allowed', self.refused(77, 'remove', app)['kind'])
        self.assertEqual('not-allowed', self.refused(77, 'remove', 'blog', user='bob')['kind'])

    def test_environment_is_changed_by_editors_alone(self):
        """The definition names no editors: through sudo a deployer lists names and changes none."""
        for verb in ('env-set', 'env-unset'):
            self.assertEqual('not-allowed', self.refused(77, verb, 'blog', '--name=GREETING')['kind'])
        for name in ('A=b', '1A', 'A B', '$(id)', '../x', ''):
            self.refused(64, 'env-set', 'blog', '--name=' + name)
        self.refused(64, 'env-set', 'blog')

    def test_33_to_39_words_that_do_not_belong(self):
        for words in (['deploy', 'blog', 'blog', '--tag=v1'], ['deploy', 'blog', '--tag=v1', '--tag=v1'],
                      ['deploy', 'blog', '--tag=v1', '--volume=/:/h'], ['deploy', 'blog', '--image=evil.io/x'],
                      ['deploy', 'blog', '--tag=v1', '--'], ['exec', 'blog'], [], ['deploy'] + ['blog'] * 40, ['-h',
                                                                                                               'x'],
                      ['deploy', 'blog', '--tag=v1', '-e',
                       'A=b'], ['deploy', 'blog', '--env=A=b'], ['deploy', 'blog', '--config=/tmp/x']):
            self.refused(64, *words)

    def test_40_to_42_numbers(self):
        marker = '/home/alice/ran'
        for number in ('a[$(touch %s)]' % marker, '08', '9' * 22, '-1', '1.5', '1e3', '', '\u0661', '0x10', '1 '):
            self.refused(64, 'deploy', 'blog', '--tag=v1', '--wait=' + number)
        self.assertFalse(os.path.exists(marker))

    def test_43_to_45_together(self):
        self.refused(64, 'deploy', 'blog', '--tag=v1', '--digest=' + DIGEST)
        self.refused(64, 'deploy', 'blog')
        for release in ('../../x', '/etc/passwd', '', 'current', '20261123-030405-3f9ac1\n'):
            self.refused(64, 'rollback', 'blog', '--to=' + release)
        self.assertIn(fixture.call('alice', 'rollback', 'blog', '--to=20261123-030405-3f9ac1')[0], (66, 69))

    def test_one_off_commands(self):
        for words in (['release', 'blog', '--rollout=r-7k2m'], ['release', 'blog', '--digest=' + DIGEST],
                      ['release', 'blog', '--tag=v1', '--rollout=r-7k2m'],
                      ['release', 'blog', '--digest=' + DIGEST, '--rollout=r-7k2m', '--', 'sh'],
                      ['release', 'blog', '--digest=' + DIGEST, '--check=sh'],
                      ['run', 'blog', '--tag=v1', '--digest=' + DIGEST, '--', 'x'], ['run', 'blog', '--tag=v1'],
                      ['run', 'blog', '--from-tag=v1', '--', 'x'], ['run', 'blog', '--env=A=b', '--', 'x'],
                      ['attach', 'blog'], ['attach', 'blog', '--run=../../x'], ['attach', 'blog', '--run=0123456789AB'],
                      ['attach', 'blog', '--run=0123456789ab', '--rollout=r-7k2m'],
                      ['attach', 'blog', '--run=0123456789ab', '--from=2'],
                      ['console', 'blog', 'bin/sh'], ['console', 'blog', '--'], ['console', 'blog', '--reason='],
                      ['console', 'blog', '--reason=$(id)'], ['console', 'blog', '--reason=a\nb'],
                      ['console', 'blog', '--tag=v1'], ['console', 'blog', '--', '$(id)']):
            self.refused(64, *words)
        self.assertEqual('not-allowed', self.refused(77, 'run', 'blog', '--tag=v1', '--', 'bin/sh')['kind'])
        self.assertEqual('not-allowed', self.refused(77, 'console', 'blog')['kind'])
        self.assertEqual('not-allowed', self.refused(77, 'console', 'blog', '--', 'bin/sh')['kind'])
        self.assertEqual('not-allowed', self.refused(77, 'console', 'admin')['kind'])
        self.assertEqual('not-found', self.refused(66, 'attach', 'blog', '--run=0123456789ab')['kind'])

    def test_nothing_runs_in_a_shell(self):
        marker = '/home/alice/ran'
        for word in ('$(touch %s)' % marker, ';touch %s' % marker, '|touch %s' % marker, '\ntouch %s\n' % marker,
                     '`touch %s`' % marker):
            for words in ([word], ['deploy', word, '--tag=v1'], ['deploy', 'blog', '--tag=' + word],
                          ['deploy', 'blog', word],
                          ['rollback', 'blog', '--to', word], ['run', 'blog', '--', word],
                          ['console', 'blog', '--', word], ['release', 'blog', '--digest=' + word, '--check']):
                self.refused(64, *words)
        self.assertFalse(os.path.exists(marker))


if __name__ == '__main__':
    unittest.main()
