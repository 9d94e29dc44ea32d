"""A fake dockerd: speaks the Engine API over a real UNIX socket, records every request, and runs no containers."""

import hashlib
import json
import re
import threading
import urllib.parse

from tests.unit.fake_containers import Containers, listener
from tests.unit.serving import Server

VERSION = {'Version': '20.10.24', 'Os': 'linux', 'Arch': 'amd64', 'ApiVersion': '1.41'}


def digest_of(text):
    return 'sha256:' + hashlib.sha256(text.encode()).hexdigest()


class Image:
    """The behaviour of an image when it runs: `status` of its answers, or `exits` at once with a code.

    RELEASE in a `header` becomes the id of the release that answers.
    """

    def __init__(self, name, status=200, exits=None, oom=False, os_name='linux', user='', log='', header=None,
                 archive=None):
        self.digest = digest_of('digest ' + name)
        self.id = digest_of('image ' + name)
        self.name, self.status, self.exits, self.os_name, self.user, self.log = name, status, exits, os_name, user, log
        self.header, self.oom = header, oom
        self.archive = archive      # {path: tar} of its directories
        self.labels = None
        self.platforms = [{'os': os_name, 'architecture': 'amd64'}]     # as the registry tells them

    def record(self, repository):
        return {'Id': self.id, 'RepoDigests': ['%s@%s' % (repository, self.digest)], 'Os': self.os_name,
                'Architecture': 'amd64', 'Config': {'User': self.user, 'Labels': self.labels}}


class FakeDocker(Containers):
    """The daemon. `fail[(method, prefix)] = (status, message)` makes calls fail; `hang` makes them never answer.

    `garbled[(method, prefix)] = bytes` answers with 200 and that body.
    """

    def __init__(self, path, repository='registry.example.com/blog'):
        self.path, self.repository = path, repository
        self.images, self.tags, self.containers = {}, {}, {}
        self.present = set()
        self.in_use = set()     # names that a container which is not ours holds on to
        self.requests, self.fail, self.hang, self.garbled = [], {}, set(), {}
        self.registry_up = True
        self.busy = set()       # names of containers with a job in hand, which do not end at their stop signal
        self.all_busy = False
        self.dying = ()         # ends of names of containers that end while Docker is asked to update them
        self.held_events = []   # what `/events` tells of the past
        self.checks = {}        # exit codes of commands in containers, by their first argument
        self.pull_error = None  # an error in the stream of an answer that began as 200
        self._count = 0
        self.restarts = 0       # a test counts it up: streams end, as when the daemon is restarted
        self._lock = threading.RLock()
        self._server = Server(listener(path), self._talk)

    def close(self):
        for container in list(self.containers.values()):
            self._end(container, 0)
        self._server.close()

    def push(self, tag, image):
        """Adds an image to the registry that this daemon uses."""
        self.images[tag] = image
        return image.digest

    def calls(self, method, pattern):
        return [one for one in self.requests if one[0] == method and re.search(pattern, one[1])]

    def running(self):
        return sorted(one['name'] for one in self.containers.values() if one['running'])

    def names(self):
        return sorted(one['name'] for one in self.containers.values())

    # the wire

    def _talk(self, connection):
        with connection.makefile('rb') as source:
            line = source.readline().decode()
            if not line:
                return
            method, target, _ = line.split()
            headers = {}
            while True:
                line = source.readline().decode().strip()
                if not line:
                    break
                name, _, value = line.partition(': ')
                headers[name.lower()] = value
            body = source.read(int(headers.get('content-length', 0)))
            path, _, query = target.partition('?')
            path = re.sub(r'^/v1\.[0-9]+', '', path)
            query = dict(urllib.parse.parse_qsl(query))
            with self._lock:
                self.requests.append((method, path, query, json.loads(body) if body else None, headers))
            if any(re.search(pattern, method + ' ' + path) for pattern in self.hang):
                self._server.closed.wait(30)
                return
            if method == 'GET' and query.get('follow') and self._by(path.split('/')[2]):
                self._follow_logs(connection, path.split('/')[2])
                return
            if path.endswith('/attach'):
                self._terminal(connection, path.split('/')[2])
                return
            if path == '/events' and 'filters' in query:
                self._follow_events(connection, json.loads(query['filters'])['container'][0])
                return
            status, answer = self._answer(method, path, query, json.loads(body) if body else None)
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode() if answer is not None else b''
            connection.sendall(('HTTP/1.1 %d X\r\nApi-Version: 1.41\r\nContent-Length: %d\r\n\r\n' % (
                status, len(data))).encode() + data)

    def _answer(self, method, path, query, body):
        for (wanted, pattern), (status, message) in self.fail.items():
            if method == wanted and re.search(pattern, path):
                return status, {'message': message}
        for (wanted, pattern), data in self.garbled.items():
            if method == wanted and re.search(pattern, path):
                return 200, data
        if path == '/events':
            return 200, b''.join(json.dumps(each).encode() + b'\n' for each in self.held_events)
        with self._lock:
            for wanted, pattern, handler in ROUTES:
                found = re.fullmatch(pattern, path)
                if found and method == wanted:
                    return handler(self, *found.groups(), query=query, body=body)
        return 404, {'message': 'no such route: %s %s' % (method, path)}

    # images

    def _image(self, reference):
        if reference in self.tags:
            return self.tags[reference]
        for image in self.images.values():
            if image.id in self.present and reference in (image.id, '%s@%s' % (self.repository, image.digest)):
                return image
        return None

    def _distribution(self, reference, query, body):
        if not self.registry_up:
            return 500, {'message': 'dial tcp: connection refused'}
        wanted = reference[len(self.repository) + 1:]
        for tag, image in self.images.items():
            if wanted in (tag, image.digest):
                return 200, {'Descriptor': {'digest': image.digest}, 'Platforms': image.platforms}
        return 404, {'message': 'manifest unknown'}

    def _pull(self, query, body):
        if not self.registry_up:
            return 500, {'message': 'dial tcp: connection refused'}
        if self.pull_error:
            return 200, b'{"status":"Pulling"}\r\n' + json.dumps({'error': self.pull_error}).encode()
        for image in self.images.values():
            if image.digest == query['tag']:
                self.present.add(image.id)
                return 200, b'{"status":"Pulling"}\r\n{"status":"Done"}\r\n'
        return 200, b'{"status":"Pulling"}\r\n{"error":"manifest unknown"}\r\n'

    def _inspect_image(self, reference, query, body):
        image = self._image(reference)
        if image is None:
            return 404, {'message': 'no such image'}
        tags = [name for name, tagged in self.tags.items() if tagged is image]
        return 200, dict(image.record(self.repository), RepoTags=tags)

    def _tag(self, reference, query, body):
        self.tags['%s:%s' % (query['repo'], query['tag'])] = self._image(reference)
        return 201, None

    def _remove_image(self, reference, query, body):
        image = self._image(reference)
        if image is None:
            return 404, {'message': 'no such image'}
        if reference in self.in_use:
            return 409, {'message': 'conflict: a container is using its referenced image'}
        if self.tags.pop(reference, None) is None:
            self.present.discard(image.id)
        return 200, []


