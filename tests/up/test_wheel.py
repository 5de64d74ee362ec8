"""A wheel runs by itself: installed into an empty environment it serves all that a county needs."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app.config import shipped
from tests.support.processes import READY, free_port, lines_until, started
from tests.support.remote import Remote

ROOT = Path(__file__).parents[2]
PACKED = ("app", "workflows", "migrations", "docs", "worker.py", "setup.py", "setup.cfg", "pyproject.toml", "README.md")
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
BUILD = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir"]


@pytest.fixture
def source(tmp_path):
    """What is packed, in a folder of its own, without the browser files."""
    folder = tmp_path / "source"
    folder.mkdir()
    for name in (*PACKED, "LICENSE", "NOTICE"):
        one = ROOT / name
        if one.is_dir():
            shutil.copytree(one, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(one, folder)
    return folder


def depended_on(names):
    """The distributions that some need here, with what these need in turn: as their metadata say."""
    left, known = wanted_by(names, {""}), {}
    while left:
        wanted = left.pop()
        name = canonicalize_name(wanted.name)
        extras = {*wanted.extras} | {""}
        if name in known and extras <= known[name]:
            continue
        known[name] = known.get(name, set()) | extras
        left += wanted_by(distribution(name).requires or (), extras)
    return known


def wanted_by(lines, extras):
    """The requirements of some lines that hold here, with these extras."""
    every = map(Requirement, lines)
    return [one for one in every if not one.marker or any(one.marker.evaluate({"extra": of}) for of in extras)]


def link(names, packages):
    """Let a folder of packages hold these distributions, and nothing else of ours."""
    here = Path(sysconfig.get_path("purelib"))
    for name in names:
        for top in {file.parts[0] for file in distribution(name).files if not file.parts[0].startswith("..")}:
            if not (packages / top).exists():
                (packages / top).symlink_to(here / top)


def environment_with(wheel, folder):
    """An environment that holds the wheel and, linked, what it says it depends on; return the two folders."""
    venv.create(folder, with_pip=False, symlinks=True)
    subprocess.run([*PIP, "--python", folder / "bin/python", "install", "--no-deps", "--no-index", wheel], check=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    linked = folder / "linked"
    linked.mkdir()
    (said,) = packages.glob("gezhi-*.dist-info")
    link(depended_on(Distribution.at(said).requires or ()), linked)
    (packages / "dependencies.pth").write_text(str(linked))  # no .pth in there is followed further
    return folder / "bin", packages


def test_a_wheel_serves_from_an_empty_environment(source, tmp_path, monkeypatch):
    (source / "node_modules").symlink_to(shipped("node_modules"))
    subprocess.run([*BUILD, tmp_path, "."], cwd=source, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    shutil.rmtree(source)
    programs, packages = environment_with(wheel, tmp_path / "empty")
    named = {path.name for path in packages.iterdir() if not path.name.endswith((".dist-info", ".pth"))}
    assert named - {"__pycache__"} == {"app", "workflows", "worker.py"}
    monkeypatch.chdir(tmp_path)
    gezhi, port = [os.fspath(programs / "gezhi")], free_port()
    assert "gezhi, version" in subprocess.run([*gezhi, "--version"], check=True, capture_output=True, text=True).stdout
    with started("up", "--empty", "--port", port, "--data", tmp_path / "data", program=gezhi) as up:
        lines_until(up, READY)
        remote = Remote(port)
        assert remote.get("/readyz").status_code == 200
        for address in ("/lib/vue.js", "/lib/leaflet.css", "/handbook/desk", "/handbook/pictures/desk-case.png"):
            assert remote.get(address).status_code == 200, address


def test_a_build_without_the_browser_files_ends_with_a_sentence(source, tmp_path):
    built = subprocess.run([*BUILD, tmp_path, "."], cwd=source, capture_output=True, text=True, check=False)
    assert built.returncode != 0
    assert "build by ./gezhi wheel" in built.stdout + built.stderr
    assert not [*tmp_path.glob("*.whl")]


def test_every_package_whose_files_go_along_is_named_with_its_licence():
    needed = json.loads((ROOT / "package.json").read_text())["dependencies"]
    lines = (ROOT / "NOTICE").read_text(encoding="utf-8").splitlines()
    for name in needed:
        licence = json.loads((shipped("node_modules") / name / "package.json").read_text())["license"]
        assert any(line.split()[:2] == [name, licence] for line in lines), (name, licence)
