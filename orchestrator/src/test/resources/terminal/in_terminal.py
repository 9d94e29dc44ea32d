"""Runs a command in a terminal of its own and prints the terminal's state before, while and after it runs.

    in_terminal.py HOW COMMAND...    HOW is what is typed when the command says "raw", or "kill" for SIGKILL
"""

import os
import pty
import re
import select
import signal
import sys
import termios
import time


def state(fd):
    flags = termios.tcgetattr(fd)[3]
    return 'cooked' if flags & termios.ICANON and flags & termios.ECHO and flags & termios.ISIG else 'raw'


def main():
    how, command = sys.argv[1], sys.argv[2:]
    pid, terminal = pty.fork()
    if pid == 0:
        # A shell leads the session, as it does for a person: the terminal outlives the command.
        os.execvp('sh', ['sh', '-c', '"$@" & wait $!; echo "ended $?"; read end', 'sh'] + ['sh', '-c', 'echo pid $$; exec "$@" </dev/tty', 'sh'] + command)
    print('before', state(terminal))
    seen = b''
    deadline = time.monotonic() + 60
    while b'raw' not in seen and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 4096)
    print('while', state(terminal))
    if how == 'kill':
        os.kill(int(re.search(rb'pid (\d+)', seen).group(1)), signal.SIGKILL)
    else:
        os.write(terminal, how.encode())
    while b'ended' not in seen and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 4096)
    while state(terminal) != 'cooked' and time.monotonic() < deadline:
        time.sleep(0.05)
    print('after', state(terminal))
    os.kill(pid, signal.SIGKILL)


main()
