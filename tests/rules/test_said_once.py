"""What a member of a closed set is called stands once, where the set is; what several modules say, in one of them."""

import re
from collections import Counter, defaultdict

import pytest

from app.board.words import TILES
from app.desk.words import QUEUES
from app.factory import create_app
from app.rooms import ADMINISTRATION, MENU
from tests.rules.sources import texts
from workflows.words import Term, english

PAIR = re.compile(r"""(["'`])(?P<zh>[^"'`\n]*[一-鿿][^"'`\n]*)\1,\s*(["'`])(?P<en>[^"'`\n]*)\3""")
CHINESE = re.compile("[一-鿿]")
SHORT = 3  # letters
OTHERWISE = {
    "强制结案": "a share of closings to look at, beside the act",
    "办理结果": "a question of a form, beside a gap in a message",
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
            for pair in PAIR.finditer(text):
                found[pair["zh"], pair["en"]].append(f"{path}:{text.count(chr(10), 0, pair.start()) + 1}")
    return found


def terms(of=Term):
    """Every kind of term."""
    return [*of.__subclasses__(), *(deeper for kind in of.__subclasses__() for deeper in terms(kind))]


def test_what_a_member_of_a_closed_set_is_called_is_written_once(written, tmp_path):
    create_app({"DATA_DIR": str(tmp_path)})  # every room
    labels = [member.words for kind in terms() for member in kind]
    labels += [*QUEUES.values(), *TILES.values(), *(each.name for each in (*MENU, *ADMINISTRATION))]
    names = Counter((str(label), english(label)) for label in labels)
    assert len(names) > 150
    twice = {name: places for name, places in written.items() if len(places) > names.get(name, len(places))}
    assert not twice, f"say it by the member's own `words`: {twice}"


def test_a_name_that_can_stand_for_one_thing_alone_has_one_english(written):
    """Short words are a noun here and a verb there; who writes a long one again means the same thing by it."""
    long = defaultdict(set)
    for member in (member for kind in terms() for member in kind):
        if len(CHINESE.findall(member.words)) > SHORT and member.words not in OTHERWISE:
            long[str(member.words)].add(english(member.words).lower())
    others = {(zh, en): places for (zh, en), places in written.items() if en.lower() not in long.get(zh, {en.lower()})}
    assert len(long) > 100
    assert not others, f"it is called otherwise where its member is: {others}"


def test_a_sentence_that_several_modules_say_is_written_once(written):
    sentences = {text: places for text, places in written.items() if text[0].endswith("。")}
    modules = {text: [place for place in places if ".py:" in place] for text, places in sentences.items()}
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
