"""Tests of the event `receipt` in transactions: when it comes, where it is kept, and that it never fails one."""

import os
import time

from deployctl_host.errors import HostError
from deployctl_host.nginx import access_log, process, vhost
from deployctl_host.nginx import receipt as from_logs
from deployctl_host.store import transactions
from deployctl_host.transaction import receipt
from deployctl_host.transaction.steps import verify
from tests.unit.fake_nginx import FakeSettings
from tests.unit.host_fixture import HostFixture
from tests.unit.test_receipt import complaint, entry


class Told(HostFixture):
    """Each switch is followed by three requests, of which nginx answers one itself."""

    def setUp(self):
        super().setUp()
        self.patch(access_log, 'DIRECTORY', self.root + '/log')
        self.patch(vhost, 'SERVER', vhost.SERVER.replace('/var/log/nginx', self.root + '/log'))
        settings = FakeSettings('nobody')
        settings.error_log, settings.conf = self.root + '/log/error.log', self.root + '/nginx.conf'
        self.patch(process, 'Settings', lambda config: settings)
        os.makedirs(self.root + '/log', exist_ok=True)
        self.append('error.log', '')
        self.append('deployctl-blog.log', entry(time.time() - 600))
        begin = receipt.begin

        def begin_and_send(transaction, text):
            begun = begin(transaction, text)
            self.send()
            return begun
        self.patch(receipt, 'begin', begin_and_send)

    def append(self, name, text):
        with open('%s/log/%s' % (self.root, name), 'a', encoding='utf-8') as target:
            target.write(text)

    def send(self):
        now, server = time.time() + 0.001, 'unix:%s/1.sock' % self.state.current_link
        self.append('deployctl-blog.log', entry(now, upstream=server) + entry(now, '/a', 502, upstream=server) +
                    entry(now, upstream=server) + entry(now, status=503, upstream='', upstream_status=''))
        self.append('error.log', complaint(now, '/a', server=server))

    def receipt_of(self, sent):
        found, = [event for event in sent if event['type'] == 'receipt']
        return found

    def assert_told(self, sent, before=True):
        found = self.receipt_of(sent)
        self.assertEqual((found['unknown'], found['requests'], found['failures'], found['cut']), (None, 3, 1, 0), found)
        self.assertEqual(found['before'] is not None, before, found)

    def test_deploy_tells_between_drain_and_stop(self):
        self.assert_told(self.deploy('v1'), before=False)
        sent = self.deploy('v2')
        self.assert_told(sent)
        names = [event.get('step') if event['type'] == 'step.started' else event['type'] for event in sent]
        self.assertLess(names.index('drain.finished'), names.index('receipt'))
        self.assertLess(names.index('receipt'), names.index('stop'))

    def test_history_keeps_it(self):
        sent = self.deploy('v1')
        kept = transactions.summary(self.record)['receipt']
        self.assertEqual(kept, {name: self.receipt_of(sent)[name] for name in kept})
        self.assertEqual(set(kept), {'requests', 'failures', 'before', 'seconds', 'cut', 'unknown'})
        self.transact('deploy', tag='v1')
        self.assertIsNone(transactions.summary(self.record)['receipt'])

    def test_every_verb_that_switches_tells(self):
        self.deploy('v1')
        self.deploy('v2')
        for verb in ('restart', 'rollback', 'stop'):
            self.assert_told(self.transact(verb))
        self.assert_told(self.transact('start'), before=False)
        self.assert_told(self.transact('maintenance', on=True))

    def test_deploy_that_is_rolled_back_after_its_switch_tells_too(self):
        self.deploy('v1')

        def fail(transaction):
            raise HostError('release-failed', 'no proof')
        self.patch(verify, 'verify', fail)
        sent = self.deploy('v2')
        self.assertEqual(self.last(sent)['outcome'], 'failed')
        self.assert_told(sent)

    def test_deploy_that_fails_before_its_switch_tells_nothing(self):
        sent = self.deploy('v99')
        self.assertNotIn('receipt', [event['type'] for event in sent])

    def test_defect_and_missing_logs_fail_no_deploy(self):
        def fail(*_):
            raise KeyError('x')
        self.patch(from_logs.Receipt, 'read', fail)
        sent = self.deploy('v1')
        self.assertEqual(self.last(sent)['outcome'], 'succeeded')
        self.assertIn('KeyError', self.receipt_of(sent)['unknown'])
        self.patch(from_logs, 'begin', fail)
        sent = self.deploy('v2')
        self.assertEqual(self.last(sent)['outcome'], 'succeeded')
        found = self.receipt_of(sent)
        self.assertIn('KeyError', found['unknown'])
        self.assertEqual((found['requests'], found['failures'], found['before']), (None, None, None))
