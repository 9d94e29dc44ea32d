"""The documentation and the sources use the project's vocabulary (docs/glossary.md) and plain sentences."""

import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

# A space of a pattern also matches the end of a line, within a comment or between two string literals.
GAP = r'''[\s"'+*#/]+'''
RELEASE = r'(?:releases?|images?|v\d+|tags?|one|ones|what|which|that|still|now|it|app)'

# What is banned, and what to write instead. The patterns are narrow, so that other uses of a word pass: a process
# serves requests, `gone` and `serving` are names in JSON, a disk may have no room, and text may not fit a line.
BANNED = (
    (r'out of reach', 'unreachable'),
    (r'(?:take|takes|took|taken|taking)(?: [\w`-]+){0,3} back', 'roll back, rolled back'),
    (r'(?:mend|mends|mended|mending)', 'fix'),
    (r'(?:give|gives|gave|given|giving)(?: [\w`-]+){0,3} back', 'release, released'),
    (r'(?:lock|locks)(?: \w+)? (?:was|were|is|are)(?: not)? had', 'acquired'),
    (r'unfit|(?:is|are|was|were|be)(?: not)? fit', 'ready, not ready'),
    (r'(?:host|hosts|instance|instances|machine|machines) (?:(?:that|which) )?(?:is|are|was|were|has|have) gone',
     'terminated'),
    (r'(?:narrow|hostile|each|every|no) words?', 'argument'),
    (r'(?-i:[Pp]atience|impatient)', '--reconnect-timeout, time limit'),
    (r'bad days?', 'failure scenario'),
    (r'rooms|(?:a|an|another|each|every|one|other|own|same|single|this|which) room|floors?|houses?',
     'package, layer, architecture'),
    (RELEASE + r' (?:serves|served)(?! (?:a |an |the |its |their )?(?:requests?|users?|files?|traffic|HTTP))',
     'runs, is live'),
    (r'serving (?:release|one|container)', 'live release'),
    (r'as (?:it|they) should be', 'a plain adjective: correct, healthy, failed, degraded'),
    (r'meanwhile|anew', 'during ..., again'),
    (r'test bed|temper', 'fixture'),
)
PATTERNS = [(re.compile(r'(?<![\w`/.-])(?:%s)(?![\w`/.-])' % pattern.replace(' ', GAP), re.I), instead)
            for pattern, instead in BANNED]


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as source:
        return source.read()


def files(directory, ending):
    for place, directories, names in os.walk(os.path.join(ROOT, directory)):
        directories[:] = sorted(each for each in directories if each not in ('target', '__pycache__'))
        for name in sorted(names):
            if name.endswith(ending):
                yield os.path.relpath(os.path.join(place, name), ROOT)


def documents():
    """The pages that are written by hand; docs/commands.md is generated from the help texts."""
    top = [name for name in sorted(os.listdir(ROOT)) if name.endswith('.md')]
    return top + [path for folder in ('docs', 'examples') for path in files(folder, '.md')
                  if path != os.path.join('docs', 'commands.md')]


def findings(path, text):
    """One line for each banned phrase: where it is, and what to write instead."""
    found = []
    for pattern, instead in PATTERNS:
        for match in pattern.finditer(text):
            found.append('%s:%d: %r; write: %s' % (path, text.count('\n', 0, match.start()) + 1,
                                                   re.sub(GAP, ' ', match.group()), instead))
    return found


class Documents(unittest.TestCase):
    def test_no_banned_words(self):
        found = [each for path in documents() for each in findings(path, read(path))]
        if found:
            self.fail('\n' + '\n'.join(found))

    def test_first_sentences_name_the_subject(self):
        for path in ('README.md', 'docs/architecture.md'):
            first = re.split(r'\.\s', read(path).partition('\n\n')[2])[0]
            self.assertIn('zero-downtime', first, path)
            self.assertIn('Docker', first, path)

    def test_links_lead_somewhere(self):
        broken = []
        for path in documents() + ['docs/commands.md']:
            for target in re.findall(r'\]\(([^)\s]+)\)', re.sub(r'```.*?```', '', read(path), flags=re.S)):
                file, _, anchor = target.partition('#')
                if '://' in target:
                    continue
                place = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
                found = os.path.exists(os.path.join(ROOT, place))
                if not found or anchor and anchor not in anchors(read(place)):
                    broken.append('%s: %s' % (path, target))
        self.assertEqual([], broken)

    def test_glossary_is_sorted_one_line_a_term(self):
        lines = [line for line in read('docs/glossary.md').splitlines() if line.startswith('-')]
        terms = [re.fullmatch(r'- \*\*([a-z -]+)\*\*: .+\.', line) for line in lines]
        self.assertNotIn(None, terms, 'a line has the form "- **term**: text."')
        names = [term.group(1) for term in terms if term]
        self.assertEqual(sorted(set(names)), names)
        self.assertGreater(len(names), 40)


class Patterns(unittest.TestCase):
    """The patterns find what they should, also over the end of a line, and nothing else."""

    def test_banned(self):
        for text in ('host2 is out of reach', 'out\n   * of reach', '"out of "\n    + "reach"', 'takes nothing back',
                     'v2 serves', 'what serves', 'the serving release', 'The rooms of it', 'each room', 'it is not fit',
                     'a bad day', 'hosts that are gone', 'lock was not had', 'no word reaches it',
                     'whatever it meanwhile did'):
            self.assertEqual(1, len(findings('x', text)), text)

    def test_allowed(self):
        for text in ('nginx serves requests', 'one that serves users', 'outcome `gone`', '"serving": null', 'roll back',
                     'test_rooms.py', 'HouseTest', 'it does not fit', 'no room on the disk', 'PATIENCE = 3',
                     'the words of a command', 'mendacious'):
            self.assertEqual([], findings('x', text), text)


def anchors(text):
    """The anchors that GitHub makes of the headings."""
    return {re.sub(r'[^\w -]', '', heading.strip().lower()).replace(' ', '-')
            for heading in re.findall(r'^#+ (.*)$', text, re.M)}


if __name__ == '__main__':
    unittest.main()
