"""Tests of what is offered for download, as somebody uses it who has no Java and another directory."""

import glob
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import unittest
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(HERE)
ORCHESTRATOR = os.path.join(os.path.dirname(SOURCE), 'orchestrator')
TARGET = os.path.join(SOURCE, 'target')
HOSTS = 'hosts:\n  - name: web-1\n    tags: {App: blog}\n'
CONFIGURATION = 'inventory:\n  file: hosts.yml\napps:\n  blog:\n    hosts: {App: blog}\n'


def find(pattern):
    """Returns the one file of the build that has such a name."""
    found = glob.glob(os.path.join(TARGET, pattern))
    if len(found) != 1:
        raise AssertionError('%s matches %s (./mvnw -Pdist package)' % (pattern, found))
    return found[0]


def version():
    return re.search(r'deployctl-(.*)-linux-x64\.tar\.gz$', find('deployctl-*-linux-x64.tar.gz')).group(1)


def without_java(directory):
    """Returns an environment in which no Java can be found but the one that the launcher has beside it."""
    programs = os.path.join(directory, 'programs')
    os.mkdir(programs)
    for name in ('sh', 'readlink'):
        os.symlink(shutil.which(name), os.path.join(programs, name))
    return {'PATH': programs, 'HOME': directory, 'LC_ALL': 'C.UTF-8'}


