"""A fake dockerd: speaks the Engine API over a real UNIX socket, records every request, and runs no containers.

A 'container' that listens on a path is a thread that answers HTTP there, as its image says (see `Image`).
"""

import hashlib
import json
import os
import re
import socket
import threading
import time
import urllib.parse

from tests.unit.serving import Server

# As an nginx with a pool of upstream connections would keep it.
KEPT_OPEN = 0.03
VERSION = {'Version': '20.10.24', 'Os': 'linux', 'Arch': 'amd64', 'ApiVersion': '1.41'}


def digest_of(text):
    return 'sha256:' + hashlib.sha256(text.encode()).hexdigest()


def listener(path):
    made = socket.socket(socket.AF_UNIX)
    made.bind(path)
    made.listen(64)
    return made


def frame(text, stream=1, stamp='2026-11-23T03:04:05.123456789Z'):
    line = ('%s %s' % (stamp, text)).encode()
    return bytes((stream, 0, 0, 0)) + len(line).to_bytes(4, 'big') + line


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
        self.platforms = [{'os': os_name, 'architecture': 'amd64'}]     # as the registry tells them

    def record(self, repository):
        return {'Id': self.id, 'RepoDigests': ['%s@%s' % (repository, self.digest)], 'Os': self.os_name,
                'Architecture': 'amd64', 'Config': {'User': self.user}}


class App:
    """Simulates a container's process: answers on its UNIX socket until it is stopped."""

    def __init__(self, path, image):
        self.path, self.image = path, image
        self.requests = 0
        self._server = Server(listener(path), self._talk)
        os.chmod(path, 0o666)

    def _talk(self, connection):
        if not connection.recv(65536):
            return
        self.requests += 1
        head = 'HTTP/1.1 %d Answer\r\nContent-Length: 3\r\n' % self.image.status
        for pair in (self.image.header or {}).items():
            head += ('%s: %s\r\n' % pair).replace('RELEASE', os.path.basename(os.path.dirname(self.path)))
        connection.sendall((head + '\r\nok\n').encode())
        time.sleep(KEPT_OPEN)

    def stop(self):
        self._server.stop()
        if os.path.exists(self.path):
            os.unlink(self.path)


