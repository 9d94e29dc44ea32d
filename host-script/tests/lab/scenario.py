"""Base class of the scenarios: one app on a lab host, deployed by a developer, and checks that must always hold."""

import json
import os
import time
import unittest

from tests.lab.host import HERE, Host
from tests.lab.call import Call, CallResult

SCRIPT = '/usr/sbin/deployctl-host'
KILLER = '/root/.killer.py'
FACTS_THAT_STAY = ('containers', 'current', 'previous', 'pointed', 'vhost', 'conf_files', 'releases', 'sockets',
                   'images', 'unfinished')
DEFAULTS = {
    'app': {'repository': 'registry:5000/blog', 'deployers': '%deployers', 'keep': '2'},
    'connect': {'mode': 'socket'},
    'vhost': {'server-name': '%s.scen'},
    'health': {'path': '/healthz', 'interval': '100ms', 'deadline': '3s', 'timeout': '1s',
               'release-header': 'X-Release'},
    'env': {'source': 'file'},
    'resources': {'memory': '32m'},
    'drain': {'timeout': '8s', 'stop-timeout': '2s'},
}


class Scenario(unittest.TestCase):
    """Each test starts with a new app `scen` and leaves the host as it was before."""

    app = 'scen'
    mode = 'socket'
    settings = {}       # of the definition, as 'section.key': value
    host_name = os.environ.get('DEPLOYCTL_LAB_HOST', 'host1')

    @classmethod
    def setUpClass(cls):
        cls.host = Host(cls.host_name)
        with open(os.path.join(HERE, 'killer.py'), encoding='utf-8') as source:
            cls.host.write(KILLER, source.read())

    @classmethod
    def tearDownClass(cls):
        cls.forget(cls.app)
        cls.host.sh('rm -f ' + KILLER)

    def setUp(self):
        self.host = type(self).host     # a test may put another in its place
        self.forget(self.app)
        self.define()
        self.env('GREETING=hello\n')

    @classmethod
    def forget(cls, app):
        """Removes an app from the host. nginx keeps its virtual host until the reload of the next first deploy."""
        cls.host.sh('''
            # What ends by itself, such as a run, may be removed in the same moment: then the rest is looked for again.
            for _ in $(seq 50); do
                containers=$(docker ps -aq --filter label=deployctl.app=%(app)s)
                images=$(docker images deployctl/%(app)s --format '{{.Repository}}:{{.Tag}}')
                [ -n "$containers$images" ] || break
                [ -z "$containers" ] || docker rm -f $containers >/dev/null 2>&1 || continue
                [ -z "$images" ] || docker rmi $images >/dev/null 2>&1 || continue
            done
            [ -z "$containers$images" ]
            rm -rf /var/lib/deployctl/%(app)s /run/deployctl/%(app)s.lock /etc/nginx/conf.d/deployctl-%(app)s.conf
            rm -f /etc/deployctl/apps/%(app)s.conf /etc/deployctl/env/%(app)s.env''' % {'app': app})

    # what operators write

    def define(self, app=None, **settings):
        """Writes the definition; `settings` are section__key=value, with `_` for `-`; None omits a key."""
        app = app or self.app
        wanted = {section: dict(keys) for section, keys in DEFAULTS.items()}
        wanted['vhost']['server-name'] %= app
        wanted['connect']['mode'] = self.mode
        merged = dict(self.settings, **{name.replace('__', '.').replace('_', '-'): value
                                        for name, value in settings.items()})
        for name, value in merged.items():
            section, _, key = name.partition('.')
            wanted.setdefault(section, {})[key] = value
        lines = []
        for section, keys in wanted.items():
            lines.append('[%s]' % section)
            lines += ['%s = %s' % pair for pair in keys.items() if pair[1] is not None]
        self.host.write('/etc/deployctl/apps/%s.conf' % app, '\n'.join(lines) + '\n')

    def env(self, text, app=None):
        self.host.write('/etc/deployctl/env/%s.env' % (app or self.app), text)

    def host_conf(self, text):
        """Replaces host.conf for this test."""
        restored = self.host.read('/etc/deployctl/host.conf') + '\n'
        self.addCleanup(self.host.write, '/etc/deployctl/host.conf', restored)
        self.host.write('/etc/deployctl/host.conf', text)

    def nginx_file(self, text, name='zz-other.conf'):
        """Adds a foreign file to nginx's configuration for this test, without a reload."""
        path = '/etc/nginx/conf.d/' + name
        self.addCleanup(self.host.reload)
        self.addCleanup(self.host.sh, 'rm -f ' + path)
        self.host.write(path, text, 0o644)

    # what developers type

    def start(self, verb, *words, app=None, user='deploy'):
        """Starts a call in the background, as a developer."""
        return Call(self.host.words('runuser', '-u', user, '--', 'sudo', '-n', SCRIPT, verb, app or self.app, *words,
                                    '--output=ndjson'))

    def call(self, verb, *words, **how):
        return self.start(verb, *words, **how).done()

    def start_killed(self, entry, moment, verb, *words):
        """Starts a call with a worker that dies, or pauses, at an entry of its journal (see killer.py)."""
        return Call(self.host.words('python3', '-I', '-X', 'utf8', KILLER, str(entry), moment, verb, self.app, *words,
                                    '--output=ndjson'))

    def killed(self, *words):
        return self.start_killed(*words).done()

    def held(self, entry, verb, *words):
        """Starts a transaction whose worker pauses after an entry. Returns (call, the worker's pid)."""
        call = self.start_killed(entry, 'after-hold', verb, *words)
        deadline = time.monotonic() + 60
        while True:
            pid = self.facts()['holder'].get('pid')
            if pid and self.host.sh('cut -d" " -f3 /proc/%d/stat || true' % pid) == 'T':
                self.addCleanup(self.host.sh, 'kill -CONT %d 2>/dev/null || true' % pid)
                return call, pid
            if call.ended or time.monotonic() > deadline:
                self.fail('no worker stands still after %s: %s' % (entry, call.done()))
            time.sleep(0.05)

    def deploy(self, tag, *words, **how):
        return self.call('deploy', '--tag=' + tag, *words, **how)

    def good(self, sent):
        """Checks that the call succeeded and returns the live release."""
        self.assertEqual((sent.exit, sent.last.get('outcome')), (0, 'succeeded'), sent)
        return sent.last['serving']

    def serving(self, tag='v1', **how):
        """Deploys this tag and returns its release."""
        return self.good(self.deploy(tag, **how))

    # what must hold

    def facts(self, app=None):
        return json.loads(self.host.python('facts.py', app or self.app))

    def release_seen(self, app=None):
        """Returns the release that answers users, or None."""
        status, headers, _ = self.host.get('%s.scen' % (app or self.app))
        return headers.get('X-Release') if status == 200 else None

    def assert_serves(self, release, app=None, instances=1):
        """Checks that users, files, containers and `status` agree and nothing is left over. Returns the facts."""
        facts = self.facts(app)
        self.assertEqual(self.release_seen(app), release, facts)
        self.assertEqual(facts['current'], release)
        running = {one['release'] for one in facts['containers'].values() if one['state'] == 'running'}
        self.assertEqual(running, {release}, facts['containers'])
        for name, one in facts['containers'].items():
            self.assertEqual(one['policy'], 'always' if one['release'] == release else 'no', name)
            self.assertIn(one['release'], (facts['current'], facts['previous']), name)
        self.assertEqual(sum(one['state'] == 'running' for one in facts['containers'].values()), instances)
        if 'mode=socket' in facts['vhost']:
            self.assertEqual(facts['pointed'], release)
        self.assert_tidy(facts)
        status = self.call('status', app=app).events[0]
        self.assertEqual((status['state'], status['drift'], status['serving']['release']), ('ok', [], release), status)
        return facts

    def assert_tidy(self, facts):
        self.assertIsNone(facts['unfinished'])
        self.assertLessEqual(set(facts['sockets']), set(facts['releases']))
        self.assertEqual(facts['images'], facts['releases'])
        leftovers = left_over(facts)
        # The directory of virtual hosts is everybody's: another app's write may be under way there.
        for _ in range(20 if leftovers else 0):
            time.sleep(0.1)
            leftovers &= left_over(self.facts(facts['app']))
        self.assertEqual(leftovers, set())

    def assert_refused(self, sent, exit, kind, before, reload=False, outcome='failed'):
        """Checks the failure, and that containers, files, nginx and the users' answers are as before."""
        self.assertEqual((sent.exit, sent.error.get('kind')), (exit, kind), sent)
        if sent.last['type'] == 'deploy.finished':
            self.assertEqual((sent.last['outcome'], sent.last['changed'], sent.last['serving']),
                             (outcome, False, before['current']), sent)
        for part in ('message', 'state'):
            self.assertTrue(sent.error.get(part), sent)
        self.assert_untouched(before, reload)
        return sent.error

    def assert_untouched(self, before, reload=False):
        after = self.facts()
        deadline = time.monotonic() + 60
        while after['retiring'] and time.monotonic() < deadline:    # a process of the release that failed
            time.sleep(0.1)
            after = self.facts()
        for part in FACTS_THAT_STAY:
            self.assertEqual(after[part], before[part], part)
        if not reload:
            self.assert_not_reloaded(before['workers'], after['workers'])
        if before['current']:
            self.assertEqual(self.release_seen(), before['current'])

    def assert_not_reloaded(self, before, after=None):
        """Checks that nginx has no new workers. Old ones of an earlier reload may have ended since."""
        after = self.facts()['workers'] if after is None else after
        self.assertTrue(after)
        self.assertLessEqual(set(after.items()), set(before.items()), 'nginx was reloaded')

    def goes_on(self, tag='v2', **how):
        """Checks that the next deploy works."""
        release = self.serving(tag)
        self.assert_serves(release, **how)
        return release


def left_over(facts):
    return {name for name in facts['files'] + facts['conf_files'] if name.startswith('.') or '.new' in name}


__all__ = ['Scenario', 'CallResult']
