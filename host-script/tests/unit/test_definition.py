"""Tests of definitions: valid values, and that all mistakes are reported at once with their line."""

import random

from deployctl_host.config import definition, schema
from deployctl_host.errors import HostError
from tests.sandbox import FUZZ, MINIMAL, Sandbox

FULL = '''
[app]
repository = registry.example.com:5000/team/blog   ; whose
deployers = %developers, alice
instances = 3
keep = 7
user = 1000:1000
network = web
commands = bin/rails db:migrate
    bin/rake *
    # a comment between
    bin/console
command-timeout = 90m
[connect]
mode = port
path-env = SOCK
port-env = LISTEN_PORT
container-port = 3000
[vhost]
server-name = Blog.example.com, *.blog.example.com
listen = 80, [::]:443 ssl http2
client-max-body-size = 1g
certificate = /etc/ssl/blog.pem
certificate-key = /etc/ssl/blog.key
read-timeout = 5m
trusted-proxies = 10.0.0.0/16, 172.31.0.1 fd00::/8
forwarded = trust
redirect = https
hsts = 180d
[health]
type = http
path = /healthz?full=1
expect = 200-204, 301
interval = 250ms
timeout = 1.5s
successes = 3
deadline = 2m
release-header = X-Release
min-healthy = 10s
headers =
    X-Forwarded-Proto: https
    X-Token: a "b" $c
[env]
source = etcd
roots = /deploy/apps/common/env/, /deploy/apps/blog/env/
required = DATABASE_URL, SECRET
may-be-empty = yes
expand = etcenv
allow = PATH, LD_PRELOAD
[resources]
memory = 1g
cpus = 1.5
pids = 100
nofile = 4096
[security]
read-only = yes
cap-drop = ALL
cap-add = CAP_NET_BIND_SERVICE, CHOWN
privileges = yes
[volumes]
uploads = /srv/blog:/app/uploads
assets = /srv/assets:/app/assets/:ro
[drain]
timeout = 0s
stop-timeout = 1h
'''


