"""Checks the packages of the host script and what each may import, as docs/architecture.md describes them."""

import ast
import os
import sys
import unittest

PACKAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), 'deployctl_host')

FILES_IN_A_PACKAGE = 30
LINES_IN_A_FILE = 300

# The base: what each of its modules may import of the package.
BASE = {
    'errors': set(), 'paths': set(), 'version': set(), 'regex': set(), 'patterns': {'regex'}, 'events': set(),
    'origin': {'regex'}, 'unix_diag': set(), 'sockets': {'regex', 'unix_diag'}, 'http_client': set(),
    'phrases': set(), 'render_requests': {'phrases'}, 'render': {'phrases', 'render_requests'},
    'files': {'errors'}, 'trust': {'errors'}, 'programs': {'errors'},
    'lock': {'errors', 'files', 'paths'}, 'journal': {'events', 'files', 'patterns', 'regex'},
    'audit': {'errors', 'files', 'paths'}, 'arguments': {'errors', 'patterns'},
    'access': {'errors', 'origin'}, 'standby': {'errors'}, 'probes': {'errors', 'http_client'},
}
# Lowest first. A package may import the base and what is named here.
PACKAGES = {
    'config': set(),
    'docker': set(), 'nginx': set(), 'etcd': set(), 'systemd': set(), 'aws': set(),
    'env': {'config', 'etcd', 'aws'},
    'store': {'config', 'etcd'},
    'capacity': {'docker', 'store'},
    'assets': {'docker', 'store'},
    'confinement': {'config', 'nginx', 'store'},
    'schedules': {'config', 'etcd', 'systemd'},
    'transaction': {'config', 'docker', 'env', 'nginx', 'schedules', 'store', 'assets', 'capacity', 'confinement'},
    'inspection': {'config', 'docker', 'nginx', 'schedules', 'store', 'transaction'},
    'balancer': {'config', 'nginx', 'store', 'transaction'},
    'timeline': {'config', 'docker', 'nginx', 'store'},
    'apply': {'config', 'env', 'nginx', 'store', 'assets', 'transaction', 'balancer'},
    'verbs': {'config', 'docker', 'env', 'nginx', 'schedules', 'store', 'assets', 'capacity', 'confinement',
              'transaction', 'inspection', 'apply', 'balancer', 'timeline'},
    'cli': {'config', 'store', 'confinement', 'transaction', 'verbs', 'apply'},
}
ADAPTERS = {'docker', 'nginx', 'etcd', 'systemd', 'aws', 'probes'}
# A step does its own work. In what order steps come, and what undoes them, is not its business.
ABOVE_THE_STEPS = {'transaction.' + name for name in (
    'flow', 'recover', 'undo', 'worker', 'follower', 'launch', 'plans', 'availability')}

# Modules of the standard library that one module of ours alone may use, and which.
ALONE = {
    'dataclasses': set(),
    'subprocess': {'programs'}, 'ctypes': set(), 'pickle': set(), 'shelve': set(), 'marshal': set(), 'tempfile': set(),
    'urllib': set(),
    'configparser': set(), 'importlib': {'cli'}, 'pty': set(), 'multiprocessing': set(),
}
FORBIDDEN_CALLS = {'eval', 'exec', 'compile', '__import__', 'input', 'breakpoint'}
FORBIDDEN_ATTRIBUTES = {'system', 'popen', 'spawnv', 'spawnl', 'spawnvp', 'getenv', 'startfile', 'mktemp'}


def modules():
    """(name of a module such as 'nginx.vhost', its path, its syntax tree) of every file; a package by its own name."""
    for directory, _, files in os.walk(PACKAGE):
        for name in sorted(files):
            if name.endswith('.py'):
                path = os.path.join(directory, name)
                parts = os.path.relpath(path, PACKAGE)[:-3].split(os.sep)
                with open(path, encoding='utf-8') as source:
                    yield '.'.join(parts[:-1] if parts[-1] == '__init__' else parts), path, ast.parse(
                        source.read(), path)


NAMES = {name for name, _, _ in modules()}


