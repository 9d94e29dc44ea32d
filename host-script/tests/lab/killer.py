"""The script as installed, but for a worker that is killed at a chosen entry of its journal. Run inside a lab host.

    killer.py N before|after WORDS...      the N-th entry, counted from 1; 0 kills nobody
"""

import os
import signal
import sys

HOME = '/usr/lib/deployctl-host'


def main(number, moment, words):
    sys.path.insert(0, os.path.join(HOME, os.readlink(HOME + '/current')))
    from deployctl_host import cli, journal
    from deployctl_host.transaction import worker
    plain_mark, plain_main = journal.Journal.mark, worker.main
    count = [None]

    def mark(self, step, phase, **facts):
        if count[0] is not None:
            count[0] += 1
        if count[0] == number and moment == 'before':
            os.kill(os.getpid(), signal.SIGKILL)
        plain_mark(self, step, phase, **facts)
        if count[0] == number and moment == 'after':
            os.kill(os.getpid(), signal.SIGKILL)

    def work(app, rollout):
        count[0] = 0
        return plain_main(app, rollout)

    journal.Journal.mark = mark
    worker.main = work
    return cli.main(words)


if __name__ == '__main__':
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
