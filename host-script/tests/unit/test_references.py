"""Checks that everything that the host script defines is used in it."""

import ast
import os
import re
import unittest

HOST_SCRIPT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = ('bin/deployctl-host', 'packaging/manpage', 'packaging/registry-login')
# Called by a name that is put together: verbs by `cli`, lines of text by the type of an event.
BY_NAME = re.compile(r'verbs\.\w+\.run|render(?:_requests)?\._[a-z_]+')


def sources():
    """(name of a module, its syntax tree) of the package and of the programs beside it."""
    for directory, _, files in os.walk(HOST_SCRIPT + '/deployctl_host'):
        for name in files:
            if name.endswith('.py'):
                path = os.path.join(directory, name)
                yield os.path.relpath(path, HOST_SCRIPT + '/deployctl_host')[:-3].replace('/', '.'), _tree(path)
    for name in PROGRAMS:
        yield name, _tree(os.path.join(HOST_SCRIPT, name))


def _tree(path):
    with open(path, encoding='utf-8') as source:
        return ast.parse(source.read(), path)


def definitions(tree):
    """(name, the node that defines it) of functions, methods, classes and constants."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name, node
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node


def references(tree, without=None):
    """How often each name is read, called, or reached as an attribute, outside the node `without`."""
    found = {}
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if node is without:
            continue
        nodes.extend(ast.iter_child_nodes(node))
        name = None
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            name = node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            name = node.attr
        if name is not None:
            found[name] = found.get(name, 0) + 1
    return found


class References(unittest.TestCase):
    def test_nothing_is_defined_that_nothing_refers_to(self):
        trees = dict(sources())
        total = {}
        for tree in trees.values():
            for name, count in references(tree).items():
                total[name] = total.get(name, 0) + count
        unused = []
        for module, tree in trees.items():
            for name, node in definitions(tree):
                itself = references(tree).get(name, 0) - references(tree, without=node).get(name, 0)
                if name.startswith('__') or BY_NAME.fullmatch('%s.%s' % (module, name)):
                    continue
                if total.get(name, 0) == itself:
                    unused.append('%s.%s' % (module, name))
        self.assertEqual([], sorted(unused))

    def test_a_function_that_only_calls_itself_is_found(self):
        tree = ast.parse('def lonely():\n    lonely()\n')
        (name, node), = definitions(tree)
        self.assertEqual((references(tree).get(name), references(tree, without=node).get(name)), (1, None))


if __name__ == '__main__':
    unittest.main()
