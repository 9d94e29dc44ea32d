"""Tests of the lint program and of the setup of its linters."""

import os
import re
import subprocess
import tempfile
import unittest

HOST_SCRIPT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
CHECKOUT = os.path.dirname(HOST_SCRIPT)


def read(name):
    with open(os.path.join(CHECKOUT, name), encoding='utf-8') as source:
        return source.read()


class Setup(unittest.TestCase):

    def test_setup_looks_for_each_linter_by_the_name_that_lint_runs(self):
        run_by_lint = re.findall(r'^check (\S+) (\S+)', read('host-script/lint'), re.M)
        self.assertEqual(3, len(run_by_lint))
        for package, program in run_by_lint:
            self.assertIn(' %s:%s' % (program, package), ' '.join(read('examples/setup').split()))

    def test_the_test_command_never_builds_offline(self):
        """A new machine has not downloaded Maven's plugins yet."""
        for line in read('verify').splitlines():
            self.assertFalse(re.search(r'mvn.* (-o|--offline)\b', line), line)


class Lint(unittest.TestCase):

    def lint(self, **programs):
        """Runs lint with only these programs available; returns its exit code and last line."""
        with tempfile.TemporaryDirectory() as directory:
            for name, status in programs.items():
                path = os.path.join(directory, name)
                with open(path, 'w', encoding='utf-8') as target:
                    target.write('#!/bin/sh\necho "$0: said something"\nexit %d\n' % status)
                os.chmod(path, 0o755)
            os.symlink('/usr/bin/dirname', os.path.join(directory, 'dirname'))
            done = subprocess.run(['/bin/sh', os.path.join(HOST_SCRIPT, 'lint')], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, universal_newlines=True, check=False,
                                  env={'PATH': directory, 'DEPLOYCTL_REQUIRE_LINT': '1'})
        return done.returncode, done.stdout.splitlines()[-1]

    def test_the_last_line_of_a_failing_lint_names_what_failed(self):
        self.assertEqual((1, 'lint: FAILED: flake8'), self.lint(flake8=1, mypy=0, shellcheck=0))

    def test_a_missing_linter_is_a_failure_where_lint_is_required(self):
        self.assertEqual((1, 'lint: FAILED: flake8 (not installed)'), self.lint(mypy=0, shellcheck=0))

    def test_a_lint_that_found_nothing_succeeds(self):
        self.assertEqual(0, self.lint(flake8=0, mypy=0, shellcheck=0)[0])


if __name__ == '__main__':
    unittest.main()
