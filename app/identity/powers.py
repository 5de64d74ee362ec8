"""The three powers of administration (三权分立), and who holds more than one of them: undivided (未分立)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from app.core.permissions import Permission, Person
from workflows.words import Words

POWERS: Mapping[Permission, Words] = {
    Permission.PEOPLE_MANAGE: Words("系统管理", "keeping the system"),
    Permission.ROLE_GRANT: Words("安全管理", "granting rights"),
    Permission.AUDIT_READ: Words("审计", "reading the audit"),
}


def held(permissions: Collection[str]) -> list[Words]:
    """Return the powers that some permissions carry."""
    return [words for permission, words in POWERS.items() if permission in permissions]


def own_grant(person_id: UUID, by: Person) -> bool:
    """Tell whether somebody would grant something to themselves, where the powers are held apart."""
    return by.person_id == person_id and not undivided(by.permissions)


def undivided(permissions: Collection[str]) -> bool:
    """Tell whether some permissions carry more than one power."""
    return len(held(permissions)) > 1
