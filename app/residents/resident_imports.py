"""Refuse rules of residents that name roles or services which are not there, or leave out a care that goes on."""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from app.catalogue.lookups import Catalogue
from app.core.db import db
from app.identity import queries as identity
from app.residents.models import ResidentCare
from app.residents.resident_rules import KIND, ResidentRules, rules, rules_of
from workflows.words import Words, listed

_NO_ROLE = Words("没有这些角色：{}。", "There are no such roles: {}.")
_NO_SERVICE = Words("没有这些服务：{}。", "There are no such services: {}.")
_CARED_SO = Words(
    "还有人属于这些关爱种类，不能去掉：{}。请先结束这些关爱。",
    "People are cared for in these ways still: {}. End these cares first.",
)


def faults(catalogue: Catalogue, _: Collection[str]) -> dict[str, list[Words]]:
    """Name, by field, what other rules than those in force cannot mean: who reads nothing by them reads nothing at all.

    A care that is left out while it goes on would be seen by nobody, and never ended.
    """
    other = rules_of(catalogue)
    if other == rules():
        return {}
    roles, services = {*identity.roles().permissions, *_named("readers")}, {*catalogue.services, *_named("services")}
    wrong: dict[str, list[Words]] = {}
    for place, care in enumerate(other.cares.values()):
        wrong |= _unknown(f"cares[{place}].readers", care.readers, roles, _NO_ROLE)
    for place, rule in enumerate(other.fields.values()):
        wrong |= _unknown(f"fields[{place}].readers", rule.readers, roles, _NO_ROLE)
        wrong |= _unknown(f"fields[{place}].services", rule.services, services, _NO_SERVICE)
    return {**wrong, **_left_out(other)}


def _named(name: str) -> set[str]:
    """Return what the rules in force name already: those that are shipped name services that a county may not have."""
    known = rules()
    return {code for rule in (*known.cares.values(), *known.fields.values()) for code in getattr(rule, name, ())}


def _unknown(field: str, codes: Iterable[str], known: Collection[str], words: Words) -> dict[str, list[Words]]:
    unknown = [code for code in codes if code not in known]
    return {f"{KIND}[{KIND}].{field}": [words.format(listed(unknown))]} if unknown else {}


def _left_out(other: ResidentRules) -> dict[str, list[Words]]:
    going_on = select(ResidentCare.care).where(ResidentCare.ended_at.is_(None)).distinct().order_by(ResidentCare.care)
    lacking = [code for code in db.session.scalars(going_on) if code not in other.cares]
    return {f"{KIND}[{KIND}].cares": [_CARED_SO.format(listed(lacking))]} if lacking else {}
