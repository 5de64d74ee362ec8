"""Templates, scripts and styles are code: 120 columns; in templates one block a line, indented by what is open."""

import re
from collections import deque
from unicodedata import east_asian_width

import pytest

from tests.rules.sources import texts

COLUMNS = 120
STEP = 2
JINJA = r"\{%.*?%\}|\{\{.*?\}\}"
QUOTED = rf"\"(?:{JINJA}|[^\"])*\"|'(?:{JINJA}|[^'])*'"
TOKEN = re.compile(  # a tag holds the conditions around its attributes: they open nothing
    rf"\{{#.*?#\}}|<!.*?>|\{{\{{.*?\}}\}}|\{{%[-+]?\s*(?P<statement>\w+)(?P<rest>.*?)%\}}"
    rf"|</(?P<end>[a-z][\w-]*)>|<(?P<tag>[a-z][\w-]*)(?:{JINJA}|{QUOTED}|[^>])*>",
    re.DOTALL,
)
BLOCKS = {"block", "call", "filter", "for", "if", "macro", "with"}
VOID = {"br", "hr", "img", "input", "link", "meta"}


def columns(line):
    """How wide a line is: Chinese letters take two columns."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line)


def test_lines_are_not_too_long():
    ours = [(path, text) for path, text in texts() if re.match(r"(app|tests)/.*\.(html|js|css)$", path)]
    lines = [(f"{path}:{number}", line) for path, text in ours for number, line in enumerate(text.splitlines(), 1)]
    long = [place for place, line in lines if columns(line) > COLUMNS]
    assert len(ours) > 150
    assert not long, f"more than {COLUMNS} columns: {long}"


def test_templates_stand_one_block_a_line_and_are_indented():
    templates = [(path, text) for path, text in texts() if re.match(r"app/.*\.html$", path)]
    wrong = [f"{path}:{line}: {fault}" for path, text in templates for line, fault in faults(text)]
    assert len(templates) > 80
    assert not wrong, "\n".join(wrong)


MACROS, FIELDS = {"app/frame/templates/macros.html"}, {"app/frame/templates/fields.html"}
SHAPES = {  # what a macro draws, and where else it stands
    "<table": MACROS
    | {
        "app/deadlines/templates/deadlines/calendar.html",  # the days of a month, which never scroll
        "app/frame/templates/docs.html",  # stands outside the frame, without its styles
    },
    'class="paging"': MACROS,
    "翻页": MACROS,
    'class="alert': MACROS,
    'class="empty': MACROS,
    'class="outcome"': MACROS,
    'class="once"': MACROS,
    "aria-invalid": FIELDS,
    "<dt": MACROS,
    '"must">{{ t("必填", ': FIELDS,
    "✗ {{ t(text) }}": FIELDS
    | {
        "app/desk/templates/desk/form.html",  # what no field of the form answers for
    },
}


CARD = re.compile(r"class=[\"'](?:[^\"'{]*\s)?card[\s\"'{]")


def test_cards_are_drawn_by_their_macros():
    templates = [(path, text) for path, text in texts() if re.match(r"app/.*\.html$", path) and path not in MACROS]
    wrong = [f"{path}:{_line(text, at.start())}" for path, text in templates for at in CARD.finditer(text)]
    assert not wrong, f"draw it by `card`, or by `box` where its head is its own: {wrong}"


@pytest.mark.parametrize("drawn", ['<p class="card">', '<a class="tall card mb-3"', '<li class="card{{ x }}"'])
def test_a_card_drawn_by_hand_is_seen(drawn):
    assert CARD.search(drawn)
    assert not CARD.search(drawn.replace("card", "card-body"))


def test_what_repeats_is_drawn_by_one_macro():
    templates = [(path, text) for path, text in texts() if re.match(r"app/.*\.html$", path)]
    for shape, places in SHAPES.items():
        assert {path for path, text in templates if shape in text} == places, shape


def faults(text):
    """Yield line and fault of everything in a template that does not stand as it should."""
    begins = deque(match.end() for match in re.finditer(r"^ *(?=\S)", text, re.MULTILINE))
    opened = []  # name, line, and what has to stand alone if the block does not end on the line where it began
    for token in TOKEN.finditer(text):
        name, role = _role(token)
        yield from _margins(text, begins, token, len(opened), closing=role in ("between", "end"))
        if role == "alone":
            yield from _company(text, [token])
        elif role in ("between", "end"):
            if not opened or name not in (opened[-1][0], None):
                yield _line(text, token.start()), f"{token[0]} closes {opened[-1][0] if opened else 'nothing'}"
                return
            opened[-1][2].append(token)
            if role == "end":
                _, line, marks = opened.pop()
                yield from _company(text, marks) if name in BLOCKS and _line(text, token.end()) > line else ()
        elif role == "open":
            opened.append((name, _line(text, token.start()), [token]))
    yield from ((line, f"{name} is not closed") for name, line, _ in opened)


def _role(token):
    """Whether a token opens something, closes it, stands between, or stands alone on its line; and what that is."""
    word = token["statement"]
    if word is None:
        name = token["end"] or token["tag"]
        return name, "end" if token["end"] else "open" if name and name not in VOID else None
    if word in ("elif", "else"):
        return "if" if word == "elif" else None, "between"
    if word.startswith("end"):
        return word.removeprefix("end"), "end"
    return word, "open" if word in BLOCKS else "alone"


def _line(text, place):
    return text.count("\n", 0, place) + 1


def _margins(text, begins, token, depth, closing):
    """Look at the lines that begin before a token ends: those within it may stand further to the right."""
    while begins and begins[0] < token.end():
        place = begins.popleft()
        margin = place - text.rfind("\n", 0, place) - 1
        least = STEP * (depth - (closing and place == token.start()))
        if margin < least or (margin > least and place <= token.start()):
            yield _line(text, place), f"{margin} spaces instead of {least}"


def _company(text, tokens):
    for token in tokens:
        before = text[text.rfind("\n", 0, token.start()) + 1 : token.start()]
        after = text[token.end() :].partition("\n")[0]
        if before.strip() or after.strip():
            yield _line(text, token.start()), f"{token[0]} shares its line"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<ul>\n<li>x</li>\n</ul>\n", 2),
        ("<ul>\n  <li>x</li>\n  </ul>\n", 3),
        ("{% if x %}<p>\n  y\n</p>{% endif %}\n", 1),
        ("{% if x %}\n  y\n{% else %}z\n{% endif %}\n", 3),
        ("{% if x %}\n  y\n{% endif %}{% if z %}{% endif %}\n", 3),
        ("<p>\n  {% set x = 1 %}{{ x }}\n</p>\n", 2),
        ("  <p title=\"{{ t('一',\n't') }}\">x</p>\n", 1),
        ("<div>\n  <p>x\n</div>\n", 3),
    ],
)
def test_what_stands_wrong_is_named(text, line):
    assert line in [where for where, _ in faults(text)]


def test_what_stands_right_is_not():
    right = """{% for one in every %}
  <p class="x"
      {% if one > 1 %} title="{{ one }}"{% endif %}>
    {{ t("一", "one") }}{% if one %} {{ one }}{% else %}<br>{% endif %}
    {%- if one %}
      {{ one }}
    {% else %}
      <input value=">">
    {%- endif %}
  </p>
{% else %}
  {% set none = true %}
{% endfor %}
"""
    assert not [*faults(right)]