def imports(name, path, tree, nested=True):
    """(modules of the package, modules of the library) that a module imports."""
    ours, library = set(), set()
    package = name.split('.') if path.endswith('__init__.py') else name.split('.')[:-1]
    for node in ast.walk(tree) if nested else tree.body:
        if isinstance(node, ast.Import):
            library.update(alias.name.split('.')[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            library.add(node.module.split('.')[0])
        elif isinstance(node, ast.ImportFrom):
            base = package[:len(package) + 1 - node.level] + (node.module.split('.') if node.module else [])
            for alias in node.names:
                full = '.'.join(base + [alias.name])
                ours.add(full if full in NAMES else '.'.join(base))
    return ours, library


def top(name):
    return name.split('.')[0]


class Layers(unittest.TestCase):

    def test_every_module_has_a_place_in_the_tables(self):
        self.assertEqual({top(name) for name in NAMES} - {''}, set(BASE) | set(PACKAGES))

    def test_each_module_imports_only_what_its_package_may(self):
        for name, path, tree in modules():
            may = BASE.get(top(name), set(BASE) | PACKAGES.get(top(name), set())) | {top(name)}
            self.assertLessEqual({top(each) for each in imports(name, path, tree)[0]}, may, path)

    def test_adapters_never_import_each_other(self):
        for name, path, tree in modules():
            if top(name) in ADAPTERS:
                found = {top(each) for each in imports(name, path, tree)[0]}
                self.assertEqual(set(), found & ADAPTERS - {top(name)}, path)

    def test_no_two_modules_import_each_other_in_a_circle(self):
        graph = {name: imports(name, path, tree, nested=False)[0] for name, path, tree in modules()}
        while graph:
            free = {name for name, needed in graph.items() if not needed & set(graph) - {name}}
            self.assertTrue(free, 'a circle among %s' % ', '.join(sorted(graph)))
            graph = {name: needed for name, needed in graph.items() if name not in free}

    def test_steps_do_not_know_what_calls_them(self):
        for name, path, tree in modules():
            if name.startswith('transaction.steps.'):
                self.assertEqual(set(), imports(name, path, tree)[0] & ABOVE_THE_STEPS, path)


class Size(unittest.TestCase):

    def test_a_package_has_few_files(self):
        for directory, _, files in os.walk(PACKAGE):
            count = sum(name.endswith('.py') for name in files)
            self.assertLessEqual(count, FILES_IN_A_PACKAGE, directory)

    def test_a_file_has_few_lines(self):
        for _, path, _ in modules():
            with open(path, encoding='utf-8') as source:
                self.assertLessEqual(sum(1 for _ in source), LINES_IN_A_FILE, path)


class Rules(unittest.TestCase):

    def test_the_standard_library_alone(self):
        known = getattr(sys, 'stdlib_module_names', None)
        for name, path, tree in modules():
            for each in imports(name, path, tree)[1]:
                if known is not None:
                    self.assertIn(each, known, path)
                self.assertIn(name, ALONE.get(each, {name}), '%s imports %s' % (path, each))

    def test_no_string_is_ever_executed(self):
        for _, path, tree in modules():
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    self.assertNotIn(getattr(node.func, 'id', None), FORBIDDEN_CALLS, path)
                    self.assertNotIn('shell', [keyword.arg for keyword in node.keywords], path)
                    if isinstance(node.func, ast.Attribute) and getattr(node.func.value, 'id', None) == 'os':
                        self.assertNotIn(node.func.attr, FORBIDDEN_ATTRIBUTES, path)

    def test_patterns_match_whole_texts(self):
        """`re.match` with '$' lets a line feed through; here it is fullmatch (search and finditer only find)."""
        for _, path, tree in modules():
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and node.attr == 'match' and isinstance(node.value, ast.Name):
                    self.assertNotEqual('re', node.value.id, path)

    def test_events_alone_write_to_standard_output(self):
        for name, path, tree in modules():
            if name in ('events', 'cli'):
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and getattr(node.func, 'id', None) == 'print':
                    self.fail('%s prints' % path)
                if isinstance(node, ast.Attribute) and node.attr == 'stdout' and getattr(node.value, 'id',
                                                                                         None) == 'sys':
                    self.fail('%s uses sys.stdout' % path)

    def test_the_environment_of_the_process_is_read_in_one_place(self):
        for name, path, tree in modules():
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and node.attr in ('environ', 'environb'):
                    self.assertEqual('access', name, path)
