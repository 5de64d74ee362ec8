"""A file holds what its page shows: what a list was filtered by stands in what is taken away."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl

from tests.board.boards import county_rules, put_in_force
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY
from tests.factories.objects import component, keep
from tests.factories.town import GARBAGE, HOUSING
from tests.frame.test_exports import close
from tests.support.elements import value_of
from tests.support.exports import taken


class Filters(HTMLParser):
    """What the forms of a page ask its own address, each with values that could be chosen; and what it takes away."""

    def __init__(self, path, text):
        super().__init__()
        self.path, self.inside, self.name, self.values, self.query = path, False, "", {}, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("method") == "get" and given.get("action", self.path).split("?")[0] == self.path
        elif tag == "input" and given.get("name") == "query":
            self.query = dict(parse_qsl(given["value"]))
        elif self.inside and tag == "select":
            self.name = given["name"]
        elif self.inside and tag == "option" and given.get("value") and "selected" not in given:
            self.values.setdefault(self.name, []).append(given["value"])
        elif self.inside and tag == "input" and given.get("type") != "hidden":
            self.values[given["name"]] = SAMPLES.get(given.get("type"), SAMPLES["text"])


SAMPLES = {"date": ("2026-11-23",), "checkbox": ("1",), "text": ("古", "1", "a", "垃圾", "县")}


FILTERED = (
    "/desk/cases", "/board/cases", "/board/supervisions", "/admin/departments/", "/admin/grids/",
    "/admin/roster/", "/admin/duty/", "/admin/catalogue/", "/admin/catalogue/figures", "/admin/audit/",
    "/admin/objects/",
)  # fmt: skip


def test_a_file_is_filtered_as_its_page_is_by_whatever_the_page_can_be_filtered(app, town, admin):
    """Every field of the filters of these pages: what is chosen there stands in what is taken away."""
    put_in_force(town, county_rules(("all", {})))
    close(town)
    town.supervisor.act(town.handling(), "supervise", grade="red")
    keep(town.worker, component(name="古井 1"))
    town.also(admin, "supervisor", "grid", COUNTY)
    desk, compared, wrong = Desk(app, admin), set(), []
    for path in FILTERED:
        for name, values in Filters(path, desk.get(path).text).values.items():
            for value in values:
                page = Filters(path, desk.get(path, query_string={name: value}).text)
                if page.query is not None:  # something is listed
                    compared.add(path)
                    wrong += [(path, name, value)] if page.query.get(name) != value else []
                    break
    assert wrong == []
    assert compared == set(FILTERED)
    people = "/admin/people/"  # asked by a form that is posted: digits of telephones stand in no address
    assert Filters(people, desk.post(people, {"role": "grid_worker"}).text).query["role"] == "grid_worker"


def test_messages_are_taken_away_as_they_are_filtered_without_telephones(app, town):
    case = town.worker.report(address="东门外，电话 13900001111").get_json()
    case = town.duty.act(town.acceptor.act(case, "accept"), "file", **{"class": GARBAGE, "condition": "1"})
    town.dispatcher.act(case, "dispatch", lead=HOUSING)
    town.supervisor.act(case, "supervise", grade="red")
    town.drain()
    desk = Desk(app, town.housing)
    heading, *rows = taken(app, desk, "notices")
    assert heading[:3] == ["时间", "种类", "消息"]
    assert [row[1] for row in rows] == ["被督办", "请签收"]
    assert all("东门外" in row[2] and "13900001111" not in row[2] for row in rows)
    assert value_of(desk.get("/notices/?about=supervision").text, "query") == "about=supervision"
    assert [row[1] for row in taken(app, desk, "notices", "about=supervision")[1:]] == ["被督办"]
    assert taken(app, Desk(app, town.duty), "notices")[1:] == []
