"""Tests of lost, damaged or restored records of an app: the release that nginx leads to is the live one."""

import os
import unittest

from deployctl_host import access, files, journal
from deployctl_host.errors import HostError
from deployctl_host.store import state
from deployctl_host.store.release import Release
from deployctl_host.store.transactions import TransactionRecord
from deployctl_host.transaction import ports
from deployctl_host.transaction.steps import verify
from tests.unit.call_fixture import CallFixture
from tests.unit.availability_fixture import status_of
from tests.unit.dying_worker_fixture import DyingWorkerFixture

DAMAGE = (b'', b'{', b'null', b'[]', b'"x"', b'\0' * 300, b'{"current": 5}', b'{"current": "../../etc"}',
          b'{"stopped": "yes"}', b'{"ports": {"1": "80"}}', b'{"previous": []}', b'\xff\xfe')


class RecordFixture(CallFixture):
    def setUp(self):
        super().setUp()
        self.call('deploy', 'blog', '--tag=v1', '--rollout=r-one1')
        self.first = self.serving
        self.call('deploy', 'blog', '--tag=v2', '--rollout=r-two2')
        self.second = self.serving

    def last(self, *words):
        code, sent = self.call(*words, '--output=ndjson')
        return code, sent[-1]

    def damage(self, data):
        with open(self.state.path, 'wb') as target:
            target.write(data)

    def facts(self):
        """Returns the record without times and empty fields."""
        found = {name: value for name, value in self.state.load().items()
                 if value and name not in ('since', 'committed')}
        found['order'] = [name for name in found['order'] if self.state.sound_release(name)]
        for door in {'maintenance', 'stopped'} & set(found):
            found[door] = {name: value for name, value in found[door].items() if name != 'since'}
        return found

    def error(self, *words):
        return self.last(*words)[1]['error']


class WhatNginxLeadsTo(RecordFixture):
    def test_deploy_without_a_record_drains_the_live_release_and_keeps_it(self):
        for damage in (lambda: os.unlink(self.state.path), lambda: self.damage(b'{}'),
                       lambda: self.state.save(current=None)):
            live = self.serving
            damage()
            code, sent = self.call('deploy', 'blog', '--tag=v3', '--force', '--output=ndjson')
            started = next(one for one in sent if one['type'] == 'deploy.started')
            self.assertEqual((code, started['replaces'], self.state.load()['previous']), (0, live, live))
            self.assertIn('drain.finished', [one['type'] for one in sent])
            self.assertIn('deployctl-blog-%s-1' % live, self.docker.names(), 'it was kept for a rollback')

    def test_undo_without_a_record_restores_the_live_release(self):
        os.unlink(self.state.path)

        def broken_verify(transaction):
            os.unlink(self.state.path)      # it may have been rebuilt in between
            raise HostError('release-failed', 'not proved')
        self.patch(verify, 'verify', broken_verify)
        code, end = self.last('deploy', 'blog', '--tag=v3')
        self.assertEqual((code, end['serving'], self.state.pointed_at(), status_of(self.nginx.port)),
                         (73, self.second, self.second, 200))
        self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % self.second])

    def test_undo_restores_an_unrecorded_release(self):
        os.unlink(self.state.path)
        files.remove_tree(self.state.release_dir(self.second))
        for name in ('r-one1', 'r-two2'):
            files.remove_tree(self.state.root + '/transactions/' + name)

        def broken_verify(transaction):
            raise HostError('release-failed', 'not proved')
        self.patch(verify, 'verify', broken_verify)
        self.transact(tag='v3')
        self.assertEqual((self.state.pointed_at(), status_of(self.nginx.port)), (self.second, 200))
        self.assertEqual(self.docker.running(), ['deployctl-blog-%s-1' % self.second])

    def test_worker_trusts_nginx_over_an_old_copy_of_the_record(self):
        self.state.save(current=self.first, previous=None)
        self.assertEqual(self.transact(tag='v3')[0]['replaces'], self.second)
        self.assertEqual(self.state.load()['previous'], self.second)

    def test_restart_after_an_old_copy_of_the_record_restarts_what_is_live(self):
        self.state.save(current=self.first, previous=None)
        code, end = self.last('restart', 'blog')
        self.assertEqual((code, end['tag']), (0, 'v2'))

    def test_start_after_an_old_copy_of_the_record_brings_the_recorded_release_back(self):
        self.state.save(current=self.first, previous=None)
        code, end = self.last('start', 'blog')
        self.assertEqual((code, end['tag'], self.state.load()['previous']), (0, 'v1', self.second))


