"""Tests in a root with Red Hat's layout, made from this machine's own; not on a real Red Hat system."""

import json
import os
import shutil
import unittest

from tests.sudo import fixture
from tests.sudo.other_root import OtherRoot, inside, path

INSTALL = '/srv/host-script/packaging/install'
NGINX = '''user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log;
pid /run/nginx.pid;
include /usr/share/nginx/modules/*.conf;
events { worker_connections 1024; }
http {
    access_log /var/log/nginx/access.log;
    include mime.types;
    include /etc/nginx/conf.d/*.conf;
}
'''
SUDOERS = '''Defaults   !visiblepw
Defaults    always_set_home
Defaults    requiretty
Defaults    env_reset
Defaults    env_keep =  "COLORS DISPLAY HOSTNAME HISTSIZE KDEDIR LS_COLORS MAIL PS1 PS2 LANG LC_ALL _XKB_CHARSET"
Defaults    secure_path = /sbin:/bin:/usr/sbin:/usr/bin
root    ALL=(ALL)       ALL
%wheel  ALL=(ALL)       ALL
#includedir /etc/sudoers.d
'''


def setUpModule():
    fixture.enter()


class RedHat(OtherRoot):
    def setUp(self):
        super().setUp()
        for place in ('sites-available', 'sites-enabled', 'modules-enabled', 'conf.d'):
            shutil.rmtree(path('/etc/nginx/' + place), ignore_errors=True)
        os.makedirs(path('/etc/nginx/conf.d'))
        os.makedirs(path('/var/log/nginx'), exist_ok=True)
        self.write('/etc/nginx/nginx.conf', NGINX)
        self.write('/etc/sudoers', SUDOERS, 0o440)
        self.good('groupadd', '-r', 'wheel')
        self.good('useradd', '-r', '-s', '/sbin/nologin', 'nginx')
        for name in ('sudo', 'nogroup'):
            inside('sed', '-i', '/^%s:/d' % name, '/etc/group')
        inside('sed', '-i', '/^www-data:/d', '/etc/passwd')
        self.good('useradd', '-m', 'carol')
        self.good('cp', '-a', fixture.SOURCE, '/srv/host-script')
        os.rename(path('/usr/bin/python3'), path('/usr/bin/python3.kept'))
        for name in os.listdir(path('/usr/bin')):
            if name.startswith('python3.') and name != 'python3.kept' and '-' not in name:
                self.python = os.path.realpath('/usr/bin/' + name)
                shutil.copy(self.python, path('/srv/python'))
                os.unlink(path('/usr/bin/' + name))

    def works(self, python):
        said = self.good(INSTALL, '--group', 'deployers')
        with open(path('/usr/sbin/deployctl-host'), encoding='utf-8') as source:
            self.assertEqual('#!%s -ISXutf8\n' % python, source.readline())
        self.good('gpasswd', '-a', 'carol', 'deployers')
        self.good('visudo', '-c')
        self.assertIn('"protocol":1',
                      self.good('runuser', '-u', 'carol', '--', 'sudo', '-n', fixture.SCRIPT, 'version'))
        self.assertTrue(self.there('/usr/lib/systemd/system/deployctl-host-recover.service'))
        return said

    def test_python3_is_too_old_and_another_is_beside_it(self):
        """The layout of version 8 with the package python39."""
        self.write('/usr/bin/python3', '#!/bin/sh\nexit 1\n', 0o755)
        shutil.copy(path('/srv/python'), path('/usr/bin/python3.9'))
        self.works('/usr/bin/python3.9')

    def test_only_the_platforms_own_python(self):
        os.makedirs(path('/usr/libexec'), exist_ok=True)
        shutil.copy(path('/srv/python'), path('/usr/libexec/platform-python'))
        self.works('/usr/libexec/platform-python')

    def test_no_python_that_is_new_enough(self):
        self.write('/usr/bin/python3', '#!/bin/sh\nexit 1\n', 0o755)
        status, said = inside(INSTALL)
        self.assertEqual(78, status)
        self.assertIn('python3.9+ (RHEL)', said)
        self.assertEqual([], self.there('/etc/deployctl', '/etc/sudoers.d/deployctl-host'))

    def test_nginx_and_its_user_are_found(self):
        shutil.copy(path('/srv/python'), path('/usr/bin/python3'))
        self.works('/usr/bin/python3')
        self.write('/etc/deployctl/apps/blog.conf', fixture.DEFINITION % 'carol')
        self.write('/etc/deployctl/env/blog.env', 'SECRET=x\n', 0o600)
        self.good('/usr/sbin/nginx')
        self.addCleanup(inside, '/usr/sbin/nginx', '-s', 'stop')
        status, said = inside('runuser', '-u', 'carol', '--', 'sudo', '-n', fixture.SCRIPT, 'preflight', 'blog')
        checks = {event['name']: event for event in map(json.loads, said.splitlines()) if event['type'] == 'check'}
        self.assertEqual((69, True), (status, checks['nginx']['ok']), said)     # there is no Docker here
        self.assertTrue(checks['paths']['ok'], said)
        worker = self.good('ps', '-C', 'nginx', '-o', 'user:20=,args=')
        self.assertIn('nginx', [line.split()[0] for line in worker.splitlines() if 'worker' in line])


if __name__ == '__main__':
    unittest.main()
