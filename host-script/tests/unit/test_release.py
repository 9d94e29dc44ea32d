"""The record of a release, which outlives updates of the script."""

import unittest

from deployctl_host.config import definition
from deployctl_host.transaction import release
from tests.sandbox import MINIMAL, Sandbox
from tests.unit.test_definition import FULL

# As version 0.1.0 recorded them in release.json.
FINGERPRINTS = ((MINIMAL, 'b663c47bd879387f5288c17aba78bb4ed3e0bcd636ab0cce76f12eb97e7cad40'),
                (FULL, '975f078e519579d7ead185d88e4879ed7de3447862ab1ab080d1af3b95158ca1'))


class Fingerprint(Sandbox):
    def test_fingerprint_of_a_definition_survives_updates_of_the_script(self):
        """Were it to change, the next deploy of the same image would start new containers on every host."""
        for text, recorded in FINGERPRINTS:
            self.define(text=text)
            self.assertEqual(recorded, release.fingerprint(definition.load_app('blog')))


if __name__ == '__main__':
    unittest.main()
