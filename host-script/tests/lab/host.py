"""One host of the lab, used from outside: commands, files and requests."""

import http.client
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE = 120.0
# Reloads nginx, and waits until each worker with the configuration before is shutting down.
RELOAD = r'''
accepting() { pgrep -P "$(cat /run/nginx.pid)" -fx 'nginx: worker process *' || true; }
before=$(accepting)
nginx -t 2>/dev/null && nginx -s reload
for _ in $(seq 300); do
    now=$(accepting)
    [[ -z $now ]] || grep -qxF "$before" <<<"$now" || exit 0
    sleep 0.1
done
echo "nginx has not changed its workers in 30 s: $before"
exit 1
'''


class NoLab(unittest.SkipTest):
    """No lab is available for the tests."""


def lab_program():
    """Returns the lab program of DEPLOYCTL_LAB. Without it, tests are skipped with a message, or fail if required."""
    program = os.environ.get('DEPLOYCTL_LAB')
    if program and os.access(program, os.X_OK):
        return os.path.abspath(program)
    why = 'DEPLOYCTL_LAB names no lab (examples/lab/lab; up N, images and install come first)'
    if os.environ.get('DEPLOYCTL_REQUIRE_LAB'):
        raise AssertionError('%s, and DEPLOYCTL_REQUIRE_LAB is set' % why)
    sys.stderr.write('\n!!! LEFT OUT: tests/lab: %s\n' % why)
    raise NoLab(why)


class Host:
    """A host of the running lab; `name` is host1, host2, ..."""

    def __init__(self, name='host1', lab=None):
        self.lab = lab or lab_program()
        self.name = name
        self.address = self._lab('ip', name)

    @property
    def exists(self):
        """Returns True if the lab has this host."""
        return self._run([self.lab, 'exec', self.name, 'true'], None, PATIENCE).returncode == 0

    def _run(self, argv, input, timeout):
        return subprocess.run(argv, input=input, stdin=subprocess.DEVNULL if input is None else None,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                              universal_newlines=True, errors='replace', check=False)

    def _lab(self, *words):
        done = self._run((self.lab,) + words, None, PATIENCE)
        if done.returncode != 0:
            raise AssertionError('lab %s: exit %d: %s' % (' '.join(words), done.returncode, done.stderr.strip()))
        return done.stdout.strip()

    # what the lab does to it

    def power(self, word):
        """Controls the power: `kill` is a power cut, `stop` an orderly shutdown, `start` boots the host."""
        self._lab(word, self.name)

    def network(self, word):
        """Controls the network: `partition` drops all packets, `heal` ends that."""
        self._lab(word, self.name)

    def memory(self, limit):
        """Limits what all processes of the host use together, in bytes; `off` ends that."""
        self._lab('memory', self.name, limit)

    def service(self, service, word):
        self._lab('service', self.name, service, word)

    def registry(self, word):
        """Makes the registry refuse connections of this host (`gone`), or available again (`back`)."""
        rule = 'OUTPUT -p tcp -d %s --dport 5000 -j REJECT --reject-with tcp-reset' % self._lab('ip', 'registry')
        if word == 'gone':
            self.sh('iptables -I %s' % rule)
        else:
            self.sh('while iptables -D %s 2>/dev/null; do :; done' % rule)

    def registry_address(self):
        return self._lab('ip', 'registry')

    def move_tag(self, app, tag, other):
        """Points APP:TAG in the registry to the image of APP:OTHER."""
        self._lab('tag', app, tag, other)

    def push(self, repository, tag, padding):
        """Pushes a sample image without peculiarities that no host has: with this many random bytes in its layer."""
        place, push_images = os.path.dirname(self._lab('ssh-config')), os.path.dirname(self.lab) + '/lib/push_images.py'
        with open(place + '/sample-app', 'rb') as source, tempfile.NamedTemporaryFile() as binary, \
                tempfile.NamedTemporaryFile('w') as variants:
            binary.write(source.read() + os.urandom(padding))
            binary.flush()
            variants.write('[%s]\n' % tag)
            variants.flush()
            subprocess.run([sys.executable, push_images, 'push', 'http://%s:5000' % self.registry_address(),
                            binary.name, variants.name, repository], check=True, stdout=subprocess.DEVNULL)

    def install(self):
        """Installs the host script of this checkout, like an upgrade."""
        self._lab('install', self.name)

    # what happens in it, as root

    def words(self, *argv):
        return [self.lab, 'exec', self.name] + list(argv)

    def run(self, *argv, input=None, timeout=PATIENCE):
        return self._run(self.words(*argv), input, timeout)

    def retires(self, app):
        """Returns whether a container of a process retires, or is about to be removed."""
        return bool(self.sh('ls /var/lib/deployctl/%s/retiring 2>/dev/null || true' % app))

    def sh(self, script, timeout=PATIENCE):
        """Returns the output of a shell script that must succeed."""
        done = self.run('bash', '-ec', script, timeout=timeout)
        if done.returncode != 0:
            raise AssertionError('on %s: %s\nexit %d: %s%s' % (
                self.name, script, done.returncode, done.stdout, done.stderr))
        return done.stdout.strip()

    def python(self, file_name, *words):
        """Runs a Python file of this directory on the host and returns its output."""
        with open(os.path.join(HERE, file_name), encoding='utf-8') as source:
            done = self.run('python3', '-I', '-', *words, input=source.read())
        if done.returncode != 0:
            raise AssertionError('%s on %s: %s' % (file_name, self.name, done.stderr))
        return done.stdout

    def spawn(self, program):
        """Starts a Python program on the host and returns its pid there. The caller ends it."""
        return int(self.sh("setsid python3 -c '%s' </dev/null >/dev/null 2>&1 & echo $!" % program))

    def listen(self, address, port):
        """Starts a program that listens on a TCP port and returns its pid once it listens."""
        # Else what is left of an earlier test's connections would keep it from its port for a minute.
        pid = self.spawn('import socket,time; s=socket.socket(); '
                         's.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); '
                         's.bind(("%s",%d)); s.listen(); time.sleep(600)' % (address, port))
        self.sh('for i in $(seq 600); do ss -ltnH "sport = :%d" | grep -q . && exit 0; sleep 0.1; done; exit 1' % port)
        return pid

    def signal(self, name, pid):
        self.sh('kill -%s %d' % (name, pid))

    def dockerd(self, name):
        """Sends a signal to dockerd: STOP makes it hang, CONT continues it."""
        self.sh('kill -%s $(cat /run/docker.pid)' % name)

    def write(self, path, text, mode=0o600):
        script = 'umask 077; mkdir -p "${1%/*}"; cat >"$1.new"; chmod "$2" "$1.new"; mv "$1.new" "$1"'
        done = self.run('bash', '-ec', script, 'write', path, '%o' % mode, input=text)
        if done.returncode != 0:
            raise AssertionError('cannot write %s on %s: %s' % (path, self.name, done.stderr))

    def read(self, path):
        return self.sh('cat %s' % path)

    def reload(self):
        """Reloads nginx, and waits until no worker with the configuration before accepts connections."""
        self.sh(RELOAD)

    # users

    def get(self, host_header, path='/', timeout=60.0, port=80, sent=None):
        """Makes a request from outside the host, on a new connection, and returns (status, headers, body).

        `sent` are headers besides.
        """
        connection = http.client.HTTPConnection(self.address, port, timeout=timeout)
        try:
            connection.request('GET', path, headers=dict(sent or {}, Host=host_header, Connection='close'))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()
