"""What a member of a closed set is called stands once, where the set is; what several modules say, in one of them."""

import ast
import re
from collections import Counter, defaultdict

import pytest

from app.board.words import TILES
from app.catalogue.words import NAMES
from app.desk.words import QUEUES
from app.factory import create_app
from app.rooms import ADMINISTRATION, MENU
from tests.rules.sources import python, texts
from workflows.case_forms import CARRIED, FORMS
from workflows.forms import NO, YES
from workflows.words import Term, english

ZH, EN = r"""(["'`])(?P<zh>[^"'`\n]*[一-鿿][^"'`\n]*)\1,\s*""", r"""(["'`])(?P<en>[^"'`\n]*)\3"""
PAIRS = (  # `t("…", "…")`; `label: "…", label_en: "…"`
    re.compile(rf"{ZH}{EN}"),
    re.compile(rf"\b\w+: *{ZH}\w+_en: *{EN}"),
)
CHINESE = re.compile("[一-鿿]")
SHORT = 3  # letters
EVERYWHERE = {"网格": "a level, a kind of place, and a column wherever there are grids: of objects, of rounds"}
AGAIN = {
    **EVERYWHERE,
    "中心": "a kind of place, and a column of who works there",
    "时限": "a gap in a message, and a heading",
    "请假": "why a check is somebody else's, and a mark in a list of people",
}
IN_SCRIPTS = {
    **dict.fromkeys(
        (("app/phone/static/standard.js", zh) for zh in ("立案条件", "结案条件", "阶段要求")),
        "of cases that a phone kept before the lines came with them",
    ),
    **dict.fromkeys(
        (("app/phone/static/questions.js", zh) for zh in ("是", "否")), "a class's own form brings no choices for it"
    ),
}
STANDS = {  # the label of a field of an act, written again
    **IN_SCRIPTS,
    ("app/admin/exports.py", "地址"): "of a computer, in a file that people have had",
    ("app/catalogue/words.py", "位置"): "a kind of answer, among the kinds",
    ("app/catalogue/words.py", "来源"): "whence a figure of a document is taken",
    ("app/phone/static/fields.js", "位置"): "a part of a report, which can be written before the forms have come",
}
OTHERWISE = {
    **EVERYWHERE,
    **dict.fromkeys(("来源", "立案条件", "类别", "风险等级"), "many of them, of which one is a field"),
    **dict.fromkeys(("位置来源", "发现时间"), "in a sentence of what was left out, beside the field"),
    "强制结案": "a share of closings to look at, beside the act",
    "本级中心": "a mark of a grid that has one, beside who acts",
    "作业单位": "one of them in a form, beside the kind of department, which is many",
}
IN_A_STEP = re.compile(r""""(?:reason|note|result|text|reply|answer)": f?"[^"\n]*[一-鿿]""")
SCREENS = ("app/phone/static/app.js", "app/phone/static/account.js")  # stand there before anything has come


@pytest.fixture(scope="module")
def written():
    """Where each text stands in our own code, by both its languages."""
    found = defaultdict(list)
    for path, text in texts():
        if re.match(r"(app|workflows)/.*\.(py|html|js)$", path) and path not in SCREENS:
            for pair in (pair for pattern in PAIRS for pair in pattern.finditer(text)):
                found[pair["zh"], pair["en"]].append(f"{path}:{text.count(chr(10), 0, pair.start()) + 1}")
    for path, tree in python("app", "workflows"):
        for node in ast.walk(tree):
            if text := text_of_problem(node):
                found[text].append(f"{path}:{node.lineno}")
    return found


def text_of_problem(node):
    """The text that a class of problems has by its docstring and `en`, if it has."""
    for each in node.body if isinstance(node, ast.ClassDef) else ():
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "en":
            return ast.get_docstring(node) or "", getattr(each.value, "value", "")
    return None


def terms(of=Term):
    """Every kind of term."""
    return [*of.__subclasses__(), *(deeper for kind in of.__subclasses__() for deeper in terms(kind))]


def asked():
    """What the fields of acts are called, each once: many forms ask for the same field."""
    fields = (*(field for form in FORMS.values() for field in form.fields), *CARRIED)
    return {(str(field.label), english(field.label)): field.label for field in fields}.values()


