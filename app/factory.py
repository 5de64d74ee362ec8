"""Make the application. Nothing else imports rooms and wiring."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from app import config, rooms, wiring
from app.audit import refused_requests
from app.core import db as database
from app.core import http, logs, openapi, requests_log, storage
from app.frame import assets, docs, pages, tiles
from app.identity import cookies, gate

MIGRATIONS = config.shipped("migrations")


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Return the application with all its rooms; settings from the environment unless overridden."""
    app = Flask("app", static_folder=None)
    app.config.from_mapping(config.load(overrides))
    app.url_map.strict_slashes = False
    logs.configure(app.config["LOG_LEVEL"])
    database.init(app)
    storage.init(app)
    Migrate(app, database.db, directory=str(MIGRATIONS))
    api = http.init(app)
    requests_log.init(app)
    assets.init(app)
    pages.init(app, rooms.MENU, rooms.ADMINISTRATION, rooms.ENTRANCES)
    tiles.init(app)
    cookies.init(app)
    refused_requests.init(app)
    rooms.register(app, api)
    wiring.wire(app)
    rooms.describe(api)
    openapi.complete(app, api)
    docs.init(app, api)
    gate.behind_proxies(app)
    return app
