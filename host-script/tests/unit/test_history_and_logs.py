"""Tests of `history` and `logs`."""

import json
import os
import signal
import threading
import time
import unittest

from deployctl_host import access, cli, events
from deployctl_host.inspection import log_filter, log_follower
from deployctl_host.store import state, transactions
from deployctl_host.store.request import TransactionRequest
from deployctl_host.transaction.steps import prune
from tests.sandbox import MINIMAL
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_docker import Image


class History(CallFixture):
    def entries(self, *words):
        code, sent = self.call('history', *words, '--output=ndjson')
        self.assertEqual((code, sent[-1]['type'], sent[-1]['entries']), (0, 'history.finished', len(sent) - 1))
        return sent[:-1]

    def test_newest_first_with_all_fields(self):
        self.assertEqual(self.entries('blog'), [])
        self.call('deploy', 'blog', '--tag=v1', '--rollout=r-one1')
        first = self.serving
        self.call('deploy', 'blog', '--tag=v2', '--rollout=r-two2')
        self.docker.push('bad', Image('bad', status=500))
        self.give_up_soon()
        self.call('deploy', 'blog', '--tag=bad', '--rollout=r-bad3')
        self.call('deploy', 'blog', '--tag=absent', '--rollout=r-bad4')
        sent = self.entries('blog')
        self.assertEqual([(one['rollout'], one['tag'], one['outcome']) for one in sent], [
            ('r-bad4', 'absent', 'refused'), ('r-bad3', 'bad', 'failed'), ('r-two2', 'v2', 'succeeded'),
            ('r-one1', 'v1', 'succeeded')])
        two = sent[2]
        self.assertEqual((two['by'], two['from'], two['verb'], two['replaces'], two['release'], two['error']),
                         ('alice', '192.0.2.7', 'deploy', first, self.serving, None))
        self.assertEqual(two['digest'], Image('v2').digest)
        self.assertIn('never healthy', sent[1]['error'])
        self.assertEqual([one['rollout'] for one in self.entries('blog', '--limit=1')], ['r-bad4'])

    def test_running_transaction_has_no_outcome(self):
        transactions.TransactionRecord(self.state, 'r-busy').create(TransactionRequest('deploy', 'bob', events.now()))
        one, = self.entries('blog')
        self.assertEqual((one['by'], one['outcome'], one['ms']), ('bob', None, None))

    def test_history_without_an_app_lists_the_callers_apps(self):
        self.define('shop', MINIMAL.replace('alice', 'bob').replace('%developers, ', ''))
        for app in ('blog', 'shop'):
            one = state.AppState(app)
            one.prepare()
            transactions.TransactionRecord(one, 'r-' + app).create(TransactionRequest('deploy', 'x', events.now()))
        self.assertEqual([one['app'] for one in self.entries()], ['blog'])
        self.caller = access.Caller('root', 0)
        self.assertEqual({one['app'] for one in self.entries()}, {'blog', 'shop'})

    def test_damaged_record_is_skipped(self):
        self.call('deploy', 'blog', '--tag=v1', '--rollout=r-one1')
        os.mkdir(self.state.root + '/transactions/r-torn')
        self.write('state/blog/transactions/r-bad1/request.json', '{"verb":')
        self.assertEqual([one['rollout'] for one in self.entries('blog')], ['r-one1'])

    def test_text_output(self):
        self.call('deploy', 'blog', '--tag=v1', '--rollout=r-one1')
        text = self.call('history', 'blog', '--output=text')[1]
        self.assertRegex(text, r'^[0-9-]{10} [0-9:]{8}  blog +alice +deploy +v1 +succeeded +[0-9.]+ m?s  '
                               r'rollout r-one1 from 192.0.2.7$')

    def test_old_records_are_removed_unless_needed(self):
        self.patch(prune, 'TRANSACTIONS_KEPT', 3)
        self.call('deploy', 'blog', '--tag=v1', '--rollout=r-one1')
        self.call('deploy', 'blog', '--tag=v2', '--rollout=r-two2')
        for number in range(5):
            self.call('deploy', 'blog', '--tag=absent', '--rollout=r-bad%d' % number)
        self.assertEqual([one['rollout'] for one in self.entries('blog')],
                         ['r-bad4', 'r-bad3', 'r-bad2', 'r-two2', 'r-one1'])
        transactions.TransactionRecord(self.state, 'r-dead').create(TransactionRequest('deploy', 'b', '2020'))
        os.utime(self.state.root + '/transactions/r-dead/request.json', (1, 1))
        self.state.begin('r-dead')
        prune.forget_transactions(self.state)
        self.assertTrue(transactions.TransactionRecord(self.state, 'r-dead').exists)
        self.assertTrue(transactions.TransactionRecord(self.state, 'r-one1').exists)


