"""State what is told to whom after which step of a case: one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workflows.case_terms import CaseAction, CaseState, TaskPart
from workflows.case_terms import CasePermission as P
from workflows.notices import Template, To
from workflows.risk_terms import RiskColour
from workflows.words import Words

A = CaseAction


def _reporter(kind: str, text: Words) -> Template:
    return Template(kind, To.REPORTER, text)


def _merged(kind: str, text: Words) -> Template:
    return Template(kind, To.REPORTERS_OF_MERGED, text)


_RECHECK = Template("to_check", To.NAMED, Words("请核查{case}。", "Please check {case}."), part=TaskPart.CHECK)
_CHECK = replace(_RECHECK, into=CaseState.HANDLED)
_REWORK = Template(
    "rework", To.SENT, Words("{case}须返工，请签收后重新处置。", "{case} must be done again: please sign.")
)
_CLOSED = (
    _reporter("closed", Words("您上报的{case}已结案。", "{case}, which you reported, is closed.")),
    _merged(
        "closed",
        Words("您上报的{case}所并入的案件已结案。", "The case that carries {case}, which you reported, is closed."),
    ),
)
_DENIED = Template("ask_denied", To.ASKER, Words("{case}的{ask}申请未获同意。", "{ask} for {case} was denied."))
_GRANTED = Template("ask_granted", To.ASKER, Words("{case}的{ask}申请已获同意。", "{ask} for {case} was granted."))
_RETURNED = Template(_GRANTED.kind, _GRANTED.to, _GRANTED.text, must_see=False)
_ASK = Template("to_decide", To.DECIDERS, Words("{case}有{ask}申请待批。", "{ask} for {case} waits for your decision."))
_ASSIST = Template(
    "to_sign", To.SENT, Words("{case}请贵部门协办，请签收。", "{case} needs your department's help: please sign.")
)
_UNSOLVED = Template("unsolved", To.REOPENERS, Words("{case}回访或抽查未解决，请决定是否重办。",
                     "{case} was found unsolved: please decide whether to reopen it."),
                     holding=(P.REOPEN,))  # fmt: skip

_VERIFY = Template("to_verify", To.NAMED, Words("请核实{case}。", "Please verify {case}."), part=TaskPart.VERIFY)
_TO_NAME = Template("to_name", To.NAMERS, Words("{case}没有可派的核实或核查人员，请指定一人。",
                    "{case}: nobody was found to verify or check it, please name somebody."),
                    part=TaskPart.VERIFY, holding=(P.VERIFY,))  # fmt: skip

_ENDED = Template("task_ended", To.RECALLED, Words("{case}：您或贵部门的任务已终止，无需再办理。",
                  "{case}: your task, or that of your department, has ended: nothing more is to be done."),
                  must_see=False, holding=(P.FINISH,))  # fmt: skip
_RESUMED = Template("resumed", To.ANSWERABLE, Words("{case}已恢复处置，请继续办理。",
                    "Work on {case} goes on: please see to it."), into=CaseState.HANDLING)  # fmt: skip
_NEAR = Template("limit_near", To.ANSWERABLE, Words("预警：{case}的{stage}时限为{due}，请抓紧办理。",
                 "{case}: the limit “{stage}” ends at {due}."))  # fmt: skip
_PASSED = Template("limit_passed", To.ANSWERABLE, Words("超时：{case}的{stage}时限（{due}）已过，请立即办理。",
                   "{case}: the limit “{stage}” ended at {due}."))  # fmt: skip
_REOPENED = _reporter("reopened", Words("您上报的{case}已重办。", "{case}, which you reported, was reopened."))


def _of_sender(text: Words) -> Template:
    return Template("sender_answered", To.EARLIER, text, after=(A.ASK_SENDER, A.ASK_SENDER_TIME))


def _of_whistle(kind: str, text: Words) -> Template:
    return Template(kind, To.EARLIER, text, after=(A.WHISTLE,), of_task=True)


_URGENT = Template("made_urgent", To.ANSWERABLE, Words("{case}已标为急要件，时限缩短，请立即办理。",
                   "{case} is urgent now and its limits are shorter: please see to it at once."))  # fmt: skip
_GRADE = Words("{{case}}的风险等级定为{}，请关注。", "{{case}} is of the grade {} now: look at it.")
_GRADED = tuple(
    Template("graded", To.GRADED, _GRADE.format(colour.words), sets=("colour", colour)) for colour in RiskColour
)
TABLE: Mapping[str, tuple[Template, ...]] = {
    A.REPORT: (Template("urgent_report", To.ON_DUTY, Words("急要件：刚上报{case}，请立即受理。",
                        "Urgent: {case} was just reported, please accept it at once."), sets=("urgent", True),
                        holding=(P.ACCEPT,)),),
    A.URGENT: (_URGENT,),
    A.CORRECT: (replace(_URGENT, sets=("urgent", True)), *_GRADED),
    A.FILE: _GRADED,
    A.VERIFY: (_VERIFY,),
    A.NAME_ANEW: (
        _VERIFY,
        _RECHECK,
        _TO_NAME,
        replace(_TO_NAME, part=TaskPart.CHECK, holding=(P.ASSIGN_CHECK,)),
        Template("named_instead", To.FORMER, Words(
            "{case}已改由他人核实或核查，您无需再办理；改派后才办的不予采用，所拍照片会存入案件。",
            "{case}: somebody else verifies or checks it now, you need not any more. What is done after this is not"
            " taken; its photos are kept with the case."), must_see=False),
    ),
    A.REFUSE: (_reporter("refused", Words("您上报的{case}不予受理，原因请打开案件查看。",
                         "{case}, which you reported, was refused; the case says why.")),),
    A.DECLINE: (_reporter("declined", Words("您上报的{case}不予立案，原因请打开案件查看。",
                          "{case}, which you reported, was declined; the case says why.")),),
    A.RECONSIDER: (_reporter("reconsidered", Words("您上报的{case}经复核重新受理。",
                             "{case}, which you reported, is taken up again.")),),
    A.MERGE: (_reporter("merged", Words("您上报的{case}已并入另一案件一并办理。",
                        "{case}, which you reported, is carried by another case.")), _ENDED),
    A.UNMERGE: (_reporter("unmerged", Words("您上报的{case}恢复单独办理。",
                          "{case}, which you reported, stands alone again.")),),
    A.VOID: (
        _reporter("voided", Words("您上报的{case}已作废，原因请打开案件查看。",
                  "{case}, which you reported, was voided; the case says why.")),
        _merged("voided", Words("您上报的{case}所并入的案件已作废。",
                "The case that carries {case}, which you reported, was voided.")),
        _ENDED,
    ),
    A.WITHDRAW: (_merged("voided", Words("您上报的{case}所并入的案件已被撤回。",
                         "The case that carries {case}, which you reported, was withdrawn.")), _ENDED),
    **dict.fromkeys((A.RECALL_VERIFY, A.WITHDRAW_DISPATCH, A.DROP_ASSIST, A.ESCALATE), (_ENDED,)),
    A.TAKE_BACK: (_ENDED, Template("taken_back", To.CENTRE_BEFORE, Words(
        "{case}已由交办的上级中心收回，本中心无需再办理，原因请打开案件查看。",
        "{case} was taken back by the centre that handed it down; yours need do nothing more, and the case says why."),
        after=(A.REPORT, A.CORRECT, A.ESCALATE, A.HAND_DOWN), holding=(P.ESCALATE,))),
    A.SENDER_TOOK_BACK: (_of_sender(Words("来源同意收回{case}。", "Its sender has taken {case} back.")), _ENDED),
    A.SENDER_REFUSED: (_of_sender(Words("来源不同意收回{case}，原因请打开案件查看。",
                                        "Its sender does not take {case} back; the case says why.")),),
    A.SENDER_GAVE_TIME: (_of_sender(Words("来源同意延长{case}的期限。", "Its sender gives more time for {case}.")),),
    A.SENDER_KEPT_DATE: (_of_sender(Words("来源不同意延长{case}的期限，原因请打开案件查看。",
                                          "Its sender gives no more time for {case}; the case says why.")),),
    A.CLOSE: _CLOSED,
    A.CLOSE_FIXED: (*(replace(one, into=CaseState.CLOSED) for one in _CLOSED), _CHECK),
    A.FORCE_CLOSE: (*_CLOSED, _ENDED),
    A.REOPEN: (_REOPENED,),
    A.SECOND_ORDER: (_REOPENED,),
    A.DECLINE_REOPEN: (
        Template("not_reopened", To.EARLIER, Words("{case}未予重办，原因请打开案件查看。",
                 "{case} is not reopened; the case says why."), after=(A.CALL_BACK, A.SPOT_CHECK),
                 only_if=("solved", False)),
        _reporter("not_reopened", Words("您上报的{case}未予重办，原因请打开案件查看。",
                  "{case}, which you reported, is not reopened; the case says why.")),
    ),
    A.DISPATCH: (Template("to_sign", To.SENT, Words("{case}已派给贵部门，请签收。",
                          "{case} was sent to your department: please sign.")),),
    A.ADD_ASSIST: (_ASSIST,),
    A.SUB_FINISH: (Template("part_finished", To.EARLIER, Words("您在部门内部派办的{case}的一部分已办结。",
                            "The part of {case} that you assigned within your department is done."),
                            after=(A.SUB_ASSIGN,), of_task=True),),
    A.SUB_DROP: (_ENDED,),
    A.RECALL: (Template("recalled", To.RECALLED, Words("{case}已从贵部门收回改派，无需再处置。",
                        "{case} was taken back from your department: nothing more is to be done."), must_see=False,
                        holding=(P.FINISH,)),),
    A.HAND_ON: (
        Template("to_sign", To.SENT, Words("{case}上一级逾期未办结，已转贵部门，请签收。",
                 "{case}: the level before was late, and it was sent to your department: please sign.")),
        Template("handed_on", To.RECALLED, Words("{case}已超时，已转由上一级部门办理，无需再处置。",
                 "{case} was late and went to the next department: nothing more is to be done."), must_see=False,
                 holding=(P.FINISH,)),
        Template("raised", To.ABOVE, Words("{case}的{stage}时限（{due}）已过仍未办结，已转由下一级办理，请督促。",
                 "{case}: the limit “{stage}” ended at {due} and it went to the next level, please see to it.")),
    ),
    A.WHISTLE: (Template("to_arrive", To.SENT, Words("属地吹哨：请贵部门派人到{case}现场报到。",
                         "Your department is called to the spot of {case}.")),),
    A.ASSIGN: (Template("to_handle", To.ASSIGNED, Words("{case}已指派给您处置。", "{case} was assigned to you."),
                        holding=(P.FINISH,)),),
    A.SUB_ASSIGN: (Template("to_handle", To.ASSIGNED, Words("{case}的一部分已在部门内部派给您办理。",
                            "A part of {case} was assigned to you within the department."), holding=(P.FINISH,)),),
    A.ASK_RETURN: (_ASK,),
    A.ASK_EXTENSION: (_ASK,),
    A.ASK_DEFERRAL: (_ASK,),
    A.ASK_ASSIST: (_ASK,),
    A.GRANT_RETURN: (_RETURNED, _ENDED),
    A.GRANT_EXTENSION: (_GRANTED,),
    A.GRANT_DEFERRAL: (_GRANTED,),
    A.GRANT_ASSIST: (_ASSIST, _GRANTED),
    A.DENY_ASSIST: (_DENIED,),
    A.DENY_RETURN: (_DENIED,),
    A.DENY_EXTENSION: (_DENIED,),
    A.DENY_DEFERRAL: (_DENIED,),
    A.EXPIRE_ASK: (Template("ask_denied", To.ASKER, Words("{case}的{ask}申请逾期未批，视为不同意。",
                            "{ask} for {case} was not decided in time, and so is denied.")),),
    A.REVIEW_DUE: (Template("review_due", To.LEADERS, Words(
        "挂账到期：{case}已到复查日期，请督促恢复处置，或申请继续挂账。",
        "{case} was deferred until today: see to it that work goes on, or that it is put off again."),
        holding=(P.RESUME, P.ASK_SECOND_EXTENSION)),),
    A.FINISH: (_CHECK,),
    A.ENFORCEMENT_ENDED: (_CHECK, _RESUMED),
    A.RESUME: (_RESUMED, Template("raised", To.ABOVE, Words(
        "{case}挂账到期无人复查，已恢复处置并继续计时，请督促。",
        "{case} was deferred and nobody looked at it in time: its limits run again, please see to it."))),
    A.ARRIVE: (_of_whistle("arrived", Words("您吹哨的{case}已有部门到场报到。",
                           "A department that you called is on the spot of {case}.")),),
    A.ABSENT_WHISTLE: (_of_whistle("absent", Words("您吹哨的{case}有部门逾期未到场。",
                                   "A department that you called did not come to {case}.")),),
    A.ASSIGN_CHECK: (_RECHECK, _ENDED),
    A.FAIL_CHECK: (_REWORK,),
    A.REFUSE_CLOSE: (_REWORK, _CHECK),
    A.CALL_BACK: (_UNSOLVED,),
    A.SPOT_CHECK: (_UNSOLVED,),
    A.URGE: (Template("urged", To.ANSWERABLE, Words("催办：请尽快办理{case}。", "Please see to {case} soon.")),),
    A.SUPERVISE: tuple(
        Template("supervised", to, Words("{grade}：请尽快办理{case}。", "{grade}: please see to {case} soon."),
                 holding=holding)
        for to, holding in ((To.ANSWERABLE, ()), (To.LEADERS, (P.FORCE_CLOSE, P.ASK_SECOND_EXTENSION)))
    ),
    A.REPLY_SUPERVISION: (Template("supervision_answered", To.ISSUER, Words(
        "您签发的督办已答复：{case}，请查看是否解除。",
        "Your supervision of {case} was answered: please see whether it can be lifted.")),),
    A.LIFT_SUPERVISION: (Template("supervision_lifted", To.ANSWERABLE, Words("{case}的督办已解除。",
                                  "The supervision of {case} was lifted.")),),
    A.COPY: (Template("copied", To.COPIED, Words("抄送：{case}，供知悉。", "For your information: {case}."),
                      must_see=False),),
    A.WARN: (_NEAR, replace(_NEAR, to=To.PART, holding=(P.FINISH,))),
    A.RAISE_LATE: (Template("raised", To.ABOVE, Words(
        "{case}的{stage}时限为{due}，尚未办理，请督促。",
        "{case}: the limit “{stage}” ends at {due} and nothing was done yet, please see to it."),),),
    A.OVERDUE: (_PASSED, replace(_PASSED, to=To.PART, holding=(P.FINISH,))),
}  # fmt: skip

_BY_LISTS = "the centre takes its next work from its lists, which count it"
_OWN = "whoever acts does their own work; what it leads to has a row where somebody else is then named"
_IN_CASE = "it changes nothing that somebody owes: it stands in the case for whoever opens it"
_KEPT = "what the system writes down for itself"
# Why nobody is told of a step: each without a row stands here, and a test asks for it.
UNTOLD: Mapping[str, str] = {
    **dict.fromkeys(
        (A.CONFIRM_TRUE, A.CONFIRM_FALSE, A.CANNOT_VERIFY, A.ACCEPT, A.PASS_CHECK, A.HAND_DOWN),
        _BY_LISTS,
    ),
    **dict.fromkeys((A.SIGN, A.MILESTONE, A.REFER, A.WITHDRAW_ASK), _OWN),
    **dict.fromkeys((A.KEEP, A.NOTE_TICKET, A.COMMENT, A.ATTACH, A.RATE_WHISTLE), _IN_CASE),
    A.CLEAR_URGENT: "there is more time again, and each limit is told of when it comes near",
    **dict.fromkeys((A.ASK_SENDER, A.ASK_SENDER_TIME, A.REPLY), "it goes to the sender, who is told elsewhere"),
    **dict.fromkeys((A.CARRY, A.RELEASE), "merging tells the reporter; the departments have what they had"),
    **dict.fromkeys((A.LOSE_FILE, A.RECOUNT, A.SET_BACK, A.BASELINE), _KEPT),
}
