"""The sources of both programs and their help use the vocabulary of test_language, and say what things are or do."""

import ast
import os
import re
import unittest

from tests.unit.test_language import ROOT, files, findings, read

QUESTION_WORDS = ('What', 'Whether', 'How')


def sources(ending):
    """The sources of the product: Java main, and deployctl_host with what is installed beside it."""
    places = {'.java': ('orchestrator/src/main/java',), '.py': ('host-script/deployctl_host',)}
    return [path for place in places[ending] for path in files(place, ending)]


def questions(path, text):
    """Descriptions that begin with a question word instead of what the thing does or is."""
    if path.endswith('.java'):
        first = [(text.count('\n', 0, match.start(1)) + 1, match.group(1))
                 for match in re.finditer(r'/\*\*[\s*]*(\S+)', text)]
    else:
        nodes = [node for node in ast.walk(ast.parse(text))
                 if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))]
        first = [(node.body[0].lineno, (ast.get_docstring(node) or '-').split()[0])
                 for node in nodes if ast.get_docstring(node)]
    return ['%s:%d: begins with %r; write: what it does or is, "Returns ...", "The hosts of one batch."'
            % (path, line, word) for line, word in first if word in QUESTION_WORDS]


class Sources(unittest.TestCase):
    def check(self, found):
        if found:
            self.fail('%d findings\n%s' % (len(found), '\n'.join(found)))

    def test_no_banned_words_in_java(self):
        self.check([each for path in sources('.java') for each in findings(path, read(path))])

    def test_no_banned_words_in_python(self):
        self.check([each for path in sources('.py') for each in findings(path, read(path))])

    def test_no_banned_words_in_the_help(self):
        self.check(findings('docs/commands.md', read('docs/commands.md')))
        self.check(findings('docs/deployctl.schema.json', read('docs/deployctl.schema.json')))
        self.check(findings('host-script/packaging/deployctl-host.8', read('host-script/packaging/deployctl-host.8')))

    def test_descriptions_begin_with_what_a_thing_does_or_is(self):
        self.check([each for ending in ('.java', '.py') for path in sources(ending)
                    for each in questions(path, read(path))])


class Guide(unittest.TestCase):
    def test_files_that_contributors_are_sent_to_exist(self):
        paths = re.findall(r'`((?:host-script|orchestrator|contract|docs|examples)/[\w./-]+)`', read('CONTRIBUTING.md'))
        missing = [path for path in paths
                   if '/target/' not in path and not os.path.exists(os.path.join(ROOT, path))]
        self.assertEqual([], missing)
        self.assertGreater(len(paths), 25)


class Patterns(unittest.TestCase):
    def test_questions(self):
        self.assertEqual(1, len(questions('x.java', '/** What came of it. */\nclass X {}')))
        self.assertEqual(1, len(questions('x.java', '/**\n * Whether it is.\n */\nclass X {}')))
        self.assertEqual(1, len(questions('x.py', 'def f():\n    """How it is done."""\n')))
        self.assertEqual([], questions('x.java', '/** Whatever. */ /* What */ // What'))
        self.assertEqual([], questions('x.py', 'def f():\n    """Returns what is there."""\n'))


if __name__ == '__main__':
    unittest.main()
