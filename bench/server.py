"""Serve the product, and the floors below their prefix."""

from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from app.factory import create_app
from app.up import server
from bench import floors

SETTINGS: dict[str, Any] = {"REDIS_URL": None, "LOG_LEVEL": "ERROR", "SECOND_FACTOR": "off"}


def main(folder: str, port: str, workers: str) -> None:
    """Be the server."""
    app = create_app({**SETTINGS, "DATA_DIR": folder})
    database = app.config["DATABASE_URL"] or str(Path(folder) / "gezhi.sqlite3")
    beside = {floors.PREFIX: _at_prefix(floors.application(database))}
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, beside)  # type: ignore[method-assign]
    server.serve(app, "127.0.0.1", int(port), int(workers))


def _at_prefix(app: Flask) -> Any:
    """Give the prefix back that the dispatcher takes off."""

    def call(environ: dict[str, Any], start: Any) -> Any:
        environ["PATH_INFO"] = environ.pop("SCRIPT_NAME", "") + environ["PATH_INFO"]
        environ["SCRIPT_NAME"] = ""
        return app.wsgi_app(environ, start)

    return call
