"""Our own small dataclass beside Python's: the same classes, made by both, must behave alike."""

import dataclasses
import subprocess
import sys
import unittest
from typing import Dict, Optional

from deployctl_host import plaindata
from deployctl_host.config import schema

PLACES = (plaindata, dataclasses)


def classes(place):
    @place.dataclass(frozen=True)
    class Point:
        x: int
        y: int = 2
        name: Optional[str] = None

    @place.dataclass
    class Bag:
        """Has a text form of its own."""

        things: Dict[str, int] = place.field(default_factory=dict)

        def __repr__(self):
            return 'a bag'

    return Point, Bag


def outcome(action, place):
    """What comes of it as text; of an error its kind alone, the wording may differ."""
    try:
        return repr(action(place, *classes(place)))
    except (TypeError, AttributeError) as problem:
        return AttributeError if isinstance(problem, AttributeError) else TypeError


class PlainData(unittest.TestCase):
    def test_behaves_as_dataclasses_do(self):
        def change(thing, name):
            setattr(thing, name, 5)
            return thing

        def remove(thing):
            del thing.x

        actions = (
            lambda _, point, bag: point(1), lambda _, point, bag: point(1, 3, 'n'),
            lambda _, point, bag: point(x=1, y=4),
            lambda _, point, bag: point(), lambda _, point, bag: point(1, 2, 3, 4), lambda _, point, bag: point(1, x=1),
            lambda _, point, bag: point(1, z=1), lambda _, point, bag: change(point(1), 'x'),
            lambda _, point, bag: change(point(1), 'z'), lambda _, point, bag: remove(point(1)),
            lambda _, point, bag: point(1) == point(1, 2), lambda _, point, bag: point(1) == point(2),
            lambda _, point, bag: point(1) == (1, 2, None), lambda _, point, bag: point(1) != point(1),
            lambda _, point, bag: hash(point(1)) == hash(point(1)), lambda _, point, bag: len({point(1), point(1)}),
            lambda _, point, bag: hash(point([])), lambda _, point, bag: point.y,
            lambda place, point, bag: place.replace(point(1), y=7),
            lambda place, point, bag: place.replace(point(1), z=7),
            lambda _, point, bag: bag(), lambda _, point, bag: bag().things is bag().things,
            lambda _, point, bag: bag().things, lambda _, point, bag: change(bag(), 'things').things,
            lambda _, point, bag: hash(bag()), lambda _, point, bag: bag({'a': 1}) == bag({'a': 1}),
            lambda _, point, bag: bag.things)
        for number, action in enumerate(actions):
            with self.subTest(number):
                ours, theirs = (outcome(action, place) for place in PLACES)
                self.assertEqual(theirs, ours)

    def test_the_text_form_of_a_definition_is_that_of_dataclasses(self):
        """A release keeps its sum: were it to change with an update of the script, nothing would ever be unchanged."""
        drain = dataclasses.make_dataclass('Drain', [('timeout', float), ('stop_timeout', float)], frozen=True)
        self.assertEqual(repr(drain(60.0, 30.0)), repr(schema.Drain()))

    def test_what_a_call_loads(self):
        """A call's start is most of what it costs: these modules are loaded by those who need them alone."""
        code = ('import sys; sys.path.insert(0, "."); from deployctl_host import cli;'
                'from deployctl_host.verbs import status, lock, unlock; print(*sorted(sys.modules))')
        loaded = set(subprocess.run([sys.executable, '-ISc', code], stdout=subprocess.PIPE, universal_newlines=True,
                                    check=True).stdout.split())
        costly = {'dataclasses', 'inspect', 'hashlib', 'random', 'shutil', 'difflib', 'platform', 'datetime', 'ssl',
                  'http.client', 'ipaddress', 'traceback'}
        self.assertEqual(set(), costly & loaded)


if __name__ == '__main__':
    unittest.main()
