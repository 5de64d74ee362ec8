"""Build a wheel that runs: with the Python goes what a county needs besides, below `app/shipped`."""

from collections.abc import Iterable
from pathlib import Path
from runpy import run_path
from shutil import copy

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent
BROWSER_FILES = HERE / "node_modules"
LICENCES = ("LICENSE*", "LICENCE*", "NOTICE*")


class Shipping(build_py):
    """Copy the files as well, under the names that they have in a checkout; `app.config.shipped` finds them."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            for file in _files():
                target = Path(self.build_lib, "app", "shipped", file.relative_to(HERE))
                target.parent.mkdir(parents=True, exist_ok=True)
                copy(file, target)


def _files() -> Iterable[Path]:
    yield from (file for file in (HERE / "migrations").rglob("*") if file.suffix in (".py", ".ini", ".mako"))
    yield from (file for file in (HERE / "docs" / "handbook").rglob("*") if file.is_file())
    for name in run_path(str(HERE / "app" / "frame" / "libraries.py"))["FILES"].values():
        yield _fetched(BROWSER_FILES / name)
        yield from _licences(name)


def _fetched(file: Path) -> Path:
    if not file.is_file():
        raise SystemExit(
            "浏览器文件还没有下载：请用 ./gezhi wheel 打包。"
            "The browser files have not been fetched: build by ./gezhi wheel, which fetches them first."
        )
    return file


def _licences(name: str) -> Iterable[Path]:
    """Find the licence that has to go with a package's file."""
    depth = 2 if name.startswith("@") else 1
    package = BROWSER_FILES.joinpath(*Path(name).parts[:depth])
    return [file for pattern in LICENCES for file in package.glob(pattern)]


setup(cmdclass={"build_py": Shipping})
