"""A server for tests, a thread for each connection, which leaves nothing behind: no thread, no socket."""

import contextlib
import socket
import threading


class Server:
    """Calls `talk(connection)` for each connection that `listener` gets. A peer that went away is nobody's trouble."""

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
        """Accepts nobody any more; who is being talked to is talked to."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def close(self):
        """Ends all of it, and waits until nothing is left."""
        self.closed.set()
        self.stop()
        with self._lock:
            left = list(self._open.items())
            for connection, _ in left:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for _, thread in left:
            thread.join()
