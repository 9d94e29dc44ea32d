"""Tests of packaging/prepare with stand-ins for the package managers and systemd.

The lab test FirstHourIT has the real apt-get.
"""

import os
import shutil
import unittest

from tests.sudo import fixture
from tests.sudo.other_root import OtherRoot, inside, path

PREPARE = '/srv/host-script/packaging/prepare'
NGINX_CONF = 'user nginx;\nevents { }\nhttp {\n    include mime.types;\n    %s\n}\n'
INCLUDE = 'include /etc/nginx/conf.d/*.conf;'
STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*" >>/srv/called\n'
INSTALLED = {
    'dockerd': '/usr/sbin/dockerd', 'nginx': '/usr/sbin/nginx', 'python3': '/usr/bin/python3',
}
# A manager that knows the packages in /srv/packages, and puts the programs of those that it installs where they belong.
MANAGER = STAND_IN + '''
case " $* " in
*' list '*) grep -qx "$3" /srv/packages ;;
*' install '*)
    for word; do case $word in
        docker | docker.io | docker-ce | moby-engine) mv /srv/away/dockerd /usr/sbin/dockerd ;;
        nginx | python3) mv "/srv/away/$word" "$(cat "/srv/away/$word.home")" ;;
    esac; done ;;
esac
'''
SYSTEMCTL = STAND_IN + '''
name=$(eval "echo \\${$#}")
case " $* " in
*' is-active '* | *' is-enabled '*) [ -e "/srv/running-$name" ] ;;
*' enable '*)
    touch "/srv/running-$name"
    [ "$name" != docker ] ||
        /srv/python -c 'import socket; socket.socket(socket.AF_UNIX).bind("/run/docker.sock")' ;;
esac
'''


def setUpModule():
    fixture.enter()


class Prepare(OtherRoot):
    def setUp(self):
        super().setUp()
        self.good('cp', '-a', fixture.SOURCE, '/srv/host-script')
        shutil.copy(os.path.realpath('/usr/bin/python3'), path('/srv/python'))
        self.write('/srv/called', '')
        os.makedirs(path('/run/systemd/system'), exist_ok=True)
        for name in ('apt-get', 'dnf', 'systemctl', 'getenforce', 'apt-cache', 'dpkg'):
            for directory in ('/usr/bin/', '/usr/sbin/'):
                if os.path.lexists(path(directory + name)):
                    os.unlink(path(directory + name))
        self.write('/usr/bin/systemctl', SYSTEMCTL, 0o755)
        for name, home in INSTALLED.items():
            self.write('/srv/away/' + name, STAND_IN if name == 'nginx' else '#!/bin/sh\n', 0o755)
            self.write('/srv/away/%s.home' % name, home)
        for name in os.listdir(path('/usr/bin')):
            if name.startswith('python3'):
                os.unlink(path('/usr/bin/' + name))
        for place in ('/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/sbin/nginx', '/run/docker.sock'):
            if os.path.lexists(path(place)):
                os.unlink(path(place))
        shutil.rmtree(path('/etc/nginx'))
        self.write('/etc/nginx/nginx.conf', NGINX_CONF % INCLUDE)

    def distribution(self, manager, identity, *packages):
        self.write('/usr/bin/' + manager, MANAGER, 0o755)
        self.write('/srv/packages', '\n'.join(packages) + '\n')
        if os.path.lexists(path('/etc/os-release')):
            os.unlink(path('/etc/os-release'))
        self.write('/etc/os-release', 'NAME="Some Linux"\nID="%s"\n' % identity)

    def plan(self, *words):
        return [line.split('\t') for line in self.good(PREPARE, 'plan', *words).splitlines()]

    def called(self):
        with open(path('/srv/called'), encoding='utf-8') as source:
            return source.read()

    def has_everything(self):
        for name, home in INSTALLED.items():
            shutil.copy(path('/srv/away/' + name), path(home))
        for name in ('docker', 'nginx'):
            self.good('systemctl', 'enable', name)


