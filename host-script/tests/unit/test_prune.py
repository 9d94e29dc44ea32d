"""Tests of `prune`."""

import unittest

from deployctl_host import lock
from tests.unit.call_fixture import CallFixture


class Prune(CallFixture):
    def test_unkept_releases_are_removed(self):
        self.call('deploy', 'blog', '--tag=v1')
        oldest = self.serving
        self.call('deploy', 'blog', '--tag=v2')
        self.call('deploy', 'blog', '--tag=v3')
        self.redefine('keep = 2', 'keep = 1')
        code, told = self.call('prune', 'blog', '--output=ndjson')
        self.assertEqual((code, told[-1]['type'], told[-1]['releases']), (0, 'prune.finished', [oldest]))
        self.assertNotIn('deployctl/blog:' + oldest, self.docker.tags)
        self.assertEqual(len(self.docker.names()), 2)
        self.assertEqual(self.call('prune', 'blog', '--output=ndjson')[1][-1]['releases'], [])

    def test_prune_is_refused_during_a_transaction(self):
        holder = lock.Lock('blog')
        holder.take()
        self.assertEqual(self.call('prune', 'blog')[0], 75)
        holder.release()


if __name__ == '__main__':
    unittest.main()
