"""Ask a page for an element: a word that is looked for in all of its text may stand in its menu as well."""

import re
from html.parser import HTMLParser


class _Finder(HTMLParser):
    """Collect the text of every element of a kind that carries some attributes."""

    def __init__(self, tag, attributes):
        super().__init__()
        self.tag, self.attributes = tag, attributes
        self.texts, self._open = [], []

    def handle_starttag(self, tag, attrs):
        if tag == self.tag:
            given = dict(attrs)
            fits = all(given.get(name) == value for name, value in self.attributes.items())
            self._open.append(len(self.texts) if fits else None)
            self.texts += [""] * fits

    def handle_data(self, data):
        for place in self._open:
            if place is not None:
                self.texts[place] += data

    def handle_endtag(self, tag):
        if tag == self.tag and self._open:
            self._open.pop()


def texts_of(page, tag, **attributes):
    """The texts of the elements of a kind with these attributes (`aria_current` is aria-current), one space a gap."""
    finder = _Finder(tag, {name.replace("_", "-"): value for name, value in attributes.items()})
    finder.feed(page)
    return [" ".join(text.split()) for text in finder.texts]


def tight(page):
    """A page without the whitespace around its tags, and with single spaces within them."""
    return re.sub(r"\s*(<[^>]*>)\s*", lambda tag: " ".join(tag[1].split()), page)
