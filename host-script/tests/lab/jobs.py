"""A queue of jobs in a Redis on a lab host, which the sample app's workers work on. It redelivers unfinished jobs."""

import subprocess
import threading
import time

PATIENCE = 60.0


class Jobs:
    """The jobs of one app. Each has a number and takes some milliseconds; how often each was finished is counted."""

    def __init__(self, host, port=16379, claim_ms=3000):
        """`claim_ms`: a job that its worker has not touched for so long is taken over by another one."""
        self._host, self._port, self._claim_ms = host, port, claim_ms
        self._directory = '/var/tmp/jobs-%d' % port
        self.added = 0
        self._producer = None
        self._goes_on = False

    @property
    def env(self):
        """Returns the lines for the environment of the app."""
        return 'APP_QUEUE=%s:%d\nAPP_CLAIM_MS=%d\n' % (self._host.address, self._port, self._claim_ms)

    def start(self):
        """Starts Redis; every answered write is on disk, so that a power cut loses none."""
        self._host.sh('mkdir -p %s; redis-server --bind 0.0.0.0 --port %d --protected-mode no --dir %s --save "" '
                      '--appendonly yes --appendfsync always --daemonize yes >/dev/null' % (
                          self._directory, self._port, self._directory))
        end = time.monotonic() + PATIENCE
        while self._ask('PING', check=False) != 'PONG':
            if time.monotonic() > end:
                raise AssertionError('Redis does not answer')
            time.sleep(0.05)

    def stop(self):
        self._goes_on = False
        self._ask('SHUTDOWN', 'NOSAVE', check=False)
        self._host.sh('rm -rf ' + self._directory)

    def _ask(self, *words, check=True):
        done = subprocess.run(('redis-cli', '-h', self._host.address, '-p', str(self._port)) + words, check=check,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True, timeout=PATIENCE)
        return done.stdout.strip()

    def add(self, ms):
        """Adds a job and returns its number."""
        self.added += 1
        self._ask('XADD', 'jobs', '*', 'n', str(self.added), 'ms', str(ms))
        return self.added

    def done(self):
        """Returns {number: how often it was finished}."""
        words = self._ask('HGETALL', 'done').split()
        return {int(number): int(count) for number, count in zip(words[::2], words[1::2])}

    def in_hand(self):
        """Returns how many jobs workers have taken and not finished."""
        found = self._ask('XPENDING', 'jobs', 'workers').split()
        return int(found[0]) if found and found[0].isdigit() else 0

    def wait_in_hand(self, count=1):
        self._wait(lambda: self.in_hand() >= count, 'no worker takes a job')

    def wait_done(self):
        """Waits until every job is finished, and returns how often each was."""
        self._wait(lambda: len(self.done()) == self.added, 'jobs are lost')
        return self.done()

    def _wait(self, condition, problem):
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError('%s: %d added, done %s, %d in hand' % (
                    problem, self.added, self.done(), self.in_hand()))
            time.sleep(0.05)

    def __enter__(self):
        """Adds short jobs, one after the other, until the block ends."""
        self._goes_on = True
        self._producer = threading.Thread(target=self._produce, daemon=True)
        self._producer.start()
        return self

    def __exit__(self, *problem):
        self._goes_on = False
        self._producer.join()

    def _produce(self):
        while self._goes_on:
            self.add(150)
            time.sleep(0.1)
