"""Local sshd addresses: one sshd on loopback that answers as any number of hosts.

Linux answers on the whole of 127.0.0.0/8, so host i is 127.1.x.y and needs no alias. All hosts have one host key and run
one forced command, whatever a client asks for: it prints the recorded answer of `deployctl-host status`.
"""
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.realpath(__file__))
ANSWER = os.path.join(HERE, '../../../contract/transcripts/status.ndjson')
ANSWER_END = '"type":"status.finished"'
PORT = 22022
USER = 'deployctl-bench'

SERVER = """Port %(port)d
ListenAddress 0.0.0.0
HostKey %(directory)s/host
PidFile %(directory)s/sshd.pid
AuthorizedKeysFile %(directory)s/authorized_keys
ForceCommand cat %(directory)s/answer
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
PrintLastLog no
MaxStartups 10000
MaxSessions 1000
LogLevel ERROR
"""
CLIENT = """Host *
  User %(user)s
  Port %(port)d
  IdentityFile %(directory)s/id
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile %(directory)s/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
  ControlMaster no
  GSSAPIAuthentication no
"""


def address(number):
    """The address of a host, counted from 0."""
    return '127.1.%d.%d' % (number // 250, number % 250 + 1)


class Fleet:
    """The sshd and what clients need to reach it. Root logs in as a user made for it, anybody else as themselves."""

    def __init__(self, most):
        self.directory = tempfile.mkdtemp(prefix='fan-out-')
        self.own_user = os.geteuid() == 0
        self.user = USER if self.own_user else pwd.getpwuid(os.geteuid()).pw_name
        self.pid = None
        self.places = {'directory': self.directory, 'port': PORT, 'user': self.user}
        os.chmod(self.directory, 0o755)
        for name in ('host', 'id'):
            subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', self.path(name)], check=True)
        shutil.copy(self.path('id.pub'), self.path('authorized_keys'))
        shutil.copy(ANSWER, self.path('answer'))
        os.chmod(self.path('answer'), 0o644)
        key = ' '.join(self.read('host.pub').split()[:2])
        self.write('known_hosts', ''.join('[%s]:%d %s\n' % (address(one), PORT, key) for one in range(most)))
        self.write('sshd_config', SERVER % self.places)
        self.write('ssh_config', CLIENT % self.places)

    def path(self, name):
        return os.path.join(self.directory, name)

    def read(self, name):
        with open(self.path(name), encoding='utf-8') as file:
            return file.read()

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as file:
            file.write(text)

    def hosts(self, count, limit=32):
        """Writes the first hosts for clients: a plain list, and a project of deployctl."""
        project = self.path('project-%d' % count)
        os.makedirs(project, exist_ok=True)
        names = [address(one) for one in range(count)]
        self.write('hosts-%d' % count, ''.join(name + '\n' for name in names))
        self.write(project + '/hosts.yml', 'hosts:\n' + ''.join(
            '  - { name: %s, tags: { App: blog } }\n' % name for name in names))
        self.write(project + '/deployctl.yml', 'ssh: { config: %s }\ninventory: { file: hosts.yml }\n'
                   'rollout: { parallelism: %d }\napps:\n  blog: { hosts: { App: blog } }\n' % (
                       self.path('ssh_config'), limit))

    def __enter__(self):
        if self.own_user:
            # '*' is no password that fits, and unlike '!' no locked account either.
            subprocess.run(['useradd', '--system', '--no-create-home', '--home-dir', '/', '--shell', '/bin/sh',
                            '--password', '*', self.user], check=True)
            os.makedirs('/run/sshd', exist_ok=True)
        subprocess.run(['/usr/sbin/sshd', '-f', self.path('sshd_config'), '-E', self.path('sshd.log')], check=True)
        end = time.monotonic() + 10
        while not os.path.exists(self.path('sshd.pid')) or not self.read('sshd.pid').strip():
            if time.monotonic() > end:
                sys.exit('sshd does not start: ' + self.read('sshd.log'))
            time.sleep(0.05)
        self.pid = int(self.read('sshd.pid'))
        return self

    def __exit__(self, *failure):
        if self.pid:
            os.kill(self.pid, signal.SIGTERM)
            while os.path.exists('/proc/%d' % self.pid):
                time.sleep(0.05)
        if self.own_user:
            subprocess.run(['userdel', self.user], check=True)
        shutil.rmtree(self.directory)

    def cpu(self):
        """CPU seconds of the sshd and of all its children, once these have ended."""
        end = time.monotonic() + 10
        while self.children() and time.monotonic() < end:
            time.sleep(0.02)
        with open('/proc/%d/stat' % self.pid, encoding='utf-8') as file:
            fields = file.read().rpartition(')')[2].split()
        return sum(int(one) for one in fields[11:15]) / os.sysconf('SC_CLK_TCK')

    def children(self):
        with open('/proc/%d/task/%d/children' % (self.pid, self.pid), encoding='utf-8') as file:
            return file.read()


if __name__ == '__main__':
    # For trying things out: serves until it is stopped.
    with Fleet(1000) as fleet:
        for wanted in (1, 10, 100, 500, 1000):
            fleet.hosts(wanted)
        print(fleet.directory, flush=True)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGTERM])
        signal.sigwait([signal.SIGINT, signal.SIGTERM])
