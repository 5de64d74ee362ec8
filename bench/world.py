"""The world the measurements run in: the demo county and some open cases."""

import random
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import click
import flask_migrate
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.transaction import transaction
from app.demo import county
from app.factory import MIGRATIONS
from app.identity import passwords, sessions, tokens
from app.identity.models import PersonRow

CLASS = "0102"
BOX = (111.92, 36.24, 111.98, 36.29)  # lon, lat from; lon, lat to: around the county seat


@dataclass(frozen=True)
class World:
    """Who acts, and on which cases."""

    tokens: dict[str, str]
    cases: list[str]


def build(app: Flask, cases: int) -> World:
    """Migrate, make the demo county, sign people in, and let a worker report."""
    with app.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS))
        county.make(passwords.hash_password(uuid4().hex))
        held = {name: _token(name) for name in ("worker1", "acceptor1", "duty1")}
    client, case_ids = app.test_client(), []
    headers = {"Authorization": f"Bearer {held['worker1']}"}
    while len(case_ids) < cases:
        case_id = str(uuid4())
        response = client.put(f"/api/v1/cases/{case_id}", json=report(), headers=headers)
        if response.status_code != 201:
            raise click.ClickException(f"准备案件被拒绝。A case to prepare was refused: {response.text}")
        case_ids.append(case_id)
    return World(held, case_ids)


def report() -> dict[str, Any]:
    """Return the body of an ordinary report, somewhere around the county seat."""
    west, south, east, north = BOX
    place = {"lon": round(random.uniform(west, east), 6), "lat": round(random.uniform(south, north), 6)}  # noqa: S311
    return {"class": CLASS, "description": "路口垃圾成堆，约两立方米", "address": "城关", **place}


def _token(username: str) -> str:
    person_id = db.session.scalar(select(PersonRow.id).where(PersonRow.username == username))
    assert person_id is not None  # noqa: S101 - the county has just been made
    with transaction():
        return sessions.open_session(person_id, "bench", tokens.digest(tokens.new())).access_token
