"""`gezhi up`: everything on one machine. `gezhi migrate`: only bring the database up to date."""

import http.client
import os
import ssl
from contextlib import closing
from functools import partial
from pathlib import Path

import click
from flask import Flask

import worker
from app.core.commands import HOST, PORT
from app.factory import create_app
from app.up import certificate, data_folder, file_modes, first, log_format, scheduler, valkey, web
from app.up.port import address, check_free
from app.up.schema import bring_up_to_date, is_new
from app.up.supervisor import ChildPart, Supervisor


@click.command(short_help="在本机启动全部 everything on this machine")
@HOST
@PORT
@click.option(
    "--data", type=click.Path(path_type=Path), default="data", show_default=True, help="数据文件夹。The data folder."
)
@click.option("--empty", is_flag=True, help="不建演示县。Without the demo county.")
@click.option(
    "--tls",
    nargs=2,
    type=click.Path(path_type=Path),
    metavar="CERT KEY",
    help="以 https 提供服务：PEM 格式的证书和私钥。Serve https.",
)
@click.option("--plain-http", is_flag=True, help="试用：允许其他机器经 http 登录。A trial: sign in over http.")
def up(host: str, port: int, data: Path, empty: bool, tls: tuple[Path, Path] | None, plain_http: bool) -> None:
    """在本机启动全部：数据库、网页、后台任务、定时任务。Run everything on this machine until told to stop."""
    log_format.configure()
    check_free(host, port)
    if tls:
        os.environ["GEZHI_TLS_CERTIFICATE"], os.environ["GEZHI_TLS_KEY"] = (str(each.absolute()) for each in tls)
    if plain_http:
        os.environ["GEZHI_PLAIN_HTTP"] = "true"
    certificate.check(os.environ.get("GEZHI_TLS_CERTIFICATE"), os.environ.get("GEZHI_TLS_KEY"))
    data = data_folder.prepare(data)
    file_modes.refuse_foreign(data)
    with closing(data_folder.lock(data)):
        file_modes.tighten(data, os.environ.get("STORAGE_URL"))
        supervisor = Supervisor()
        try:
            _start(supervisor, host, port, data, empty)
            supervisor.watch()
        finally:
            supervisor.stop()


@click.command(short_help="升级数据库 bring the database up to date")
def migrate() -> None:
    """升级数据库。Bring the database to the newest migration."""
    log_format.configure()
    app = create_app()
    data = Path(app.config["DATA_DIR"])
    if data.is_dir():
        file_modes.tighten(data, app.config["STORAGE_URL"])
    bring_up_to_date(app)


def _start(supervisor: Supervisor, host: str, port: int, data: Path, empty: bool) -> None:
    os.environ["GEZHI_DATA_DIR"] = str(data)
    os.environ.setdefault("GEZHI_SECRET_KEY", data_folder.kept_secret(data, "secret-key"))
    if not os.environ.get("REDIS_URL"):
        listening = valkey.socket_path(data)
        supervisor.add(ChildPart("valkey", partial(valkey.serve, data, listening), serves_others=True))
        supervisor.wait_for(lambda: valkey.answers(listening))
        os.environ["REDIS_URL"] = f"unix://{listening}"
    app = create_app()
    if is_new(app) and not empty:
        first.plan(data, app.config["DEMO_PASSWORD"])  # before: migrating may be broken off as well
    bring_up_to_date(app)
    first.ask_for_no_codes(app, data)
    with supervisor.interruptible():
        first.first_start(app, data)
    supervisor.add(ChildPart("web", partial(web.become, host, port)))
    supervisor.wait_for(lambda: _answers(app, host, port))
    if not supervisor.stopping:  # what works in the background does not keep people waiting
        supervisor.add(ChildPart("worker", partial(worker.work, app)))
        supervisor.add(ChildPart("scheduler", partial(scheduler.run, app)))
        scheme = "https" if app.config["TLS_CERTIFICATE"] else "http"
        first.greet(data, f"{scheme}://{address(host, port)}")


def _answers(app: Flask, host: str, port: int) -> bool:
    """Ask our own server; whose certificate it shows is for its clients to judge."""
    if app.config["TLS_CERTIFICATE"]:
        blindly = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        blindly.check_hostname, blindly.verify_mode = False, ssl.CERT_NONE
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, port, timeout=5, context=blindly)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()
