"""Tests of what status, logs, history, remove, prune, recover and preflight tell and do about processes."""

import os
import unittest

from deployctl_host import access, files
from deployctl_host.config import definition
from deployctl_host.docker import containers
from deployctl_host.docker.api import Engine
from deployctl_host.inspection.app_status import AppStatus
from deployctl_host.store import retiring as records
from deployctl_host.transaction.processes import retiring
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_docker import Image
from tests.unit.process_fixture import ProcessFixture


class Reports(ProcessFixture, CallFixture):
    def retire_busy(self):
        """Deploys v1 and, while its first worker has a job in hand, v2. Returns v1's release."""
        self.call('deploy', 'blog', '--tag=v1')
        first = self.serving
        self.docker.busy.add(self.name(first))
        self.call('deploy', 'blog', '--tag=v2')
        return first

    def test_status_counts_instances_of_processes(self):
        self.call('deploy', 'blog', '--tag=v1')
        found = self.status()
        self.assertEqual(('ok', []), (found['state'], found['drift']))
        self.assertEqual([{'process': 'worker', 'running': 2, 'wanted': 2, 'restarts': 0, 'restarted': None,
                           'memory': {'limit': 2 * 64 * 1024 ** 2, 'used': None}}], found['processes'])
        self.assertEqual((1, 1), (found['instances']['running'], found['instances']['wanted']))

    def test_text_names_processes(self):
        first = self.retire_busy()
        text = self.call('status', 'blog', '--output=text')[1]
        self.assertIn('worker 2/2', text)
        self.assertIn('worker 1 of release %s may finish its job until 20' % first, text)
        self.assertIn('worker 2 ended with exit code 0 after', self.call('history', 'blog', '--output=text')[1])
        self.docker.push('v3', Image('v3', log='hello\n'))
        deployed = self.call('deploy', 'blog', '--tag=v3', '--output=text')[1]
        self.assertIn('worker 1: has run for 0 s', deployed)
        self.assertIn('worker 2 of release', deployed)
        self.assertIn(' worker.2  hello', self.call('logs', 'blog', '--output=text')[1])

    def test_stopped_and_missing_instances_are_drift(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.docker._end(self.worker(self.serving), 1)
        del self.docker.containers[self.worker(self.serving, 2)['id']]
        found = self.status()
        self.assertEqual('degraded', found['state'])
        self.assertEqual(len(set(found['drift'])), len(found['drift']), found['drift'])
        self.assertIn('process worker, instance 2: its container is missing', found['drift'])
        self.assertTrue(any('process worker, instance 1 is' in text for text in found['drift']), found['drift'])
        self.assertEqual(0, found['processes'][0]['running'])

    def test_process_of_another_role_is_not_wanted_here(self):
        self.redefine('[process worker]', '[process worker]\nroles = heavy')
        self.call('deploy', 'blog', '--tag=v1')
        found = self.status()
        self.assertEqual(('ok', 0, 0), (found['state'], found['processes'][0]['wanted'],
                                        found['processes'][0]['running']))

    def test_retiring_containers_are_shown_and_are_no_drift(self):
        first = self.retire_busy()
        found = self.status()
        self.assertEqual(('ok', []), (found['state'], found['drift']))
        self.assertEqual([('worker', 1, first, False)], [
            (one['process'], one['instance'], one['release'], one['killed']) for one in found['retiring']])

    def states_while_one_ends(self, ending):
        """Lets a container end right after a look at the containers, and removes what is to be removed.

        Returns the state, drift and running workers that this look tells, and those of looks around the removal.
        """
        watcher = retiring.of_watcher('blog')       # what ends is settled by this test alone
        self.assertTrue(watcher.take())
        self.addCleanup(watcher.release)
        seen, left, remove, find = [], [ending], containers.remove, containers.find

        def look():
            found = AppStatus(*self.loaded(), Engine(definition.load_host().docker)).facts()
            seen.append((found['state'], found['drift'], found['processes'][0]['running']))

        def removing(engine, container):
            look()
            remove(engine, container)
            look()

        def ends_after_the_list(*arguments):
            found = find(*arguments)
            if left:
                self.docker.finish_job(left.pop())
                self.settle()
            return found
        self.patch(containers, 'remove', removing)
        self.patch(containers, 'find', ends_after_the_list)
        look()
        return seen

    def test_container_that_made_room_is_never_taken_for_its_successor(self):
        first = self.retire_busy()
        self.assertEqual('succeeded', self.last(self.transact('rollback'))['outcome'])
        aside = next(name for name in self.docker.names() if name.startswith(self.name(first) + '.'))
        self.assertEqual([('ok', [], 2)] * 3, self.states_while_one_ends(aside))
        self.assertIsNone(self.docker._by(aside))

    def test_container_that_ends_during_a_look_is_no_drift(self):
        self.assertEqual([('ok', [], 2)], self.states_while_one_ends(self.name(self.retire_busy())))

    def test_container_that_docker_does_not_remove_is_no_drift(self):
        first = self.retire_busy()
        self.transact('rollback')
        self.docker.fail[('DELETE', '/containers/')] = (500, 'busy')
        self.docker.finish_job(next(name for name in self.docker.names() if name.startswith(self.name(first) + '.')))
        found = self.status()
        self.assertEqual([], found['retiring'])
        self.assertEqual(('ok', [], 2), (found['state'], found['drift'], found['processes'][0]['running']))
        self.assertEqual('unchanged', self.last(self.call('deploy', 'blog', '--tag=v1')[1])['outcome'])

    def test_history_tells_how_they_ended(self):
        first = self.retire_busy()
        entry = self.call('history', 'blog', '--limit=1')[1][0]
        self.assertEqual([2], [one['instance'] for one in entry['retired']])
        self.docker.finish_job(self.name(first), 3)
        self.status()
        entry = self.call('history', 'blog', '--limit=1')[1][0]
        self.assertEqual([('worker', 1, 3, False), ('worker', 2, 0, False)], [
            (one['process'], one['instance'], one['exit'], one['killed']) for one in entry['retired']])

    def test_recover_settles_what_a_dead_watcher_left(self):
        first = self.retire_busy()
        record = next(iter(records.pending(self.state).values()))
        records._save(self.state, dict(record, deadline=0.0))
        self.watched.clear()
        self.call('recover', 'blog')
        self.assertEqual(['blog'], self.watched)
        self.settle()
        self.assertFalse(self.worker(first)['running'])

    def test_damaged_record_of_a_retiring_container_stops_nothing(self):
        self.retire_busy()
        path = self.state.root + '/retiring/' + os.listdir(self.state.root + '/retiring')[0]
        for damage in (b'', b'{', b'[]', b'{"process": 1}'):
            files.write_atomic(path, damage, 0o600)
            self.assertEqual({}, records.pending(self.state))
            self.assertEqual(0, self.call('recover', 'blog')[0])

    def test_logs_name_the_process_of_each_line(self):
        self.docker.push('v1', Image('v1', log='hello\n'))
        self.call('deploy', 'blog', '--tag=v1')
        told = [one for one in self.call('logs', 'blog')[1] if one['type'] == 'log.line']
        self.assertEqual([(None, 1), ('worker', 1), ('worker', 2)], [
            (one.get('process'), one['instance']) for one in told])
        told = self.call('logs', 'blog', '--process=worker')[1]
        self.assertEqual(2, told[-1]['lines'])
        told = self.call('logs', 'blog', '--process=web')[1]
        self.assertEqual(1, told[-1]['lines'])
        self.assertEqual(64, self.call('logs', 'blog', '--process=../x')[0])

    def test_remove_ends_processes_and_those_that_retire(self):
        self.retire_busy()
        self.caller = access.Caller('root', 0)
        code, told = self.call('remove', 'blog')
        self.assertEqual((0, 6), (code, told[-1]['containers']), told)
        self.assertEqual([], self.docker.names())
        stops = {one[1].split('/')[2]: one[2]['t'] for one in self.docker.calls('POST', '/stop$')}
        self.assertIn('600', stops.values())

    def test_prune_leaves_a_retiring_container(self):
        first = self.retire_busy()
        self.call('prune', 'blog')
        self.assertTrue(self.worker(first)['running'])

    def test_stray_process_is_told_to_end(self):
        self.call('deploy', 'blog', '--tag=v1')
        first = self.serving
        self.call('deploy', 'blog', '--tag=v2')
        self.settle()
        self.docker._by(self.name(first))['running'] = True
        self.docker.busy.add(self.name(first))
        self.call('recover', 'blog')
        self.assertEqual([self.name(first)], [self.docker.containers[one]['name']
                                              for one in records.pending(self.state)])


if __name__ == '__main__':
    unittest.main()
