"""Tests of a release that is held beside the live one: preview, promote, abandon, expiry, power cuts, other calls."""

import time
import unittest

from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic

TOKEN = '0123456789abcdef0123456789abcdef'
OTHER = 'f' * 32
HEADER, COOKIE = 'X-Deployctl-Preview', 'deployctl_preview'
CLIENTS = ('keepalive-retries:3:think=20', 'new:2:think=20', 'post-new:1:think=40')


class Held(Scenario):
    """One release is held, under load of users and of a preview."""

    settings = {'vhost.preview': 'yes'}

    def hold(self, tag='v2', *words):
        """Holds a release and returns its id."""
        sent = self.deploy(tag, '--hold=3600', '--preview=' + TOKEN, *words)
        self.assertEqual((sent.exit, sent.last.get('outcome'), sent.last['changed']), (0, 'held', False), sent)
        self.assertEqual(sent.of('release.held')[0]['preview']['token'], TOKEN)
        return sent.last['held']

    def seen(self, **sent):
        """Returns the release that answers a request with these headers."""
        status, headers, _ = self.host.get('scen.scen', sent={name.replace('_', '-'): value
                                                              for name, value in sent.items()})
        self.assertEqual(status, 200, headers)
        return headers.get('X-Release')

    def previewed(self, token=TOKEN):
        """Returns who answers by header, and by cookie among others."""
        return (self.seen(**{HEADER.replace('-', '_'): token}),
                self.seen(Cookie='session=1; %s=%s; theme=dark' % (COOKIE, token)))

    def assert_held(self, live, held):
        self.assertEqual(self.previewed(), (held, held))
        self.assertEqual(self.previewed(OTHER), (live, live))
        self.assertEqual(self.release_seen(), live)
        status = self.call('status').events[0]
        self.assertEqual((status['state'], status['serving']['release'], status['held']['release'], status['drift']),
                         ('ok', live, held, []), status)
        facts = self.facts()
        self.assertEqual({one['release']: one['policy'] for one in facts['containers'].values()
                          if one['state'] == 'running'}, {live: 'always', held: 'no'})

    def assert_not_held(self, live):
        """Checks that only the live release answers, and that nothing of a held one is left."""
        self.assertEqual(self.previewed(), (live, live))
        facts = self.assert_serves(live)
        self.assertEqual((facts['held'], facts['previews']), (None, []))

    def test_preview_reaches_the_held_release_and_users_the_live_one(self):
        live = self.serving('v1')
        before = self.facts()
        with Traffic(self.host, 'scen.scen', CLIENTS) as traffic:
            held = self.hold()
            for _ in range(20):
                self.assertEqual(self.previewed(), (held, held))
                self.assertEqual(self.previewed(OTHER), (live, live))
                self.assertEqual(self.release_seen(), live)
            self.assert_held(live, held)
            for bad in (TOKEN[:-1], TOKEN + '0', TOKEN.upper(), '../current', 'none', ''):
                self.assertEqual(self.previewed(bad), (live, live), bad)
            self.assertEqual(self.good(self.call('promote', '--rollout=r-promote1')), held)
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())
        self.assert_not_held(held)
        self.assert_not_reloaded(before['workers'])
        undone = self.call('rollback', '--undo=r-promote1')
        self.assertEqual(self.good(undone), live)
        self.assert_serves(live)

    def test_abandoned_release_leaves_nothing(self):
        live = self.serving('v1')
        before = self.facts()
        with Traffic(self.host, 'scen.scen', CLIENTS) as traffic:
            self.hold()
            sent = self.call('abandon')
            self.assertEqual((sent.exit, sent.last['outcome'], sent.last['serving']), (0, 'succeeded', live), sent)
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())
        self.assert_not_held(live)
        self.assert_untouched(before)
        self.goes_on()

    def test_app_does_not_see_the_token_and_traffic_does_not_count_it(self):
        self.serving('v1')
        held = self.hold()
        for cookies, left in (('a=1; %s=%s; b=2', b'a=1; b=2'), ('%s=%s; b=2', b'b=2'), ('a=1; %s=%s', b'a=1; '),
                              ('%s=%s', None), ('x%s=%s', b'x' + COOKIE.encode())):
            _, headers, arrived = self.host.get('scen.scen', '/headers', sent={
                HEADER: TOKEN, 'Cookie': cookies % (COOKIE, TOKEN)})
            self.assertEqual(headers['X-Release'], held)
            self.assertNotIn(HEADER.lower(), arrived.decode().lower())
            line = next((one for one in arrived.split(b'\r\n') if one.lower().startswith(b'cookie:')), None)
            self.assertEqual(line is None, left is None, line)
            self.assertIn(left or b'', line or b'')
            self.assertEqual(TOKEN.encode() in arrived, cookies.startswith('x'), arrived)
        app_log = self.host.sh('docker logs deployctl-scen-%s-1 2>&1' % held)
        self.host.sh('docker kill deployctl-scen-%s-1' % held)
        self.assertEqual(self.host.get('scen.scen', sent={HEADER: TOKEN})[0], 502)
        self.assertNotIn(TOKEN, app_log + self.host.sh('cat /var/log/nginx/*.log'))
        self.assertNotIn(TOKEN, self.host.sh('tail -n 20 /var/log/deployctl/audit.log'))
        self.assertEqual(0, self.call('traffic').events[0]['new']['requests'])

    def test_it_is_abandoned_by_itself_when_its_time_is_over(self):
        live = self.serving('v1')
        before = self.facts()
        sent = self.deploy('v2', '--hold=60', '--preview=' + TOKEN)
        held = sent.last['held']
        deadline = time.monotonic() + 90
        while self.facts()['held'] is not None:
            self.assertLess(time.monotonic(), deadline, 'nobody abandons it')
            time.sleep(0.5)
        self.until_idle()
        self.assert_not_held(live)
        self.assert_not_reloaded(before['workers'])
        entry = self.call('history').events[0]
        self.assertEqual((entry['verb'], entry['by'], entry['release'], entry['outcome']),
                         ('abandon', 'deployctl-host', held, 'succeeded'))

    def until_idle(self):
        deadline = time.monotonic() + 60
        while self.facts()['unfinished'] is not None:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def test_second_deploy_is_refused_and_other_verbs_leave_it_alone(self):
        self.serving('v1')
        live = self.serving('v2b')
        held = self.hold()
        sent = self.deploy('v3-broken')
        self.assertEqual((sent.exit, sent.error['kind']), (75, 'held'), sent)
        self.assertIn('promote', sent.error['hint'])
        with Traffic(self.host, 'scen.scen', CLIENTS) as traffic:
            live = self.good(self.call('restart'))
            self.assert_held(live, held)
            live = self.good(self.call('rollback'))
            self.assert_held(live, held)
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())
        self.assertEqual(self.call('stop').exit, 0)
        self.assertEqual(self.previewed(), (held, held))
        self.good(self.call('start'))
        self.assert_held(live, held)
        self.call('maintenance', '--on')
        self.assertEqual(self.previewed(), (held, held))
        self.assertEqual(self.host.get('scen.scen', sent={HEADER: OTHER})[0], 503)
        self.call('maintenance', '--off')
        self.call('prune')
        self.assert_held(live, held)
        self.assertEqual(self.good(self.call('promote')), held)
        self.assert_not_held(held)
        again = self.hold('v1')
        sent = self.deploy('v2b', '--force')
        self.assertIn(again, sent.warnings())
        self.assert_not_held(self.good(sent))

    def test_release_that_died_is_not_promoted(self):
        live = self.serving('v1')
        held = self.hold()
        self.host.sh('docker kill deployctl-scen-%s-1' % held)
        with Traffic(self.host, 'scen.scen', CLIENTS) as traffic:
            sent = self.call('promote')
        self.assertEqual((sent.exit, sent.error['kind'], sent.last['outcome']), (73, 'release-failed', 'failed'), sent)
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())
        self.assert_not_held(live)

    def test_reboot_ends_the_hold(self):
        for word in ('kill', 'stop'):
            live = self.serving('v1', '--force') if word == 'stop' else self.serving('v1')
            self.hold()
            self.addCleanup(self.host.power, 'start')
            self.host.power(word)
            self.host.power('start')
            sent = self.call('recover')
            self.assertEqual(sent.exit, 0, sent)
            self.assert_not_held(live)
            self.assertEqual('abandon', self.call('history').events[0]['verb'])

    def serving(self, tag='v1', *words, **how):
        return self.good(self.deploy(tag, *words, **how))

    def test_power_cut_in_a_hold_and_in_a_promote(self):
        live = self.serving('v1')
        self.cut_at('held:keeping', 'deploy', '--tag=v2', '--hold=3600', '--preview=' + TOKEN)
        self.assert_not_held(live)
        held = self.hold()
        self.cut_at('switch:end', 'promote')
        self.assert_not_held(live)
        held = self.hold()
        self.cut_at('commit:end', 'promote')
        self.assert_not_held(held)

    def cut_at(self, entry, *words):
        call, _ = self.held(entry, *words)
        self.addCleanup(self.host.power, 'start')
        self.host.power('kill')
        self.host.power('start')
        call.done()
        sent = self.call('recover')
        self.assertEqual(sent.exit, 0, sent)

    def test_dead_watcher_is_replaced(self):
        self.serving('v1')
        self.hold()
        watcher = "pgrep -f 'holding.watcher|deployctl-scen-held' || true"
        lock = 'flock -n /run/deployctl/scen.held.lock true && echo free || echo busy'
        self.until(lock, 'busy')
        self.host.sh('fuser -k -KILL /run/deployctl/scen.held.lock >/dev/null 2>&1 || true')
        self.until(lock, 'free', watcher)
        self.assertEqual(self.call('recover').exit, 0)
        self.until(lock, 'busy', watcher)

    def until(self, script, wanted, more='true'):
        deadline = time.monotonic() + 60
        while self.host.sh(script) != wanted:
            self.assertLess(time.monotonic(), deadline, self.host.sh(more))
            time.sleep(0.1)

    def test_remove_removes_it(self):
        self.serving('v1')
        self.hold()
        done = self.host.run('/usr/sbin/deployctl-host', 'remove', 'scen', '--output=ndjson')
        self.assertEqual(done.returncode, 0, done.stdout)
        facts = self.facts()
        self.assertEqual((facts['containers'], facts['images'], facts['files']), ({}, [], []))


class HeldPortMode(Held):
    mode = 'port'
    # The mode makes no difference to these.
    test_it_is_abandoned_by_itself_when_its_time_is_over = None
    test_dead_watcher_is_replaced = None

    def assert_not_reloaded(self, before, after=None):
        """In port mode the switch itself takes a reload."""

    def assert_untouched(self, before, reload=False):
        super().assert_untouched(dict(before, vhost=self.facts()['vhost']), True)


class PreviewAdded(Held):
    """The live release was deployed before the definition asked for a preview."""

    def test_hold_adds_the_preview_with_one_reload(self):
        self.define(vhost__preview='no')
        live = self.serving('v1')
        self.define()
        before = self.facts()
        with Traffic(self.host, 'scen.scen', CLIENTS) as traffic:
            held = self.hold()
            self.assert_held(live, held)
            self.call('abandon')
            loaded = self.facts()
            held = self.hold()
            self.assert_not_reloaded(loaded['workers'])
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.assertNotEqual(before['workers'], loaded['workers'])
        self.assert_held(live, held)


for each in [name for name in dir(Held) if name.startswith('test_')]:
    setattr(PreviewAdded, each, None)


if __name__ == '__main__':
    unittest.main()
