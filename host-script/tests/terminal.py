"""A person at a terminal, in which a program runs."""

import fcntl
import os
import pty
import select
import struct
import termios
import time


class Person:
    """Types and reads. `program` is called in the new process; it ends with what that returns."""

    def __init__(self, program):
        self.shown = b''
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            try:
                os._exit(program())
            except BaseException:
                os._exit(99)

    def until(self, text, seconds=20):
        """Reads until the terminal shows a text, after what was waited for before. Returns all that came until then."""
        end = time.monotonic() + seconds
        while text not in self.shown:
            if time.monotonic() > end:
                raise AssertionError('%r is not shown: %r' % (text, self.shown))
            if select.select([self.terminal], [], [], 0.1)[0]:
                try:
                    self.shown += os.read(self.terminal, 65536)
                except OSError:
                    raise AssertionError('it ended: %r' % self.shown) from None
        place = self.shown.index(text) + len(text)
        seen, self.shown = self.shown[:place], self.shown[place:]
        return seen

    def type(self, data):
        while data:
            data = data[os.write(self.terminal, data[:512]):]
            if select.select([self.terminal], [], [], 0)[0]:
                self.shown += os.read(self.terminal, 65536)

    def resize(self, rows, columns):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def end(self):
        """Returns the exit code of the program, once it has ended."""
        while True:
            try:
                self.shown += os.read(self.terminal, 65536)
            except OSError:
                break
        code = os.waitpid(self.pid, 0)[1]
        os.close(self.terminal)
        return os.WEXITSTATUS(code) if os.WIFEXITED(code) else -os.WTERMSIG(code)

    def hang_up(self):
        os.close(self.terminal)
        os.waitpid(self.pid, 0)
