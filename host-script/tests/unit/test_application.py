"""The sections of a whole application: processes, release command, schedules, assets, consoles."""

from deployctl_host.config import calendar, definition
from deployctl_host.errors import HostError
from tests.sandbox import Sandbox

APP = '[app]\nrepository = registry.example.com/blog\ndeployers = alice\n'
WEB = APP + '[vhost]\nserver-name = blog.example.com\n'
WORKER = '[process worker]\ncommand = bundle exec sidekiq\n'


class Sections(Sandbox):
    def load(self, text):
        self.write('etc/apps/blog.conf', text, 0o644)
        return definition.load_app('blog')

    def problems(self, text):
        with self.assertRaises(HostError) as caught:
            self.load(text)
        self.assertEqual('definition', caught.exception.kind)
        return [line.rpartition('/')[2] for line in caught.exception.message.split('\n')]

    def test_a_process_inherits_the_resources_and_the_stop_timeout_of_the_app(self):
        loaded = self.load(WEB + '[resources]\nmemory = 1g\npids = 99\n[drain]\nstop-timeout = 7s\n' + WORKER +
                           'memory = 64m\n')
        process = loaded.processes[0]
        self.assertEqual(('worker', ('bundle', 'exec', 'sidekiq'), 1), (process.name, process.command,
                                                                        process.instances))
        self.assertEqual((64 * 1024 ** 2, 99), (process.resources.memory, process.resources.pids))
        self.assertEqual(7.0, process.stop_timeout)
        self.assertEqual(('running', 10.0, 60.0), (process.health.type, process.health.seconds,
                                                   process.health.deadline))

    def test_processes_keep_the_order_of_the_file(self):
        loaded = self.load(WEB + WORKER + WORKER.replace('worker', 'mailer') + WORKER.replace('worker', 'audit'))
        self.assertEqual(['worker', 'mailer', 'audit'], [process.name for process in loaded.processes])

    def test_the_three_kinds_of_health_of_a_process(self):
        for text, kind, words in (('running 3m', 'running', ()), ('docker', 'docker', ()),
                                  ('exec bin/ok --now', 'exec', ('bin/ok', '--now'))):
            health = self.load(WEB + WORKER + 'health = %s\n' % text).processes[0].health
            self.assertEqual((kind, words), (health.type, health.words))
        self.assertEqual(180.0, self.load(WEB + WORKER + 'health = running 3m\n').processes[0].health.seconds)

    def test_an_app_without_a_virtual_host_needs_a_process_or_a_schedule(self):
        loaded = self.load(APP + WORKER)
        self.assertEqual((None, 0), (loaded.vhost, loaded.instances))
        self.assertIsNone(self.load(APP + '[schedule a]\nat = daily\ncommand = x\n').vhost)
        self.assertEqual(['blog.conf: vhost.server-name is required, but missing'], self.problems(APP))

    def test_keys_of_the_web_part_are_refused_without_one(self):
        self.assertEqual([
            'blog.conf:4: app.instances: it concerns the part behind [vhost], which this app does not have; say it in '
            '[process NAME]',
            'blog.conf:5: [health]: it concerns requests, and this app has no [vhost]',
            'blog.conf:7: [assets]: it concerns requests, and this app has no [vhost]',
        ], self.problems(APP + 'instances = 2\n[health]\npath = /up\n[assets]\npath = /a\nurl = /a/\n' + WORKER))

    def test_all_mistakes_of_the_sections_are_reported_with_their_lines(self):
        self.assertEqual([
            'blog.conf:6: [process web]: web is the name of the part behind the virtual host',
            "blog.conf:8: [process]: 'Big' is not a name of a-z, 0-9 and -, which begins with a letter and has at most "
            '20 characters',
            'blog.conf:10: [schedule] needs a name: [schedule NAME]',
            'blog.conf:11: process a.command is required, but missing',
            "blog.conf:12: process a.health: 'shell x' is not 'running 10s', 'docker' or 'exec COMMAND'",
            "blog.conf:13: process a.stop-signal: 'KILL' is not a signal such as SIGTERM, SIGINT, SIGQUIT or SIGUSR1",
            'blog.conf:14: unknown key process a.port',
            'blog.conf:15: unknown section [proces b] (did you mean process NAME?)',
        ], self.problems(WEB + '[process web]\ncommand = x\n[process Big]\ncommand = x\n[schedule]\n[process a]\n'
                         'health = shell x\nstop-signal = KILL\nport = 80\n[proces b]\n'))

    def test_values_that_could_reach_a_shell_or_a_unit_file_are_refused(self):
        for line in ('command = sh -c "id"', 'command = $(id)', 'command = a;b', 'command = a *', 'command = a\n\tb`c`',
                     'stop-signal = SIGKILL', 'roles = a b!', 'roles = %i', 'instances = 17', 'stop-timeout = 25h',
                     'order = both', 'health = exec', 'health = exec sh -c "x"', 'health = running'
                     ' 1'):
            self.assertTrue(self.problems(WEB + '[process a]\n%s%s\n' % (
                '' if line.startswith('command') else 'command = x\n', line)), line)
        for line in ('timezone = ../etc', 'timezone = Asia/Tokyo\\nX', 'at = @reboot', 'at = daily; rm',
                     'at = %i', 'on = all', 'overlap = kill', 'timeout = 25h'):
            self.assertTrue(self.problems(WEB + '[schedule a]\ncommand = x\n%s%s\n' % (
                '' if line.startswith('at') else 'at = daily\n', line)), line)
        for line in ('path = app', 'path = /a/../b', 'url = assets', 'url = /assets', 'url = /', 'url = /a b/',
                     'keep = 0'):
            rest = ''.join(other for other in ('path = /a\n', 'url = /a/\n') if other[:3] != line[:3])
            self.assertTrue(self.problems(WEB + '[assets]\n%s%s\n' % (rest, line)), line)
        for line in ('consoles = a *', 'consoles = $(a)', 'console-reason = yes', 'order = x', 'command = a "b"'):
            self.assertTrue(self.problems(APP + line + '\n[vhost]\nserver-name = a.example.com\n'), line)

    def test_roles_of_the_host(self):
        self.write('etc/host.conf', '[host]\nroles = worker, cron\n', 0o644)
        self.assertEqual(('worker', 'cron'), definition.load_host().roles)