class Unpacked(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix='deployctl dist ')
        self.addCleanup(shutil.rmtree, self.directory)
        self.environment = without_java(self.directory)

    def unpack(self, archive):
        """Unpacks an archive; returns the path of the launcher."""
        place = os.path.join(self.directory, 'some where')
        os.mkdir(place)
        subprocess.run(['tar', '-xzf', archive, '-C', place], check=True)
        return os.path.join(place, 'deployctl-' + version(), 'bin', 'deployctl')

    def run_program(self, *words, **more):
        return subprocess.run(words, cwd=self.directory, env=dict(self.environment, **more), check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=120)

    def assert_works(self, program, **more):
        printed = self.run_program(program, '--version', **more)
        self.assertEqual((0, ''), (printed.returncode, printed.stderr))
        self.assertRegex(printed.stdout, r'^deployctl %s( \(commit [0-9a-f]{12}( with changes)?, \d{4}-\d\d-\d\d\))?\n$'
                         % re.escape(version()))
        for name, text in (('hosts.yml', HOSTS), ('deployctl.yml', CONFIGURATION)):
            with open(os.path.join(self.directory, name), 'w', encoding='utf-8') as file:
                file.write(text)
        hosts = self.run_program(program, 'hosts', 'blog', **more)
        self.assertEqual((0, ''), (hosts.returncode, hosts.stderr))
        self.assertIn('web-1', hosts.stdout)

    def test_library_of_the_curves_has_no_signature_that_would_keep_it_out_of_class_archives(self):
        with tarfile.open(find('deployctl-*-linux-x64.tar.gz')) as archive:
            library = next(one for one in archive if '/lib/bcprov-' in one.name)
            with zipfile.ZipFile(archive.extractfile(library)) as jar:
                names = jar.namelist()
        self.assertIn('org/bouncycastle/math/ec/rfc7748/X25519.class', names)
        self.assertEqual([], [name for name in names if re.match(r'META-INF/[^/]*\.(SF|RSA|DSA|EC)$', name)])

    def test_archive_runs_without_java_through_links_from_another_directory(self):
        launcher = self.unpack(find('deployctl-*-linux-x64.tar.gz'))
        os.mkdir(os.path.join(self.directory, 'bin'))
        os.symlink(os.path.relpath(launcher, self.directory), os.path.join(self.directory, 'current'))
        os.symlink('../current', os.path.join(self.directory, 'bin', 'deployctl'))

        self.assert_works(os.path.join(self.directory, 'bin', 'deployctl'))
        self.assert_works('bin/deployctl')

    def test_archive_uses_its_class_archive_wherever_it_is_unpacked(self):
        launcher = self.unpack(find('deployctl-*-linux-x64.tar.gz'))

        # With this option a class archive that does not fit ends the program.
        self.assert_works(launcher, DEPLOYCTL_JAVA_OPTS='-Xshare:on')

    def test_class_archive_that_does_not_fit_is_left_aside_without_a_word(self):
        launcher = self.unpack(find('deployctl-*-linux-x64.tar.gz'))
        libraries = os.path.join(os.path.dirname(os.path.dirname(launcher)), 'lib')
        archives = glob.glob(os.path.join(libraries, 'classes-*.jsa'))
        self.assertIn(os.path.join(libraries, 'classes-version.jsa'), archives)
        whole = {}
        for archive in archives:
            with open(archive, 'rb') as file:
                whole[archive] = file.read()

        def half(content):
            return content[:len(content) // 2]

        def of_another_jdk(content):
            # The header has the text of the JVM that made the archive.
            self.assertIn(b'OpenJDK 64-Bit Server VM', content[:4096])
            return content[:4096].replace(b'OpenJDK 64-Bit', b'OtherJDK 64-Bit') + content[4096:]

        def random(content):
            return os.urandom(len(content) // 4)

        for damage in (half, of_another_jdk, random, lambda content: b''):
            with self.subTest(damage=damage.__name__):
                for archive, content in whole.items():
                    with open(archive, 'wb') as file:
                        file.write(damage(content))
                self.assert_works(launcher)

    def test_archive_prefers_its_own_runtime(self):
        launcher = self.unpack(find('deployctl-*-linux-x64.tar.gz'))
        own = os.path.join(os.path.dirname(os.path.dirname(launcher)), 'runtime', 'bin', 'java')

        chosen = self.run_program(launcher, '--print-java', JAVA_HOME=self.jdk())

        self.assertEqual(own + '\n', chosen.stdout)

    def jdk(self):
        """Returns the JDK of the build."""
        found = subprocess.run([os.path.join(ORCHESTRATOR, 'src/main/dist/bin/deployctl'), '--print-java'],
                               check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout.strip()
        return os.path.dirname(os.path.dirname(found))

    def test_archive_without_a_runtime_asks_for_java_and_works_with_one(self):
        launcher = self.unpack(find('deployctl-%s.tar.gz' % version()))

        self.assert_works(launcher, JAVA_HOME=self.jdk())

        usual_places = os.path.join(self.directory, 'none')
        with open(launcher, encoding='utf-8') as file:
            text = file.read().replace('/usr/lib/jvm', usual_places).replace('/opt/', usual_places + '/')
        with open(launcher, 'w', encoding='utf-8') as file:
            file.write(text)
        refused = self.run_program(launcher, '--version')
        self.assertEqual(2, refused.returncode)
        self.assertIn('needs Java 25', refused.stderr)

    def test_debian_package_has_the_program_its_manuals_and_its_completion(self):
        root = os.path.join(self.directory, 'root')
        subprocess.run(['dpkg-deb', '-x', find('deployctl_*_amd64.deb'), root], check=True)

        self.assert_works(os.path.join(root, 'usr/bin/deployctl'), DEPLOYCTL_JAVA_OPTS='-Xshare:on')
        for path in ('bash-completion/completions/deployctl', 'zsh/vendor-completions/_deployctl',
                     'fish/vendor_completions.d/deployctl.fish', 'doc/deployctl/copyright'):
            self.assertTrue(os.path.isfile(os.path.join(root, 'usr/share', path)), path)
        with gzip.open(os.path.join(root, 'usr/share/man/man1/deployctl-rollout.1.gz'), 'rt') as page:
            self.assertIn('deployctl ' + version(), page.read().replace('\\-', '-'))


class Published(unittest.TestCase):
    def test_every_file_has_its_checksum(self):
        with open(os.path.join(TARGET, 'SHA256SUMS'), encoding='ascii') as file:
            sums = dict(reversed(line.split()) for line in file)

        self.assertEqual({'deployctl-%s-linux-x64.tar.gz', 'deployctl-%s.tar.gz', 'deployctl-%s.cdx.json',
                          'deployctl_%s_amd64.deb', 'deployctl-host_%s_all.deb'},
                         {name.replace(version(), '%s') for name in sums} | {'deployctl-%s.cdx.json'})
        for name, expected in sums.items():
            with open(os.path.join(TARGET, name), 'rb') as file:
                self.assertEqual(expected, hashlib.sha256(file.read()).hexdigest(), name)

    def test_list_of_components_has_every_library_of_the_archive(self):
        if not glob.glob(os.path.join(TARGET, '*.cdx.json')) and os.environ.get('DEPLOYCTL_REQUIRE_REAL') != '1':
            self.skipTest('NOT RUN: built offline')
        with open(find('*.cdx.json'), encoding='utf-8') as file:
            bom = json.load(file)
        name = os.path.basename(file.name)
        with open(os.path.join(TARGET, 'SHA256SUMS'), encoding='ascii') as sums:
            self.assertIn(name, sums.read())
        self.assertEqual('CycloneDX', bom['bomFormat'])
        listed = {'%s-%s.jar' % (each['name'], each['version']) for each in bom['components']}

        with tarfile.open(find('deployctl-%s.tar.gz' % version())) as archive:
            packed = {os.path.basename(name) for name in archive.getnames() if name.endswith('.jar')}

        self.assertEqual(packed - {'deployctl.jar'}, listed - {'deployctl-%s.jar' % version()})

    def test_archives_have_one_directory_and_root_as_owner(self):
        for name in ('deployctl-*-linux-x64.tar.gz', 'deployctl-%s.tar.gz' % version()):
            with tarfile.open(find(name)) as archive:
                for entry in archive:
                    self.assertTrue((entry.name + '/').startswith('deployctl-%s/' % version()), entry.name)
                    self.assertEqual((0, 0, 'root'), (entry.uid, entry.gid, entry.uname), entry.name)
                    self.assertIn(entry.mode & 0o7777, (0o644, 0o755), entry.name)


class Reproducible(unittest.TestCase):
    """Packs again as on another machine: in another directory, at another time, with another umask and time zone."""

    def content(self, archive):
        """Returns the entries of an archive with all that is stored of them, without the class archive."""
        entries = []
        with tarfile.open(archive) as tar:
            for entry in tar:
                data = tar.extractfile(entry) if entry.isfile() and not entry.name.endswith('.jsa') else None
                entries.append((entry.name, entry.mode, entry.mtime, entry.uname, entry.type, entry.linkname,
                                hashlib.sha256(data.read()).hexdigest() if data else None))
        return entries

    def test_packing_again_makes_the_same_bytes(self):
        again = tempfile.mkdtemp(prefix='deployctl again ')
        self.addCleanup(shutil.rmtree, again)
        timestamp = re.search('<project.build.outputTimestamp>(.*)</', self.pom()).group(1)

        subprocess.run(['bash', '-c', 'umask 077; exec "$@"', 'bash', os.path.join(SOURCE, 'pack'), version(),
                        timestamp, again], check=True, env=dict(os.environ, TZ='Asia/Tokyo', LANG='C'))

        plain = 'deployctl-%s.tar.gz' % version()
        with open(find(plain), 'rb') as first, open(os.path.join(again, plain), 'rb') as second:
            self.assertTrue(first.read() == second.read(), plain + ' differs')
        for name in ('deployctl-%s-linux-x64.tar.gz' % version(), 'deb.tar'):
            self.assertEqual(self.content(find(name)), self.content(os.path.join(again, name)), name)

    def test_jars_depend_on_no_umask_and_no_time_zone(self):
        again = tempfile.mkdtemp(prefix='deployctl again ')
        self.addCleanup(shutil.rmtree, again)
        subprocess.run(['chmod', '-R', 'go=', os.path.join(ORCHESTRATOR, 'target/classes')], check=True)
        changed = ('picocli', 'joda-time', 'bcprov-jdk18on', 'sshj')    # by the build, in the copies that it packs
        maven = [shutil.which('mvn') or os.path.join(SOURCE, '../mvnw'), '-B', '-o', '-q', '-f', ORCHESTRATOR,
                 '-Djar.directory=' + again]
        goals = ['toolchains:select-jdk-toolchain@find-jdk', 'exec:exec@file-modes', 'jar:jar@default-jar',
                 'dependency:copy-dependencies@libraries', '-DincludeArtifactIds=' + ','.join(changed),
                 'exec:exec@class-file-versions', 'exec:exec@unsigned-library', 'exec:exec@shorter-packets']
        subprocess.run(maven + goals, check=True, umask=0o077, env=dict(os.environ, TZ='Asia/Tokyo'))

        library = os.path.join(ORCHESTRATOR, 'target/deployctl/lib')
        names = [os.path.basename(path) for name in changed for path in glob.glob('%s/%s-*.jar' % (library, name))]
        self.assertEqual(len(changed), len(names))
        for name in ['deployctl.jar'] + names:
            with open(os.path.join(library, name), 'rb') as first, open(os.path.join(again, name), 'rb') as second:
                self.assertTrue(first.read() == second.read(), name + ' differs')

    @staticmethod
    def pom():
        with open(os.path.join(SOURCE, '../pom.xml'), encoding='utf-8') as file:
            return file.read()


if __name__ == '__main__':
    unittest.main()
