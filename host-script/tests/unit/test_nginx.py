"""Tests of the nginx adapter: the virtual host's text, the results of `nginx -t`, and its settings."""

import grp
import hashlib
import os
import pwd
import re
import unittest

from deployctl_host import files, probes
from deployctl_host.config import schema
from deployctl_host.errors import HostError
from deployctl_host.nginx import candidate, configuration, process, vhost
from tests.sandbox import Sandbox

RELEASE = '20261123-030405-3f9ac1'
# What the version before `forwarded`, `redirect` and `hsts` wrote. Another text would mean a reload on every host.
OLDER_TEXTS = '0e8fd7f6da0bc988c6a64b139e6cf2a3cd6063282cd8c844ee98a1adee2e8006'


def definition(**changes):
    made = schema.AppDefinition('my-blog', 'r/blog', ('alice',),
                                schema.Vhost(('blog.example.com', 'www.example.com')))
    return made._replace(**changes)


class Text(unittest.TestCase):
    def socket(self, made=None, version=(1, 22, 1), instances=1):
        servers = vhost.socket_servers('/s/current', instances)
        return vhost.render(made or definition(), version, 'socket', RELEASE, servers)

    def test_socket_mode_is_the_same_for_every_release(self):
        self.assertNotIn(RELEASE, self.socket())
        self.assertEqual(vhost.parse_mark(self.socket()), ('socket', None))

    def test_one_server_per_instance(self):
        text = self.socket(instances=2)
        self.assertIn('server unix:/s/current/1.sock max_fails=0;', text)
        self.assertIn('server unix:/s/current/2.sock max_fails=0;', text)

    def test_pool_only_where_nginx_can_age_it(self):
        self.assertIn('keepalive_time 1s;', self.socket())
        self.assertNotIn('keepalive', self.socket(version=(1, 18, 0)))

    def test_port_mode_names_its_release_to_this_host_alone(self):
        text = vhost.render(definition(), (1, 22, 1), 'port', RELEASE, vhost.port_servers([18000, 18002]))
        self.assertEqual(vhost.parse_mark(text), ('port', RELEASE))
        self.assertIn('server 127.0.0.1:18002 max_fails=0;', text)
        self.assertIn('location = /.deployctl/release', text)
        self.assertIn('return 404;', text)

    def test_names_of_two_apps_never_meet(self):
        self.assertIn('upstream deployctl-my-blog {', self.socket())
        self.assertIn('$deployctl_my_blog_connection', self.socket())

    def test_longest_app_name_fits_into_nginxs_table_of_variables(self):
        """nginx allows 46 characters by default; shortened names are still unique to an app."""
        apps = ['a' * 40, 'a' * 39 + 'b', 'a' * 23 + '-', 'a' * 25, 'blog']
        for app in apps:
            text = vhost.render(definition(app=app), (1, 22, 1), 'port', RELEASE, vhost.port_servers([18000]))
            names = set(re.findall(r'\$(deployctl_\w+)', text))
            self.assertEqual(len(names), 2, names)
            self.assertLessEqual(max(len(name) for name in names), 46, names)
        self.assertEqual(len({vhost.variable(app) for app in apps}), len(apps))

    def test_fields_of_the_definition(self):
        made = definition(
            vhost=schema.Vhost(
                ('a.example.com',
                 ),
                ('443 ssl',
                 '[::]:443 ssl'),
                3 * 1024,
                '/c.pem',
                '/k.pem',
                read_timeout=1.5))
        text = self.socket(made)
        for line in ('listen 443 ssl;', 'listen [::]:443 ssl;', 'ssl_certificate /c.pem;',
                     'ssl_certificate_key /k.pem;', 'client_max_body_size 3k;', 'proxy_read_timeout 1500ms;',
                     'server_name a.example.com;'):
            self.assertIn(line, text)

    def test_forwarding_headers_of_clients_are_overwritten_unless_proxies_are_trusted(self):
        text = self.socket()
        self.assertIn('X-Forwarded-Proto $scheme;', text)
        self.assertNotIn('http_x_forwarded', text)
        self.assertNotIn('real_ip', text)

    def test_trusted_proxies(self):
        trusted = definition(vhost=schema.Vhost(('blog.example.com',), trusted_proxies=('10.0.0.0/16', 'fd00::/8')))
        for text in (self.socket(trusted),
                     vhost.render(trusted, (1, 22, 1), 'port', RELEASE, vhost.port_servers([18000]))):
            for line in ('    10.0.0.0/16 1;', '    fd00::/8 1;', 'set_real_ip_from 10.0.0.0/16;',
                         'X-Forwarded-Proto $deployctl_my_blog_scheme;', 'X-Forwarded-Port $deployctl_my_blog_port;',
                         'X-Forwarded-For $deployctl_my_blog_chain;'):
                self.assertIn(line, text)
            names = re.findall(r'\$(deployctl_\w+)', text)
            self.assertLessEqual(max(len(name) for name in names), 46, names)
        self.assertIn('map "$realip_remote_addr $server_addr" $deployctl_my_blog_from_here', text)

    def test_passed_headers_come_from_trusted_proxies_alone(self):
        trusted = definition(vhost=schema.Vhost(('blog.example.com',), trusted_proxies=('10.0.0.0/16',),
                                                forwarded='trust'))
        text = self.socket(trusted)
        for line in ('proxy_set_header X-Forwarded-For $deployctl_my_blog_chain;', 'default $realip_remote_addr;',
                     '"~^1:(.+)$" $1;', "proxy_set_header Forwarded '';", "proxy_set_header Client-IP '';",
                     'map "$realip_remote_addr $server_addr $http_user_agent" $deployctl_my_blog_own {'):
            self.assertIn(line, text)
        self.assertNotIn('$http_x_forwarded_for, ', text)

    def test_redirect_and_hsts(self):
        tls = schema.Vhost(('blog.example.com',), ('80', '443 ssl'), certificate='/c', certificate_key='/k',
                           redirect='https', hsts=15552000.0)
        text = self.socket(definition(vhost=tls))
        for line in ('return 301 https://$host$request_uri;', 'return 308 https://$host$request_uri;',
                     'https max-age=15552000;', 'proxy_hide_header Strict-Transport-Security;',
                     'add_header Strict-Transport-Security $deployctl_my_blog_hsts always;'):
            self.assertIn(line, text)
        text = self.socket(definition(vhost=tls._replace(listen=('80', '[::]:8443 ssl'))))
        self.assertIn('return 301 https://$host:8443$request_uri;', text)

    def test_virtual_host_of_an_older_definition_is_the_same_byte_for_byte(self):
        proxies = schema.Vhost(('blog.example.com',), ('80', '443 ssl'), certificate='/c', certificate_key='/k',
                               trusted_proxies=('10.0.0.0/16',))
        texts = []
        for made in (definition(), definition(vhost=proxies)):
            for mode, closed, served in (('socket', None, None), ('port', 'stopped', None),
                                         ('socket', 'maintenance', ('/srv/a', 3))):
                made = made._replace(assets=schema.Assets('/a', '/assets/'))
                texts.append(vhost.render(made, (1, 22, 1), mode, RELEASE, ['x'], closed, served))
        found = hashlib.sha256('\0'.join(texts).encode()).hexdigest()
        self.assertEqual(OLDER_TEXTS, found)

    def test_mark_of_a_foreign_file(self):
        self.assertEqual(vhost.parse_mark('server { }'), (None, None))
        self.assertEqual(vhost.parse_mark(''), (None, None))


