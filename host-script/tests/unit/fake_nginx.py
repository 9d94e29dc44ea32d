"""A fake nginx: reads the virtual host that the script writes and forwards connections to its upstream."""

import re
import socket

from deployctl_host.errors import HostError
from deployctl_host.nginx import vhost
from tests.unit.serving import Server


class FakeMaster:
    """Replaces `nginx.process.Master`; a reload gives it new workers, unless it is set to ignore reloads."""

    def __init__(self, nginx):
        self.nginx = nginx
        self.pid = 1

    def workers(self):
        return dict(self.nginx.worker_pids)

    def reload(self):
        self.nginx.reloads += 1
        if not self.nginx.deaf:
            self.nginx.load()
            self.nginx.worker_pids = {self.nginx.reloads * 100: 1}


class FakeSettings:
    version = (1, 22, 1)
    version_text = '1.22.1'
    error_log = '/nonexistent/error.log'
    conf = '/etc/nginx/nginx.conf'
    pid_file = '/run/nginx.pid'

    def __init__(self, user):
        self.user = user
        self.group = None


class FakeDump:
    """Replaces the output of `nginx -T`."""

    sound = True
    included = True
    said = ''

    def includes(self, path):
        return self.included


class FakeNginx:
    """Listens on its own port and forwards each connection to the first upstream of the loaded configuration."""

    def __init__(self, conf_dir, app='blog'):
        self.path = '%s/deployctl-%s.conf' % (conf_dir, app)
        self.worker_pids = {100000: 1}
        self.reloads = 0
        self.deaf = False
        self.refuses = None     # what `nginx -t` says
        self.instead = None     # called with each connection in place of passing it on; True when it dealt with it
        self.upstream = None
        self.closed = None
        self.release = None
        self.dump = FakeDump()
        listener = socket.create_server(('127.0.0.1', 0))
        self.port = listener.getsockname()[1]
        self._server = Server(listener, self._pass)

    def close(self):
        self._server.close()

    def test(self, settings, path, names):
        if self.refuses:
            raise HostError('definition', 'nginx refuses its configuration: ' + self.refuses, hint='')

    def load(self):
        try:
            with open(self.path, encoding='utf-8') as source:
                text = source.read()
        except FileNotFoundError:
            self.upstream = self.closed = None
            return
        self.upstream = re.search(r'server (unix:)?(\S+) ', text).group(2)
        self.closed = vhost.parse_closed(text)

    def _pass(self, connection):
        data = connection.recv(65536)
        if self.instead and self.instead(connection, data):
            return
        if self.closed and not data.startswith(b'GET ' + vhost.THROUGH.encode()):
            connection.sendall(b'HTTP/1.1 503 Closed\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n')
            return
        try:
            with socket.socket(socket.AF_UNIX) as up:
                up.connect(self.upstream)
                up.sendall(data)
                while True:
                    piece = up.recv(65536)
                    if not piece:
                        break
                    connection.sendall(piece)
        except (OSError, TypeError):
            connection.sendall(b'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')
