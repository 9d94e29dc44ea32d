"""Tests with hostile process state of the caller: environment, directory, umask, limits, descriptors, closed output."""

import json
import os
import resource
import signal
import unittest

from tests.sudo import fixture

SEEN = '/srv/seen'
# A program that an operator named as nginx, run by `version`: it tells what the script's children get.
PROBE = '''#!/bin/sh
{ tr '\\0' '\\n' < /proc/self/environ; echo; echo "cwd=$(pwd)"; echo "umask=$(umask)"; echo "core=$(ulimit -c)"
  echo "fds=$(ls /proc/self/fd | tr '\\n' ' ')"; grep -E '^(SigIgn|SigBlk):' "/proc/$PPID/status"; } > ''' + SEEN + '''
'''
STORM = {
    'BASH_ENV': '/home/alice/evil', 'ENV': '/home/alice/evil', 'PYTHONPATH': '/home/alice',
    'PYTHONHOME': '/home/alice', 'PYTHONSTARTUP': '/home/alice/evil', 'PYTHONINSPECT': '1', 'PYTHONWARNINGS': 'error',
    'PYTHONIOENCODING': 'utf-16', 'LD_PRELOAD': '/home/alice/evil.so', 'LD_LIBRARY_PATH': '/home/alice',
    'DOCKER_HOST': 'tcp://evil:1', 'DOCKER_CONFIG': '/home/alice', 'ETCDCTL_ENDPOINTS': 'http://evil:1',
    'ETCDCTL_API': '2', 'CURL_HOME': '/home/alice', 'SHELLOPTS': 'xtrace', 'PS4': '$(id)', 'IFS': 'x',
    'http_proxy': 'http://evil:1', 'HTTPS_PROXY': 'http://evil:1', 'SSL_CERT_FILE': '/home/alice/ca',
    'LANG': 'tr_TR.UTF-8', 'LC_ALL': 'ja_JP.eucJP', 'LANGUAGE': 'tr', 'TERM': '../../evil', 'GLOBIGNORE': '*',
    'CDPATH': '/', 'TMPDIR': '/home/alice', 'TZ': '/home/alice/tz', 'DISPLAY': 'evil',
    'OPENSSL_CONF': '/home/alice/evil', 'SSLKEYLOGFILE': '/home/alice/keys',
    'BASH_FUNC_flock%%': '() { touch /home/alice/ran; }', 'BASH_FUNC_test%%': '() { touch /home/alice/ran; }',
    'X': '() { :;}; touch /home/alice/ran', 'SUDO_COMMAND': 'evil', 'SUDO_EDITOR': '/home/alice/evil',
    'NO_COLOR': '1', 'DEPLOYCTL_KILL': '1', 'SYSTEMD_PAGER': '/home/alice/evil', 'MALLOC_CHECK_': '3',
    'GCONV_PATH': '/home/alice',
}


def setUpModule():
    fixture.enter()
    fixture.write('/usr/local/lib/deployctl-test/probe', PROBE, 0o755)


