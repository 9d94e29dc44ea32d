"""The containers of the fake dockerd: no process runs, they only behave as their images and commands say.

A 'container' that listens on a path is a thread that answers HTTP there, as its image says (see `fake_docker.Image`).
"""

import json
import os
import socket
import time

from tests.unit.serving import Server

# As an nginx with a pool of upstream connections would keep it.
KEPT_OPEN = 0.03


def listener(path):
    made = socket.socket(socket.AF_UNIX)
    made.bind(path)
    made.listen(64)
    return made


def frame(text, stream=1, stamp='2026-11-23T03:04:05.123456789Z'):
    line = ('%s %s' % (stamp, text)).encode()
    return bytes((stream, 0, 0, 0)) + len(line).to_bytes(4, 'big') + line


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


class Containers:
    """The part of `FakeDocker` that answers requests about containers. The state is in `FakeDocker`."""

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
        one = self._by(reference)
        if one['running'] and one['name'].endswith(self.dying):
            self._end(one, 3)
            return 500, {'message': 'Cannot update container %s: container not running: unknown' % one['id']}
        one['policy'] = body['RestartPolicy']['Name']
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
        for one in reversed(list(self.containers.values())):    # the newest first
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
