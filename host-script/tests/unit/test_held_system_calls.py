"""Tests of a worker that dies before a change of a file or a container while a release is held, promoted, abandoned."""

import os
import unittest

from deployctl_host import files
from deployctl_host.docker import api
from tests.unit import test_held_killed


class EachSystemCall(test_held_killed.Killed):
    """It dies before each change of a file of the app's state and of a container, many of which have no entry."""

    KILLED = 9

    def die_at(self, number, moment, verb='deploy', **request):
        child = os.fork()
        if not child:
            self._die_before(number)
            self.transact(verb, **request)
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == self.KILLED

    def _die_before(self, number):
        left = [number]

        def dying(owner, name, concerns):
            plain = getattr(owner, name)

            def call(*words, **named):
                if concerns(*words):
                    left[0] -= 1
                    if not left[0]:
                        os._exit(self.KILLED)
                return plain(*words, **named)
            setattr(owner, name, call)
        for owner, name in ((files, 'write_atomic'), (files, 'replace_symlink'), (files, 'remove_file'),
                            (files, 'remove_tree'), (os, 'chown'), (os, 'chmod')):
            dying(owner, name, lambda path, *_: self.state.root in path and '/transactions/' not in path)
        dying(api.Engine, '_open', lambda engine, method, *_: method != 'GET')


if __name__ == '__main__':
    unittest.main()
