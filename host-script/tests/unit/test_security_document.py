"""Checks that the tests that docs/security.md names exist."""

import ast
import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


class Document(unittest.TestCase):

    def test_every_named_test_exists(self):
        with open(os.path.join(ROOT, 'docs', 'security.md'), encoding='utf-8') as source:
            text = source.read()
        file, named = None, 0
        for path, name in re.findall(r'`(tests/[a-z_/]+\.py)?::([A-Za-z0-9_]+)`', text):
            file = path or file
            self.assertIn(name, self.names(file), file)
            named += 1
        self.assertGreater(named, 45)

    @staticmethod
    def names(file):
        with open(os.path.join(ROOT, 'host-script', file), encoding='utf-8') as source:
            tree = ast.parse(source.read())
        return {node.name for node in ast.walk(tree) if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