class Template(Sandbox):
    def render(self, text, mode='socket', **changes):
        path = self.write('etc/own.conf', text)
        made = definition(vhost=schema.Vhost(('blog.example.com',), template=path, **changes))
        return vhost.render(made, (1, 22, 1), mode, RELEASE, ['x'])

    def test_marks_are_filled_in(self):
        text = self.render(
            'server { listen @LISTEN@; server_name @SERVER_NAME@; location / { proxy_pass http://@UPSTREAM@;'
            ' proxy_set_header Connection @CONNECTION@; } @PROOF@ }', 'port')
        self.assertNotIn('@', text)
        self.assertIn('proxy_pass http://deployctl-my-blog;', text)
        self.assertIn(RELEASE, text)

    def test_unusable_template_is_refused(self):
        for key, changes in (('hsts', {'hsts': 60.0}), ('redirect', {'redirect': 'https'})):
            with self.assertRaisesRegex(HostError, key):
                self.render('proxy_pass http://@UPSTREAM@;', trusted_proxies=('10.0.0.0/8',), **changes)
        for text, mode in (('server { }', 'socket'), ('proxy_pass http://@UPSTREAM@;', 'port')):
            with self.assertRaises(HostError) as caught:
                self.render(text, mode)
            self.assertEqual(caught.exception.kind, 'definition')


