"""Tests of `definition`: every section with its defaults, the live release, and no value of the environment."""

from deployctl_host import access
from tests.unit.call_fixture import CallFixture

CANARY = 'canary-5f2c9e'
WHOLE = '''[app]
repository = registry.example.com/blog
deployers = alice
command = bundle exec puma
commands = bin/rails *
consoles =
    bin/rails console
    bin/rails dbconsole
order = stop-first
user = 1000:1000
[connect]
mode = port
container-port = 3000
[vhost]
server-name = blog.example.com *.blog.example.com
trusted-proxies = 10.0.0.0/16
redirect = https
hsts = 180d
[health]
path = /up
expect = 200-204, 301
interval = 50ms
headers =
    Authorization: Bearer canary-5f2c9e
[env]
source = file
required = SECRET
[resources]
memory = 1g
cpus = 1.5
nofile = 4096
[security]
read-only = yes
cap-add = NET_BIND_SERVICE
[volumes]
uploads = /srv/blog:/app/uploads:ro
[process worker]
command = bundle exec sidekiq
instances = 2
memory = 256m
stop-timeout = 5m
stop-signal = SIGINT
health = exec bin/alive now
roles = worker
[release]
command = bin/rails db:migrate
check = bin/rails db:abort_if_pending_migrations
[schedule nightly]
at = 0 3 * * mon-fri
timezone = Asia/Tokyo
command = bin/rake report
[assets]
path = /app/public/assets
url = /assets/
'''


class DefinitionVerb(CallFixture):
    def definition(self):
        code, told = self.call('definition', 'blog')
        self.assertEqual((0, ['definition']), (code, [event['type'] for event in told]), told)
        return told[0]

    def test_sections_that_are_not_in_the_file_have_their_defaults(self):
        told = self.definition()
        self.assertEqual((None, False, [], 'bridge'), (
            told['live'], told['changed'], told['variables'], told['network']))
        self.assertEqual({'mode': 'socket', 'path_env': 'LISTEN_SOCKET', 'port_env': 'PORT', 'container_port': 8080,
                          'command': [], 'instances': 1, 'order': 'start-first'}, told['web'])
        self.assertEqual({'memory': 512 << 20, 'nano_cpus': None, 'pids': 512, 'nofile': None}, told['resources'])
        self.assertEqual({'source': 'file', 'roots': ['/deploy/apps/blog/env/'], 'required': []}, told['env'])
        self.assertEqual({'timeout_ms': 1000, 'stop_timeout_ms': 1000}, told['drain'])
        self.assertEqual(([], None, [], None), (
            told['processes'], told['release_command'], told['schedules'], told['assets']))

    def test_every_section_is_told(self):
        self.define(text=WHOLE)
        told = self.definition()
        self.assertEqual((['bundle', 'exec', 'puma'], 'stop-first', 'port', 3000), tuple(
            told['web'][name] for name in ('command', 'order', 'mode', 'container_port')))
        self.assertEqual((['bin/rails *'], ['bin/rails console', 'bin/rails dbconsole'], '1000:1000'), (
            told['commands'], told['consoles'], told['user']))
        self.assertEqual((['blog.example.com', '*.blog.example.com'], True, 180 * 86400 * 1000), (
            told['vhost']['server_name'], told['vhost']['redirect'], told['vhost']['hsts_ms']))
        self.assertEqual((['200-204', '301'], 50, ['Authorization'], 'blog.example.com'), tuple(
            told['health'][name] for name in ('expect', 'interval_ms', 'headers', 'host')))
        self.assertEqual((1500000000, 4096), (told['resources']['nano_cpus'], told['resources']['nofile']))
        self.assertEqual((True, ['NET_BIND_SERVICE'], False), tuple(
            told['security'][name] for name in ('read_only', 'cap_add', 'privileges')))
        self.assertEqual([{'name': 'uploads', 'host': '/srv/blog', 'container': '/app/uploads', 'read_only': True}],
                         told['volumes'])
        self.assertEqual([{
            'process': 'worker', 'command': ['bundle', 'exec', 'sidekiq'], 'instances': 2, 'stop_timeout_ms': 300000,
            'resources': {'memory': 256 << 20, 'nano_cpus': 1500000000, 'pids': 512, 'nofile': 4096},
            'stop_signal': 'SIGINT', 'roles': ['worker'], 'order': 'start-first', 'health': {
                'type': 'exec', 'running_ms': 10000, 'command': ['bin/alive', 'now'], 'deadline_ms': 60000}}],
            told['processes'])
        self.assertEqual({'command': ['bin/rails', 'db:migrate'], 'timeout_ms': 600000, 'check': [
            'bin/rails', 'db:abort_if_pending_migrations']}, told['release_command'])
        self.assertEqual([{
            'schedule': 'nightly', 'at': 'Mon,Tue,Wed,Thu,Fri *-*-* 03:00:00', 'timezone': 'Asia/Tokyo',
            'command': ['bin/rake', 'report'], 'on': 'each', 'roles': [], 'timeout_ms': 3600000, 'overlap': 'skip'}],
            told['schedules'])
        self.assertEqual({'path': '/app/public/assets', 'url': '/assets/', 'keep': 3}, told['assets'])

    def test_an_app_without_a_web_part_has_none(self):
        self.define(text='[app]\nrepository = registry.example.com/blog\ndeployers = alice\n'
                         '[process worker]\ncommand = worker\n')
        told = self.definition()
        self.assertEqual((None, None, None), (told['web'], told['vhost'], told['health']))

    def test_the_live_release_and_a_definition_that_was_changed_since(self):
        self.deploy('v1')
        told = self.definition()
        self.assertEqual(('v1', False, ['GREETING']), (told['live']['tag'], told['changed'], told['variables']))
        self.redefine('keep = 2', 'keep = 3')
        told = self.definition()
        self.assertEqual(('v1', True), (told['live']['tag'], told['changed']))

    def test_neither_values_of_the_environment_nor_of_headers_are_told(self):
        self.define(text=WHOLE)
        self.write('etc/env/blog.env', 'SECRET=%s\n' % CANARY)
        self.assertNotIn(CANARY, str(self.definition()))
        text = self.call('definition', 'blog', '--output=text')[1]
        self.assertNotIn(CANARY, text)
        self.assertIn('repository       "registry.example.com/blog"', text)

    def test_only_deployers_may_look(self):
        self.caller = access.Caller('mallory', 1001)
        self.assertEqual(77, self.call('definition', 'blog')[0])
