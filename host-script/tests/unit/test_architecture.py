"""The rooms of the host script and what each may know: docs/architecture.md as a test."""

import ast
import os
import sys
import unittest

PACKAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), 'deployctl_host')

# A room is a module of the package, or a directory of them. Rooms on one floor of ADAPTERS do not know each other.
FLOOR = {'errors', 'paths', 'version', 'patterns', 'values', 'records', 'plaindata'}
ADAPTERS = {
    'docker': {'docker', 'wire'},
    'nginx': {'nginx'},
    'etcd': {'etcd', 'etcd_answers', 'etcd_gateway', 'etcd_ctl'},
    'health': {'health', 'wire'},
}
# What these may import of the package, all told; rooms that are not named may import anything but 'cli'.
MAY = {
    'errors': set(), 'paths': set(), 'version': set(), 'patterns': set(), 'values': set(),
    'unix_diag': set(), 'sockets': {'unix_diag'},
    'plaindata': set(), 'records': {'plaindata'}, 'ini': {'plaindata'},
    'files': {'errors'},
    'run': {'errors', 'plaindata'},
    'trust': {'errors'},
    'lint': {'errors', 'values'},
    'keys': {'values', 'lint', 'records'},
    'form': {'errors', 'ini'},
    'definition': {'errors', 'paths', 'trust', 'values', 'keys', 'form', 'records', 'plaindata'},
    'arguments': {'errors', 'patterns', 'plaindata'},
    'access': {'errors', 'origin', 'plaindata'}, 'origin': set(),
    'audit': {'errors', 'paths', 'files'},
    'envfile': {'lint', 'trust', 'values'},
    'expand': {'lint'},
    'etcd_answers': {'errors'},
    'etcd': {'errors', 'trust', 'etcd_answers', 'etcd_gateway', 'etcd_ctl'},
    'etcd_gateway': {'errors', 'etcd_answers'},
    'etcd_ctl': {'errors', 'etcd_answers', 'run', 'trust'},
    'etcd_env': {'errors', 'etcd', 'etcd_answers'},
    'environment': {'errors', 'paths', 'lint', 'envfile', 'expand', 'etcd_env', 'plaindata'},
    'events': FLOOR, 'journal': FLOOR | {'events', 'files'}, 'lock': FLOOR | {'files'},
    'wire': FLOOR,
}
# Modules of the standard library that one room alone may use, and who.
ALONE = {
    'dataclasses': {'plaindata'},
    'subprocess': {'run'}, 'ctypes': set(), 'pickle': set(), 'shelve': set(), 'marshal': set(), 'tempfile': set(),
    'urllib': set(),
    'configparser': set(), 'importlib': {'cli'}, 'pty': set(), 'multiprocessing': set(),
}
FORBIDDEN_CALLS = {'eval', 'exec', 'compile', '__import__', 'input', 'breakpoint'}
FORBIDDEN_ATTRIBUTES = {'system', 'popen', 'spawnv', 'spawnl', 'spawnvp', 'getenv', 'startfile', 'mktemp'}


def modules():
    for directory, _, files in os.walk(PACKAGE):
        for name in sorted(files):
            if name.endswith('.py'):
                path = os.path.join(directory, name)
                room = os.path.relpath(path, PACKAGE)[:-3].split(os.sep)[0]
                with open(path, encoding='utf-8') as source:
                    yield room, os.path.relpath(path, PACKAGE), ast.parse(source.read(), path)


def imports(tree, path):
    """(rooms of the package, modules of the library) that a module imports, nested imports included."""
    depth = path.count(os.sep)
    rooms, library = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module]
        elif isinstance(node, ast.ImportFrom):
            if node.level == depth + 1:
                rooms |= {node.module.split('.')[0]} if node.module else {alias.name for alias in node.names}
            continue
        else:
            continue
        for name in names:
            parts = name.split('.')
            if parts[0] == 'deployctl_host':
                rooms |= {parts[1]} if len(parts) > 1 else set()
            else:
                library.add(parts[0])
    return rooms, library


class Rooms(unittest.TestCase):

    def test_the_walk_sees_the_package(self):
        seen = {room for room, _, _ in modules()}
        self.assertLess({'run', 'errors', 'definition', 'etcd'}, seen)
        self.assertEqual(set(), set(MAY) - seen, 'the table names rooms that are gone')

    def test_each_room_knows_what_it_may(self):
        for room, path, tree in modules():
            if room in MAY:
                self.assertLessEqual(imports(tree, path)[0] - {room}, MAY[room], path)

    def test_adapters_never_import_each_other(self):
        of = {room: name for name, rooms in ADAPTERS.items() for room in rooms if room != 'wire'}
        for room, path, tree in modules():
            if room in of:
                foreign = {each for each in imports(tree, path)[0] if of.get(each, of[room]) != of[room]}
                self.assertEqual(set(), foreign, path)

    def test_nobody_imports_the_command_line(self):
        for room, path, tree in modules():
            if room != '__main__':
                self.assertNotIn('cli', imports(tree, path)[0] - {room}, path)

    def test_the_standard_library_alone(self):
        known = getattr(sys, 'stdlib_module_names', None)
        for room, path, tree in modules():
            for name in imports(tree, path)[1]:
                if known is not None:
                    self.assertIn(name, known, path)
                self.assertIn(room, ALONE.get(name, {room}), '%s imports %s' % (path, name))

    def test_no_string_is_ever_executed(self):
        for room, path, tree in modules():
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    self.assertNotIn(getattr(node.func, 'id', None), FORBIDDEN_CALLS, path)
                    self.assertNotIn('shell', [keyword.arg for keyword in node.keywords], path)
                    if isinstance(node.func, ast.Attribute) and getattr(node.func.value, 'id', None) == 'os':
                        self.assertNotIn(node.func.attr, FORBIDDEN_ATTRIBUTES, path)

    def test_patterns_match_whole_texts(self):
        """`re.match` with '$' lets a line feed through; here it is fullmatch (search and finditer only find)."""
        for room, path, tree in modules():
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and node.attr == 'match' and isinstance(node.value, ast.Name):
                    self.assertNotEqual('re', node.value.id, path)

    def test_events_alone_write_to_standard_output(self):
        for room, path, tree in modules():
            if room in ('events', 'cli', '__main__'):
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and getattr(node.func, 'id', None) == 'print':
                    self.fail('%s prints' % path)
                if isinstance(node, ast.Attribute) and node.attr == 'stdout' and getattr(node.value, 'id',
                                                                                         None) == 'sys':
                    self.fail('%s uses sys.stdout' % path)

    def test_the_environment_of_the_process_is_read_in_one_place(self):
        for room, path, tree in modules():
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and node.attr in ('environ', 'environb'):
                    self.assertEqual('access', room, path)
