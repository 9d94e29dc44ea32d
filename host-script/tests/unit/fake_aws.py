"""A metadata service and an AWS service for tests, over HTTP, for what real ones do not show on demand."""

import http.server
import json
import threading
import time

SECRET = 'secret-of-the-role'
SESSION = 'session-of-the-metadata-service'


class FakeAws:
    """Serves both on one port. `replies` holds (status, error code or object) of the next requests to the service."""

    def __init__(self, test):
        self.replies = []
        self.requests = []      # (headers, object) of requests to the service
        self.metadata = []      # (method, path) of requests to the metadata service
        self.role = 'web'
        self.region = 'eu-central-1'
        self.code = 'Success'
        self.sessions = True
        self.credentials = 0
        self.slow = 0.0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def log_message(self, *_):
                pass

            def do_PUT(self):
                outer.metadata.append(('PUT', self.path))
                assert self.headers['X-aws-ec2-metadata-token-ttl-seconds']
                self.answer(*((200, SESSION) if outer.sessions else (403, 'Forbidden')))

            def do_GET(self):
                outer.metadata.append(('GET', self.path))
                if self.headers['X-aws-ec2-metadata-token'] != SESSION:
                    self.answer(401, 'Unauthorized')
                else:
                    self.answer(*outer.told(self.path))

            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                outer.requests.append((dict(self.headers), json.loads(body)))
                time.sleep(outer.slow)
                status, content = outer.replies.pop(0)
                if isinstance(content, str):
                    content = {'__type': content, 'message': 'said by the test'}
                self.answer(status, content if isinstance(content, bytes) else json.dumps(content))

            def answer(self, status, text):
                data = text if isinstance(text, bytes) else text.encode()
                self.send_response(status)
                self.send_header('Content-Length', str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """A client that has given up is no error."""

        self._server = Server(('127.0.0.1', 0), Handler)
        self.url = 'http://127.0.0.1:%d' % self._server.server_address[1]
        thread = threading.Thread(target=self._server.serve_forever, kwargs={'poll_interval': 0.01})
        thread.start()
        test.addCleanup(thread.join)
        test.addCleanup(self._server.server_close)
        test.addCleanup(self._server.shutdown)

    def told(self, path):
        if path.endswith('/placement/region'):
            return (200, self.region) if self.region else (404, '')
        if path.endswith('/security-credentials/'):
            return (200, self.role) if self.role else (404, '')
        self.credentials += 1
        return 200, json.dumps({'Code': self.code, 'AccessKeyId': 'ASIA%d' % self.credentials,
                                'SecretAccessKey': SECRET, 'Token': 'token/+='})
