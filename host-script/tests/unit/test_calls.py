"""Tests of whole calls of transactions, from the arguments to the exit code, with the worker in the same process."""

import json
import time
import unittest

from deployctl_host import access, arguments, lock
from deployctl_host.store import deploy_lock
from deployctl_host.store.request import TransactionRequest
from deployctl_host.store.transactions import TransactionRecord
from deployctl_host.transaction import launch, worker
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_docker import Image


class Deploys(CallFixture):
    def test_deploy_emits_all_events_and_is_audited(self):
        code, sent = self.call('deploy', 'blog', '--tag=v1', '--rollout=r-one1', '--output=ndjson')
        self.assertEqual((code, sent[0]['type'], sent[-1]['outcome']), (0, 'deploy.started', 'succeeded'))
        self.assertEqual((sent[0]['by'], sent[0]['from'], sent[0]['rollout']), ('alice', '192.0.2.7', 'r-one1'))
        self.assertEqual([(line['phase'], line.get('exit')) for line in self.audited()], [('begin', None), ('end', 0)])

    def test_same_rollout_again_starts_nothing(self):
        self.call('deploy', 'blog', '--tag=v1', '--rollout=r-one1')
        self.docker.requests.clear()
        code, sent = self.call('deploy', 'blog', '--tag=v2', '--rollout=r-one1', '--output=ndjson')
        self.assertEqual((code, sent[-1]['tag'], self.docker.calls('POST', '')), (0, 'v1', []))

    def test_attach_includes_the_named_event_and_always_the_last(self):
        _, whole = self.call('deploy', 'blog', '--tag=v1', '--rollout=r-one1', '--output=ndjson')
        _, sent = self.call('attach', 'blog', '--rollout=r-one1', '--from=5', '--output=ndjson')
        self.assertEqual(sent, whole[4:])
        _, sent = self.call('attach', 'blog', '--rollout=r-one1', '--from=9999', '--output=ndjson')
        self.assertEqual(sent, whole[-1:])

    def test_failed_deploy_gives_its_exit_code(self):
        self.docker.push('bad', Image('bad', status=500))
        self.give_up_soon()
        self.assertEqual(self.call('deploy', 'blog', '--tag=bad')[0], 73)

    def test_text_of_a_failure_has_result_live_release_and_next_step(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.docker.push('bad', Image('bad', status=500, log='ERROR missing migration\n'))
        self.give_up_soon()
        code, text = self.call('deploy', 'blog', '--tag=bad', '--output=text')
        for part in ('FAIL  health', 'ERROR missing migration', 'v1 (', 'is live on this host', 'deployctl-host logs'):
            self.assertIn(part, text)


class Refusals(CallFixture):
    def error(self, code, kind, *words):
        before = self.snapshot()
        found, sent = self.call(*words, '--output=ndjson')
        self.assertEqual((found, sent[-1]['type'], sent[-1]['exit'], sent[-1]
                         ['error']['kind']), (code, 'error', code, kind))
        after = self.snapshot()
        after.pop(self.root + '/log/audit.log')
        before.pop(self.root + '/log/audit.log', None)
        self.assertEqual(set(before), set(after), 'a refused request leaves one audit line and nothing else')
        return sent[-1]['error']

    def test_invalid_arguments(self):
        self.error(64, 'usage', 'deploy', 'blog')
        self.error(64, 'usage', 'destroy', 'blog')

    def test_unknown_app(self):
        self.error(66, 'not-found', 'deploy', 'nope', '--tag=v1')

    def test_caller_who_is_not_a_deployer(self):
        self.caller = access.Caller('mallory', 1001)
        self.error(77, 'not-allowed', 'deploy', 'blog', '--tag=v1')
        self.assertEqual(self.audited()[-1]['by'], 'mallory')

    def test_broken_definition(self):
        self.redefine('keep = 2', 'keep = many\ninstances = 99')
        message = self.error(78, 'definition', 'deploy', 'blog', '--tag=v1')['message']
        self.assertIn('app.keep', message)
        self.assertIn('app.instances', message)

    def test_unknown_rollout(self):
        self.error(66, 'not-found', 'attach', 'blog', '--rollout=r-nope')

    def test_rollback_and_restart_without_a_release(self):
        self.error(66, 'not-found', 'restart', 'blog')
        self.error(66, 'not-found', 'rollback', 'blog')
        self.error(66, 'not-found', 'rollback', 'blog', '--undo=r-nope')
        self.error(66, 'not-found', 'rollback', 'blog', '--to=20200101-000000-aaaaaa')
        self.assertEqual([line['phase'] for line in self.audited()], ['end'] * 4)

    def test_second_deploy_is_refused_with_the_holder(self):
        holder = lock.Lock('blog')
        holder.take()
        holder.describe({'holder': 'bob', 'verb': 'deploy', 'rollout': 'r-bob1', 'since': 'noon', 'step': 'drain'})
        error = self.error(75, 'locked', 'deploy', 'blog', '--tag=v1')
        self.assertIn('bob', error['message'])
        begun = time.monotonic()
        self.error(75, 'locked', 'deploy', 'blog', '--tag=v1', '--wait=1')
        self.assertGreater(time.monotonic() - begun, 1.0)
        holder.release()

    def test_deploy_lock_excludes_everybody_but_its_holder(self):
        self.write('state/blog/lock.json', json.dumps({
            'lock': 'l-own1', 'holder': 'bob', 'since': 'noon', 'reason': 'migration', 'expires': None}))
        self.error(75, 'locked', 'deploy', 'blog', '--tag=v1')
        self.error(75, 'locked', 'deploy', 'blog', '--tag=v1', '--lock=l-other')
        self.assertEqual(self.call('deploy', 'blog', '--tag=v1', '--lock=l-own1')[0], 0)

    def test_expired_lock_excludes_nobody(self):
        self.write('state/blog/lock.json', json.dumps({
            'lock': 'l-own1', 'holder': 'bob', 'since': 'noon', 'reason': 'x', 'expires': time.time() - 1}))
        self.assertEqual(self.call('deploy', 'blog', '--tag=v1')[0], 0)

    def test_every_transaction_refuses_a_lock_that_is_not_held(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.call('deploy', 'blog', '--tag=v2')
        serving, running = self.serving, self.docker.names()
        verbs = [name for name, verb in arguments.VERBS.items() if {'wait', 'lock'} <= set(verb.options)]
        self.assertEqual(len(verbs), 8)
        for verb in verbs:
            words = {'deploy': ['--tag=v1'], 'maintenance': ['--on']}.get(verb, [])
            error = self.error(75, 'locked', verb, 'blog', '--lock=l-gone1', *words)
            self.assertIn('l-gone1 does not hold blog', error['message'])
        self.assertEqual((self.serving, self.docker.names()), (serving, running))
        self.assertEqual(self.call('lock', 'blog', '--lock=l-gone1', '--renew')[0], 75)
        self.error(64, 'usage', 'lock', 'blog', '--renew')
        self.assertEqual(self.call('deploy', 'blog', '--tag=v1')[0], 0, 'nobody holds the app')

    def test_lock_that_ends_during_the_wait_is_refused(self):
        self.call('deploy', 'blog', '--tag=v1')
        serving = self.serving
        self.call('lock', 'blog', '--lock=l-own1')

        def late(app, rollout):
            deploy_lock.release(self.state, None, True)
            worker.main(app, rollout)
        self.patch(launch, 'launch', late)
        code, sent = self.call('deploy', 'blog', '--tag=v2', '--lock=l-own1', '--output=ndjson')
        self.assertEqual((code, sent[-1]['error']['kind'], self.serving), (75, 'locked', serving), sent)

    def test_defect_is_reported_without_the_exception_text(self):
        def defect():
            raise ValueError('secret text')
        self.patch(access, 'caller', defect)
        code, sent = self.call('status', '--output=ndjson')
        self.assertEqual((code, sent[-1]['error']['kind']), (70, 'internal'))
        self.assertNotIn('secret', json.dumps(sent))


class WorkerDies(CallFixture):
    def test_follower_settles_and_reports_a_dead_worker(self):
        self.call('deploy', 'blog', '--tag=v1')
        serving = self.serving

        def die(app, rollout):
            record = TransactionRecord(self.state, rollout)
            self.state.begin(rollout)
            with open(record.journal_path, 'w', encoding='ascii') as target:
                target.write('{"step":"begin","phase":"begin","old":"%s"}\n' % serving)
        self.patch(launch, 'launch', die)
        code, sent = self.call('deploy', 'blog', '--tag=v2', '--rollout=r-dead', '--output=ndjson')
        self.assertEqual((code, sent[-1]['outcome'], sent[-1]['serving']), (70, 'failed', serving))
        self.assertIn('worker died', sent[-1]['error']['message'])

    def test_worker_that_never_started_leaves_nothing(self):
        from deployctl_host.transaction import follower
        self.patch(follower, 'BEGIN_WITHIN', 0.2)
        self.patch(launch, 'launch', lambda app, rollout: None)
        code, sent = self.call('deploy', 'blog', '--tag=v1', '--rollout=r-none', '--output=ndjson')
        self.assertEqual((code, sent[-1]['type']), (70, 'error'))
        self.assertFalse(TransactionRecord(self.state, 'r-none').exists)

    def test_any_later_verb_settles_first(self):
        self.call('deploy', 'blog', '--tag=v1')
        record = TransactionRecord(self.state, 'r-dead')
        record.create(TransactionRequest('deploy', 'bob', 'noon', 'blog', tag='v2'))
        self.state.begin('r-dead')
        code, sent = self.call('status', 'blog', '--output=ndjson')
        self.assertEqual((code, [one['type'] for one in sent]), (0, ['recovered', 'status', 'status.finished']))
        self.assertEqual(sent[0]['rollout'], 'r-dead')
        self.assertEqual(sent[1]['state'], 'ok')


if __name__ == '__main__':
    unittest.main()
