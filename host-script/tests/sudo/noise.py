"""Generates hostile and damaged input for the script, seeded so that failures can be reproduced."""

import json

DIGEST = 'sha256:' + 'a' * 64
VERBS = ('help', 'version', 'preflight', 'pull', 'deploy', 'rollback', 'restart', 'stop', 'start', 'status', 'history',
         'logs', 'traffic', 'run', 'release', 'console', 'maintenance', 'lock', 'unlock', 'attach', 'recover',
         'prune', 'converge', 'env-list', 'env-set', 'env-unset', 'apply', 'drain', 'undrain', 'promote',
         'abandon', 'definition')
OPTIONS = ('tag', 'digest', 'from-tag', 'force', 'rollout', 'wait', 'lock', 'to', 'undo', 'limit', 'release', 'tail',
           'since', 'window', 'on', 'off', 'reason', 'expires', 'from', 'output', 'volume', 'image', 'run',
           'check', 'name', 'expect', 'until-nul', 'base', 'by', 'hold', 'preview')
WORDS = ('blog', 'shop', 'v1', DIGEST, '--', '-', '', 'r-7k2m', '20261123-053414-5fdd38', '5', '08', '9' * 30, 'text',
         'ndjson', '../api', '/etc/shadow', '*', '$(id)', '`id`', 'v1;id', 'v1\n--privileged', 'a[$(touch /x)]',
         '\x1b]0;x\x07', 'v\u0430', '\u202ev1', 'x' * 129, 'x' * 5000)
SOUND = (('version',), ('status', 'blog'), ('deploy', 'blog', '--tag=v2'), ('attach', 'blog', '--rollout', 'r-7k2m'),
         ('run', 'blog', '--', 'bin/rails'), ('run', 'blog', '--tag=v2', '--', 'bin/rails'),
         ('release', 'blog', '--digest=' + DIGEST, '--rollout=r-7k2m'), ('release', 'blog', '--digest=' + DIGEST,
                                                                         '--check'),
         ('console', 'blog', '--reason=incident'), ('console', 'blog', '--', 'bin/sh'),
         ('attach', 'blog', '--run=0123456789ab'), ('rollback', 'blog', '--undo=r-7k2m', '--wait=5'), ('history',),
         ('maintenance', 'blog', '--on'), ('unlock', 'blog', '--force'), ('env-list', 'blog'),
         ('env-set', 'blog', '--name=SECRET', '--expect=absent'), ('env-unset', 'blog', '--name=SECRET', '--check'),
         ('apply', '--by=alice@laptop'), ('drain', '--wait=5', '--by=alice'), ('undrain',),
         ('deploy', 'blog', '--tag=v2', '--hold=60', '--preview=' + 'a' * 32), ('promote', 'blog'), ('abandon', 'blog'),
         ('definition', 'blog'))
DEFINITION = b'''[app]
repository = registry.example.com/blog
deployers = alice, %developers
instances = 3
commands = bin/rake *
[connect]
mode = port
[vhost]
server-name = blog.example.com, *.blog.example.com
listen = 127.0.0.1:18080, [::]:443 ssl
certificate = /etc/ssl/blog.pem
certificate-key = /etc/ssl/blog.key
[health]
path = /healthz?full=1
expect = 200-204, 301
[volumes]
uploads = /srv/blog:/app/uploads:ro
[env]
required = SECRET
'''
# The sections of a whole application, with a web part and without.
PARTS = b"""[process worker]
command = bundle exec sidekiq
instances = 2
memory = 512m
stop-timeout = 10m
stop-signal = SIGTERM
health = exec bin/ready now
health-deadline = 30s
roles = worker, batch
order = stop-first
[process mail-out]
command = bin/mail
health = running 10s
[release]
command = bin/rails db:migrate
check = bin/rails db:abort_if_pending_migrations
timeout = 10m
[schedule nightly]
at = 0 3 * * *
timezone = Asia/Tokyo
command = bin/rake report
on = one
roles = batch
timeout = 1h
overlap = skip
"""
ASSETS = b"""[assets]
path = /app/public/assets
url = /assets/
keep = 3
"""
WITHOUT_WEB = b"""[app]
repository = registry.example.com/blog
deployers = alice, %developers
consoles =
    bin/rails console
    sh
console-timeout = 30m
console-reason = required
[env]
required = SECRET
"""
DEFINITIONS = (DEFINITION, DEFINITION + PARTS + ASSETS, WITHOUT_WEB + PARTS)
REQUEST = json.dumps({'verb': 'deploy', 'app': 'blog', 'tag': 'v1', 'by': 'alice', 'from': None,
                      'asked': '2026-11-23T03:04:05.123Z'})
RELEASE = '20261123-053414-5fdd38'
EVENTS = [{'v': 1, 'seq': 1, 'ts': '2026-11-23T03:04:05.123Z', 'type': 'deploy.started', 'verb': 'deploy',
           'app': 'blog', 'rollout': 'r-noise', 'release': RELEASE, 'replaces': None, 'by': 'alice', 'from': None,
           'tag': 'v1'},
          {'v': 1, 'seq': 2, 'ts': '2026-11-23T03:04:06.123Z', 'type': 'step.started', 'step': 'pull'},
          {'v': 1, 'seq': 3, 'ts': '2026-11-23T03:04:07.123Z', 'type': 'deploy.finished', 'verb': 'deploy', 'exit': 0,
           'outcome': 'succeeded', 'serving': RELEASE, 'ms': 2000, 'changed': True}]
