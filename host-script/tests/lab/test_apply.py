"""Tests of `apply` beside live apps: real nginx is asked, two operators at once, and a cut in the middle."""

import json
import unittest

from tests.lab.call import Call
from tests.lab.scenario import SCRIPT, Scenario
from tests.lab.traffic import Traffic
from tests.unit.tars import tar

ETC = '/etc/deployctl/'
META = ('meta.json', json.dumps({'commit': None, 'dirty': False, 'source': 'lab'}).encode())
DYING = ('import os, signal, sys; sys.path.insert(0, "/usr/lib/deployctl-host/" + os.readlink('
         '"/usr/lib/deployctl-host/current")); from deployctl_host import cli, files; '
         'from deployctl_host.apply import replacement; plain = %(function)s; left = [%(calls)d]\n'
         'def dying(*words, **more):\n'
         '    left[0] -= 1\n'
         '    if left[0] < 0:\n'
         '        os.kill(os.getpid(), signal.SIGKILL)\n'
         '    return plain(*words, **more)\n'
         '%(function)s = dying\n'
         'cli.main(["apply", "--by=alice", "--output=ndjson"])')
# Where it dies, after how many calls of that function (three are for the test by nginx), and whether the new set is in
# place afterwards.
CUTS = (('files.write_atomic', 4, False), ('replacement.complete', 1, True), ('replacement._move', 0, True),
        ('replacement._move', 1, True), ('replacement.applied.save', 0, True))


class Applying(Scenario):
    other = 'scen-other'

    def setUp(self):
        super().setUp()
        self.forget(self.other)
        self.addCleanup(self.forget, self.other)
        self.addCleanup(self.host.sh, 'rm -rf /etc/deployctl/.apply /etc/deployctl/templates /root/apply-*.tar '
                        '/var/lib/deployctl/applied.json')
        self.define(self.other)
        self.env('GREETING=hello\n', self.other)
        self.set = {name: self.host.read(ETC + name) + '\n' for name in (
            'host.conf', 'apps/scen.conf', 'env/scen.env', 'apps/scen-other.conf', 'env/scen-other.env')}
        self.host_conf(self.set['host.conf'])       # restored at the end, also after an apply that removed it
        self.serving('v1')
        self.serving('v1', app=self.other)

    def upload(self, name='set', **changes):
        """Writes an archive of the set, with these files changed, to the host. Returns the shell's words for it."""
        path = '/root/apply-%s.tar' % name
        files = dict(self.set, **changes)
        self.host.write(path, tar(META, *((name, text.encode()) for name, text in sorted(files.items()))).decode())
        return '<' + path

    def start_apply(self, archive, *words, by='alice'):
        return Call(self.host.words('bash', '-c', '%s apply --by=%s --output=ndjson %s %s' % (
            SCRIPT, by, ' '.join(words), archive)))

    def apply(self, *words, by='alice', **changes):
        return self.start_apply(self.upload(**changes), *words, by=by).done()

    def keeping(self, count):
        """Returns the two definitions with another `keep`."""
        return {name: self.set[name].replace('keep = 2', 'keep = %d' % count)
                for name in ('apps/scen.conf', 'apps/scen-other.conf')}

    def kept(self):
        """Returns the `keep` of both definitions on the host."""
        return self.host.sh('sed -n "s/^keep = //p" %sapps/scen.conf %sapps/scen-other.conf' % (ETC, ETC)).split()

    def test_refused_sets_change_nothing(self):
        self.assertEqual(self.apply().exit, 0)
        before, files = self.facts(), self.host.sh('find %s -type f | sort | xargs sha256sum' % ETC)
        scen = self.set['apps/scen.conf']
        other = scen.replace('server-name = scen.scen', 'server-name = scen-other.scen')
        own = 'server-name = scen.scen\ntemplate = /etc/deployctl/templates/own.conf'
        for changes, messages in (
                ({'apps/scen.conf': scen + '[vhsot]\n', 'env/scen.env': 'export A=1\n'},
                 ('apps/scen.conf:', 'unknown section [vhsot] (did you mean vhost?)', 'env/scen.env: line 1:')),
                ({'apps/scen.conf': other}, ('another virtual host', 'scen-other.scen')),
                ({'apps/scen.conf': scen.replace('server-name = scen.scen', own),
                  'templates/own.conf': 'server { nonsense; location / { proxy_pass http://@UPSTREAM@; } }\n'},
                 ('apps/scen.conf: nginx refuses its configuration: unknown directive "nonsense"',))):
            sent = self.apply(**changes)
            self.assertEqual((sent.exit, sent.error.get('kind')), (78, 'definition'), sent)
            for message in messages:
                self.assertIn(message, sent.error['message'])
        missing = dict(self.set)
        self.addCleanup(setattr, self, 'set', missing)
        self.set = {name: text for name, text in missing.items() if name != 'apps/scen.conf'}
        self.assertIn('scen is live on this host', self.apply().error['message'])
        self.assert_untouched(before)
        self.assertEqual(files, self.host.sh('find %s -type f | sort | xargs sha256sum' % ETC))

    def test_live_apps_may_exchange_their_server_names(self):
        names = ('server-name = scen.scen', 'server-name = scen-other.scen')
        sent = self.apply('--check', **{
            'apps/scen.conf': self.set['apps/scen.conf'].replace(*names),
            'apps/scen-other.conf': self.set['apps/scen-other.conf'].replace(*reversed(names))})
        self.assertEqual((sent.exit, sent.last['outcome'], sent.last['changed']), (0, 'checked', 2), sent)

    def test_two_operators_at_once(self):
        self.assertEqual(self.apply().exit, 0)
        for count in (3, 5):
            archives = {by: self.upload(by, **self.keeping(number))
                        for by, number in (('alice', count), ('bob', count + 1))}
            base = self.start_apply(archives['bob'], '--check').done().last['base']
            calls = {by: self.start_apply(archive, '--base=' + base, by=by) for by, archive in archives.items()}
            ended = {by: call.done() for by, call in calls.items()}
            self.assertEqual(sorted(sent.exit for sent in ended.values()), [0, 75], list(map(str, ended.values())))
            first = next(by for by, sent in ended.items() if sent.exit == 0)
            late = next(sent for sent in ended.values() if sent.exit == 75)
            self.assertIn('applied by %s at' % first, late.error['message'])
            self.assertEqual(self.kept(), [str(count + (first == 'bob'))] * 2)

    def test_cut_in_the_middle(self):
        self.assertEqual(self.apply().exit, 0)
        keep = 2
        with Traffic(self.host, 'scen.scen') as traffic:
            for number, (function, calls, completed) in enumerate(CUTS, 3):
                archive = self.upload(**self.keeping(number))
                done = self.host.run('bash', '-c', "exec python3 -I -X utf8 -c '%s' %s" % (
                    DYING % {'function': function, 'calls': calls}, archive))
                self.assertNotEqual(done.returncode, 0, done.stdout)
                self.host.sh('ls /etc/deployctl/.apply')
                status = self.call('status')
                self.assertEqual(bool(status.of('warning')), completed, status)
                self.assertEqual(status.of('status')[0]['applied']['drift'], [])
                keep = number if completed else keep
                self.assertEqual(self.kept(), [str(keep)] * 2, function)
                self.assertEqual(self.host.sh('ls -A %s | grep -x .apply || true' % ETC), '')
            self.serving('v2')
        self.assertEqual(traffic.lost, 0, traffic.summary())


if __name__ == '__main__':
    unittest.main()
