"""Tests of an `apply` that dies before each of its system calls: the old set counts or the new, never a mixture."""

import os
import unittest

from deployctl_host import access, lock, paths
from deployctl_host.apply import archive, comparison, managed, replacement
from deployctl_host.errors import HostError
from deployctl_host.store import applied
from tests.sandbox import Sandbox
from tests.unit.apply_fixture import ApplyFixture

KILLED = 9
CALLS = ('mkdir', 'rmdir', 'rename', 'unlink', 'fsync', 'write', 'fchmod')
OLD = {'host.conf': b'', 'apps/a.conf': b'old a', 'apps/b.conf': b'old b', 'env/a.env': b'A=old'}
NEW = {'host.conf': b'# new', 'apps/a.conf': b'new a', 'templates/t.conf': b'new t', 'env/a.env': b'A=new'}


def dying(number, work):
    """Does `work` in a process that dies before its system call of this number. Returns whether it died."""
    pid = os.fork()
    if pid == 0:
        _die_before(number)
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == KILLED


def _die_before(number):
    left = [number]

    def counted(plain):
        def call(*words, **options):
            if left[0] == 0:
                os._exit(KILLED)
            left[0] -= 1
            return plain(*words, **options)
        return call
    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))


def file_set(contents):
    return archive.FileSet(contents, None, False, '')


class EveryCall(Sandbox):

    def setUp(self):
        super().setUp()
        self.patch(os, 'fsync', lambda descriptor: None)    # it only counts
        self.prepare()

    def prepare(self):
        """Makes the old set the one on this host, with its record."""
        self.replace(OLD)
        self.assertEqual((OLD, 'old'), self.seen())

    def replace(self, contents):
        compared = comparison.compare(file_set(contents))
        replacement.replace(compared.changes, applied.Applied(
            'old' if contents is OLD else 'new', None, False, '', 'alice', 'now', managed.hashes_of(contents)))

    def seen(self):
        """Returns (the operators' files, the version that is recorded)."""
        found = {}
        for directory, _, names in os.walk(paths.ETC):
            for name in names:
                path = os.path.join(directory, name)
                with open(path, 'rb') as source:
                    found[os.path.relpath(path, paths.ETC)] = source.read()
        return found, applied.load().version

    def settled(self, where):
        """Settles as the next call does, checks that there is one whole set, and returns its version."""
        told = []
        replacement.settle(lambda code, message: told.append(code))
        contents, version = self.seen()
        self.assertEqual({'old': OLD, 'new': NEW}[version], contents, where)
        if told:
            self.assertEqual(('new', ['apply']), (version, told), where)
        return version

    def test_next_call_finds_the_old_set_or_completes_the_new_one(self):
        versions = []
        while dying(len(versions), lambda: self.replace(NEW)):
            versions.append(self.settled('died before call %d' % len(versions)))
            self.prepare()
        self.assertEqual('new', self.settled('did not die'))
        self.assertEqual(sorted(versions, reverse=True), versions, 'there is one moment of decision')
        self.assertGreater(versions.count('old'), 10)
        self.assertGreater(versions.count('new'), 10)

    def test_recovery_that_dies_is_completed_by_the_next(self):
        number = 0
        while dying(number, lambda: self.replace(NEW)):
            again = 0
            while dying(again, lambda: replacement.settle(lambda *told: None)):
                again += 1
            self.settled('died before call %d, then %d times' % (number, again))
            self.prepare()
            number += 1
        self.assertGreater(number, 20)


class Cut(ApplyFixture):
    """An apply that died after its decision, and the next call of another verb."""

    def setUp(self):
        super().setUp()
        self.before = dict(self.set)
        self.change('apps/blog.conf', 'keep = 2', 'keep = 3')
        self.set['env/blog.env'] = b'GREETING=new\n'
        compared = comparison.compare(file_set(self.set))
        record = applied.Applied(compared.version, None, False, '', 'alice@laptop', '2026-11-30T04:19:13.348Z',
                                 managed.hashes_of(self.set))
        replacement._stage(compared.changes, record)

    def test_any_call_completes_it_before_it_reads_a_definition(self):
        self.assertEqual(self.before['apps/blog.conf'], self.content('apps/blog.conf'))
        self.caller = access.Caller('alice', 1000)
        code, told = self.call('status', 'blog', '--output=ndjson')
        self.assertEqual((0, 'warning', 'apply'), (code, told[0]['type'], told[0]['code']))
        self.assertIn('alice@laptop', told[0]['message'])
        self.assertEqual(self.set, self.on_disk())
        self.assertEqual([], told[1]['applied']['drift'])
        self.assertNotEqual('warning', self.call('status', 'blog', '--output=ndjson')[1][0]['type'])

    def test_recover_at_boot_completes_it(self):
        code, told = self.call('recover', '--output=ndjson')
        self.assertEqual((0, 'apply'), (code, told[0]['code']))
        self.assertEqual(self.set, self.on_disk())

    def test_next_apply_completes_it_and_compares_with_it(self):
        code, told = self.apply()
        self.assertEqual((0, 'apply', 'unchanged'), (code, told[0]['code'], told[-1]['outcome']))

    def test_call_waits_while_the_files_are_being_replaced(self):
        self.patch(replacement, 'PATIENCE', 0.0)
        only_one = lock.operators_files()
        self.assertTrue(only_one.take())
        try:
            code, told = self.call('deploy', 'blog', '--tag=v1', '--output=ndjson')
            self.assertEqual((75, 'locked', 'nothing was changed'),
                             (code, told[-1]['error']['kind'], told[-1]['error']['state']))
            code, told = self.call('status', 'blog', '--output=ndjson')
            self.assertEqual((0, 'apply'), (code, told[0]['code']))
        finally:
            only_one.release()
        self.assertEqual(0, self.call('status', 'blog', '--output=ndjson')[0])
        self.assertEqual(self.set, self.on_disk())

    def test_plan_that_cannot_be_completed_stops_changes_and_says_so(self):
        plain = os.rename

        def refused(source, target, **options):
            if target.endswith('env/blog.env'):
                raise PermissionError(1, 'Operation not permitted', source, None, target)
            plain(source, target, **options)
        self.patch(os, 'rename', refused)
        code, told = self.call('deploy', 'blog', '--tag=v1', '--output=ndjson')
        self.assertEqual(70, code)
        self.assertRegex(told[-1]['error']['message'], r'cannot write \S+/env/blog\.env: Operation not permitted')
        self.assertIn('not all of it is in place', told[-1]['error']['state'])
        code, told = self.call('recover', '--output=ndjson')
        self.assertEqual((70, 'warning'), (code, told[0]['type']), 'it recovers the apps, and fails at its end')
        os.rename = plain
        self.call('status', 'blog', '--output=ndjson')
        self.assertEqual(self.set, self.on_disk())

    def test_plan_that_was_damaged_is_never_carried_out_in_part(self):
        self.write('etc/.apply/plan.json', '{"steps": [{"name": "../x", "staged": null}], "record": {}}')
        with self.assertRaises(HostError):
            replacement.settle(self.fail)
        self.assertEqual(self.before['apps/blog.conf'], self.content('apps/blog.conf'))


if __name__ == '__main__':
    unittest.main()
