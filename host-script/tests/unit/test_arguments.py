"""Tests of the parser of arguments: what is valid is parsed, anything else is a usage error."""

import json
import os
import random
import re
import unittest

from deployctl_host import arguments, patterns
from deployctl_host.errors import HostError
from tests.sandbox import FUZZ

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
DIGEST = 'sha256:' + 'a' * 64
SOUND = (['version'], ['status', 'blog'], ['deploy', 'blog', '--tag=v2'], ['attach', 'blog', '--rollout', 'r-7k2m'],
         ['run', 'blog', '--', 'bin/rails'], ['rollback', 'blog', '--undo=r-7k2m', '--wait=5'])


def contract():
    with open(os.path.join(ROOT, 'contract', 'arguments.json'), encoding='utf-8') as source:
        return json.load(source)


def spelled(example):
    return re.sub(r'\{(.)\*([0-9]+)\}', lambda match: match.group(1) * int(match.group(2)), example)


class Contract(unittest.TestCase):

    def test_same_patterns_as_the_contract(self):
        listed = {name: each['pattern'] for name, each in contract()['arguments'].items()}
        self.assertEqual(listed, {name: each.pattern for name, each in patterns.PATTERNS.items()})

    def test_same_limits_as_the_contract(self):
        self.assertEqual(contract()['limits'], {'words': patterns.WORDS_LIMIT, 'word_bytes': patterns.WORD_BYTES_LIMIT})

    def test_every_example_of_the_contract(self):
        for name, each in contract()['arguments'].items():
            for example in each['good']:
                self.assertTrue(patterns.matches(name, spelled(example)), (name, example))
            for example in each['bad']:
                self.assertFalse(patterns.matches(name, spelled(example)), (name, example))

    def test_verbs_and_options_are_those_of_the_events_document(self):
        with open(os.path.join(ROOT, 'docs', 'events.md'), encoding='utf-8') as source:
            section = source.read().partition('## Verbs and options')[2].partition('\n## ')[0]
        rows = [line for line in section.splitlines() if re.match(r'\| `[a-z-]+( \[?APP\]?)?`', line)]
        documented = {}
        for row in rows:
            first, options = row.strip().strip('|').replace('\\|', '/').split('|')[:2]
            for verb, app in re.findall(r'`([a-z-]+)((?: \[?APP\]?)?)`', first):
                documented[verb] = (app.strip(), set(re.findall(r'--([a-z]+(?:-[a-z]+)?)', options)))
        self.assertEqual(set(arguments.VERBS), set(documented))
        for verb, (app, options) in documented.items():
            self.assertEqual(options, set(arguments.VERBS[verb].options), verb)
            self.assertEqual({'APP': 'needed', '[APP]': 'optional', '': 'none'}[app], arguments.VERBS[verb].app, verb)


