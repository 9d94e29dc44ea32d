"""Runs the installed script on a lab host, with a worker that is killed at a chosen entry of its journal.

    killer.py ENTRY MOMENT WORDS...

ENTRY is a number, counted from 1 (0 harms nobody), or STEP:PHASE, the first entry of that name.
MOMENT says whether that entry is on disk already, and what happens then:

    before, after                    the worker is killed; the one who follows it settles its work
    before-all, after-all            the follower is killed too, so that nobody settles anything: as in a power cut
    before-hold, after-hold          the worker stands still (SIGSTOP) until somebody sends it SIGCONT
    before-settling, after-settling  not a worker is killed, but who settles another's work, at an entry of the settling
"""

import contextlib
import os
import signal
import sys

HOME = '/usr/lib/deployctl-host'


def main(wanted, moment, words):
    sys.path.insert(0, os.path.join(HOME, os.readlink(HOME + '/current')))
    from deployctl_host import cli, journal
    from deployctl_host.transaction import worker
    plain_mark, plain_main = journal.Journal.mark, worker.main
    moment, _, manner = moment.partition('-')
    follower = os.getpid()
    count = [0 if manner == 'settling' else None]   # None: this process's entries are not counted

    def meets(step, phase, now):
        if moment != now or count[0] is None or wanted not in (str(count[0]), '%s:%s' % (step, phase)):
            return
        if manner == 'hold':
            count[0] = None
            os.kill(os.getpid(), signal.SIGSTOP)
            return
        if manner == 'all':
            with contextlib.suppress(ProcessLookupError):
                os.kill(follower, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)

    def mark(self, step, phase, **facts):
        if count[0] is not None:
            count[0] += 1
        meets(step, phase, 'before')
        plain_mark(self, step, phase, **facts)
        meets(step, phase, 'after')

    def work(app, rollout):
        count[0] = None if manner == 'settling' else 0
        return plain_main(app, rollout)

    journal.Journal.mark = mark
    worker.main = work
    return cli.main(words)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
