"""Put by and throw away what people at desks use again."""

from uuid import UUID, uuid4

from sqlalchemy import and_, delete, func, select

from app.core import clock, letters
from app.core.db import db, upsert
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.permissions import Person
from app.core.transaction import running
from app.desk import queries
from app.desk.models import DeskFilter, Phrase
from workflows.words import Words

FILTERS_MOST, PHRASES_MOST = 30, 200


class TooManyKept(Conflict):
    """已存得太多，请先删除不用的。"""

    code = "too_many_kept"
    en = "Too many are kept: delete some that you no longer use."


def keep_filter(person: Person, name: str, query: str) -> None:
    """Keep a list under a name; the same name again takes the place of the one before."""
    running()
    name = letters.fold_name(name)
    if not 1 <= len(name) <= 30 or not letters.is_fit(name + query) or len(query) > 600:
        raise Invalid(Words("请给筛选起一个 1 到 30 个字的名称。", "Give the filter a name of 1 to 30 characters."))
    others = and_(DeskFilter.person_id == person.person_id, DeskFilter.name != name)
    if _count(DeskFilter, others) >= FILTERS_MOST:
        raise TooManyKept
    statement = upsert(DeskFilter).values(person_id=person.person_id, name=name, query=query)
    db.session.execute(statement.on_conflict_do_update(index_elements=["person_id", "name"], set_={"query": query}))


def drop_filter(person: Person, name: str) -> None:
    """Throw a filter away."""
    running()
    db.session.execute(delete(DeskFilter).where(DeskFilter.person_id == person.person_id, DeskFilter.name == name))


def keep_phrase(person: Person, scope_code: str, action: str, text: str) -> Phrase:
    """Keep a text for all who act for a department or centre; raise Forbidden for those of others."""
    running()
    if scope_code not in queries.scopes(person) or person.person_id is None:
        raise Forbidden(
            Words("只能为自己所在的部门或中心保存常用语。", "Texts are kept for one's own department or centre only.")
        )
    text = letters.fold(text)
    if not 1 <= len(text) <= 500 or not letters.is_fit(text):
        raise Invalid(Words("常用语应为 1 到 500 个字。", "A text has 1 to 500 characters."))
    if _count(Phrase, Phrase.scope_code == scope_code) >= PHRASES_MOST:
        raise TooManyKept
    phrase = Phrase(
        id=uuid4(), scope_code=scope_code, action=action, text=text, created_by=person.person_id, created_at=clock.now()
    )
    db.session.add(phrase)
    return phrase


def drop_phrase(person: Person, phrase_id: UUID) -> None:
    """Throw a text of one's own department or centre away; raise NotFound for others'."""
    running()
    phrase = db.session.get(Phrase, phrase_id)
    if phrase is None or phrase.scope_code not in queries.scopes(person):
        raise NotFound
    db.session.delete(phrase)


def _count(model: type[DeskFilter] | type[Phrase], condition: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(condition)) or 0  # type: ignore[arg-type]
