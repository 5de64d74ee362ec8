"""Describe a message: of what, to whom, in which words. Texts hold number, class and place, no data of people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from workflows.words import Term, Words


class To(Term):
    """Whom a message is for; `app/notices/audiences.py` finds them."""

    REPORTER = "reporter", "上报人", "who reported it"
    REPORTERS_OF_MERGED = "reporters_of_merged", "被并案件的上报人", "who reported what was merged into it"
    # for the clock named, else for the running stages
    ANSWERABLE = "answerable", "当前环节责任人", "who is answerable now"
    # of the centre, by the first permission, and of departments at work, by the second
    LEADERS = "leaders", "中心和部门领导", "leaders of centre and departments"
    NAMED = "named", "被指派的核实、核查人", "who is named to verify or check"  # by name, for a task of `part`
    FORMER = "former", "原核实、核查人", "who was named before"  # in whose place this step named another
    # at the centre, who may name somebody for a task of `part`, where this step found nobody
    NAMERS = "namers", "可指定人员的岗位", "who may name somebody"
    SENT = "sent", "被派部门", "departments it was sent to"  # to which this step sent a task
    # departments from which this step took their task back, and who did the work there
    RECALLED = "recalled", "被收回的部门和经办人", "departments it was taken from"
    # of the centre that had the case until this step, who holds what the message names; `after` names what moves a case
    CENTRE_BEFORE = "centre_before", "原办理中心", "the centre that had it before"
    ASSIGNED = "assigned", "被指派的经办人", "who was assigned"  # the handler or contractor named by this step
    GRADED = "graded", "风险等级规定的人", "whom the grade of risk names"  # the roles that the grade of its class names
    COPIED = "copied", "被抄送的部门", "departments that shall know"
    DECIDERS = "deciders", "审批人", "who decides"  # of what was asked
    ASKER = "asker", "申请人", "who asked"  # for what is decided
    ABOVE = "above", "上级领导", "those above"  # the roles that a step of escalation names
    # who took one of the steps named in `after`: the latest of them, or the ones that `of_task` and `only_if` mean
    EARLIER = "earlier", "先前办理的人", "who acted before"
    PART = "part", "内部派办的承办人", "who does the part"  # of a task, whose limit the step names
    ISSUER = "issuer", "督办签发人", "who issued it"  # the supervision order that this step answers
    REOPENERS = "reopeners", "可重办的人", "who may reopen"  # what was found unsolved
    # at the centre, of those who hold what the message names; where nobody of them is on the roster, all of them
    ON_DUTY = "on_duty", "当班人员", "who is on duty"
    MAKER = "maker", "导出人", "who ordered the file"


BY_NAME = frozenset({To.ANSWERABLE, To.ASSIGNED, To.NAMED, To.ON_DUTY, To.PART, To.SENT})  # whose own turn it is


class NoticeAbout(Term):
    """What a message is about: by this people sort and choose them."""

    TASKS = "tasks", "待办任务", "what is to be done"
    LIMITS = "limits", "时限", "limits"
    SUPERVISION = "supervision", "督办催办", "supervision"
    COPIES = "copies", "抄送我的", "copies for me"
    RESULTS = "results", "案件结果", "what came of it"
    FILES = "files", "文件", "files"


class NoticeSubject(StrEnum):
    """What a message leads to, besides a case."""

    CAMPAIGN = "campaign"
    EXPORT = "export"
    WARNING = "warning"


@dataclass(frozen=True)
class PlainKind:
    """A kind of message that is about no case: for whom, and what it leads to."""

    code: str
    to: To
    subject: NoticeSubject


_PLAIN_KINDS = (
    PlainKind("campaign_behind", To.SENT, NoticeSubject.CAMPAIGN),
    PlainKind("export_failed", To.MAKER, NoticeSubject.EXPORT),
    PlainKind("export_ready", To.MAKER, NoticeSubject.EXPORT),
    PlainKind("warning_given", To.SENT, NoticeSubject.WARNING),
    PlainKind("warning_silent", To.ABOVE, NoticeSubject.WARNING),
)
PLAIN_KINDS: Mapping[str, PlainKind] = MappingProxyType({kind.code: kind for kind in _PLAIN_KINDS})


class Channel(Term):
    """By which way a message goes to people; ways that lead out of the house are entered here one day."""

    APP = "app", "站内消息", "in the application"


@dataclass(frozen=True)
class Template:
    """One message. `{case}` and the other words in braces are filled in by `app/notices/words.py`."""

    kind: str
    to: To
    text: Words
    must_see: bool = True  # False: it is told also to those who do not see the case, or do so no longer
    sets: tuple[str, Any] | None = None  # only where the step put this into the case
    into: str | None = None  # only where the step led into this state, from another one
    part: Term | None = None
    after: tuple[StrEnum, ...] = ()
    of_task: bool = False  # of those steps the one that began the task which this step is about
    only_if: tuple[str, Any] | None = None  # of those steps all that say so, since this one was last taken
    holding: tuple[StrEnum, ...] = ()  # what those hold who are told, where `to` leaves it open
