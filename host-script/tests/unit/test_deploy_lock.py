"""Tests of the deploy lock: one holder, renewed by its id, free again when it expires."""

import time
from unittest import mock

from deployctl_host import lock
from deployctl_host.errors import HostError
from deployctl_host.inspection import app_status
from deployctl_host.store import deploy_lock, state
from deployctl_host.verbs import lock as verbs_lock
from tests.sandbox import Sandbox


class DeployLockTest(Sandbox):
    def setUp(self):
        super().setUp()
        self.app = state.AppState('blog')
        self.app.prepare()

    def test_lock_of_another_holder_is_refused_and_named(self):
        deploy_lock.take(self.app, 'l-alice', 'alice', 'migration', 60)
        with self.assertRaises(HostError) as refused:
            deploy_lock.take(self.app, 'l-bobs', 'bob', None, 60)
        self.assertEqual(75, refused.exception.exit)
        self.assertIn('alice', refused.exception.message)
        self.assertIn('migration', refused.exception.message)

    def test_the_holder_renews_and_keeps_its_since(self):
        first = deploy_lock.take(self.app, 'l-alice', 'alice', None, 60)
        second = deploy_lock.take(self.app, 'l-alice', 'alice', None, 600)
        self.assertEqual(first['since'], second['since'])
        self.assertGreater(second['expires'], first['expires'])

    def test_expired_lock_excludes_nobody(self):
        deploy_lock.take(self.app, 'l-alice', 'alice', None, 60)
        later = time.time() + 61
        with mock.patch('time.time', return_value=later):
            self.assertEqual('l-bobs', deploy_lock.take(self.app, 'l-bobs', 'bob', None, 60)['lock'])

    def test_a_lock_that_has_ended_is_not_renewed(self):
        deploy_lock.take(self.app, 'l-alice', 'alice', None, 60)
        renewed = deploy_lock.take(self.app, 'l-alice', 'alice', None, 60, renew=True)
        self.assertEqual('l-alice', renewed['lock'])
        with mock.patch('time.time', return_value=time.time() + 61):
            with self.assertRaises(HostError) as refused:
                deploy_lock.take(self.app, 'l-alice', 'alice', None, 60, renew=True)
            self.assertEqual(75, refused.exception.exit)
            self.assertIsNone(self.app.deploy_lock(), 'nothing was taken')

    def test_caller_that_names_a_lock_must_hold_it(self):
        deploy_lock.require(self.app, None)
        for wanted in ('l-alice', 'l-bobs'):
            with self.assertRaises(HostError) as refused:
                deploy_lock.require(self.app, wanted)
            self.assertEqual(('locked', 'nothing was touched'), (refused.exception.kind, refused.exception.state))
        deploy_lock.take(self.app, 'l-alice', 'alice', None, 60)
        deploy_lock.require(self.app, 'l-alice')
        for wanted in (None, 'l-bobs'):
            with self.assertRaises(HostError):
                deploy_lock.require(self.app, wanted)

    def test_lock_without_an_expiry_is_kept(self):
        deploy_lock.take(self.app, 'l-alice', 'alice', None, None)
        with mock.patch('time.time', return_value=time.time() + 10 ** 8):
            self.assertEqual('l-alice', self.app.deploy_lock()['lock'])

    def test_only_the_holder_or_force_releases(self):
        deploy_lock.take(self.app, 'l-alice', 'alice', None, 60)
        with self.assertRaises(HostError):
            deploy_lock.release(self.app, 'l-bobs', False)
        self.assertEqual('alice', deploy_lock.release(self.app, None, True)['holder'])
        self.assertIsNone(self.app.deploy_lock())

    def test_holder_is_named_while_a_transaction_runs(self):
        deploy_lock.take(self.app, 'l-alice', 'deploy', 'rollout by alice@laptop', 60)
        at_work = lock.Lock('blog')
        self.assertTrue(at_work.take())
        self.addCleanup(at_work.release)
        at_work.describe({'holder': 'deploy', 'verb': 'deploy', 'since': 'now', 'step': 'health', 'rollout': 'r-1'})
        call = mock.Mock(app='blog', option={'lock': 'l-bobs'}.get)
        with self.assertRaises(HostError) as refused:
            verbs_lock.run(call)
        self.assertIn('alice@laptop', refused.exception.message)
        self.assertIn('alice@laptop', app_status.AppStatus(mock.Mock(app='blog'), None, None).lock()['reason'])

    def test_releasing_twice_is_no_error(self):
        deploy_lock.take(self.app, 'l-alice', 'alice', None, 60)
        deploy_lock.release(self.app, 'l-alice', False)
        self.assertIsNone(deploy_lock.release(self.app, 'l-alice', False))
