"""The queues of the workflow `case`: what they are called. Which cases stand in each is `app/cases/case_queues.py`."""

from workflows.words import Term


class CaseQueue(Term):
    """Say for what a case waits, in the order in which queues are shown."""

    TO_ACCEPT = "to_accept", "待受理", "To accept"
    VERIFYING = "verifying", "核实中", "Being verified"
    TO_NAME_VERIFIER = "to_name_verifier", "待派核实人", "To name a verifier"
    TO_FILE = "to_file", "待立案", "To file"
    TO_DISPATCH = "to_dispatch", "待派遣", "To dispatch"
    TO_SIGN = "to_sign", "待签收", "To sign for"
    TO_HANDLE = "to_handle", "处置中", "To handle"
    SUB_TO_DO = "sub_to_do", "内部派办待办", "Parts to do"
    SUB_GIVEN = "sub_given", "已内部派办", "Given to parts"
    TO_VERIFY = "to_verify", "待我核实", "For me to verify"
    TO_CHECK = "to_check", "待我核查", "For me to check"
    TO_NAME_CHECKER = "to_name_checker", "待派核查人", "To name a checker"
    TO_CLOSE = "to_close", "待结案", "To close"
    TO_CALL_BACK = "to_call_back", "待回访", "To call back"
    SENDER_ASKED = "sender_asked", "待来源答复", "Asked of the sender"
    TO_ANSWER = "to_answer", "待答复督办", "Supervision to answer"
    ASKED_RETURN = "asked_return", "待批退件", "Returns to decide"
    ASKED_EXTENSION = "asked_extension", "待批延期", "Extensions to decide"
    ASKED_AGAIN = "asked_again", "待批再次、超限延期", "Second and long extensions to decide"
    ASKED_DEFERRAL = "asked_deferral", "待批挂账", "Deferrals to decide"
    ASKED_DEFERRAL_AGAIN = "asked_deferral_again", "待批再次挂账", "Further deferrals to decide"
    ASKED_ASSIST = "asked_assist", "待批协办", "Assistance to decide"
    TO_REVIEW = "to_review", "挂账到期待复查", "Deferrals to review"
    DEFERRED = "deferred", "挂账", "Deferred"
    TO_REOPEN = "to_reopen", "待重办", "To reopen"
    MY_REPORTS = "my_reports", "我的上报", "My reports"
