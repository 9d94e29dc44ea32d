"""Tests of events, journal and locks after the death of a writer and on a full disk."""

import errno
import json
import os
import threading
import time
import unittest

from deployctl_host import events, journal, lock
from deployctl_host.errors import HostError
from tests.sandbox import Sandbox

RELEASE = '20261123-053414-5fdd38'


class Events(Sandbox):
    def setUp(self):
        super().setUp()
        self.path = self.root + '/events.ndjson'

    def test_numbers_continue_after_a_dead_writer(self):
        log = events.EventLog(self.path)
        log.emit('one')
        log.close()
        with open(self.path, 'ab') as target:
            target.write(b'{"v":1,"seq":2,"ts":"x","ty')
        log = events.EventLog(self.path)
        log.emit('two')
        self.assertEqual([(one['seq'], one['type']) for one in events.read(self.path)[0]], [(1, 'one'), (2, 'two')])

    def test_reader_ignores_incomplete_lines(self):
        with open(self.path, 'wb') as target:
            target.write(b'{"seq":1,"type":"a"}\n{"seq":')
        found, offset = events.read(self.path)
        self.assertEqual((found, offset), ([{'seq': 1, 'type': 'a'}], 21))
        with open(self.path, 'ab') as target:
            target.write(b'2,"type":"b"}\n')
        self.assertEqual(events.read(self.path, offset), ([{'seq': 2, 'type': 'b'}], 42))

    def test_full_disk_leaves_no_partial_line(self):
        log = events.EventLog(self.path)
        plain = os.write
        said = []

        def write(descriptor, data):
            if descriptor == log._descriptor and not said:
                said.append(plain(descriptor, data[:10]))
                return 10
            if descriptor == log._descriptor and len(said) == 1:
                said.append('full')
                raise OSError(errno.ENOSPC, 'No space left on device')
            return plain(descriptor, data)
        self.patch(os, 'write', write)
        with self.assertRaises(OSError):
            log.emit('lost')
        log.emit('kept')
        self.assertEqual([(one['seq'], one['type']) for one in events.read(self.path)[0]], [(1, 'kept')])

    def test_line_never_exceeds_the_limit(self):
        for value in ('x' * 200000, ['y' * 3000] * 200, {'a%d' % place: 'z' * 4000 for place in range(100)}):
            line = events.encode({'v': 1, 'seq': 1, 'ts': 't', 'type': 'log', 'x': value})
            self.assertLessEqual(len(line), events.LINE_LIMIT)
            self.assertEqual(json.loads(line)['seq'], 1)

    def test_output_is_ascii(self):
        self.assertNotRegex(events.encode({'line': 'é\x1b[31m\u2028\ud800'}), rb'[^\x20-\x7e\n]')

    def test_closed_output_is_not_an_error(self):
        reading, writing = os.pipe()
        os.close(reading)
        output = events.Output(writing)
        output.emit('one')
        output.emit('two')
        self.assertFalse(output.open)
        os.close(writing)


class Journal(Sandbox):
    def test_incomplete_entry_affects_no_other(self):
        path = self.root + '/journal'
        first = journal.Journal(path)
        first.mark('env', 'begin', old=None)
        first.close()
        with open(path, 'ab') as target:
            target.write(b'{"step":"pull","ph')
        second = journal.Journal(path)
        second.mark('settle', 'begin', old=RELEASE)
        entries = journal.read(path)
        self.assertEqual([entry['step'] for entry in entries], ['env', 'settle'])
        self.assertEqual((journal.fact(entries, 'old'), journal.fact(entries, 'none')), (RELEASE, None))

    def test_absent_journal_is_empty(self):
        self.assertEqual(journal.read(self.root + '/none'), [])


class Locks(Sandbox):
    def test_second_caller_is_refused_at_once_with_the_holder(self):
        first, second = lock.Lock('blog'), lock.Lock('blog')
        self.assertTrue(first.take())
        first.describe({'holder': 'alice', 'verb': 'deploy', 'rollout': 'r-x', 'since': 'noon', 'step': 'health'})
        begun = time.monotonic()
        self.assertFalse(second.take())
        self.assertLess(time.monotonic() - begun, 5)
        error = lock.busy_error('blog', second.holder())
        self.assertEqual((error.kind, error.exit), ('locked', 75))
        for text in ('alice', 'deploy', 'noon', 'health'):
            self.assertIn(text, error.message)
        self.assertIn('r-x', error.hint)

    def test_waiting_for_the_lock(self):
        first, second = lock.Lock('blog'), lock.Lock('blog')
        first.take()
        threading.Timer(0.2, first.release).start()
        self.assertTrue(second.take(2.0))

    def test_inspection_does_not_take_the_lock(self):
        first = lock.Lock('blog')
        self.assertFalse(first.busy())
        first.take()
        self.assertTrue(lock.Lock('blog').busy())
        first.release()
        self.assertFalse(lock.Lock('blog').busy())
        self.assertEqual(first.holder(), {})

    def test_lock_is_released_when_its_holder_dies(self):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            lock.Lock('blog').take()
            os.write(writing, b'x')
            time.sleep(30)
            os._exit(0)
        os.read(reading, 1)
        self.assertTrue(lock.Lock('blog').busy())
        os.kill(child, 9)
        os.waitpid(child, 0)
        self.assertFalse(lock.Lock('blog').busy())

    def test_file_and_directory_are_closed_to_others(self):
        first = lock.Lock('blog')
        first.take()
        self.assertEqual(os.stat(first.path).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(os.path.dirname(first.path)).st_mode & 0o777, 0o700)

    def test_symlink_in_its_place_is_refused(self):
        os.symlink('/etc/passwd', self.root + '/run/blog.lock')
        with self.assertRaises((OSError, HostError)):
            lock.Lock('blog').take()


if __name__ == '__main__':
    unittest.main()
