"""Templates and scripts write no word of a closed set by hand either: they name its member.

Templates are given the enum; a script imports the words from a file called `terms.js` or `…-terms.js`, which
has them under the names of the enum, and is held to it here. What Python writes is test_closed_sets.py.
"""

import ast
import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from jinja2 import nodes

from tests.rules.sources import ROOT, python
from tests.rules.test_arrows import JINJA
from tests.rules.test_closed_sets import NAMED
from tests.support.node import node

BASES = ("StrEnum", "Term")
LIST, TABLE = 2, 3  # so many words of one set side by side are a list of it, so many keys a table
PICKING = ("selectattr", "rejectattr")  # by name, test and word
NAMING = ("at",)  # methods that take the name of a field
SENT = {"true", "false"}  # as forms send a yes and a no
GIVEN = {"ask", "kind", "part", "placed", "purpose", "source", "stage", "state"}  # what a script says of something
OF_BROWSERS = re.compile(r"^typeof |(^|\.)(event|style|document)\b|\.tagName$")  # whose words are the browser's
IN_MARKUP = re.compile(rf'\bdata-({"|".join(NAMED)})="(\w+)"')  # what a script finds there
TERMS = re.compile(r"export const (\w+) = \{([^}]*)\};")


def closed_sets() -> Mapping[str, Mapping[str, str]]:
    """The members of every enum of the house whose values are words."""
    sets = {}
    for _, tree in python("app", "workflows"):
        for found in ast.walk(tree):
            if isinstance(found, ast.ClassDef) and {getattr(base, "id", "") for base in found.bases} & {*BASES}:
                sets[found.name] = dict(members(found))
    return sets