ENTRIES = [{'step': 'begin', 'phase': 'begin', 'old': None}, {'step': 'bring', 'phase': 'begin', 'release': RELEASE,
                                                              'fresh': True},
           {'step': 'pull', 'phase': 'begin'}, {'step': 'processes', 'phase': 'begin'},
           {'step': 'switch', 'phase': 'kept', 'pointed': None}, {'step': 'withdraw', 'phase': 'begin'},
           {'step': 'switch', 'phase': 'workers', 'workers': {'1': 2}}]
SPLINTERS = (b'\n[', b']', b'=', b'\n ', b';', b'"', b'{', b'}', b'$(id)', b'\n[app]\n', b'\0', b'%', b'\xff', b'../',
             b'\r')


def vector(rng, apps=()):
    """Returns random arguments; with `apps`, only those app names are used, so that no valid call names a real app."""
    argv = list(rng.choice(SOUND)) if rng.random() < 0.5 else []
    for _ in range(rng.randrange(0, 3 if argv else 7)):
        argv.insert(rng.randrange(len(argv) + 1), _word(rng))
    return [rng.choice(apps) if apps and word in ('blog', 'shop') else word for word in argv]


def _word(rng):
    piece = rng.choice((rng.choice(VERBS), '--' + rng.choice(OPTIONS), rng.choice(WORDS)))
    chance = rng.random()
    if chance < 0.5:
        return piece
    if chance < 0.75:
        return piece + '=' + rng.choice(WORDS)
    if chance < 0.9 and piece:
        place = rng.randrange(len(piece))
        return piece[:place] + chr(rng.choice((9, 10, 13, 27, 32, 59, 36, 96, 0x430, 0xff11, 0xdcff))) + piece[place:]
    return ''.join(chr(rng.randrange(1, 0x250)) for _ in range(rng.randrange(0, 12)))


def _bent(rng, data, times):
    bent = bytearray(data)
    for _ in range(rng.randrange(1, times)):
        place = rng.randrange(len(bent) + 1)
        kind = rng.randrange(5)
        if kind == 0:
            del bent[place:place + rng.randrange(40)]
        elif kind == 1:
            bent[place:place] = bytes(rng.randrange(256) for _ in range(rng.randrange(8)))
        elif kind == 2:
            bent[place:place] = rng.choice(SPLINTERS)
        elif kind == 3 and place < len(bent):
            bent[place] = rng.randrange(256)
        elif len(bent) > 8:
            other = rng.randrange(len(bent))
            bent[place:place] = bent[other:other + rng.randrange(60)]
    return bytes(bent)


def definition(rng):
    return _bent(rng, rng.choice(DEFINITIONS), 3)


def environment(rng):
    pieces = (b'A', b'SECRET', b'B_2', b'=', b'=x', b'\n', b'\r\n', b' ', b'#', b'export ', b'"', b"'", b'\\', b'$A',
              b'${A}', b'\0', b'\xff', b'LD_PRELOAD=', b'PATH=', b'DEPLOYCTL_RELEASE=', '\ufeff'.encode(), 'é'.encode(),
              b'x' * 40000)
    if rng.random() < 0.3:
        return b'SECRET=x\n' + b''.join(b'V%d=%s\n' % (one, rng.choice(pieces)) for one in range(rng.randrange(4)))
    return b'SECRET=x\n' * rng.randrange(2) + b''.join(rng.choice(pieces) for _ in range(rng.randrange(25)))


def unfinished(rng):
    data = b'{"rollout": "r-noise"}'
    if rng.random() < 0.9:
        return data
    return rng.choice((_bent(rng, data, 4), b'[]', b'"x"', b'{}', b'{"rollout": "../x"}'))


def records(rng):
    """Returns damaged (events, journal) of a worker that died; some fields have another type."""
    found = []
    for lines in (EVENTS[:rng.randrange(4)], ENTRIES[:rng.randrange(len(ENTRIES) + 1)]):
        lines = [dict(line) for line in lines]
        for line in lines:
            if rng.random() < 0.3:
                line[rng.choice(sorted(line))] = rng.choice(
                    (None, 1, [], {}, '../../x', 'x' * 300, True, -1, '\x1b[31m'))
        data = b''.join(json.dumps(line).encode() + b'\n' for line in lines)
        found.append(_bent(rng, data, 5) if rng.random() < 0.7 else data)
    return found


def one_off(rng):
    """Returns the damaged record of a one-off command; some fields are missing or have another type."""
    facts = {'ts': '2026-11-23T03:04:05.123Z', 'kind': rng.choice(('run', 'release', 'schedule', 'console')),
             'by': 'alice', 'words': ['bin/rake', 'x'], 'number': 7, 'timeout': 60.0, 'stop_timeout': 5.0,
             'asked': 1.0, 'boot': 'x',
             'container': 'c' * 64, 'deadline': 9.0, 'exit': 3, 'ms': 10, 'error': 'exit 3', 'lines': ['a'],
             'stopping': rng.choice((None, 'timeout')), 'begun': '2026-11-23T03:04:05.123Z', 'warnings': [],
             'ended': rng.choice((None, '2026-11-23T03:04:06.123Z')), 'refused': rng.choice((None, {'kind': 'locked'})),
             'rollout': 'r-noise', 'digest': DIGEST, 'tag': 'v1', 'release': None, 'schedule': 'nightly'}
    for _ in range(rng.randrange(4)):
        name = rng.choice(sorted(facts))
        if rng.random() < 0.3:
            del facts[name]
        else:
            facts[name] = rng.choice((None, 1, [], {}, [1], '../../x', 'x' * 300, True, -1, '\x1b[31m'))
    data = json.dumps(facts).encode()
    return _bent(rng, data, 5) if rng.random() < 0.5 else data
