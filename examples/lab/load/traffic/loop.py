"""Runs many clients in one thread. A client is a generator that yields what it waits for.

`(READ, socket, deadline)` and `(WRITE, socket, deadline)` resume it with True when the socket is ready, with False when
the deadline has passed; `(SLEEP, None, when)` resumes it with True.
"""
import heapq
import itertools
import select
import time

READ, WRITE, SLEEP = select.EPOLLIN, select.EPOLLOUT, 0
TICK = 0.1                                   # seconds between two looks at the stop conditions


def sleep(seconds):
    yield SLEEP, None, time.monotonic() + seconds


class Loop:
    def __init__(self, should_stop=lambda: False):
        self.stopping = False                # clients end after their current request when this is set
        self._should_stop = should_stop
        self._poller = select.epoll()
        self._waiting = {}                   # fd -> (client, deadline)
        self._sleeping = []                  # heap of (when, serial, client)
        self._serial = itertools.count()
        self._running = 0

    def run(self, clients):
        for client in clients:
            self._running += 1
            self._resume(client, None)
        next_tick = 0.0
        while self._running:
            now = time.monotonic()
            if now >= next_tick:
                next_tick = now + TICK
                self.stopping = self.stopping or self._should_stop()
                self._expire(now)
            until = min(next_tick, self._sleeping[0][0]) if self._sleeping else next_tick
            for fd, _ in self._poller.poll(max(0.0, until - now)):
                client, _deadline = self._waiting.pop(fd)
                self._poller.unregister(fd)
                self._resume(client, True)
            self._wake(time.monotonic())
        self._poller.close()

    def _wake(self, now):
        while self._sleeping and self._sleeping[0][0] <= now:
            self._resume(heapq.heappop(self._sleeping)[2], True)

    def _expire(self, now):
        late = [fd for fd, (_, deadline) in self._waiting.items() if deadline <= now]
        for fd in late:
            client, _deadline = self._waiting.pop(fd)
            self._poller.unregister(fd)
            self._resume(client, False)

    def _resume(self, client, value):
        try:
            what, sock, when = client.send(value)
        except StopIteration:
            self._running -= 1
            return
        if what == SLEEP:
            heapq.heappush(self._sleeping, (when, next(self._serial), client))
        else:
            self._waiting[sock.fileno()] = (client, when)
            self._poller.register(sock, what)