def members(of: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Yield the names of an enum with their words."""
    for line in of.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            value = line.value.elts[0] if isinstance(line.value, ast.Tuple) else line.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield line.targets[0].id, value.value


SETS = closed_sets()
WORDS = {word for of in SETS.values() for word in of.values()} - SENT


def is_listed(words: Sequence[str | None], least: int) -> bool:
    """Tell whether these are so many words of one closed set, and nothing else."""
    different = {*words}
    return len(different) >= least and any(different <= {*of.values()} - SENT for of in SETS.values())


def first(item: nodes.Node) -> str | None:
    """The word that stands at a place of a list, alone or before what belongs to it."""
    begins = item.items[0] if isinstance(item, nodes.Tuple) and item.items else item
    return begins.value if isinstance(begins, nodes.Const) and isinstance(begins.value, str) else None


def in_template(source: str) -> list[int]:
    """The lines on which a template compares something with a word of a closed set, or lists such words."""
    tree = JINJA.parse(source)
    marked = [at for at in IN_MARKUP.finditer(source) if at[2] in NAMED[at[1]]]
    lines = [source.count("\n", 0, at.start()) + 1 for at in marked]
    for compared in tree.find_all(nodes.Compare):
        sides = [compared.expr, *(operand.expr for operand in compared.ops)]
        words = [first(one) for side in sides for one in (side.items if isinstance(side, nodes.Tuple) else [side])]
        given = [word for word in words if word is not None]
        named = any(isinstance(side, nodes.Getattr | nodes.Getitem) for side in sides)
        lines += [compared.lineno] * bool(named and given and {*given} <= WORDS)
    for called in tree.find_all(nodes.Call):
        asks = isinstance(called.node, nodes.Getattr) and called.node.attr not in NAMING
        lines += [called.lineno] * bool(asks and not WORDS.isdisjoint(first(one) for one in called.args))
    for picked in tree.find_all(nodes.Filter):
        picks = picked.name in PICKING and not WORDS.isdisjoint(first(one) for one in picked.args[2:])
        lines += [picked.lineno] * picks
    for listed in tree.find_all((nodes.Tuple, nodes.List)):
        lines += [listed.lineno] * is_listed([first(one) for one in listed.items], LIST)
    for table in tree.find_all(nodes.Dict):
        lines += [table.lineno] * is_listed([first(one.key) for one in table.items], TABLE)
    return lines


def in_scripts(paths: Sequence[Path], folder: Path = ROOT) -> list[str]:
    """The places where scripts write a word of a closed set."""
    asked = json.dumps([str(path) for path in paths])
    command = [*node(), ROOT / "tests" / "rules" / "script_words.mjs"]
    answer = subprocess.run(command, input=asked, check=True, capture_output=True, encoding="utf-8").stdout
    return [f"{Path(one['path']).relative_to(folder)}:{one['line']}" for one in json.loads(answer) if is_raw(**one)]


def is_raw(how: str, name: str, words: Sequence[str | None], **_: object) -> bool:
    """Tell whether what a script writes is a word of a closed set, or several."""
    if how == "compared":
        return not OF_BROWSERS.search(name) and not WORDS.isdisjoint(words)
    if how == "given":
        return name in GIVEN and not WORDS.isdisjoint(words)
    return is_listed(words, TABLE if how == "keys" else LIST)


def test_no_template_writes_a_word_of_a_closed_set():
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "app").rglob("*.html"))
        for line in in_template(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, f"give the template the enum, and name its member: {wrong}"


def scripts() -> tuple[list[Path], list[Path]]:
    """The files that hold words for scripts, and all other scripts."""
    every = sorted((ROOT / "app").glob("*/static/**/*.js"))
    return [one for one in every if one.stem.endswith("terms")], [
        one for one in every if not one.stem.endswith("terms")
    ]


def test_no_script_writes_a_word_of_a_closed_set():
    wrong = in_scripts(scripts()[1])
    assert not wrong, f"import its set from terms.js, and name its member: {wrong}"


def test_what_scripts_name_are_the_words_of_the_enums():
    homes, _ = scripts()
    assert homes
    for path in homes:
        for called, body in TERMS.findall(path.read_text(encoding="utf-8")):
            said = dict(re.findall(r'(\w+): "([^"]+)"', body))
            assert said, (path, called)
            assert said.items() <= SETS[called].items(), f"{path.name}: {called} is not the house's"


def test_every_word_that_scripts_are_given_is_named_by_one():
    homes, others = scripts()
    used = "\n".join(path.read_text(encoding="utf-8") for path in others)
    for path in homes:
        for called, body in TERMS.findall(path.read_text(encoding="utf-8")):
            whole = f"Object.values({called})" in used
            idle = [name for name in re.findall(r"(\w+):", body) if f"{called}.{name}" not in used and not whole]
            assert not idle, f"{path.name}: nobody names {called}.{idle}"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ('{% if file.state == "stored" and file.type.startswith("image/") %}{% endif %}', True),
        ("{{ 'late' if one.state == 'late' else '' }}", True),
        ('{% if row.risk.colour in ("red", "orange") %}{% endif %}', True),
        ('{% for name in ("running", "late") %}{% endfor %}', True),
        ('{% for name, count in (("running", one.running), ("late", one.late)) %}{% endfor %}', True),
        ('{% if one["kind"] != "work" %}{% endif %}', True),
        ('{{ form.fields | selectattr("kind", "equalto", "long") | list }}', True),
        ('{{ changes | selectattr("added") | list }}', False),
        ('{% if field.chooses("class") %}{% endif %}', True),
        ('{{ form.at("role") }}', False),
        ('<fieldset data-purpose="before"></fieldset>', True),
        ('<fieldset data-purpose="{{ purpose }}"></fieldset>', False),
        ("{% if file.state == states.STORED %}{% endif %}", False),
        ('{% if language() == "en" %}{% endif %}', False),
        ('{% if typed.drill == "true" %}{% endif %}', False),
        ('{% if type in ("text", "search", "tel") %}{% endif %}', False),
    ],
)
def test_the_rule_sees_what_it_should_in_templates(written, seen):
    assert bool(in_template(written)) == seen


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ('const isLead = task.part === "lead";', True),
        ('const isOpen = "stored" !== file.state;', True),
        ('const KINDS = ["text", "long", "integer"];', True),
        ('const isOurs = ["lead", "assist"].includes(task.part);', True),
        ('switch (one.kind) { case "photo": break; }', True),
        ('const item = { id, kind: "photo" };', True),
        ('const purpose = fixed ? "after" : "before";', True),
        ('const INPUTS = { integer: "number", date: "date", moment: "datetime-local" };', True),
        ('const text = `<b>${one.state === "done" ? 1 : 2}</b>`;', True),
        ("const isLead = task.part === TaskPart.LEAD;", False),
        ('const isText = typeof answer === "object";', False),
        ('const isEnter = event.key === "Enter";', False),
        ("const place = { lon, lat, grid };", False),
        ('const SAYS = ["results", "changes"];', False),
    ],
)
def test_the_rule_sees_what_it_should_in_scripts(written, seen, tmp_path):
    (tmp_path / "some.js").write_text(written, encoding="utf-8")
    assert bool(in_scripts([tmp_path / "some.js"], tmp_path)) == seen
