"""Measure how long a survey of components is taken in, and a phone's reports beside it: `python -m bench.survey`.

The file is a sheet as a surveyor brings it, taken in by the command that a county would run, on SQLite or on the empty
database of DATABASE_URL, while the server answers a report every half second.
"""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from uuid import uuid4

import click

from app.core.db import db
from app.factory import create_app
from bench import world
from bench.__main__ import API, serve
from bench.load import Target, exchange, request
from bench.server import SETTINGS

EVERY_SECONDS = 0.5
HEAD = ("编号", "名称", "经度", "纬度", "权属单位", "养护单位", "状态", "状况等级", "材质", "尺寸（毫米）", "初始日期")
COUNTY = "141025"  # the county before the class and the number of an identifier


@click.command()
@click.option("--rows", default=100_000, show_default=True)
@click.option("--port", default=8766, show_default=True)
def survey(rows: int, port: int) -> None:
    """测量：导入部件普查表，同时不断上报。Measure an import of components, with reports beside it."""
    with tempfile.TemporaryDirectory(prefix="gezhi-survey-") as folder:
        settings = {**SETTINGS, "DATA_DIR": folder, "DATABASE_URL": os.environ.get("DATABASE_URL")}
        app = create_app(settings)
        worker = world.build(app, 0).tokens["worker1"]
        with app.app_context():
            db.engine.dispose()
        sheet = Path(folder) / "survey.csv"
        _write(sheet, rows)
        server = serve(folder, port, 2)
        try:
            _measure(sheet, rows, folder, Reports(Target("127.0.0.1", port), worker))
        finally:
            os.kill(server, signal.SIGTERM)
            os.waitpid(server, 0)


class Reports(threading.Thread):
    """A phone that reports again and again, and notes how long each took in seconds."""

    def __init__(self, target: Target, token: str) -> None:
        super().__init__()
        self.target, self.token, self.took = target, token, list[float]()
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(EVERY_SECONDS):
            body = json.dumps(world.report()).encode()
            began = time.perf_counter()
            status = exchange(self.target, request("PUT", f"{API}/cases/{uuid4()}", body, self.token))
            self.took.append(time.perf_counter() - began)
            if status != b"201":
                raise click.ClickException(f"上报被拒绝。A report was refused: {status.decode()}")


def _measure(sheet: Path, rows: int, folder: str, reports: Reports) -> None:
    command = [str(Path(sys.executable).with_name("gezhi")), "objects", "import", str(sheet), "--kind", "component"]
    environ = {**os.environ, "GEZHI_DATA_DIR": folder}
    reports.start()
    began = time.perf_counter()
    subprocess.run(command, check=True, env=environ, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    reports.over.set()
    reports.join()
    of_all = sorted(reports.took)
    click.echo(
        f"{rows} rows in {seconds:.0f} s; beside it {len(of_all)} reports: "
        f"median {of_all[len(of_all) // 2]:.2f} s, slowest {of_all[-1]:.2f} s"
    )


def _write(sheet: Path, rows: int) -> None:
    west, south, east, north = world.BOX
    chance = random.Random(1)  # noqa: S311
    with sheet.open("w", encoding="utf-8", newline="") as target:
        lines = csv.writer(target)
        lines.writerow(HEAD)
        for number in range(1, rows + 1):
            place = (f"{chance.uniform(west, east):.6f}", f"{chance.uniform(south, north):.6f}")
            owners = ("县住房和城乡建设局", "某养护公司", "在用", "完好", "铸铁", "700", "2020-05-01")
            lines.writerow((f"{COUNTY}0102{number:06}", f"井盖{number}", *place, *owners))


if __name__ == "__main__":
    survey()
