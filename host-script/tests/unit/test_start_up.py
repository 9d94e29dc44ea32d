"""Limits what a call loads before it does anything: every call on every host pays for each module."""

import json
import os
import subprocess
import sys
import unittest

PROGRAM = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Loads what a call of a verb needs, and tells the modules that were loaded and the patterns that were compiled.
LOAD = '''
import importlib, json, re, sys
compiled, plain = [], re.compile
re.compile = lambda pattern, flags=0: compiled.append(str(pattern)) or plain(pattern, flags)
before = set(sys.modules)
sys.path.insert(0, sys.argv[1])
from deployctl_host import cli
cli._prepare(sys.argv[2])
for name in sys.argv[3:]:
    importlib.import_module('deployctl_host.' + name)
print(json.dumps({'modules': sorted(set(sys.modules) - before), 'patterns': compiled}))
'''
# Modules of the library that take long to load, or that load many others.
SLOW = {'argparse', 'asyncio', 'calendar', 'concurrent', 'configparser', 'ctypes', 'datetime', 'decimal', 'difflib',
        'email', 'hashlib', 'http', 'inspect', 'logging', 'multiprocessing', 'platform', 'random', 'shutil',
        'ssl', 'string', 'subprocess', 'tarfile', 'tempfile', 'textwrap', 'tokenize', 'traceback', 'urllib', 'uuid'}


def load(verb, *also):
    done = subprocess.run([sys.executable, '-ISXutf8', '-B', '-c', LOAD, PROGRAM, verb, *also], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)


class StartUp(unittest.TestCase):
    def test_calls_load_few_modules_and_no_slow_ones(self):
        for verb, limit in (('lock', 45), ('unlock', 45), ('status', 125), ('preflight', 120), ('deploy', 175)):
            modules = load(verb)['modules']
            ours = [name for name in modules if name.startswith('deployctl_host')]
            self.assertLessEqual(len(ours), limit, (verb, ours))
            self.assertEqual(set(), {name.partition('.')[0] for name in modules} & SLOW, verb)

    def test_env_from_etcd_loads_neither_tls_nor_a_mail_parser(self):
        modules = load('preflight', 'env.etcd_env', 'etcd.gateway')['modules']
        self.assertIn('deployctl_host.etcd.gateway', modules)
        self.assertEqual(set(), {name.partition('.')[0] for name in modules} & SLOW)

    def test_patterns_are_compiled_when_they_are_used(self):
        for verb, limit in (('lock', 3), ('preflight', 6), ('deploy', 6)):
            patterns = load(verb)['patterns']
            self.assertLessEqual(len(patterns), limit, (verb, patterns))
