"""Tests that files of containers are inaccessible to other accounts. tests/lab tests the real mount."""

import os
import shutil
import stat

from deployctl_host import confinement, programs
from deployctl_host.errors import HostError
from deployctl_host.store import state
from tests.sandbox import Sandbox
from tests.unit.call_fixture import CallFixture

GROUPS = [one for one in os.getgroups() if one != os.getegid()] or [os.getegid()]


class Enclosed(Sandbox):
    def setUp(self):
        super().setUp()
        self.state = state.AppState('blog')
        self.state.prepare()
        self.place = self.state.root + '/sockets'

    def seen(self):
        found = os.stat(self.place)
        return stat.S_IMODE(found.st_mode), found.st_gid

    def test_new_directory_is_closed_until_nginx_group_is_known(self):
        self.assertEqual(self.seen()[0], 0o700)
        confinement.enclose(self.state, GROUPS[0])
        self.assertEqual(self.seen(), (0o710, GROUPS[0]))

    def test_directory_of_an_older_version_is_closed_and_stays_so(self):
        os.chmod(self.place, 0o711)
        self.state.save(since='x')        # no write of the state opens or closes it
        self.assertEqual(self.seen()[0], 0o711)
        confinement.enclose(self.state, GROUPS[0])
        self.state.save(since='y')
        self.assertEqual(self.seen(), (0o710, GROUPS[0]))

    def test_symlink_in_its_place_is_refused(self):
        os.rmdir(self.place)
        os.symlink(self.root + '/etc', self.place)
        with self.assertRaises(HostError):
            confinement.enclose(self.state, GROUPS[0])
        self.assertEqual(stat.S_IMODE(os.stat(self.root + '/etc').st_mode), 0o755)

    def test_foreign_mount_over_the_sockets_is_refused(self):
        self.patch(confinement, 'is_mounted', lambda path: not path.endswith('/sockets'))
        with self.assertRaises(HostError) as caught:
            confinement.enclose(self.state, GROUPS[0])
        self.assertEqual(caught.exception.kind, 'unavailable')
        self.assertIn('nosuid,nodev,noexec', caught.exception.message)

    def test_app_without_sockets_is_left_alone(self):
        confinement.enclose(state.AppState('shop'), GROUPS[0])
        self.assertFalse(os.path.exists(state.AppState('shop').root))


class Mounting(Sandbox):
    def setUp(self):
        mount = confinement.mount
        super().setUp()
        confinement.mount = mount       # the real one again; the sandbox puts back what it found
        state.AppState('blog').prepare()
        self.ran = []
        self.effect = True
        self.patch(confinement, 'is_mounted', lambda path: self.effect and len(self.ran) >= 2)
        self.patch(programs, 'run', lambda words, timeout: self.ran.append(words) or programs.Completed(0, '', ''))

    def test_mount_takes_two_commands_and_is_made_once(self):
        confinement.mount()
        confinement.mount()
        place = self.root + '/state'
        self.assertEqual([words[1:] for words in self.ran],
                         [['--bind', place, place], ['-o', 'remount,bind,nosuid,nodev,noexec', place]])

    def test_mount_without_effect_is_an_error(self):
        self.effect = False
        with self.assertRaises(HostError) as caught:
            confinement.mount()
        self.assertIn('mount --bind', caught.exception.hint)

    def test_host_that_never_had_an_app_is_left_alone(self):
        shutil.rmtree(self.root + '/state/blog')
        confinement.mount()
        os.rmdir(self.root + '/state')
        confinement.mount()
        self.assertEqual(self.ran, [])


class Refused(CallFixture):
    def cannot(self):
        def mount():
            raise HostError('unavailable', 'no mount here', state='nothing was started')
        self.patch(confinement, 'mount', mount)

    def test_nothing_is_started_without_confinement(self):
        self.cannot()
        code, sent = self.call('deploy', 'blog', '--tag=v1')
        self.assertEqual((code, sent[-1]['error']['message']), (69, 'no mount here'))
        self.assertEqual(self.docker.containers, {})

    def test_reading_verbs_answer_with_a_warning(self):
        self.cannot()
        code, sent = self.call('status', 'blog')
        self.assertEqual((code, sent[0]['type'], sent[0]['code']), (0, 'warning', 'confinement'))

    def test_recover_closes_what_an_older_version_left_open(self):
        self.deploy('v1')
        os.chmod(self.state.root + '/sockets', 0o711)
        code, _ = self.call('recover')
        self.assertEqual(code, 0)
        self.assertEqual(stat.S_IMODE(os.stat(self.state.root + '/sockets').st_mode), 0o710)
