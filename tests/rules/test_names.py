"""Names mean one thing: a class, a file and a word are found at the first guess, and are found once."""

import ast
from collections import defaultdict

from tests.rules.sources import python

HOUSE = ("app", "workflows")
OF_LIBRARIES = {"Meta"}  # inner classes that a library asks for by this name


def classes():
    """Every class of the house: its name without underscores, and where it stands."""
    for path, tree in python(*HOUSE):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name not in OF_LIBRARIES:
                yield node.name.lstrip("_"), f"{path}:{node.lineno}"


def test_no_two_classes_bear_one_name():
    places = defaultdict(list)
    for name, place in classes():
        places[name].append(place)
    twice = {name: where for name, where in places.items() if len(where) > 1}
    assert not twice, f"say in the name what each of them is: {twice}"
