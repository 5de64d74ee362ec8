"""Names mean one thing: a class, a file and a word are found at the first guess, and are found once."""

import ast
from collections import defaultdict
from pathlib import PurePath

from tests.rules.sources import python

HOUSE = ("app", "workflows")
NOUNS = {  # participles by their form, nouns of the trade by their use
    "closing": "结案, a part of the procedure",
    "decoding": "the opposite of encoding",
    "handling": "处置, a part of the procedure",
    "paging": "lists by pages",
    "routing": "派遣规则; what frameworks call it, too",
    "wiring": "the one table of what follows what",
}
ALIKE = {  # files that every room may have, and what each does in its own
    **dict.fromkeys(
        ("models", "schemas", "service", "queries", "events", "jobs", "api", "pages", "cli"), "of the house"
    ),
    "description": "completes the interface's description",
    "errors": "what may be refused",
    "forms": "reads and shows forms in a browser",
    "measures": "figures for whoever runs the system",
    "words": "what things are called, in both languages",
}
IRREGULAR = set(
    [
        "begun",
        "bound",
        "brought",
        "chosen",
        "done",
        "drawn",
        "driven",
        "found",
        "given",
        "gone",
        "grown",
        "held",
        "hidden",
        "kept",
        "known",
        "left",
        "lost",
        "made",
        "meant",
        "met",
        "owed",
        "read",
        "said",
        "seen",
        "sent",
        "set",
        "shown",
        "sold",
        "spoken",
        "stood",
        "taken",
        "taught",
        "thrown",
        "told",
        "withdrawn",
        "written",
    ]
)
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


def modules():
    """Every module of the house: its name, and where it lies."""
    for path, _ in python(*HOUSE):
        if not path.endswith("__init__.py"):
            yield PurePath(path).stem, path


def is_participle(name):
    """Tell whether a name ends as a participle does."""
    word = name.rsplit("_", 1)[-1]
    return word in IRREGULAR or (word.endswith(("ing", "ed")) and not word.endswith(("eed", "ring")))


def test_the_rule_sees_participles():
    assert all(map(is_participle, ("naming", "handed", "shown", "file_told", "what_is_left")))
    assert not any(map(is_participle, ("seed", "rings", "names", "ring", "kept_files", "readiness")))


def test_modules_are_nouns():
    called = {path for name, path in modules() if is_participle(name) and name not in NOUNS}
    assert not called, f"say what is inside, or write the noun and its reason into NOUNS: {called}"
    assert set(NOUNS) <= {name for name, _ in modules()}


def test_no_two_modules_bear_one_name():
    places = defaultdict(list)
    for name, path in modules():
        places[name].append(path)
    twice = {name: paths for name, paths in places.items() if len(paths) > 1 and name not in ALIKE}
    assert not twice, f"two files of one name do the same, each for its room; say in the name what these do: {twice}"
