"""One run: clients in one or several processes, until it is told to stop, and one account of all."""
import contextlib
import json
import os
import signal
import time

from traffic.loop import Loop
from traffic.mix import clients
from traffic.tally import Tally


class Run:
    """What the clients of one process share."""

    def __init__(self, settings, started):
        self.host, self.timeout = settings.host_header, settings.timeout
        self.tally = Tally(started)
        self.loop = Loop(Stop(settings, started, self.tally))


class Stop:
    """Says when to stop: told by signal or file, out of time, or the parent is gone."""

    def __init__(self, settings, started, tally):
        self.settings, self.started, self.tally, self.parent = settings, started, tally, os.getppid()
        self.told = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._tell)

    def _tell(self, _number, _frame):
        self.told = True

    def __call__(self):
        if self.settings.ready_file and all_answer(self.tally, self.settings.target):
            with open(self.settings.ready_file, "a", encoding="utf-8"):
                self.settings.ready_file = None
        return (self.told or time.monotonic() - self.started >= self.settings.max_seconds
                or bool(self.settings.until_file and os.path.exists(self.settings.until_file))
                or os.getppid() != self.parent)


def all_answer(tally, targets):
    return len({key[0] for key in tally.releases}) == len(set(targets))


def run_all(settings):
    """Runs everything and answers the account; raises RuntimeError when a process of it died."""
    started = time.monotonic()
    mine = clients(settings.groups, settings.scale, settings.target)
    if settings.processes == 1:
        return run_some(settings, started, mine)
    children = [fork(settings, started, mine[i::settings.processes]) for i in range(settings.processes)]

    def pass_on(_number, _frame):
        for pid, _pipe in children:
            with contextlib.suppress(ProcessLookupError):   # it has ended by itself
                os.kill(pid, signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)
    tally, died = Tally(started), []
    for pid, pipe in children:
        with os.fdopen(pipe, encoding="utf-8") as file:
            text = file.read()
        if os.waitpid(pid, 0)[1] != 0 or not text:
            died.append(pid)
        else:
            tally.merge(json.loads(text))
    if died:
        raise RuntimeError(f"{len(died)} of {len(children)} load processes died: their requests are not accounted for")
    return tally


def run_some(settings, started, some):
    run = Run(settings, started)
    run.loop.run([group.client(run, target) for group, target in some])
    return run.tally


def fork(settings, started, some):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    status = 1
    try:
        os.close(reader)
        tally = run_some(settings, started, some)
        with os.fdopen(writer, "w", encoding="utf-8") as file:
            json.dump(tally.plain(), file)
        status = 0
    finally:
        os._exit(status)                     # nothing of the parent's is to be run or flushed twice