class Parse(unittest.TestCase):

    def refused(self, *argv):
        with self.assertRaises(HostError, msg=str(argv)[:200]) as caught:
            arguments.parse(list(argv))
        self.assertEqual('usage', caught.exception.kind)
        self.assertEqual(64, caught.exception.exit)
        self.assertRegex(caught.exception.message, r'\A[ -~]{1,400}\Z', 'safe to print')
        return caught.exception

    def test_both_forms_of_an_option(self):
        for argv in (['deploy', 'blog', '--tag=v2', '--wait=9'], ['deploy', '--tag', 'v2', 'blog', '--wait', '9']):
            self.assertEqual(arguments.Request('deploy', 'blog', {'tag': 'v2', 'wait': 9}),
                             arguments.parse(argv))

    def test_flags_numbers_and_output(self):
        request = arguments.parse(['deploy', 'blog', '--digest', DIGEST, '--from-tag=v2', '--force', '--output=ndjson'])
        self.assertEqual({'digest': DIGEST, 'from-tag': 'v2', 'force': True, 'output': 'ndjson'}, request.options)
        self.assertEqual(7, arguments.parse(['attach', 'blog', '--rollout=r-7k2m', '--from=7']).options['from'])

    def test_only_run_accepts_arguments_after_the_separator(self):
        request = arguments.parse(['run', 'blog', '--output=ndjson', '--', 'bin/rails', '--', '--tag', 'db:migrate'])
        self.assertEqual(('bin/rails', '--', '--tag', 'db:migrate'), request.words)
        self.refused('deploy', 'blog', '--tag=v1', '--', 'id')
        self.refused('run', 'blog')
        self.refused('run', 'blog', '--')
        self.refused('run', 'blog', '--', '$(id)')

    def test_app_is_required_or_refused_by_verb(self):
        self.assertIsNone(arguments.parse(['status']).app)
        self.assertEqual('blog', arguments.parse(['status', 'blog']).app)
        self.refused('deploy', '--tag=v1')
        self.refused('version', 'blog')
        self.refused('status', 'blog', 'admin')
        self.refused('status', '')

    def test_help_option_is_the_help_verb(self):
        for word in ('help', '--help', '-h'):
            self.assertEqual('help', arguments.parse([word]).verb)

    def test_unknown_options_get_a_suggestion(self):
        self.assertIn('did you mean --tag?', self.refused('deploy', 'blog', '--tga=v1').message)
        self.assertIn('did you mean deploy?', self.refused('deply', 'blog').message)
        self.assertIn('given twice', self.refused('deploy', 'blog', '--tag=v1', '--tag=v2').message)
        self.assertIn('takes no value', self.refused('deploy', 'blog', '--tag=v1', '--force=yes').message)
        self.assertIn('needs a value', self.refused('deploy', 'blog', '--tag').message)

    def test_mutually_exclusive_options(self):
        for argv in (['deploy', 'blog'], ['deploy', 'blog', '--tag=v1', '--digest=' + DIGEST], ['pull', 'blog'],
                     ['rollback', 'blog', '--to=20261123-030405-3f9ac1', '--undo=r-7k2m'], ['maintenance', 'blog'],
                     ['maintenance', 'blog', '--on', '--off'], ['attach', 'blog'], ['unlock', 'blog'],
                     ['deploy', 'blog', '--tag=v1', '--from-tag=v1']):
            self.refused(*argv)

    def test_no_abbreviations_no_short_options(self):
        for option in ('--ta=v1', '-t', '-tv1', '--', '-', '--=v1', '--tag\n=v1', '--TAG=v1'):
            self.refused('deploy', 'blog', option)

    def test_number_and_size_of_arguments_are_limited(self):
        self.refused('deploy', 'blog', '--tag=' + 'a' * 100000)
        self.refused('deploy', *['blog'] * 40)
        self.refused('run', 'blog', '--', *['a'] * 38)
        self.assertEqual(36, len(arguments.parse(['run', 'blog', '--'] + ['a'] * 36).words) + 0)

    def test_arguments_that_are_not_utf8(self):
        for word in (b'v\xff', b'\xff\xfe', '１'.encode(), b'v1\xc2\xa0'):
            self.refused('deploy', 'blog', '--tag=' + os.fsdecode(word))
            self.refused('deploy', os.fsdecode(word), '--tag=v1')
            self.refused(os.fsdecode(word))

    def test_random_arguments_are_valid_or_a_usage_error(self):
        """Seeded random arguments: each vector is a valid request or a usage error."""
        rng = random.Random(20261123)
        pieces = (list(arguments.VERBS) + ['blog', 'v1', DIGEST, '--', '-', '', '--tag', '--digest=' + DIGEST,
                                           '--force'] +
                  ['--' + name for verb in arguments.VERBS.values() for name in verb.options] +
                  [spelled(example) for each in contract()['arguments'].values()
                   for example in each['good'] + each['bad']])
        accepted = 0
        for _ in range(30000 * FUZZ):
            argv = list(rng.choice(SOUND)) if rng.random() < 0.5 else []
            for _ in range(rng.randrange(0, 3 if argv else 7)):
                argv.insert(rng.randrange(len(argv) + 1), self.noise(rng, pieces))
            try:
                request = arguments.parse(argv)
            except HostError as problem:
                self.assertEqual('usage', problem.kind)
                self.assertRegex(problem.message, r'\A[ -~]+\Z', argv)
                continue
            accepted += 1
            verb = arguments.VERBS[request.verb]
            if request.app is not None:
                self.assertRegex(request.app, r'\A' + patterns.APP + r'\Z')
            for name, value in request.options.items():
                kind = dict(verb.options, output='output')[name]
                if kind != arguments.FLAG:
                    self.assertTrue(patterns.matches(kind, str(value)), argv)
            for word in request.words:
                self.assertTrue(patterns.matches('word', word), argv)
        self.assertGreater(accepted, 300, 'the noise reaches the inside as well')

    @staticmethod
    def noise(rng, pieces):
        piece = rng.choice(pieces)
        chance = rng.random()
        if chance < 0.55:
            return piece
        if chance < 0.7:
            return piece + '=' + rng.choice(pieces)
        if chance < 0.85 and piece:
            place = rng.randrange(len(piece))
            return piece[:place] + chr(rng.choice((0, 9, 10, 13, 27, 32, 59, 36, 96, 0x430, 0xff11,
                                                   0xdcff))) + piece[place:]
        return ''.join(chr(rng.randrange(0, 0x250)) for _ in range(rng.randrange(0, 12)))
