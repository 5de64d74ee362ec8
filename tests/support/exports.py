"""Take a list away as a file: order it at its page, have it written, download it."""

import csv
import io
import re

from app.frame.exports import jobs
from tests.support.elements import rows_of

URL = "/exports/"


def order(desk, table, query="", kind="csv", language="zh"):
    """Order a list as a file at its page; return the answer."""
    return desk.post(f"{URL}?lang={language}", {"table": table, "query": query, "format": kind})


def write(app):
    """Let what was ordered be written."""
    with app.app_context():
        return jobs.work()


def listed(desk):
    """What the list of somebody's files says of each: how it stands, and what can be done with it."""
    return [row[4:] for row in rows_of(desk.get(URL).text, id="export-list")]


def links(desk):
    """Where one's files can be downloaded; those of one moment, as tests hold it, stand in any order."""
    return re.findall(rf'href="({URL}[^"]+/file)"', desk.get(URL).text)


def download(desk, link=None):
    """What a file holds; the only one there is, where none is meant."""
    if link is None:
        (link,) = links(desk)
    with desk.get(link) as answer:
        assert answer.status_code == 200, answer.text
        return answer.data


def made(app, desk, table, query="", **more):
    """Order a list and have it written; what the new file holds."""
    there = {*links(desk)}
    assert order(desk, table, query, **more).status_code == 303
    assert write(app) == 1
    (link,) = {*links(desk)} - there
    return download(desk, link)


def status(desk, link):
    """How a download is answered."""
    with desk.get(link) as answer:
        return answer.status_code


def table_of(content):
    """The rows of a csv."""
    assert content.startswith(b"\xef\xbb\xbf"), "or Excel takes it for an older encoding"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def taken(app, desk, table, query="", **more):
    """Take a list away; return its rows."""
    return table_of(made(app, desk, table, query, **more))
