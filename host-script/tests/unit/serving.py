"""A server for tests with a thread per connection, which leaves no thread and no socket behind."""

import contextlib
import socket
import threading


class Server:
    """CallFixture `talk(connection)` for each connection of `listener`. A peer that disconnects is not an error."""

    def __init__(self, listener, talk):
        self._listener, self._talk = listener, talk
        self._lock = threading.Lock()
        self._open = {}
        self.closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._one, args=(connection,), daemon=True)
            with self._lock:
                self._open[connection] = thread
                thread.start()

    def _one(self, connection):
        with connection:
            with contextlib.suppress(OSError):
                self._talk(connection)
            with self._lock:
                del self._open[connection]

    def stop(self):
        """Stops accepting; open connections are served to their end."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def close(self):
        """Closes everything and waits until all threads have ended."""
        self.closed.set()
        self.stop()
        with self._lock:
            left = list(self._open.items())
            for connection, _ in left:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for _, thread in left:
            thread.join()