class Load(Sandbox):

    def problems(self, text, app='blog'):
        self.define(app, text)
        with self.assertRaises(HostError, msg=text) as caught:
            definition.load_app(app)
        self.assertEqual(78, caught.exception.exit)
        return [line.partition('/apps/')[2] for line in caught.exception.message.split('\n')]

    def only_problem(self, line):
        """Returns the one mistake in a minimal definition with this line in an additional section."""
        section, _, rest = line.partition(' ')
        found = self.problems(MINIMAL.replace('[%s]' % section, '[%s]\n%s' % (section, rest), 1)
                              if '[%s]' % section in MINIMAL else '%s[%s]\n%s\n' % (MINIMAL, section, rest))
        self.assertEqual(1, len(found), found)
        return found[0]

    def test_minimal_has_the_documented_defaults(self):
        self.define()
        loaded = definition.load_app('blog')
        self.assertEqual(schema.AppDefinition(
            'blog', 'registry.example.com/blog', ('%developers', 'alice'), schema.Vhost(('blog.example.com',)),
            health=schema.Health(host='blog.example.com'), env=schema.Env(roots=('/deploy/apps/blog/env/',))), loaded)

    def test_every_key_is_read(self):
        self.define(text=FULL)
        loaded = definition.load_app('blog')
        self.assertEqual((3, 7, '1000:1000', 'web'), (loaded.instances, loaded.keep, loaded.user, loaded.network))
        self.assertEqual((('bin/rails', 'db:migrate'), ('bin/rake', '*'), ('bin/console',)), loaded.commands)
        self.assertEqual(5400.0, loaded.command_timeout)
        self.assertEqual(schema.Connect('port', 'SOCK', 'LISTEN_PORT', 3000), loaded.connect)
        self.assertEqual(schema.Vhost(('blog.example.com', '*.blog.example.com'), ('80', '[::]:443 ssl http2'),
                                      1024 ** 3,
                                      '/etc/ssl/blog.pem', '/etc/ssl/blog.key', None, 300.0,
                                      ('10.0.0.0/16', '172.31.0.1/32', 'fd00::/8'), 'trust', 'https', 15552000.0),
                         loaded.vhost)
        self.assertEqual(schema.Health('http', '/healthz?full=1', 'blog.example.com', ((200, 204), (301, 301)), 0.25,
                                       1.5, 3,
                                       120.0, 'X-Release', 10.0,
                                       (('X-Forwarded-Proto', 'https'), ('X-Token', 'a "b" $c'))), loaded.health)
        self.assertEqual(schema.Env('etcd', ('/deploy/apps/common/env/', '/deploy/apps/blog/env/'),
                                    ('DATABASE_URL', 'SECRET'), True, 'etcenv', ('PATH', 'LD_PRELOAD')), loaded.env)
        self.assertEqual(schema.Resources(1024 ** 3, 1.5, 100, 4096), loaded.resources)
        self.assertEqual(schema.Security(True, ('NET_BIND_SERVICE', 'CHOWN'), ('ALL',), True), loaded.security)
        self.assertEqual((schema.Volume('uploads', '/srv/blog', '/app/uploads'),
                          schema.Volume('assets', '/srv/assets', '/app/assets', True)), loaded.volumes)
        self.assertEqual(schema.Drain(0.0, 3600.0), loaded.drain)

    def test_all_mistakes_are_reported_with_line_and_suggestion(self):
        self.assertEqual([
            'blog.conf: vhost.server-name is required, but missing',
            'blog.conf:1: app.repository is required, but missing',
            'blog.conf:2: unknown key app.repositry (did you mean repository?)',
            "blog.conf:3: app.deployers: 'al ice' is not a user name or %group",
            "blog.conf:4: app.instances: '17' is not a whole number from 1 to 16",
            'blog.conf:5: unknown section [vhsot] (did you mean vhost?)',
            "blog.conf:7: neither '[section]' nor 'key = value': 'no equals'",
            'blog.conf:8: unknown key drain.memory (it belongs in [resources])',
        ], self.problems('[app]\nrepositry = x\ndeployers = al ice\ninstances = 17\n[vhsot]\n[drain]\nno equals\n'
                         'memory = 1g\n'))

    def test_invalid_values_are_refused(self):
        for line in (
                'app instances = 0', 'app instances = 1e1', 'app instances = ٣', 'app keep = 0', 'app user = root',
                'app user = 0:0:0',
                'app network = a b', 'app network = container:x/../y', 'app commands = sh -c "id"',
                'app commands = $(id)', 'app commands = *',
                'app commands = a * b', 'connect mode = tcp', 'connect path-env = A-B',
                'connect container-port = 65536',
                'vhost listen = 80; return 200', 'vhost listen = 0', 'vhost listen = 80 {', 'vhost listen = unix:/x',
                'vhost listen = 80 sssl',
                'vhost client-max-body-size = 100', 'vhost read-timeout = 60', 'vhost template = relative',
                'vhost template = /etc/../shadow',
                'vhost trusted-proxies = 10.0.0.1/16', 'vhost trusted-proxies = 0.0.0.0/0',
                'vhost trusted-proxies = ::/0', 'vhost trusted-proxies = lb.example.com',
                'vhost trusted-proxies = 10.0.0.0/16 }', 'vhost trusted-proxies = 10.0.0.0/16;',
                'vhost forwarded = append', 'vhost redirect = http', 'vhost redirect = https://x', 'vhost hsts = 180',
                'vhost hsts = 180d; preload', 'vhost hsts = 9999d', 'vhost hsts = -1s', 'health headers = Host: x',
                'health headers = X Y: z', 'health headers = X-A', 'health headers = X-A: é',
                'health headers = content-length: 9',
                'vhost certificate = /a b', 'health type = grpc', 'health path = x', 'health path = /a b',
                'health path = /a;b',
                'health path = /"', 'health host = a_b{', 'health expect = 99', 'health expect = 300-200',
                'health expect = 200,,300',
                'health interval = 0s', 'health timeout = 1d', 'health successes = 0', 'health deadline = 2h',
                'health release-header = X Y',
                'env source = vault', 'env roots = /deploy/apps/web/env', 'env roots = deploy/', 'env roots = /a/../b/',
                'env roots = //',
                'env required = A-B', 'env required = A, A', 'env may-be-empty = true', 'env expand = yes',
                'env allow = DATABASE_URL',
                'resources memory = 1m', 'resources memory = -1', 'resources cpus = 0', 'resources cpus = 1.',
                'resources pids = 0',
                'security read-only = 1', 'security cap-add = NET_BIND', 'security privileges =', 'volumes a = /x',
                'volumes a = x:/y',
                'volumes a = /x:/', 'volumes a = /x:/y:rw,z', 'volumes A = /x:/y', 'volumes a = /x:/y:ro:ro',
                'drain timeout = 25h',
                'drain stop-timeout = 0s'):
            with self.subTest(line):
                if line == 'vhost client-max-body-size = 100':
                    continue  # plain bytes are fine
                self.assertIn('%s.%s' % tuple(line.split()[:2]), self.only_problem(line))

    def test_repositories(self):
        for good in ('docker.io/library/nginx', 'localhost/blog', 'localhost:5000/blog', '10.0.0.1:5000/a/b-c/d__e.f',
                     '[::1]:5000/x',
                     '123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/team/blog'):
            self.define(text=MINIMAL.replace('registry.example.com/blog', good))
            self.assertEqual(good, definition.load_app('blog').repository)
        for bad in ('blog', 'library/blog', 'registry.example.com/blog:v1', 'registry.example.com/blog@sha256:00',
                    'registry.example.com/',
                    'registry.example.com/Blog', 'https://registry.example.com/blog', 'registry.example.com/../x',
                    'r.example.com/a//b',
                    'registry.example.com:99999x/blog', '--privileged', 'registry.example.com/blog --privileged',
                    'é.example.com/blog'):
            self.assertIn('app.repository', self.problems(MINIMAL.replace('registry.example.com/blog', bad))[0])

    def test_server_names(self):
        for good in ('_', '*.example.com', '.example.com', 'a.b.c', 'host-1', 'x_y.example.com'):
            self.define(text=MINIMAL.replace('blog.example.com', good))
            self.assertEqual((good,), definition.load_app('blog').vhost.server_name)
        for bad in ('~^www', '*', 'a..b', '-a', 'a b;', 'a;', 'a{', '"a"', 'é.com', 'a/b', '$host', 'a' * 64,
                    '.'.join(['a' * 50] * 6)):
            self.assertIn('vhost.server-name', self.problems(MINIMAL.replace('blog.example.com', bad))[0])

    def test_probe_host_is_never_a_wildcard(self):
        self.define(text=MINIMAL.replace('blog.example.com', '_ *.a.example .b.example c.example'))
        self.assertEqual('c.example', definition.load_app('blog').health.host)
        self.define(text=MINIMAL.replace('blog.example.com', '*.a.example'))
        self.assertEqual('localhost', definition.load_app('blog').health.host)

    def test_contradicting_keys_are_refused(self):
        self.assertIn('ssl needs certificate', self.only_problem('vhost listen = 443 ssl'))
        self.assertIn('go together', self.only_problem('vhost certificate = /etc/x'))
        self.assertIn('cannot publish',
                      self.problems(MINIMAL.replace('[vhost]', 'network = host\n[connect]\nmode = port\n[vhost]'))[0])
        self.assertIn('two volumes', self.problems(MINIMAL + '[volumes]\na = /x:/data\nb = /y:/data/\n')[0])
        self.assertIn('trust needs trusted-proxies', self.only_problem('vhost forwarded = trust'))
        for line in ('vhost redirect = https', 'vhost hsts = 1h'):
            self.assertIn('nobody speaks HTTPS here', self.only_problem(line))
        self.assertIn('tcp sends no request',
                      self.problems(MINIMAL + '[health]\ntype = tcp\nheaders = X-A: b\n')[0])
        self.assertIn('env.required', self.problems(MINIMAL + '[env]\nsource = none\nrequired = A\n')[0])

    def test_unknown_app_error_lists_the_defined_apps(self):
        self.define()
        with self.assertRaises(HostError) as caught:
            definition.load_app('admin')
        self.assertEqual((66, 'apps here: blog'), (caught.exception.exit, caught.exception.hint))

    def test_list_apps_ignores_other_files(self):
        self.assertEqual([], definition.list_apps())
        for name in ('blog', 'admin'):
            self.define(name)
        for name in ('Blog.conf', 'blog.conf.bak', '.x.conf', 'x.conf~', 'a\nb.conf'):
            self.write('etc/apps/' + name, '')
        self.assertEqual(['admin', 'blog'], definition.list_apps())


