"""Names mean one thing: a class, a file and a word are found at the first guess, and are found once."""

import ast
import re
from collections import defaultdict
from dataclasses import fields
from pathlib import PurePath

import pytest

from tests.rules.sources import ROOT, python, texts
from workflows.case_facts import GUARDS, CaseFacts

HOUSE = ("app", "workflows")
NOUNS = {  # participles by their form, nouns of the trade by their use
    "closing": "结案, a part of the procedure",
    "decoding": "the opposite of encoding",
    "handling": "处置, a part of the procedure",
    "paging": "lists by pages",
    "routing": "派遣规则; what frameworks call it, too",
    "staging": "as in staging table, where rows wait that are taken in",
    "wiring": "the one table of what follows what",
}
ALIKE = {  # files that every room may have, and what each does in its own
    **dict.fromkeys(
        ("models", "schemas", "service", "queries", "events", "jobs", "api", "pages", "cli"), "of the house"
    ),
    "description": "completes the interface's description",
    "errors": "what may be refused",
    "exports": "the lists of a room as files",
    "forms": "what forms are, and how a browser sends them",
    "measures": "figures for whoever runs the system",
    "parts": "what the schemas of a room are made of",
    "requests": "what is asked of the routes of a room",
    "responses": "what they answer",
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
# told, said, led: what was told, by whom? A value is called by what it is
THINGS = {*"asked drawn found given heard kept led looked made meant said shown taken told".split()}  # noqa: SIM905
NEVER = {"told", "said", "led"}  # these wherever in a name they stand
OF_CONSTANTS = {"asked", "kept", "meant", "shown"}  # how long, how many, when: KEPT = timedelta(days=7), SHOWN = 40
OF_OTHERS = {"photos_asked"}  # the names of fields in answers
# fields of answers, facts in the audit, columns; and what guards ask about, which is true or false
KEYS_OF_OTHERS = {"asked", "made", "said", *GUARDS, *(fact.name for fact in fields(CaseFacts))}
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")  # saidAt, DayTaken
STATEMENT = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)  # of a template
STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
NAME = re.compile(r"(?<![.\w])[A-Za-z_]\w*")
DECLARED = re.compile(r"\b(?:const|let|function) (\w+)")
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


# what tables of a machine, and they alone, call its own actions, permissions, relations and states
LETTERS = {"A": "Action", "P": "Permission", "R": "Relation", "S": "State"}


def aliases(path, tree, known):
    """Every class of the house to which a module gives another name, beyond its own use: that name and the class."""
    for node in tree.body:
        pairs = []
        if isinstance(node, ast.ImportFrom):
            pairs = [(each.asname, each.name) for each in node.names if each.asname]
        if isinstance(node, ast.Assign):
            pairs = [
                (target.id, value.id)
                for target, value in zip(node.targets, [node.value], strict=False)
                for target, value in (
                    zip(target.elts, value.elts, strict=False)
                    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
                    else [(target, value)]
                )
                if isinstance(target, ast.Name) and isinstance(value, ast.Name)
            ]
        of_machine = path.startswith("workflows/")
        for name, of in pairs:
            own = name.startswith("_") or (of_machine and name in LETTERS and of.endswith(LETTERS[name]))
            if of in known and not own:
                yield name, of


def test_no_class_is_called_as_another_one_is():
    known = {name for name, _ in classes()}
    meanings = defaultdict(set)
    for path, tree in python(*HOUSE, "bench"):
        for name, of in aliases(path, tree, known):
            meanings[name].add(of)
    wrong = {name: of for name, of in meanings.items() if len(of | {name} & known) > 1}
    assert not wrong, f"say the name of the class: {wrong}"


def test_the_rule_sees_a_class_by_another_name():
    known = {"RoundAction", "CaseAction", "Grid"}
    renamed = ast.parse("from a import RoundAction as A\nB, C = CaseAction, Grid")
    assert [*aliases("app/rounds/service.py", renamed, known)] == [
        ("A", "RoundAction"), ("B", "CaseAction"), ("C", "Grid"),
    ]  # fmt: skip
    assert ("A", "RoundAction") not in [*aliases("workflows/round.py", renamed, known)]


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


TEMPLATES_ALIKE = {  # the same, each for its room
    "import.html": "where a file is given",
    "imported.html": "what an import has done",
    "parts.html": "what several pages of a room draw",
    "preview.html": "what an import would do",
}


@pytest.mark.parametrize(("kind", "alike"), [("js", {}), ("html", TEMPLATES_ALIKE)], ids=["scripts", "templates"])
def test_no_two_scripts_and_no_two_templates_bear_one_name(kind, alike):
    places = defaultdict(list)
    for path in (ROOT / "app").rglob(f"*.{kind}"):
        places[path.name].append(path.relative_to(ROOT).as_posix())
    twice = {name: paths for name, paths in places.items() if len(paths) > 1}
    assert set(twice) == set(alike), f"say in the name what these do: {twice}"


