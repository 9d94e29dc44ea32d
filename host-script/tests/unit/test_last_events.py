"""Tests that every verb ends with its own event, without which callers do not count a call as answered."""

import os
import unittest

from deployctl_host import access, arguments
from deployctl_host.balancer import site
from deployctl_host.nginx import access_log
from deployctl_host.store import drained
from deployctl_host.verbs import env_edit
from tests.unit.call_fixture import CallFixture

ENDS = {'help': 'help', 'version': 'version', 'lock': 'lock.taken', 'unlock': 'lock.released', 'traffic': 'traffic',
        'definition': 'definition',
        'release': 'run.finished', 'env-list': 'env.listed', 'env-set': 'env.edited', 'env-unset': 'env.edited',
        'drain': 'balancer.drained', 'undrain': 'balancer.undrained'}
TRANSACTIONS = ('deploy', 'promote', 'abandon', 'rollback', 'restart', 'stop', 'start', 'maintenance', 'attach')
WORDS = {
    'help': [], 'version': [], 'preflight': ['blog'], 'pull': ['blog', '--tag=v1'],
    'deploy': ['blog', '--tag=v1', '--rollout=r-first1'], 'promote': ['blog'], 'abandon': ['blog'],
    'restart': ['blog'], 'rollback': ['blog'], 'status': ['blog'], 'definition': ['blog'],
    'history': ['blog'], 'logs': ['blog'], 'traffic': ['blog'], 'run': ['blog', '--', 'bin/ok'],
    'maintenance': ['blog', '--off'], 'lock': ['blog', '--lock=l-mine'], 'unlock': ['blog', '--lock=l-mine'],
    'attach': ['blog', '--rollout=r-first1'], 'recover': ['blog'], 'prune': ['blog'], 'converge': ['blog'],
    'stop': ['blog'], 'start': ['blog'], 'schedules': ['blog'], 'env-list': ['blog'],
    'env-set': ['blog', '--name=NEW'], 'env-unset': ['blog', '--name=NEW'],
    'release': ['blog', '--digest=sha256:' + '0' * 64, '--rollout=r-second'], 'remove': ['blog'],
    'drain': ['--wait=0'], 'undrain': [], 'timeline': ['blog', '--since=60'],
}
# No caller waits for their last event: systemd looks at the exit code, and a console is a terminal.
UNREAD = {'scheduled', 'console'}
# It reads an archive from its standard input: see test_apply.
WITH_INPUT = {'apply'}


class LastEvents(CallFixture):
    def test_every_verb_ends_with_its_own_event(self):
        self.redefine('keep = 2', 'keep = 2\ncommands = bin/ok')
        self.patch(access_log, 'DIRECTORY', self.root + '/log')
        self.write('log/deployctl-blog.log', '')
        self.add_balancer()
        self.assertEqual(set(WORDS) | UNREAD | WITH_INPUT, set(arguments.VERBS), 'a verb without a line in this test')
        self.redefine('source = file', 'source = file\neditors = alice')
        self.patch(env_edit, 'INPUT', os.open(self.write('value', 'x'), os.O_RDONLY))
        self.addCleanup(os.close, env_edit.INPUT)
        developer = self.caller
        for verb, words in WORDS.items():
            with self.subTest(verb):
                if verb == 'promote':
                    self.call('deploy', 'blog', '--tag=v2', '--hold=60')
                self.caller = access.Caller('root', 0) if arguments.VERBS[verb].root else developer
                code, sent = self.call(verb, *words[:1], '--output=ndjson', *words[1:])
                wanted = 'deploy.finished' if verb in TRANSACTIONS else ENDS.get(verb, verb + '.finished')
                self.assertEqual((sent[-1]['type'], code), (wanted, 0), sent[-1])

    def add_balancer(self):
        with open(self.root + '/etc/host.conf', 'a', encoding='utf-8') as target:
            target.write('[balancer]\nlisten = 8081\n')
        self.patch(site, 'is_loaded', lambda host: True)
        self.patch(site, 'ask', lambda host, path: (503, '') if drained.load() else (200, ''))

    def test_release_without_output_differs_from_no_answer(self):
        self.call('deploy', 'blog', '--tag=v1')
        code, sent = self.call('logs', 'blog', '--since=0', '--output=ndjson')
        self.assertEqual((code, sent[-1]['type'], sent[-1]['lines']), (0, 'logs.finished', len(sent) - 1))


if __name__ == '__main__':
    unittest.main()