class Host(Sandbox):

    def test_no_file_means_defaults(self):
        self.assertEqual(schema.HostConfig(), definition.load_host())

    def test_every_key_is_read(self):
        self.write('etc/host.conf',
                   '[etcd]\nendpoints = https://a.example:2379, https://[::1]:2379\nca=/c\nuser = h\n'
                   'password-file = /p\ntimeout = 2s\n[ports]\nrange = 20000 - 20010\n'
                   '[docker]\nsocket = /s\n[nginx]\nuser = www-data\n'
                   '[balancer]\nlisten = 80  default_server, 10.0.0.5:8081\npath = /up\n'
                   'networks = 10.0.0.0/16 fd00::/8\nfailures = 3\nquiet = 1m\n', 0o644)
        loaded = definition.load_host()
        self.assertEqual((20000, 20010), loaded.ports)
        self.assertEqual(schema.EtcdConfig(('https://a.example:2379', 'https://[::1]:2379'), ca='/c', user='h',
                                           password_file='/p',
                                           timeout=2.0), loaded.etcd)
        self.assertEqual(('/s', 'www-data'), (loaded.docker.socket, loaded.nginx.user))
        self.assertEqual(schema.BalancerConfig(('80', '10.0.0.5:8081'), '/up', ('10.0.0.0/16', 'fd00::/8'), 3, 60.0),
                         loaded.balancer)

    def test_invalid_host_configuration_is_refused(self):
        for text in ('[ports]\nrange = 80-90', '[ports]\nrange = 20000-19999', '[etcd]\nendpoints = 10.0.0.1:2379',
                     '[etcd]\nendpoints = http://a:1/x', '[etcd]\nendpoints = http://a:2379, https://b:2379',
                     '[etcd]\ncert = /c',
                     '[balancer]\npath = /x', '[balancer]\nlisten = 8081 ssl', '[balancer]\nlisten = 8081;',
                     '[balancer]\nlisten = unix:/x', '[balancer]\nlisten = 70000',
                     '[balancer]\nlisten = 8081\npath = /a;b', '[balancer]\nlisten = 8081\npath = /.deployctl/x',
                     '[balancer]\nlisten = 8081\npath = /a/../b', '[balancer]\nlisten = 8081\nnetworks = ::/0',
                     '[balancer]\nlisten = 8081\nfailures = 0', '[balancer]\nlisten = 8081\nquiet = 30',
                     '[etcd]\nuser = u', '[docker]\nsocket = tcp://x', '[nginx]\nbinary = nginx', '[app]\nx = 1',
                     'x = 1'):
            self.write('etc/host.conf', text, 0o644)
            with self.assertRaises(HostError, msg=text) as caught:
                definition.load_host()
            self.assertEqual(78, caught.exception.exit)


