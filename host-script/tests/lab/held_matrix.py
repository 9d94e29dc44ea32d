"""Kills a worker at every entry of the journal of a hold, a promote and an abandon, under load of users."""

from tests.lab.matrix import CLIENTS, Matrix, MOMENTS
from tests.lab.traffic import Traffic

TOKEN = '0123456789abcdef0123456789abcdef'
HOLD = ('--hold=86400', '--preview=' + TOKEN)


class Holding(Matrix):
    """Kills each of the three verbs in turn. Users reach what is live all the while, and a preview what is held."""

    VERBS = ('deploy', 'promote', 'abandon')
    settings = {'vhost.preview': 'yes'}

    def _entries(self):
        """Counts the entries of each verb, of which `total` is the sum."""
        self.entries = {}
        for self.verb in self.VERBS:
            self._prepare()
            words = self._words()
            sent = self.killed(0, 'before', self.verb, *words)
            self.assertEqual((sent.exit, sent.last['outcome']), (
                0, 'held' if self.verb == 'deploy' else 'succeeded'), sent)
            journal = '/var/lib/deployctl/%s/transactions/%s/journal.ndjson' % (
                self.app, words[0].partition('=')[2])
            self.entries[self.verb] = int(self.host.sh('grep -c . ' + journal))
        return sum(self.entries.values())

    def _words(self):
        words = super()._words()
        return words + list(HOLD) if self.verb == 'deploy' else words

    def _prepare(self):
        """Sees to it that a release is held before a promote and an abandon, and none before a hold."""
        held = self.facts()['held']
        if self.verb == 'deploy' and held:
            self.good(self.call('abandon'))
        elif self.verb != 'deploy' and not held:
            self._count += 1
            sent = self.deploy('v%d' % (1 + self._count % 2), '--force', *HOLD)
            self.assertEqual((sent.exit, sent.last['outcome']), (0, 'held'), sent)

    def _round(self, told):
        with Traffic(self.host, self.app + '.scen', CLIENTS) as traffic:
            for self.verb in self.VERBS:
                for number in range(1, self.entries[self.verb] + 1):
                    for moment in MOMENTS:
                        outcome = self._kill(number, moment)
                        told('%s: %s %d of %d %s: %s' % (
                            self.kind, self.verb, number, self.entries[self.verb], moment, outcome))
        self.counts.update({name: traffic.account[name] for name in ('sent', 'lost', 'races')})
        self.assertEqual(traffic.lost, 0, traffic.summary())

    def _kill(self, number, moment):
        self._prepare()
        before = self.facts()
        told = self.killed(number, moment, self.verb, *self._words())
        if moment == 'after-all' or number == self.entries[self.verb]:
            recovered = self.call('recover')
            self.assertEqual(recovered.exit, 0, recovered)
            settled = (recovered.of('recovered') or [{}])[0]
        else:
            settled = told.last
        where = '%s, killed %s entry %d: %s' % (self.verb, moment, number, told)
        facts = self.facts()
        self._check(facts, where)
        held = (facts['held'] or {}).get('release')
        if self.verb == 'deploy':
            self.assertEqual(facts['current'], before['current'], where)
            outcome = 'held' if held else 'failed'
        elif self.verb == 'promote':
            beside = before['held']['release']
            outcome = 'succeeded' if facts['current'] == beside else 'failed'
            self.assertEqual(held, None if outcome == 'succeeded' else beside, where)
        else:
            self.assertEqual((facts['current'], held), (before['current'], None), where)
            outcome = 'succeeded'
        if settled.get('outcome'):      # else its events were complete already
            self.assertEqual((settled['outcome'], settled['serving']), (outcome, facts['current']), where)
        self.kills += 1
        self.outcomes[outcome] += 1
        return outcome

    def _links(self):
        return [TOKEN, 'held'] if self.mode == 'socket' else [TOKEN]

    def _check(self, facts, where):
        """Checks that users reach the live release and a preview the held one, and that nothing else runs."""
        live, held = facts['current'], (facts['held'] or {}).get('release')
        wanted = {live: 'always', held: 'no'} if held else {live: 'always'}
        self.assertEqual({one['release']: one['policy'] for one in facts['containers'].values()
                          if one['state'] == 'running'}, wanted, where)
        self.assertEqual((facts['pointed'], facts['previews']), (
            live if self.mode == 'socket' else None, self._links() if held else []), where)
        self.assertEqual(self.release_seen(), live, where)
        _, headers, _ = self.host.get(self.app + '.scen', sent={'X-Deployctl-Preview': TOKEN})
        self.assertEqual(headers.get('X-Release'), held or live, where)
        self.assert_tidy(facts)
        status = self.call('status').events[0]
        told = (status['held'] or {}).get('release')
        self.assertEqual((status['state'], status['drift'], told), ('ok', [], held), where)
