"""Runs the installed script on a lab host, with a worker that is killed at a chosen entry of its journal.

    killer.py ENTRY MOMENT WORDS...

ENTRY is a number, counted from 1 (0 harms nobody), or STEP:PHASE, the first entry of that name.
MOMENT says whether that entry is on disk already, and what happens then:

    before, after                    the worker is killed; the one who follows it settles its work
    before-all, after-all            the follower is killed too, so that nobody settles anything: as in a power cut
    before-hold, after-hold          the worker stands still (SIGSTOP) until somebody sends it SIGCONT
    before-settling, after-settling  not a worker is killed, but who settles another's work, at an entry of the settling
    before-effect                    not a worker is killed, but the call itself, before it changes something: a file,
                                     a container, nginx. ENTRY counts these changes; with 0, their number is printed
                                     on standard error
"""

import contextlib
import os
import signal
import sys

HOME = '/usr/lib/deployctl-host'


def main(wanted, moment, words):
    sys.path.insert(0, os.path.join(HOME, os.readlink(HOME + '/current')))
    from deployctl_host import cli, journal
    from deployctl_host.transaction import launch, worker
    launch.SYSTEMD = ''     # a unit of its own would be a process in which nothing was changed
    plain_mark, plain_main = journal.Journal.mark, worker.main
    moment, _, manner = moment.partition('-')
    if manner == 'effect':
        return killed_at_effect(int(wanted), cli, words)
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


def killed_at_effect(wanted, cli, words):
    """Makes the call and kills it before its effect of this number."""
    from deployctl_host import files
    from deployctl_host.docker import api
    from deployctl_host.nginx import process
    count = [0]

    def counted(holder, name, is_effect=lambda *_: True):
        plain = getattr(holder, name)

        def call(*given, **named):
            if is_effect(*given):
                count[0] += 1
                if count[0] == wanted:
                    os.kill(os.getpid(), signal.SIGKILL)
            return plain(*given, **named)
        setattr(holder, name, call)

    for name in ('write_atomic', 'remove_file', 'remove_tree', 'replace_symlink'):
        counted(files, name)
    counted(process.Master, 'reload')
    counted(api.Engine, 'call', lambda engine, method, *_: method != 'GET')
    code = cli.main(words)
    sys.stderr.write('%d effects\n' % count[0])
    return code


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