def is_thing(name):
    """Tell whether a participle stands for a thing, alone or behind what it tells of."""
    words = HUMP.sub("_", name).strip("_").lower().split("_")
    if (
        name != name.lower() and not name[:1].islower()
    ):  # of a constant or a type the last word may be no thing: UPLOAD_KEPT
        return (words[0] in THINGS - OF_CONSTANTS and len(words) == 1) or not NEVER.isdisjoint(words)
    return (words[-1] in THINGS or not NEVER.isdisjoint(words)) and name.strip("_") not in OF_OTHERS


def identifiers():
    """Every function, class, parameter and variable, of modules and of functions, and where it stands."""
    for path, tree in python(*HOUSE, "bench", "worker.py"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                yield node.name, f"{path}:{node.lineno}"
            if isinstance(node, ast.Name) and is_stored(node) and node.id != node.id.lower():  # constants and types
                yield node.id, f"{path}:{node.lineno}"
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                names = [(node.name, node.lineno)] if not isinstance(node, ast.Lambda) else []
                names += [(each.arg, each.lineno) for each in ast.walk(node.args) if isinstance(each, ast.arg)]
                body = ast.walk(node)
                names += [(each.id, each.lineno) for each in body if isinstance(each, ast.Name) and is_stored(each)]
                yield from ((name, f"{path}:{line}") for name, line in names)


def keys():
    """Every key of a dict, argument by name, attribute that is set and name of an import, and where it stands."""
    for path, tree in python(*HOUSE, "bench", "worker.py"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict):
                names = [key.value for key in node.keys if isinstance(key, ast.Constant)]
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get":
                names = [one.value for one in node.args[:1] if isinstance(one, ast.Constant)]
            else:
                names = [getattr(node, "asname", None), node.arg if isinstance(node, ast.keyword) else None]
                names += [node.attr] if isinstance(node, ast.Attribute) and is_stored(node) else []
            yield from ((name, f"{path}:{getattr(node, 'lineno', 0)}") for name in names if isinstance(name, str))


def is_stored(name):
    """Tell whether a name is given a value."""
    return isinstance(name.ctx, ast.Store)


def test_the_rule_sees_participles_that_stand_for_things():
    assert all(
        map(is_thing, ("told", "_said", "found", "kinds_found", "said_of", "_TOLD_EVERY", "GIVEN", "Taken", "saidAt"))
    )
    assert not any(map(is_thing, ("response", "found_at", "kept_files", "seen", "GivenName", "takenAt")))


def test_values_are_called_by_what_they_are():
    called = sorted({f"{place} {name}" for name, place in identifiers() if is_thing(name)})
    assert not called, f"say what it is: response, redirect, text, rows, matches, form_data, args …: {called}"


def test_keys_and_arguments_are_called_by_what_they_are():
    own = ((name, place) for name, place in keys() if name.isidentifier() and name not in KEYS_OF_OTHERS)
    called = sorted({f"{place} {name}" for name, place in own if is_thing(name)})
    assert not called, f"say what it is: response, redirect, text, rows, matches, form_data, args …: {called}"


def test_templates_are_called_by_what_they_show():
    files = [PurePath(path) for path, _ in texts() if path.startswith("app/") and path.endswith(".html")]
    assert not [path.as_posix() for path in files if is_thing(path.stem.replace("-", "_"))]


def template_names():
    """Every name that a template uses for a value or a macro, and where it stands."""
    for path, text in texts():
        if path.startswith("app/") and path.endswith(".html"):
            for name in NAME.findall(STRING.sub("", " ".join(STATEMENT.findall(text)))):
                yield name, path


def test_values_in_templates_are_called_by_what_they_are():
    called = sorted({f"{path} {name}" for name, path in template_names() if is_thing(name)})
    assert not called, f"say what it is: response, redirect, text, rows, matches, form_data, args …: {called}"


def test_values_in_scripts_are_called_by_what_they_are():
    scripts = [(path, text) for path, text in texts() if path.startswith("app/") and path.endswith(".js")]
    called = sorted({f"{path} {name}" for path, text in scripts for name in DECLARED.findall(text) if is_thing(name)})
    assert len(scripts) > 40
    assert not called, f"say what it is: answer, matches, photoCount …: {called}"


VERBS = {"read", "set", "setting"}  # `read` and `set` are verbs as well; a setting is a thing
FUNCTION = re.compile(r"\b(?:function (\w+)|const (\w+) = (?:async )?(?:\([^()]*\)|\w+) =>)")


def participles(script):
    """The functions of a script that are called by a participle alone: what do they do, or what do they give?"""
    names = [one or other for one, other in FUNCTION.findall(script)]
    return [name for name in names if not HUMP.search(name) and is_participle(name) and name not in VERBS]


def test_functions_of_scripts_are_verbs_or_what_they_give():
    written = """async function parsed(a) {}
    const left = () => 1; const isKnown = (a) => a; const sentOf = (a) => a; const fitting = rows.map(f);"""
    assert participles(written) == ["parsed", "left"]
    wrong = {path: participles(text) for path, text in texts() if path.startswith("app/") and path.endswith(".js")}
    assert not any(wrong.values()), {path: names for path, names in wrong.items() if names}
