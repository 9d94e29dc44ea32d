"""Asks etcd through etcdctl, the only client that can authenticate by the CommonName of its certificate."""

import json
import os
import re
import time

from .. import programs, trust
from ..errors import HostError
from . import answers
from .answers import Compacted, found, pairs, refused, shaped, unanswered

PLACES = ('/usr/bin/etcdctl', '/usr/local/bin/etcdctl')
MARGIN = 0.5


class Etcdctl:
    """Has the same interface as `Gateway`. The password is passed in the environment, which other users cannot read."""

    def __init__(self, config, password, deadline):
        self._config = config
        self._password = password
        self._deadline = deadline
        self._program = _program()

    def range(self, key, range_end=None, revision=None):
        words = ['get', key] + ([range_end] if range_end else []) + (['--rev=%d' % revision] if revision else [])
        return _ranged(self._ask(words, key))

    def revisions(self, key, range_end):
        with shaped('a range of keys'):
            return answers.revisions(json.loads(self._ask(['get', key, range_end, '--keys-only'], key)))

    def put(self, key, value):
        self._ask(['put', '--', key, value], key)

    def grant(self, seconds):
        with shaped('a lease'):
            answer = json.loads(self._ask(['lease', 'grant', str(int(seconds))], 'a lease'))
            return int(answer['ID'] if 'ID' in answer else answer['id'])

    def revoke(self, lease):
        self._ask(['lease', 'revoke', '%x' % lease], 'a lease')

    def put_if_absent(self, wanted):
        lines = ['ver(%s) = "0"' % json.dumps(key) for key, _, _ in wanted] + ['']
        lines += ['put %s %s --lease=%x' % (json.dumps(key), json.dumps(value), lease) for key, value, lease in wanted]
        lines += [''] + ['get %s' % json.dumps(key) for key, _, _ in wanted] + ['']
        with shaped('the result of a transaction'):
            answer = json.loads(self._ask(['txn'], wanted[0][0], '\n'.join(lines) + '\n'))
            return [] if answer.get('succeeded') else found(answer)

    def swap(self, key, value, revision):
        name = json.dumps(key)
        # etcdctl reads strings of Go, in which the halves of a surrogate pair are no character.
        wish = 'del %s' % name if value is None else 'put -- %s %s' % (name, json.dumps(value, ensure_ascii=False))
        with shaped('the result of a transaction'):
            answer = json.loads(self._ask(['txn'], key, 'mod(%s) = "%d"\n\n%s\n\nget %s\n\n' % (
                name, revision, wish, name)))
            return answers.swapped(answer, key, value)

    def may_put(self, key):
        name = json.dumps(key)
        self._ask(['txn'], key, 'ver(%s) < "0"\n\nput %s ""\n\n\n' % (name, name))

    def _ask(self, words, key, input=None):
        left = max(0.3, self._deadline - time.monotonic())
        environment = {'ETCDCTL_API': '3'}
        if self._config.user:
            environment['ETCDCTL_USER'] = '%s:%s' % (self._config.user, self._password)
        ended = programs.run(self._argv(words, left), left + MARGIN, input=input, env=environment)
        if ended.exit == 0:
            return ended.stdout
        raise self._judge(ended.stderr, key, input is None)

    def _argv(self, words, left):
        argv = [self._program, '--endpoints=' + ','.join(self._config.endpoints), '--write-out=json',
                '--command-timeout=%dms' % (left * 1000), '--dial-timeout=%dms' % (left * 500)]
        for name, flag in (('ca', 'cacert'), ('cert', 'cert'), ('key', 'key')):
            if getattr(self._config, name):
                argv.append('--%s=%s' % (flag, getattr(self._config, name)))
        return argv + words

    def _judge(self, stderr, key, may_be_shown):
        if 'required revision has been compacted' in stderr:
            return Compacted()
        verdict = refused(self._config, stderr, key)
        if verdict:
            return verdict
        if 'context deadline exceeded' in stderr:
            # etcdctl reports a dead host, a wrong CA and a lost quorum in the same way.
            reason = 'no answer in time (down, hung, without quorum, or a TLS mismatch)'
        elif not may_be_shown:
            reason = 'etcdctl: it failed'   # its message can have a line of the input, and with it a value
        else:
            said = re.search(r'Error: (.*)', stderr)
            reason = 'etcdctl: ' + ascii((said.group(1) if said else 'failed')[:200])
        return unanswered(self._config, [(', '.join(self._config.endpoints), reason)])


def _program():
    for path in PLACES:
        if os.path.exists(path):
            trust.check(os.path.realpath(path))
            return path
    raise HostError('unavailable',
                    "etcd's gateway accepts no client certificate with a CommonName, and etcdctl is not installed",
                    state='nothing was touched',
                    hint='install etcdctl (package etcd-client), or use a certificate without CommonName')


def _ranged(stdout):
    with shaped('a range of keys'):
        answer = json.loads(stdout)
        return int(answer['header']['revision']), pairs(answer)