class Context(unittest.TestCase):

    def setUp(self):
        with open('/etc/deployctl/host.conf', encoding='ascii') as source:
            kept = source.read()
        fixture.write('/etc/deployctl/host.conf', kept + '[nginx]\nbinary = %s\n' % fixture.PROBE, 0o644)
        self.addCleanup(fixture.write, '/etc/deployctl/host.conf', kept, 0o644)
        self.addCleanup(lambda: os.path.exists(SEEN) and os.unlink(SEEN))

    def version(self, **more):
        """Returns what the probe saw, as (environment, everything else)."""
        status, out, err = fixture.call('alice', 'version', '--output=ndjson', **more)
        self.assertEqual((0, ''), (status, err), out)
        self.assertEqual('version', json.loads(out)['type'])
        return self.seen()

    @staticmethod
    def seen():
        with open(SEEN, encoding='utf-8', errors='replace') as source:
            environment, _, rest = source.read().partition('\n\n')
        return set(environment.split('\n')), rest.split('\n')

    def test_63_to_66_nothing_of_the_environment_arrives(self):
        environment, _ = self.version(env=STORM)
        self.assertEqual({'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C', 'HOME=/root'}, {
            each for each in environment if each and not each.startswith(('PWD=', 'OLDPWD=', '_=', 'SHLVL='))})
        self.assertFalse(os.path.exists('/home/alice/ran'))

    def test_66_67_modules_beside_the_caller_are_not_loaded(self):
        place = '/home/alice/evil'
        for name in ('deployctl_host/__init__.py', 'deployctl_host/cli.py', 'os.py', 'signal.py', 'json.py',
                     'sitecustomize.py',
                     'usercustomize.py', 'resource.py'):
            fixture.write(os.path.join(place, name), 'open("/home/alice/ran", "w")\n', 0o644)
        fixture.write('/home/alice/.local/lib/python3.11/site-packages/usercustomize.py',
                      'open("/home/alice/ran", "w")\n',
                      0o644)
        _, rest = self.version(cwd=place, env={'PYTHONPATH': place, 'PATH': place})
        self.assertIn('cwd=/', rest)
        self.assertFalse(os.path.exists('/home/alice/ran'))

    def test_68_umask_and_core(self):
        _, rest = self.version(preexec_fn=lambda: os.umask(0))
        self.assertIn('umask=0077', rest)
        self.assertIn('core=0', rest)

    def test_72_descriptors(self):
        with open('/dev/null', 'rb') as extra:
            _, rest = self.version(pass_fds=(extra.fileno(), 2), close_fds=True)
        self.assertIn('fds=0 1 2 3 ', rest, '3 is the listing itself')

    def test_signals_that_the_caller_ignores_or_blocks(self):
        def deaf():
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGALRM, signal.SIGUSR1):
                signal.signal(number, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD, signal.SIGUSR2})
        _, rest = self.version(preexec_fn=deaf)
        masks = dict(line.split(':\t') for line in rest if line.startswith('Sig'))
        ignored, blocked = int(masks['SigIgn'], 16), int(masks['SigBlk'], 16)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGALRM, signal.SIGUSR1):
            self.assertFalse(ignored >> (number - 1) & 1, number)
        self.assertEqual(0, blocked)

    def test_69_no_file_may_be_written(self):
        before = fixture.state()
        for size in (0, 512):
            status, out, err = fixture.call('alice', 'deploy', 'blog', '--tag=v1',
                                            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
            self.assertNotEqual(0, status, out)
            self.assertEqual(before, fixture.state(), (out, err))

    def test_70_limits_that_would_strike_half_way(self):
        before = fixture.state()
        for which, limit in ((resource.RLIMIT_NOFILE, 6), (resource.RLIMIT_NOFILE, 20), (resource.RLIMIT_CPU, 5),
                             (resource.RLIMIT_AS, 256 << 20), (resource.RLIMIT_DATA, 128 << 20)):
            status, out, err = fixture.call('alice', 'deploy', 'blog', '--tag=v1',
                                            preexec_fn=lambda: resource.setrlimit(which, (limit, limit)))
            self.assertNotEqual(0, status, (which, out))
            self.assertEqual(before, fixture.state(), (which, out, err))

    def test_71_closed_standard_streams(self):
        """Nothing can be reported, but the call must still be done or refused as a whole."""
        before = fixture.state()
        for closed in ((0,), (1,), (2,), (0, 1, 2)):
            lines = len(fixture.audit_lines())
            process = fixture.start('alice', [fixture.SUDO, '-n', fixture.SCRIPT, 'deploy', 'blog', '--tag=$(id)'],
                                    preexec_fn=lambda: [os.close(number) for number in closed])
            process.communicate(timeout=60)
            self.assertEqual(64, process.returncode, closed)
            self.assertEqual(before, fixture.state())
            self.assertEqual(64, json.loads(fixture.audit_lines()[-1])['exit'])
            self.assertGreater(len(fixture.audit_lines()), lines)

    def test_73_a_full_standard_output(self):
        lines = len(fixture.audit_lines())
        with open('/dev/full', 'wb') as full:
            process = fixture.start('alice', [fixture.SUDO, '-n', fixture.SCRIPT, 'deploy', 'blog', '--tag=$(id)'],
                                    stdout=full)
            _, err = process.communicate(timeout=60)
        self.assertNotIn(process.returncode, (0, 1, 255), err)
        self.assertGreater(len(fixture.audit_lines()), lines)


if __name__ == '__main__':
    unittest.main()