class Packages(Prepare):
    def test_each_distribution_has_its_own_package_of_docker(self):
        for manager, identity, packages, expected in (
                ('dnf', 'amzn', (), 'docker'), ('dnf', 'fedora', (), 'moby-engine'),
                ('dnf', 'rocky', ('docker-ce',), 'docker-ce'), ('apt-get', 'ubuntu', (), 'docker.io')):
            with self.subTest(identity):
                self.distribution(manager, identity, *packages)
                told = self.plan('--packages')
                self.assertIn(['+', 'install %s, nginx, python3 with %s' % (expected, manager)], told)
                self.assertIn(['+', 'start docker, nginx, now and at each boot'], told)

    def test_a_distribution_without_docker_is_told_which_repository_to_add(self):
        for identity, relative in (('rhel', 'rhel'), ('rocky', 'centos'), ('almalinux', 'centos')):
            self.distribution('dnf', identity)
            problem = next(line for line in self.plan('--packages') if line[0] == '!')
            self.assertIn(identity + ' has no package of Docker', problem[1])
            self.assertIn('download.docker.com/linux/%s/docker-ce.repo' % relative, problem[2])

    def test_a_plan_installs_and_starts_nothing(self):
        self.distribution('dnf', 'rocky', 'docker-ce')
        self.plan('--packages', '--deployers=root', '--registry=r.example.com')
        self.assertNotIn('install', self.called())
        self.assertNotIn('enable', self.called())

    def test_what_is_missing_is_installed_and_started_and_the_second_time_nothing(self):
        self.distribution('dnf', 'amzn')
        self.good(PREPARE, 'packages')
        self.assertIn('dnf -q -y install docker nginx python3\n', self.called())
        self.assertIn('systemctl -q enable --now docker\n', self.called())
        self.assertIn('systemctl -q enable --now nginx\n', self.called())
        self.assertIn('nginx -s reload\n', self.called())
        self.assertEqual([], [line for line in self.plan('--packages') if 'group' not in line[1]])
        self.write('/srv/called', '')
        self.good(PREPARE, 'packages')
        self.assertNotIn('install', self.called())
        self.assertNotIn('enable --now', self.called())

    def test_apt_get_is_waited_for_where_a_new_host_upgrades_itself(self):
        self.distribution('apt-get', 'debian')
        busy = '''case $* in *update*)
    if [ ! -e /srv/asked ]; then
        touch /srv/asked
        echo 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 9 (apt-get)'
        exit 100
    fi ;; esac
'''
        self.write('/usr/bin/apt-get', MANAGER + busy, 0o755)
        self.write('/usr/bin/dpkg', '#!/bin/sh\n', 0o755)
        self.write('/usr/bin/apt-cache', '#!/bin/sh\nexit 1\n', 0o755)
        self.write('/usr/bin/sleep', STAND_IN, 0o755)
        self.good(PREPARE, 'packages')
        self.assertIn('sleep 5\n', self.called())
        self.assertIn('install docker.io nginx python3\n', self.called())

    def test_a_manager_that_fails_is_quoted(self):
        self.distribution('dnf', 'amzn')
        self.write('/usr/bin/dnf', '#!/bin/sh\necho "Error: no space left"\nexit 1\n', 0o755)
        status, said = inside(PREPARE, 'packages')
        self.assertEqual(69, status)
        self.assertIn('Error: no space left', said)
        self.assertIn('dnf could not install docker nginx python3', said)

    def test_without_the_option_only_notes_tell_what_is_missing(self):
        self.distribution('dnf', 'amzn')
        told = self.plan()
        self.assertEqual([['!', 'there is no Python 3.9 or newer', '--packages installs it']],
                         [line for line in told if line[0] == '!'])
        self.assertEqual(2, len([line for line in told if line[0] == '~']))


class Include(Prepare):
    def setUp(self):
        super().setUp()
        self.distribution('dnf', 'amzn')
        self.has_everything()
        self.write('/etc/nginx/nginx.conf', NGINX_CONF % '')

    def content(self):
        with open(path('/etc/nginx/nginx.conf'), encoding='utf-8') as source:
            return source.read()

    def test_it_is_added_where_it_is_missing(self):
        self.assertIn(['+', 'include /etc/nginx/conf.d/*.conf in /etc/nginx/nginx.conf'], self.plan('--packages'))
        self.good(PREPARE, 'packages')
        self.assertIn('http {\n    include /etc/nginx/conf.d/*.conf;\n', self.content())
        self.good(PREPARE, 'packages')
        self.assertEqual(1, self.content().count('conf.d'))

    def test_it_is_removed_again_where_nginx_refuses_it(self):
        self.write('/usr/sbin/nginx', '#!/bin/sh\n[ "$1" != -t ]\n', 0o755)
        before = self.content()
        status, said = inside(PREPARE, 'packages')
        self.assertEqual(78, status, said)
        self.assertEqual(before, self.content())

    def test_files_that_nginx_did_not_read_so_far_are_not_put_into_effect(self):
        self.write('/etc/nginx/conf.d/old.conf', 'server { }\n')
        before = self.content()
        self.assertIn('does not include', next(line for line in self.plan('--packages') if line[0] == '!')[1])
        self.assertEqual(78, inside(PREPARE, 'packages')[0])
        self.assertEqual(before, self.content())


class Members(Prepare):
    def setUp(self):
        super().setUp()
        self.distribution('dnf', 'amzn')
        self.has_everything()
        self.good('useradd', '-m', 'carol')
        self.good('useradd', '-m', 'dave')

    def test_users_are_added_to_the_group_once(self):
        self.assertEqual([['+', 'create group friends'], ['+', 'add carol to group friends'],
                          ['+', 'add dave to group friends']], self.plan('--group=friends', '--deployers=carol,dave'))
        self.good('groupadd', 'friends')
        self.good(PREPARE, 'members', '--group=friends', '--deployers=carol,dave')
        self.assertIn('friends', self.good('id', '-nG', 'dave').split())
        self.assertEqual([], self.plan('--group=friends', '--deployers=carol,dave'))
        self.good(PREPARE, 'members', '--group=friends', '--deployers=carol')

    def test_an_account_that_does_not_exist_is_a_problem_and_is_not_made(self):
        told = self.plan('--deployers=erin')
        self.assertIn(['!', 'there is no user erin',
                       'create the account first: sudo useradd --create-home --shell /bin/bash erin'], told)
        self.good('groupadd', '-f', 'deployers')
        self.assertEqual(67, inside(PREPARE, 'members', '--deployers=erin')[0])

    def test_arguments_are_names_and_nothing_else(self):
        for word in ('--deployers=a;b', '--deployers=-x', '--group=$(id)', '--group=a/b', '--other'):
            self.assertEqual(64, inside(PREPARE, 'plan', word)[0], word)


if __name__ == '__main__':
    unittest.main()