def labels():
    """What members of closed sets, fields of acts, queues, tiles and pages are called."""
    yield from (*(member.words for kind in terms() for member in kind), *asked())
    yield from (*QUEUES.values(), *TILES.values(), *(each.name for each in (*MENU, *ADMINISTRATION)))


def stands(zh, place):
    """Tell whether a list above says why a text is written there again."""
    return zh in EVERYWHERE or (place.partition(":")[0], zh) in STANDS


def unlisted(written):
    """Where each text stands, but for what the lists above let stand."""
    return {text: [place for place in places if not stands(text[0], place)] for text, places in written.items()}


def test_what_a_member_of_a_closed_set_is_called_is_written_once(written, tmp_path):
    create_app({"DATA_DIR": str(tmp_path)})  # every room
    names = Counter((str(label), english(label)) for label in labels())
    assert len(names) > 150
    places_of = unlisted(written)
    twice = {name: places for name, places in places_of.items() if len(places) > names.get(name, len(places))}
    assert not twice, f"say it by the member's own `words`, the field's own `label`: {twice}"


def test_a_name_that_can_stand_for_one_thing_alone_has_one_english(written):
    """Short words are a noun here and a verb there; who writes a long one again means the same thing by it."""
    long = defaultdict(set)
    members = (member.words for kind in terms() for member in kind)
    for words in (*(words for words in members if len(CHINESE.findall(words)) > SHORT), *asked()):
        if words not in OTHERWISE:
            long[str(words)].add(english(words).lower())
    others = {(zh, en): places for (zh, en), places in written.items() if en.lower() not in long.get(zh, {en.lower()})}
    assert len(long) > 100
    assert not others, f"it is called otherwise where its member is: {others}"


def test_a_name_is_written_once_whatever_its_capitals(written):
    names = Counter((str(label), english(label).lower()) for label in labels())
    places = defaultdict(list)
    for (zh, en), where in unlisted(written).items():
        places[zh, en.lower()] += where
    twice = {
        name: where for name, where in places.items() if name[0] not in AGAIN and len(where) > names.get(name, 999)
    }
    assert not twice, f"say it by the member's own `words`, `words.capitalize()`, `t(words) | capitalize`: {twice}"


def test_what_may_stand_again_stands_there(written):
    found = {(place.partition(":")[0], zh) for (zh, _), places in written.items() for place in places}
    assert not set(STANDS) - found, "nothing needs these exceptions any more"


def test_scripts_say_nothing_that_the_catalogue_brings(written):
    fields = (field for form in FORMS.values() for field in form.fields)
    brought = {str(text) for text in (*(field.label for field in fields), *NAMES.values(), YES, NO)}
    scripts = {
        (path, zh)
        for (zh, _), places in written.items()
        for path in (place.partition(":")[0] for place in places if ".js:" in place)
        if zh in brought and (len(zh) > SHORT or zh in (YES, NO))
    }
    assert scripts == set(IN_SCRIPTS), "draw the label that comes, or say here why it cannot"


def test_one_sentence_has_one_english(written):
    english_of = defaultdict(set)
    for zh, en in written:
        english_of[zh].add(en)
    several = {zh: found for zh, found in english_of.items() if zh.endswith("。") and len(found) > 1}
    assert not several, f"one Chinese sentence is one text: {several}"


def test_a_sentence_that_several_modules_say_is_written_once(written):
    sentences = {text: places for text, places in written.items() if text[0].endswith("。")}
    modules = {
        text: {place.partition(":")[0] for place in places if ".py:" in place} for text, places in sentences.items()
    }
    twice = {text: places for text, places in modules.items() if len(places) > 1}
    assert len(sentences) > 400
    assert not twice, f"keep it in one of them: {twice}"


def test_what_the_house_itself_writes_into_a_step_is_in_both_languages():
    alone = [
        f"{path}: {found[0]}"
        for path, text in texts()
        if re.match(r"app/(?!demo/).*\.py$", path)
        for found in IN_A_STEP.finditer(text)
    ]
    assert not alone, f"people read it in English, too: {alone}"
