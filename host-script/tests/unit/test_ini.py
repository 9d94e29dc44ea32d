"""Tests of the INI parser: a strict subset of configparser's format, with each mistake reported by line."""

import configparser
import random
import unittest

from deployctl_host.config import ini


class Ini(unittest.TestCase):

    def test_reads_what_configparser_reads(self):
        """What the parser accepts without complaint, configparser reads with the same values."""
        rng = random.Random(4)
        lines = ['[app]', '[vhost]', 'a = 1', 'b=2 ; c', 'c = x;y', 'd = # e', '  more', '\tmore = 2', '; comment',
                 '# comment', '  ; indented',
                 '', '   ', 'key', 'e =', '[bad', '[Bad]', 'f == 3', 'g = [x]', '  [x]', 'a = 2', '[app]', 'h = é',
                 'i = %(a)s', 'j = a\rb']
        agreed = 0
        for _ in range(6000):
            text = '[app]\n' + '\n'.join(rng.choice(lines) for _ in range(rng.randrange(8)))
            document = ini.read(text.encode())
            if document.problems:
                continue
            parser = configparser.ConfigParser(interpolation=None, delimiters=('=',),
                                               inline_comment_prefixes=(';', '#'),
                                               comment_prefixes=(';', '#'), default_section='\0',
                                               empty_lines_in_values=False)
            parser.optionxform = str
            # Here the two differ on purpose: for configparser a line of comment ends a value, for us it does not.
            parser.read_string('\n'.join(line for line in text.split('\n') if not line.strip().startswith((';', '#'))))
            theirs = {(section, key): value for section in parser.sections() for key, value in parser.items(section)}
            ours = {place: entry.value for place, entry in document.entries.items()}
            self.assertEqual({place: value.strip('\n') for place, value in theirs.items()}, ours, text)
            agreed += 1
        self.assertGreater(agreed, 1000)

    def test_invalid_bytes_are_reported(self):
        for data, line in (
                (b'[app]\n\xff = 1', 2), (b'[app]\na = \0', 2), (b'\n\n[a\x1b]', 3), ('[app]\na = \u202e'.encode(), 2),
                (b'[app]\na = ' + b'x' * 5000, 2)):
            self.assertEqual([line], [where for where, _ in ini.read(data).problems], data[:40])

    def test_byte_order_mark_and_crlf(self):
        self.assertEqual('1', ini.read('\ufeff[app]\r\na = 1\r\n'.encode()).entries[('app', 'a')].value)


if __name__ == '__main__':
    unittest.main()
