"""Fixture of the security tests: a namespace with real sudo, real users and the installed script.

The test process moves into a private mount namespace in which /etc, /run, /home and the others are overlays. Whatever
the tests install, create or break there is gone when the process ends.
"""

import contextlib
import ctypes
import hashlib
import os
import pwd
import subprocess
import time
import unittest

SUDO = '/usr/bin/sudo'
SCRIPT = '/usr/sbin/deployctl-host'
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OVERLAID = ('etc', 'run', 'home', 'usr/lib', 'usr/sbin', 'usr/local', 'var/lib', 'var/log', 'var/mail', 'srv')
CLONE_NEWNS = 0x00020000
CANARY = 'canary-5f2c9e'
PROBE = '/usr/local/lib/deployctl-test/probe'
ENGINE = '/srv/engine.sock'
AUDIT = '/var/log/deployctl/audit.log'

HOST_CONF = '[docker]\nsocket = %s\ntimeout = 60s\n' % ENGINE
DEFINITION = ('[app]\nrepository = registry.example.com/blog\ndeployers = %s\n'
              '[vhost]\nserver-name = blog.example.com\nlisten = 127.0.0.1:18080\n[env]\nrequired = SECRET\n')
_entered = []


def required():
    """Skips the tests with a message if they cannot run here; fails instead with DEPLOYCTL_REQUIRE_REAL=1."""
    reason = None
    if os.geteuid() != 0:
        reason = 'only root can make a private mount namespace'
    elif not os.path.exists(SUDO):
        reason = 'sudo is missing (apt-get install sudo)'
    if reason is None:
        return
    if os.environ.get('DEPLOYCTL_REQUIRE_REAL') == '1':
        raise AssertionError('NOT RUN: ' + reason)
    raise unittest.SkipTest('NOT RUN: ' + reason)


def enter():
    """Sets up namespace, users, installation and two apps, once per process."""
    required()
    if _entered:
        return
    _entered.append(True)
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), 'unshare')
    command('mount', '--make-rprivate', '/')
    layers = '/mnt'  # exists on every machine, and is unchanged afterwards
    command('mount', '-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', layers)
    for place in OVERLAID:
        if not os.path.isdir('/' + place):
            continue
        upper, work = (os.path.join(layers, place.replace('/', '-') + end) for end in ('.upper', '.work'))
        seen = os.stat('/' + place)
        os.mkdir(upper)
        os.mkdir(work)
        command('mount', '-t', 'overlay', 'overlay', '-o', 'lowerdir=/%s,upperdir=%s,workdir=%s' % (place, upper, work),
                '/' + place)
        os.chown('/' + place, seen.st_uid, seen.st_gid)
        os.chmod('/' + place, seen.st_mode & 0o7777)
    _people()
    _install()


def _people():
    command('groupadd', 'developers')
    for name in ('alice', 'bob', 'outsider'):
        command('useradd', '-m', '-s', '/bin/bash', name)
    command('usermod', '-a', '-G', 'developers', 'alice')


def _install():
    command(SOURCE + '/packaging/install')
    for name in ('alice', 'bob'):
        command('gpasswd', '-a', name, 'deployers')
    write('/etc/deployctl/host.conf', HOST_CONF, 0o644)
    write('/etc/deployctl/apps/blog.conf', DEFINITION % '%developers', 0o644)
    write('/etc/deployctl/apps/admin.conf', DEFINITION.replace('blog', 'admin') % 'carol', 0o644)
    for app in ('blog', 'admin'):
        write('/etc/deployctl/env/%s.env' % app, 'SECRET=%s\n' % CANARY, 0o600)


def start_nginx():
    """Starts a real nginx without virtual hosts; returns a function that stops it."""
    if not os.path.exists('/usr/sbin/nginx'):
        raise AssertionError('NOT RUN: nginx is missing (apt-get install nginx)')
    write('/etc/nginx/nginx.conf', 'user www-data;\npid /run/nginx.pid;\nerror_log /var/log/nginx/error.log;\n'
          'events {}\nhttp { access_log off; include /etc/nginx/conf.d/*.conf; }\n', 0o644)
    process = subprocess.Popen(['/usr/sbin/nginx', '-g', 'daemon off;'], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        if os.path.exists('/run/nginx.pid') and os.path.getsize('/run/nginx.pid'):
            break
        time.sleep(0.05)

    def end():
        process.terminate()
        process.wait(20)
    return end


def command(*words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True)
    if done.returncode != 0:
        raise AssertionError('%s: %s' % (' '.join(words), done.stdout))
    return done.stdout


def write(path, text, mode):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as target:
        target.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path, mode)


def identity(name):
    """Returns the arguments for subprocess to run as a user with all of their groups."""
    entry = pwd.getpwnam(name)
    return {'user': entry.pw_uid, 'group': entry.pw_gid, 'extra_groups': os.getgrouplist(name, entry.pw_gid)}


def start(name, words, env=None, cwd=None, **more):
    """Runs a program as a real unprivileged user."""
    environment = {'PATH': '/usr/bin:/bin', 'HOME': '/home/' + name, 'USER': name, 'LOGNAME': name,
                   'LANG': 'en_US.UTF-8'}
    environment.update(env or {})
    options = dict({'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE}, **more)
    return subprocess.Popen(words, env=environment, cwd=cwd or '/home/' + name, **options, **identity(name))


def sudo(name, *words, timeout=60, **more):
    """Runs `sudo -n` with these arguments as that user; returns (exit, stdout, stderr) as text."""
    process = start(name, [SUDO, '-n'] + list(words), **more)
    try:
        out, err = process.communicate(timeout=timeout)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    return process.returncode, (out or b'').decode('utf-8', 'replace'), (err or b'').decode('utf-8', 'replace')


def call(name, *words, **more):
    """Calls the script through sudo as that user."""
    return sudo(name, SCRIPT, *words, **more)


def state():
    """Returns everything below the script's directories except the audit log, which refused calls must not change."""
    seen = {}
    for top in ('/etc', '/var/lib/deployctl', '/run/deployctl', '/usr/lib/deployctl-host', '/usr/sbin',
                '/var/log/deployctl'):
        for directory, names, files in os.walk(top):
            for name in names + files:
                path = os.path.join(directory, name)
                entry = os.lstat(path)
                if path != AUDIT and '__pycache__' not in path:
                    seen[path] = (entry.st_mode, entry.st_uid, entry.st_size, entry.st_mtime_ns)
    return seen


def audit_lines():
    with contextlib.suppress(FileNotFoundError), open(AUDIT, 'rb') as source:
        return source.read().decode('ascii').split('\n')[:-1]
    return []


def digest(path):
    with open(path, 'rb') as source:
        return hashlib.sha256(source.read()).hexdigest()


@contextlib.contextmanager
def changed(path, mode=None, owner=None, content=None):
    """Makes a file or directory wrong within the block and restores it afterwards."""
    before = os.lstat(path)
    kept = None
    if content is not None:
        with open(path, 'rb') as source:
            kept = source.read()
        write(path, content, before.st_mode & 0o7777)
    if owner is not None:
        os.chown(path, pwd.getpwnam(owner).pw_uid, -1)
    if mode is not None:
        os.chmod(path, mode)
    try:
        yield
    finally:
        if kept is not None:
            write(path, kept, before.st_mode & 0o7777)
        os.chown(path, before.st_uid, before.st_gid)
        os.chmod(path, before.st_mode & 0o7777)