class Calendar(Sandbox):
    def test_five_cron_fields_become_systemds_form(self):
        for cron, expected in (
                ('0 3 * * *', '*-*-* 03:00:00'), ('*/20 * * * *', '*-*-* *:00/20:00'),
                ('5 0-2 1 * *', '*-*-01 00..02:05:00'),
                ('5-55/10,3 8-18/2 */2 * *', '*-*-01/2 08..18/2:05..55/10,03:00'),
                ('*/1 7/5 * * */2', 'Sun,Tue,Thu,Sat *-*-* 07/5:00..59:00'),
                ('0 3 * * 0-7', '*-*-* 03:00:00'), ('0 3 * jan,Jul *', '*-01,07-* 03:00:00'),
                ('30 6 * * 1-5', 'Mon,Tue,Wed,Thu,Fri *-*-* 06:30:00'), ('0 0 * * 7', 'Sun *-*-* 00:00:00'),
                ('0 0 * * sun', 'Sun *-*-* 00:00:00')):
            self.assertEqual(expected, calendar.read(cron), cron)

    def test_systemds_form_is_kept(self):
        for text in ('daily', '*-*-* 03:00:00', 'Mon..Fri 06:30', 'Sat,Sun *-*-* 00/2:15',
                     'Mon..Wed,Sunday 2026-*~1 3:0/5:7.5'):
            self.assertEqual(text, calendar.read(text))

    def test_times_that_neither_form_has_are_refused(self):
        for text in ('60 3 * * *', '0 24 * * *', '0 3 0 * *', '0 3 * 13 *', '0 3 * * 8', '*/0 * * * *', '5-1 * * * *',
                     '0 3 * foo *', '0 3 * *', '@daily', 'never', '0 3 1 * 1', 'daily UTC',
                     '*-*-* 03:00:00 Asia/Tokyo', 'Mon *-*-* 3:00 UTC', '*-*-* 03:00\n', '%i 03:00',
                     '*-*-* 0' + ':1' * 100,
                     ','.join(map(str, range(60))) + ' ' + ','.join(map(str, range(24))) + ' * * *',
                     '1,,2 * * * *', '* * * * * *; x'):
            with self.assertRaises(ValueError, msg=text):
                calendar.read(text)
