"""Read every setting once, with its unit and default; only the S3 library looks into the environment by itself."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_APP = Path(__file__).parent


def shipped(name: str) -> Path:
    """Return where a folder of the checkout lies: there, or in an installed wheel inside the package (`setup.py`)."""
    inside = _APP / "shipped" / name
    return inside if inside.exists() else _APP.parent / name


DEFAULTS: dict[str, Any] = {
    # where things are kept; SQLite in the data folder unless a URL says otherwise
    "DATA_DIR": "data",
    "DATABASE_URL": None,
    "REDIS_URL": None,  # None: no doorbell, the scheduler's sweep does the work
    "STORAGE_URL": None,  # file:///folder or s3://bucket/prefix
    # sessions
    "ACCESS_MINUTES": 60,
    "REFRESH_DAYS": 30,
    "REFRESH_GRACE_SECONDS": 60,  # a phone that lost the answer may repeat its refresh token this long
    "BROWSER_IDLE_MINUTES": 60,  # a browser that nobody uses so long must sign in again (example)
    "BROWSER_HOURS": 12,  # and one that is used all the time, after so many hours (example)
    # sign-in (argon2id; memory in KiB)
    "ARGON2_MEMORY_KIB": 19_456,
    "ARGON2_ROUNDS": 2,
    "SIGN_INS_AT_ONCE": 3,  # password checks at once in one process: far fewer than may wait
    "SIGN_IN_CODE_HOURS": 24,  # how long a one-time code from an administrator can be used (example)
    "SECOND_FACTOR": "required",  # of administrators and whoever may reveal personal data; or "off"
    "SECOND_FACTOR_DAYS": 30,  # so long a device on which a code was shown is asked for none (example)
    "PASSWORD_WORDS": "guxian",  # words beside names that no password is made from, like the county's in pinyin
    "TRUSTED_PROXIES": 0,  # how many proxies in front may speak for the client's address
    "PLAIN_HTTP": False,  # a trial: signing in is possible over http on any host, and every page says so
    "HSTS_SECONDS": 0,  # how long browsers shall ask for this host by https alone; 0: they are not told
    "TLS_CERTIFICATE": None,  # file in PEM, with what it is signed by; with it and its key the web server speaks https
    "TLS_KEY": None,
    # integrity
    "HASH": "sha256",  # or "sm3"
    "ANCHOR_DIR": None,  # where the heads of all histories are anchored every day; None: `anchors` in the data folder
    "CITIZEN_KEYS": None,  # "id:base64key,…", newest first; None: a key file in the data folder
    # looking around before a report
    "NEAR_BORDER_METRES": 300,  # so far beyond one's own grids one may still ask what is known close by
    "NEAR_PER_MINUTE": 30,  # and so often
    # pages
    "BROWSER_FILES": str(shipped("node_modules")),
    "MAP_TILES": None,  # address of map tiles, like https://tiles.example/{z}/{x}/{y}.png; None: outlines only
    # largest bodies, bytes
    "MAX_CONTENT_LENGTH": 1_048_576,
    "MAX_ATTACHMENT_BYTES": 64 * 1_048_576,
    # what a client may hold, and for how long: seconds, bytes, connections of one process; our figures
    "CLIENT_SILENCE_SECONDS": 30,
    "CLIENT_REST_SECONDS": 30,
    "LEAST_BYTES_PER_SECOND": 500,
    "CONNECTIONS": 1000,
    # running
    "METRICS_TOKEN": None,  # bearer for /metrics; None: only from this machine, and not through a proxy
    "DISK_WARN_MB": 2048,  # free space of the data folder below which /readyz says `degraded`
    "DISK_LEAST_MB": 64,  # and below which it says `failed`, and cases, files and exports have to wait
    "DISK_RESERVE_MB": 16,  # kept free for signing in and the like when others have filled the disk
    "LOG_LEVEL": "INFO",
    "COUNTY_CODE": "141025",
    "DEMO_PASSWORD": None,
}
_PLAIN = {"DATABASE_URL", "REDIS_URL", "STORAGE_URL"}


def load(overrides: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return all settings: defaults, then the environment (`GEZHI_…`, and the three URLs), then overrides."""
    settings = dict(DEFAULTS)
    for name, default in DEFAULTS.items():
        text = environ.get(name if name in _PLAIN else f"GEZHI_{name}")
        if text is not None:
            settings[name] = _as(type(default), text)
    settings.update(overrides or {})
    data = Path(settings["DATA_DIR"]).absolute()
    settings["DATA_DIR"] = str(data)
    settings["SQLALCHEMY_DATABASE_URI"] = database_url(settings["DATABASE_URL"], data)
    settings.setdefault("STORAGE_URL", None)
    settings["STORAGE_URL"] = settings["STORAGE_URL"] or (data / "storage").as_uri()
    settings.setdefault("SECRET_KEY", environ.get("GEZHI_SECRET_KEY") or secrets.token_hex(32))
    return settings


def database_url(url: str | None, data: Path) -> str:
    """Return the address as SQLAlchemy wants it: psycopg for PostgreSQL, a file in the data folder by default."""
    if not url:
        return f"sqlite:///{data / 'gezhi.sqlite3'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url


def _as(kind: type, text: str) -> Any:
    if kind is bool:
        return text.strip().lower() in ("1", "true", "yes", "on")
    return int(text) if kind is int else text