class Logs(CallFixture):
    def lines(self, *words):
        code, sent = self.call('logs', 'blog', *words, '--output=ndjson')
        self.assertEqual(code, 0, sent)
        last = sent.pop()
        self.assertEqual((last['type'], last['lines']), ('logs.finished', len(sent)))
        self.assertEqual({one['type'] for one in sent} - {'log.line'}, set())
        return sent

    def test_lines_of_all_instances_with_their_times(self):
        self.redefine('keep = 2', 'keep = 2\ninstances = 2')
        self.docker.push('v1', Image('v1', log='one\ntwo\n'))
        self.call('deploy', 'blog', '--tag=v1')
        sent = self.lines()
        self.assertEqual([(one['instance'], one['line']) for one in sent],
                         [(1, 'one'), (1, 'two'), (2, 'one'), (2, 'two')])
        self.assertEqual({(one['ts'], one['stream'], one['release']) for one in sent},
                         {('2026-11-23T03:04:05.123Z', 'stdout', self.serving)})
        self.assertEqual([one['line'] for one in self.lines('--tail=1')], ['two', 'two'])
        self.assertEqual(self.docker.calls('GET', '/logs')[-1][2]['tail'], '1')

    def test_tail_defaults_to_100_lines_and_since_limits_by_time(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.lines('--since=60')
        query = self.docker.calls('GET', '/logs')[-1][2]
        self.assertEqual(query['tail'], '100')
        self.assertAlmostEqual(float(query['since']), time.time() - 60, delta=10)

    def test_lines_of_a_release_that_failed_are_kept(self):
        self.docker.push('bad', Image('bad', exits=3, log='ERROR \x1b[31mno database\nFATAL\n'))
        _, sent = self.call('deploy', 'blog', '--tag=bad', '--output=ndjson')
        hint = sent[-1]['error']['hint']
        self.assertTrue(hint.startswith('deployctl-host logs blog --release='), hint)
        sent = self.lines(hint.split()[-1])
        self.assertEqual([(one['instance'], one['line']) for one in sent],
                         [(1, 'ERROR \ufffd[31mno database'), (1, 'FATAL')])
        self.assertEqual([one['line'] for one in self.lines(hint.split()[-1], '--tail=1')], ['FATAL'])

    def test_lines_with_a_text_are_the_last_of_those_with_it(self):
        self.docker.push('v1', Image('v1', log='GET /a 500\nGET /b 200\nget /c 500\nGET /d 500\n'))
        self.call('deploy', 'blog', '--tag=v1')
        self.assertEqual([one['line'] for one in self.lines('--grep=GET%20/')], [
            'GET /a 500', 'GET /b 200', 'GET /d 500'])
        self.assertEqual([one['line'] for one in self.lines('--grep=GET', '--tail=1')], ['GET /d 500'])
        self.assertEqual(self.docker.calls('GET', '/logs')[-1][2]['tail'], 'all')
        self.assertEqual(len(self.lines('--grep=get', '--ignore-case')), 4)
        self.assertEqual(self.lines('--grep=.'), [], 'the text is not an expression')

    def test_text_to_search_for_may_have_any_letters(self):
        self.docker.push('v1', Image('v1', log='\u30a8\u30e9\u30fc 100% "x"\nok\n'))
        self.call('deploy', 'blog', '--tag=v1')
        self.assertEqual(len(self.lines('--grep=%E3%82%A8%E3%83%A9%E3%83%BC%20100%25%20%22x%22')), 1)
        code, sent = self.call('logs', 'blog', '--grep=%E3', '--output=ndjson')
        self.assertEqual((code, sent[-1]['error']['message']), (64, '--grep: the encoded text is not UTF-8'))
        self.assertEqual(self.call('logs', 'blog', '--ignore-case')[0], 64)

    def test_log_that_is_too_long_to_search_is_refused_and_not_called_empty(self):
        self.patch(log_filter, 'LONGEST', -1)
        self.docker.push('v1', Image('v1', log='one\n'))
        self.call('deploy', 'blog', '--tag=v1')
        code, sent = self.call('logs', 'blog', '--grep=x', '--output=ndjson')
        self.assertEqual((code, sent[-1]['error']['hint']), (69, 'search only its end: --since=SECONDS'))

    def test_lines_that_are_held_are_bounded(self):
        self.patch(log_filter, 'HELD_BYTES', 25)
        self.docker.push('v1', Image('v1', log=''.join('line %d ab\n' % each for each in range(9))))
        self.call('deploy', 'blog', '--tag=v1')
        self.assertEqual([one['line'] for one in self.lines('--grep=line')], ['line 7 ab', 'line 8 ab'])

    def test_kept_lines_of_a_release_that_failed_are_searched(self):
        self.docker.push('bad', Image('bad', exits=3, log='ERROR no database\nFATAL\n'))
        _, sent = self.call('deploy', 'blog', '--tag=bad', '--output=ndjson')
        release = sent[-1]['error']['hint'].split()[-1]
        self.assertEqual([one['line'] for one in self.lines(release, '--grep=FATAL')], ['FATAL'])

    def test_unknown_release_and_app_that_never_ran(self):
        self.assertEqual(self.call('logs', 'blog')[0], 66)
        self.call('deploy', 'blog', '--tag=v1')
        code, sent = self.call('logs', 'blog', '--release=20200101-000000-aaaaaa', '--output=ndjson')
        self.assertEqual((code, sent[-1]['error']['kind']), (66, 'not-found'))
        self.assertIn('not known', sent[-1]['error']['message'])

    def test_unreadable_log_driver(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.docker.fail[('GET', '/logs')] = (501, 'configured logging driver does not support reading')
        code, sent = self.call('logs', 'blog', '--output=ndjson')
        self.assertEqual((code, sent[-1]['error']['kind']), (69, 'unavailable'))

    def test_text_output(self):
        self.docker.push('v1', Image('v1', log='hello\n'))
        self.call('deploy', 'blog', '--tag=v1')
        self.assertEqual(self.call('logs', 'blog', '--output=text')[1], '2026-11-23 03:04:05.123 1  hello')


class Followed(CallFixture):
    def setUp(self):
        super().setUp()
        self.patch(log_follower, 'LOOK', 0.02)
        self.patch(log_follower, 'WAIT', 0.01)
        self.image = Image('v1', log='one\n')
        self.docker.push('v1', self.image)
        self.call('deploy', 'blog', '--tag=v1')

    def follow(self, *words):
        """Follows the logs in a thread that writes to a pipe; returns the reading end."""
        reading, writing = os.pipe()
        plain = events.Output
        self.patch(events, 'Output', lambda render=None: plain(writing, render))
        self.patch(signal, 'signal', lambda *_: None)   # only a main thread may
        self.codes = []

        def work():
            try:
                self.codes.append(cli.main(['logs', 'blog', '--follow', '--output=ndjson'] + list(words)))
            finally:
                os.close(writing)
        self.thread = threading.Thread(target=work)
        self.thread.start()
        self.addCleanup(self.thread.join)
        return os.fdopen(reading, 'rb')

    def test_lines_are_streamed_until_the_reader_disconnects(self):
        with self.follow() as source:
            self.assertEqual(json.loads(source.readline())['line'], 'one')
            self.image.log += 'two\n'
            self.assertEqual(json.loads(source.readline())['line'], 'two')
        self.thread.join(5)
        self.assertEqual(self.codes, [0])

    def test_only_lines_with_the_text_are_followed(self):
        with self.follow('--grep=TW', '--ignore-case') as source:
            self.image.log += 'two\nthree\ntwenty\n'
            self.assertEqual([json.loads(source.readline())['line'] for _ in range(2)], ['two', 'twenty'])

    def test_following_continues_with_the_next_release(self):
        from deployctl_host.transaction import worker
        self.docker.push('v2', Image('v2', log='of v2\n'))
        with self.follow() as source:
            source.readline()
            one = transactions.TransactionRecord(self.state, 'r-next')
            one.create(TransactionRequest('deploy', 'bob', events.now(), tag='v2'))
            worker.main('blog', 'r-next')
            sent = json.loads(source.readline())
            self.assertEqual((sent['line'], sent['release']), ('of v2', self.serving))

    def test_named_release_is_followed_to_its_end(self):
        with self.follow('--release=' + self.serving) as source:
            source.readline()
            for one in self.docker.containers.values():
                self.docker._end(one, 0)
            self.assertIn(b'"logs.finished"', source.readline())
            self.assertEqual(source.readline(), b'')
        self.thread.join(5)
        self.assertEqual(self.codes, [0])


if __name__ == '__main__':
    unittest.main()