class Damaged(RecordFixture):
    def test_verbs_refuse_until_recover_rebuilds_the_record(self):
        before = self.facts()
        for data in DAMAGE:
            self.damage(data)
            names = self.docker.running()
            for words in (('deploy', 'blog', '--tag=v3'), ('restart', 'blog'), ('rollback', 'blog'), ('prune', 'blog')):
                error = self.error(*words)
                self.assertEqual((error['kind'], error['state']), ('internal', 'nothing was touched'), data)
                self.assertIn('deployctl-host recover blog', error['hint'])
                self.assertIn('do not remove the file', error['hint'])
            code, sent = self.call('recover', 'blog', '--output=ndjson')
            self.assertEqual((code, sent[-1]['settled'], sent[0]['code']), (0, 1, 'state'), data)
            self.assertEqual(self.facts(), before, data)
            self.assertEqual((self.docker.running(), self.state.pointed_at()), (names, self.second))
        self.assertEqual(self.last('recover', 'blog')[1]['settled'], 0)

    def test_record_is_rebuilt_as_it_was_after_each_verb(self):
        for words in (('rollback', 'blog'), ('restart', 'blog'), ('maintenance', 'blog', '--on'), ('stop', 'blog'),
                      ('start', 'blog'), ('maintenance', 'blog', '--off'), ('deploy', 'blog', '--tag=v3')):
            self.assertEqual(self.call(*words)[0], 0, words)
            before = self.facts()
            self.damage(b'{')
            self.assertEqual(self.call('recover', 'blog')[0], 0)
            self.assertEqual(self.facts(), before, words)

    def test_status_reports_the_live_release_and_the_next_step(self):
        for damage in (lambda: self.damage(b'{'), lambda: os.unlink(self.state.path)):
            damage()
            code, sent = self.call('status', '--output=ndjson')
            self.assertEqual((code, sent[0]['state'], sent[0]['serving']['release'], sent[0]['previous']['release']),
                             (0, 'degraded', self.second, self.first))
            self.assertIn('deployctl-host recover blog', sent[0]['drift'][0])

    def test_recover_makes_the_record_say_what_nginx_leads_to(self):
        before = self.facts()
        self.state.save(current=self.first, previous=None, since='2020-01-01T00:00:00.000Z')
        self.assertEqual(self.last('recover', 'blog')[1]['settled'], 1)
        self.assertEqual(self.facts(), before)

    def test_damaged_record_of_the_live_release_is_rebuilt(self):
        before = self.state.release(self.second)
        for data in (b'', b'{}', b'[]', b'{"release": "x"}', None):
            path = self.state.release_dir(self.second) + '/release.json'
            if data is None:
                os.unlink(path)
            else:
                with open(path, 'wb') as target:
                    target.write(data)
            status = self.call('status', 'blog', '--output=ndjson')[1][0]
            self.assertIn('deployctl-host recover blog', ' '.join(status['drift']), data)
            self.assertEqual(self.last('recover', 'blog')[1]['settled'], 1, data)
            after = self.state.release(self.second)
            self.assertEqual({name for name in before._fields if getattr(before, name) != getattr(after, name)},
                             {'fingerprint', 'created', 'container_port'})
        self.assertEqual(self.call('deploy', 'blog', '--tag=v3')[0], 0)
        self.assertEqual(self.call('rollback', 'blog')[0], 0)
        self.assertEqual(self.serving, self.second)

    def test_damaged_record_of_another_release_blocks_nothing(self):
        with open(self.state.release_dir(self.first) + '/release.json', 'wb') as target:
            target.write(b'{')
        self.assertEqual(self.call('status', 'blog')[0], 0)
        for tag in ('v3', 'v1', 'v2'):
            self.assertEqual(self.call('deploy', 'blog', '--tag=' + tag)[0], 0)
        self.assertNotIn(self.first, self.state.releases())

    def test_damaged_lock_is_held_until_it_is_forced(self):
        for data in ('', '{', '[]', '{"lock": 5}', '{}'):
            self.write('state/blog/lock.json', data)
            self.assertIn('unlock blog --force', self.error('deploy', 'blog', '--tag=v3')['hint'])
            self.assertEqual(self.call('status')[0], 0)
            self.assertEqual(self.call('unlock', 'blog', '--force')[0], 0)
        self.assertEqual(self.call('deploy', 'blog', '--tag=v3')[0], 0)

    def test_damaged_record_of_another_app_blocks_no_ports(self):
        other = state.AppState('shop')
        other.prepare()
        other.save_release(Release(self.first, 'shop', 'port', 1, digest='x', ports=[20000]))
        self.write('state/shop/state.json', '{')
        self.assertEqual(ports.allot(self.state, 1, (20000, 20009)), {'1': [20001, 20002]})


class DamagedWhileUnfinished(DyingWorkerFixture):
    def dead(self, number):
        self.assertTrue(self.die_at(number, 'after', tag='v2', rollout='r-dead1', force=True))

    def check(self, facts):
        serving = self.serving
        self.assertIsNone(self.state.unfinished())
        self.assertEqual((self.docker.running(), self.state.pointed_at()),
                         (['deployctl-blog-%s-1' % serving], serving), facts)

    def test_dead_worker_with_damaged_records_is_settled(self):
        """The worker died, and its record, the file `unfinished` or the request is damaged: recover settles it."""
        number = 1
        while self.die_at(number, 'after', tag='v%d' % (1 + number % 2), rollout='r-dead%d' % number, force=True):
            before = self.serving
            where = TransactionRecord(self.state, 'r-dead%d' % number)
            last = journal.read(where.journal_path)[-1]
            for path in (self.state.path, self.state.unfinished_path, where.directory + '/request.json')[number % 3:]:
                if os.path.exists(path):
                    with open(path, 'w', encoding='ascii') as target:
                        target.write('{')
            code, sent = self.recover()
            self.assertEqual(code, 0, (number, last, sent))
            self.check((number, last, sent))
            self.assertIn(self.serving, (before, journal.fact(journal.read(where.journal_path), 'release')))
            number += 1
        self.assertGreater(number, 20)

    def recover(self):
        return CallFixture.call(self, 'recover', 'blog', '--output=ndjson')

    def setUp(self):
        super().setUp()
        self.patch(access, 'caller', lambda: access.Caller('alice', 1000, None))


if __name__ == '__main__':
    unittest.main()