class FakeDocker:
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
            if path == '/events':
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

    # containers

    def _create(self, query, body):
        if any(one['name'] == query['name'] for one in self.containers.values()):
            return 409, {'message': 'the name is in use'}
        if self._image(body['Image']) is None:
            return 404, {'message': 'No such image: ' + body['Image']}
        self._count += 1
        identity = '%06x%058x' % (self._count, self._count)     # both its short forms are unique
        self.containers[identity] = {
            'id': identity, 'name': query['name'], 'spec': body, 'running': False, 'exit': 0, 'app': None, 'starts': 0,
            'restarts': 0, 'looping': False, 'policy': body['HostConfig']['RestartPolicy']['Name'],
            'image': self._image(body['Image']), 'oom': False, 'events': []}
        return 201, {'Id': identity}

    def _by(self, reference):
        return next((one for one in self.containers.values() if reference in (one['id'], one['name'])), None)

    def _start(self, reference, query, body):
        one = self._by(reference)
        if one is None:
            return 404, {'message': 'no such container'}
        if one['running'] or one['looping']:
            return 304, None
        one['restarts'] = 0
        one['starts'] += 1
        if one['image'].exits is not None:
            one['exit'], one['oom'] = one['image'].exits, one['image'].oom
            one['events'].append(('die', None))
            return 204, None
        if one['spec'].get('Cmd') == ['bin/long'] or one['spec'].get('Tty'):    # until it is stopped
            one['running'] = True
            return 204, None
        if one['spec'].get('Cmd', [''])[0] == 'bin/work':
            one['running'] = True
            return 204, None
        if one['spec'].get('Cmd') and one['spec']['Cmd'][0] != 'bin/web':
            one['exit'] = 0 if one['spec']['Cmd'] == ['bin/ok'] else 3
            one['events'].append(('die', None))
            return 204, None
        env = dict(pair.split('=', 1) for pair in one['spec']['Env'])
        if 'LISTEN_SOCKET' in env:
            one['app'] = App(env['LISTEN_SOCKET'], one['image'])
        one['running'] = True
        return 204, None

    def _end(self, one, code):
        if one['app'] is not None:
            one['app'].stop()
            one['app'] = None
        if one['running']:
            one['events'].append(('die', None))
        one['running'], one['looping'], one['exit'] = False, False, code

    def loop(self, name):
        """Puts a container into a restart loop, between two attempts of Docker to start it."""
        one = self._by(name)
        self._end(one, 1)
        one['looping'], one['restarts'] = True, one['restarts'] + 1

    def _stop(self, reference, query, body):
        one = self._by(reference)
        if one is None:
            return 404, {'message': 'no such container'}
        if not one['running'] and one['spec'].get('Cmd'):
            return 304, None
        one['events'].append(('kill', '15'))
        self._end(one, 143 if one['spec'].get('Cmd') else 0)
        return 204, None

    def _kill(self, reference, query, body):
        one = self._by(reference)
        if one is None or not one['running']:
            return (404, {'message': 'no such container'}) if one is None else (409, {'message': 'is not running'})
        if query['signal'] == 'SIGKILL':
            self._end(one, 137)
        elif one['name'] not in self.busy and not self.all_busy:
            self._end(one, 0)
        return 204, None

    def finish_job(self, name, code=0):
        """Lets a container end that has had its stop signal."""
        self.busy.discard(name)
        self._end(self._by(name), code)

    def _rename(self, reference, query, body):
        one = self._by(reference)
        if one['name'] in self.busy:
            self.busy.add(query['name'])
        one['name'] = query['name']
        return 204, None

    def _exec(self, reference, query, body):
        if not self._by(reference)['running']:
            return 409, {'message': 'is not running'}
        return 201, {'Id': body['Cmd'][0].replace('/', '-')}

    def _exec_start(self, execution, query, body):
        return 200, None

    def _exec_inspect(self, execution, query, body):
        return 200, {'Running': False, 'ExitCode': self.checks.get(execution, 0)}

    def _remove(self, reference, query, body):
        one = self._by(reference)
        if one is None:
            return 404, {'message': 'no such container'}
        if one['running'] and query is not None and query.get('force') != 'true':
            return 409, {'message': 'You cannot remove a running container'}
        self._end(one, 0)
        del self.containers[one['id']]
        return 204, None

    def _update(self, reference, query, body):
        self._by(reference)['policy'] = body['RestartPolicy']['Name']
        return 200, {'Warnings': None}

    def _inspect(self, reference, query, body):
        one = self._by(reference)
        if one is None:
            return 404, {'message': 'no such container'}
        return 200, {'Id': one['id'], 'Image': one['image'].id, 'RestartCount': one['restarts'],
                     'Config': {name: one['spec'].get(name) for name in ('Cmd', 'StopTimeout', 'StopSignal')},
                     'HostConfig': dict(one['spec']['HostConfig'], RestartPolicy={'Name': one['policy']}),
                     'State': {'Running': one['running'] or one['looping'], 'Restarting': one['looping'],
                               'Status': self._condition(one),
                               'ExitCode': one['exit'], 'OOMKilled': one['oom'],
                               'StartedAt': '2026-11-23T03:04:%02d.123456789Z' % one['starts'],
                               'FinishedAt': '2026-11-23T03:05:01.623456789Z'}}

    @staticmethod
    def _condition(one):
        if one['looping']:
            return 'restarting'
        return 'running' if one['running'] else 'exited' if one['starts'] else 'created'

    def _list(self, query, body):
        wanted = [pair.split('=', 1) for pair in json.loads(query['filters'])['label']]
        found = []
        for one in self.containers.values():
            labels = one['spec']['Labels']
            if all(labels.get(pair[0]) == pair[1] if len(pair) > 1 else pair[0] in labels for pair in wanted):
                found.append({'Id': one['id'], 'Names': ['/' + one['name']], 'Labels': labels, 'Status': 'Up',
                              'State': self._condition(one)})
        return 200, found

    def _terminal(self, connection, reference):
        """A terminal that shows what is typed between < and >. `quit` ends its command with 3, `quit 5` with 5."""
        connection.sendall(b'HTTP/1.1 200 OK\r\n\r\n')
        one = self._by(reference)
        while not one['running'] and not self._server.closed.is_set() and self._by(reference):
            time.sleep(0.01)
        connection.sendall('gr\u00fc\u00df \x1b[31mred\x1b[0m\r\n'.encode())
        connection.settimeout(0.02)
        while one['running'] and not self._server.closed.is_set():
            try:
                typed = connection.recv(65536)
            except socket.timeout:
                continue
            if not typed:
                return
            if typed.startswith(b'quit'):
                self._end(one, int(typed[5:] or 3))
            connection.sendall(b'<' + typed + b'>')
        connection.shutdown(socket.SHUT_RDWR)

    def _follow_events(self, connection, reference):
        """Streams the events of one container, those so far and those to come, until the daemon is restarted."""
        connection.sendall(b'HTTP/1.1 200 X\r\nApi-Version: 1.41\r\nConnection: close\r\n\r\n')
        one, told, restarts = self._by(reference), 0, self.restarts
        while one is not None and not self._server.closed.is_set() and self.restarts == restarts:
            for action, signal in one['events'][told:]:
                told += 1
                connection.sendall(json.dumps({'Action': action, 'Actor': {'Attributes': {
                    'signal': signal}}}).encode() + b'\n')
            time.sleep(0.01)

    def _logs(self, reference, query, body):
        if self._by(reference) is None:
            return 404, {'message': 'no such container'}
        return 200, b''.join(frame(text) for text in self._by(reference)['image'].log.splitlines(True)[
            -int(query['tail']) if query['tail'] != 'all' else None:])

    def _follow_logs(self, connection, reference):
        """Streams lines as they are printed, until the container ends."""
        connection.sendall(b'HTTP/1.1 200 X\r\nApi-Version: 1.41\r\nConnection: close\r\n\r\n')
        one, told = self._by(reference), 0
        while not self._server.closed.is_set():
            running, log = one['running'], one['image'].log.splitlines(True)
            connection.sendall(b''.join(frame(text) for text in log[told:]))
            told = len(log)
            if not running:
                return
            time.sleep(0.01)


def _archive(self, reference, query, body):
    found = (self._by(reference)['image'].archive or {}).get(query['path'])
    return (200, found) if found is not None else (404, {'message': 'no such path in the container'})


ROUTES = (
    ('GET', '/containers/([^/]+)/archive', _archive),
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
