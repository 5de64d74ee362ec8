"""Ask a page for an element: a word that is looked for in all of its text may stand in its menu as well.

What is compared is all that an element says, with one space for a gap; attributes are given as names of arguments
(`aria_current` is aria-current, `class_` is class, of which each word given must be there; "" is one without a value).
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CELLS = ("th", "td")


class Element:
    """An element of a page, with what stands in it: texts and elements, in their order."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.within: list[str | Element] = []

    @property
    def says(self) -> str:
        """All that it says."""
        return " ".join("".join(self._texts()).split())

    def all(self, *tags: str, **attributes: str) -> "list[Element]":
        """The elements in it of these kinds (of any, if none is named) with these attributes."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [one for one in self._below() if (not tags or one.tag in tags) and one._bears(wanted)]

    def _texts(self) -> Iterator[str]:
        for part in self.within:
            yield from (part,) if isinstance(part, str) else part._texts()

    def _below(self) -> "Iterator[Element]":
        for part in self.within:
            if isinstance(part, Element):
                yield part
                yield from part._below()

    def _bears(self, wanted: dict[str, str]) -> bool:
        own = self.attributes
        return all(
            {*value.split()} <= {*own.get(name, "").split()} if name == "class" else own.get(name) == value
            for name, value in wanted.items()
        )


class _Reader(HTMLParser):
    """Read a page, or a part of one, into its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].within.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].within.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.open[-1].within.append(data)

    def handle_endtag(self, tag: str) -> None:
        depths = [depth for depth, element in enumerate(self.open) if element.tag == tag]
        if depths:
            del self.open[depths[-1] :]


def elements(page: str, *tags: str, **attributes: str) -> list[Element]:
    """The elements of a page of these kinds (of any, if none is named) with these attributes."""
    reader = _Reader()
    reader.feed(page)
    return reader.open[0].all(*tags, **attributes)


def part_of(page: str, heading: str) -> Element:
    """The part of a page over which the heading with this id stands."""
    return elements(page, aria_labelledby=heading)[0]


def texts_of(page: str, *tags: str, **attributes: str) -> list[str]:
    """What these elements say."""
    return [one.says for one in elements(page, *tags, **attributes)]


def alert(page: str) -> str:
    """What a page says at once, and only it: why nothing was done, or what to look out for."""
    (text,) = texts_of(page, role="alert")
    return text


def outcome(page: str) -> str:
    """What a page says has been done, and only it."""
    (text,) = texts_of(page, "p", class_="outcome", role="status")
    return text


def empty_title(page: str) -> str:
    """By what a page says that there is nothing to list, and only it."""
    (text,) = texts_of(page, "p", class_="empty-title")
    return text


def errors_at(page: str, field: str) -> list[str]:
    """What is wrong with a field, as it stands beside it."""
    about = elements(page, id=f"about-{field}")
    return [fault.says.removeprefix("✗ ") for one in about for fault in one.all("span", class_="text-danger")]


def value_of(page: str, name: str) -> str | None:
    """What stands in the control of a form that bears this name; of a choice what is marked as chosen."""
    (control, *_) = [one for one in elements(page, "input", "select", "textarea") if one.attributes.get("name") == name]
    if control.tag == "select":
        return next((one.attributes.get("value", one.says) for one in control.all("option", selected="")), None)
    return control.says if control.tag == "textarea" else control.attributes.get("value", "")


def facts_of(page: str) -> list[tuple[str, str]]:
    """What the lists of facts say, each with its label; a label of several is there as often."""
    facts, label = [], ""
    for one in elements(page, "dt", "dd"):
        if one.tag == "dt":
            label = one.says
        else:
            facts.append((label, one.says))
    return facts


def rows_of(page: str, **table: str) -> list[list[str]]:
    """What the cells say, row by row, of the tables with these attributes; heads of columns are no rows."""
    bodies = [body for one in elements(page, "table", **table) for body in one.all("tbody")]
    return [[cell.says for cell in row.all(*CELLS)] for body in bodies for row in body.all("tr")]


def items_of(page: str, **attributes: str) -> list[str]:
    """What the items of the lists with these attributes say."""
    return [item.says for one in elements(page, "ul", "ol", **attributes) for item in one.all("li")]


def links_of(page: str) -> dict[str, str]:
    """Where a page leads, with what the link says."""
    return {one.attributes["href"]: one.says for one in elements(page, "a") if "href" in one.attributes}


def tight(page: str) -> str:
    """A page without the whitespace around its tags, and with single spaces within them."""
    return re.sub(r"\s*(<[^>]*>)\s*", lambda tag: " ".join(tag[1].split()), page)