class Program(Sandbox):
    """Tests with a script in place of `nginx`, which prints the same messages."""

    def nginx(self, stderr, code=0):
        path = self.write('nginx', '#!/bin/sh\ncat >&2 <<"END"\n%s\nEND\nexit %d\n' % (stderr, code), 0o755)
        os.chmod(path, 0o755)

        class Settings:
            binary, conf, error_log = path, '/etc/nginx/nginx.conf', self.root + '/error.log'
        return Settings()

    def refusal(self, stderr, code):
        with self.assertRaises(HostError) as caught:
            configuration.test(self.nginx(stderr, code), '/etc/nginx/conf.d/deployctl-blog.conf', ('blog.example.com',))
        self.assertEqual(caught.exception.kind, 'definition')
        return caught.exception

    def test_valid_configuration(self):
        configuration.test(self.nginx('nginx: configuration file /etc/nginx/nginx.conf test is successful'), 'x', ())

    def test_mistake_in_another_file_is_named(self):
        error = self.refusal(
            'nginx: [emerg] unknown directive "x" in /etc/nginx/conf.d/other.conf:3\nnginx: test failed', 1)
        self.assertIn('/etc/nginx/conf.d/other.conf, not in this app', error.hint)
        self.assertIn('unknown directive "x"', error.message)

    def test_mistake_in_the_apps_own_file_is_named(self):
        error = self.refusal('nginx: [emerg] invalid parameter "x" in /etc/nginx/conf.d/deployctl-blog.conf:3', 1)
        self.assertIn("this app's own virtual host", error.hint)

    def test_duplicate_server_name_is_an_error(self):
        error = self.refusal(
            '2026/11/23 03:04:05 [warn] 12#12: conflicting server name "blog.example.com" on 0.0.0.0:80, '
            'ignored\nnginx: test is successful', 0)
        self.assertIn('blog.example.com', error.message)

    def test_conflict_between_other_files_is_ignored(self):
        configuration.test(
            self.nginx('nginx: [warn] conflicting server name "other" on 0.0.0.0:80, ignored'), 'x', ('blog',))

    def conf(self, text):
        for name in ('aa.conf', 'deployctl-blog.conf', 'zz.conf'):
            self.write('conf.d/' + name, '')
        self.vhost = self.root + '/conf.d/deployctl-blog.conf'
        return self.write('nginx.conf', text)

    def test_candidate_replaces_the_virtual_host(self):
        conf = self.conf('events {}\nhttp {\n  include mime.types;\n  include %s/conf.d/*.conf;\n}\n' % self.root)
        lines = candidate.with_candidates(conf, {self.vhost: '/run/x.conf'}).split('\n')
        self.assertEqual(lines[2:4], ['  include mime.types;', '  ' + ' '.join(
            'include %s;' % name for name in (
                self.root + '/conf.d/aa.conf', '/run/x.conf', self.root + '/conf.d/zz.conf'))])
        os.unlink(self.vhost)
        self.assertIn('include /run/x.conf;', candidate.with_candidates(conf, {self.vhost: '/run/x.conf'}))

    def test_several_candidates_are_in_place_at_once(self):
        conf = self.conf('include %s/conf.d/*.conf;\n' % self.root)
        other = self.root + '/conf.d/deployctl-other.conf'
        text = candidate.with_candidates(conf, {self.vhost: '/run/x.conf', other: '/run/y.conf'})
        self.assertEqual(['aa.conf', 'x.conf', 'y.conf', 'zz.conf'],
                         [os.path.basename(name.rstrip(';')) for name in text.split()[1::2]])
        self.assertIsNone(candidate.with_candidates(conf, {self.vhost: '/run/x.conf', '/elsewhere/y.conf': '/run/y'}))

    def test_candidate_is_not_tested_without_a_direct_include(self):
        for text in ('http { }\n', 'include sites/*;\n', 'include %s/conf.d/*.vhost;\n' % self.root):
            self.assertIsNone(candidate.with_candidates(self.conf(text), {self.vhost: '/run/x.conf'}), text)
        conf = self.conf('include conf.d/*.conf;\n')
        self.assertIsNotNone(candidate.with_candidates(conf, {self.vhost: '/run/x.conf'}))
        self.write('conf.d/odd name.conf', '')
        self.assertIsNone(candidate.with_candidates(conf, {self.vhost: '/run/x.conf'}))

    def test_refused_candidate_is_reported_under_its_final_name(self):
        conf = self.conf('include conf.d/*.conf;\n')
        self.write('.deployctl-check-1.conf', '')
        os.utime(self.root + '/.deployctl-check-1.conf', (1, 1))
        self.write(files.TEMPORARY + '01', '')
        os.utime(self.root + '/' + files.TEMPORARY + '01', (1, 1))
        settings = self.nginx('')
        self.write('nginx', '#!/bin/sh\ncat "$3" >>%s/asked\nsed -n "s/.* \\(include [^;]*run[^;]*\\);.*/\\1/p" "$3" | '
                   'sed "s/include /nginx: [emerg] unknown directive \\"x\\" in /; s/$/:3/" >&2\nexit 1\n' % self.root,
                   0o755)
        settings.conf = conf
        with self.assertRaises(HostError) as caught:
            candidate.test(settings, self.vhost, (), b'x\n')
        self.assertIn('in %s:3' % self.vhost, caught.exception.message)
        self.assertIn("this app's own virtual host", caught.exception.hint)
        self.assertEqual(os.listdir(self.root + '/run'), [])
        self.assertEqual([name for name in os.listdir(self.root) if name.startswith('.deployctl')], [])

    def test_complaints_since_an_offset(self):
        settings = self.nginx('')
        self.write('error.log', '2026/11/23 03:04:05 [emerg] 1#1: old\n')
        offset = configuration.log_size(settings)
        with open(settings.error_log, 'a', encoding='ascii') as log:
            log.write(
                '2026/11/23 03:04:06 [notice] 1#1: x\n2026/11/23 03:04:06 [emerg] 1#1: bind() to 0.0.0.0:80 failed\n')
        self.assertEqual(configuration.complaints_since(settings, offset), ['bind() to 0.0.0.0:80 failed'])

    def test_settings_come_from_the_binary_and_its_configuration(self):
        conf = self.write('nginx.conf', 'user  web;\n# user x;\npid %s/own.pid;\nevents { }\n' % self.root)
        path = self.write(
            'v', '#!/bin/sh\necho "nginx version: nginx/1.18.0 (Ubuntu)" >&2\necho "configure arguments: '
            '--prefix=/usr/share/nginx --conf-path=%s --pid-path=/run/nginx.pid --user=nginx" >&2\n' %
            conf, 0o755)
        os.chmod(path, 0o755)
        found = process.Settings(schema.NginxConfig(binary=path))
        self.assertEqual((found.version, found.user, found.pid_file), ((1, 18, 0), 'web', self.root + '/own.pid'))
        self.assertEqual(process.Settings(schema.NginxConfig(binary=path, user='other')).user, 'other')
        self.assertEqual(found.group, None)     # nginx takes the one that is called as the user

    def test_group_of_the_workers_is_the_one_that_nginx_gives_them(self):
        built = {'user': 'nginx', 'group': 'web'}
        for asked, text, expected in (
                ('', 'user www-data;', ('www-data', None)), ('', 'user  www staff ;', ('www', 'staff')),
                ('', '#user a b;\n', ('nginx', 'web')), ('www', 'user www staff;', ('www', 'staff')),
                ('other', 'user www staff;', ('other', None)), ('nginx', '', ('nginx', 'web'))):
            self.assertEqual(process._account(asked, text, built), expected, (asked, text))
        own = grp.getgrgid(pwd.getpwnam('nobody').pw_gid)
        self.assertEqual(probes.Identity('nobody').gid, own.gr_gid)
        found = probes.Identity('nobody', 'daemon')
        self.assertEqual((found.gid, found.groups), (grp.getgrnam('daemon').gr_gid, [grp.getgrnam('daemon').gr_gid]))
        with self.assertRaises(HostError) as caught:
            probes.Identity('nobody', 'no-such-group')
        self.assertIn("nginx's group no-such-group", caught.exception.message)


if __name__ == '__main__':
    unittest.main()