ROUTES = (
    ('GET', '/containers/([^/]+)/archive', FakeDocker._archive),
    ('GET', '/_ping', lambda self, query, body: (200, b'OK')),
    ('GET', '/version', lambda self, query, body: (200, VERSION)),
    ('GET', '/info', lambda self, query, body: (200, {'DockerRootDir': '/', 'LoggingDriver': 'json-file'})),
    ('GET', '/distribution/(.*)/json', FakeDocker._distribution),
    ('POST', '/images/create', FakeDocker._pull),
    ('GET', '/images/(.*)/json', FakeDocker._inspect_image),
    ('POST', '/images/(.*)/tag', FakeDocker._tag),
    ('DELETE', '/images/(.*)', FakeDocker._remove_image),
    ('POST', '/containers/create', FakeDocker._create),
    ('GET', '/containers/json', FakeDocker._list),
    ('GET', '/containers/([^/]+)/json', FakeDocker._inspect),
    ('GET', '/containers/([^/]+)/logs', FakeDocker._logs),
    ('POST', '/containers/([^/]+)/start', FakeDocker._start),
    ('POST', '/containers/([^/]+)/stop', FakeDocker._stop),
    ('POST', '/containers/([^/]+)/kill', FakeDocker._kill),
    ('POST', '/containers/([^/]+)/rename', FakeDocker._rename),
    ('POST', '/containers/([^/]+)/exec', FakeDocker._exec),
    ('POST', '/exec/([^/]+)/start', FakeDocker._exec_start),
    ('GET', '/exec/([^/]+)/json', FakeDocker._exec_inspect),
    ('POST', '/containers/([^/]+)/update', FakeDocker._update),
    ('POST', '/containers/([^/]+)/resize', lambda self, reference, query, body: (200, None)),
    ('DELETE', '/containers/([^/]+)', FakeDocker._remove),
)