class Hostile(Sandbox):

    def test_random_definitions_load_or_are_refused(self):
        """Seeded random changes of a full definition: it loads or is refused with code 78, and nothing is written."""
        rng = random.Random(20261123)
        base = FULL.encode()
        self.define()
        loaded = 0
        for _ in range(1500 * FUZZ):
            data = bytearray(base)
            for _ in range(rng.randrange(1, 6)):
                start = rng.randrange(len(data))
                kind = rng.randrange(4)
                if kind == 0:
                    data[start:start + rng.randrange(20)] = b''
                elif kind == 1:
                    data[start:start] = bytes(rng.randrange(256) for _ in range(rng.randrange(6)))
                elif kind == 2:
                    data[start:start] = rng.choice((b'\n[', b']', b'=', b'\n ', b';', b'"', b'{', b'}', b'$(id)',
                                                    b'\n[app]\n', b'\0', b'%'))
                else:
                    data[start] = rng.randrange(256)
            self.define(text=bytes(data))
            before = self.snapshot()
            try:
                definition.load_app('blog')
                loaded += 1
            except HostError as problem:
                self.assertEqual('definition', problem.kind)
                self.assertRegex(problem.message, r'\A[ -~\n]+\Z')
            self.assertEqual(before, self.snapshot())
        self.assertGreater(loaded, 20 * FUZZ)
