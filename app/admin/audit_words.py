"""What the audit says in words, in Chinese and in English: each tag, each field of its data. Pure.

A sentence names `{who}` and `{what}` (the subject) and may name fields of the data; those it does not name follow it.
"""

from collections.abc import Mapping

Words = tuple[str, str]

SENTENCES: Mapping[str, Words] = {
    "absence:entered": ("{who} 登记了 {what} 的请假", "{who} entered an absence of {what}"),
    "absence:taken_back": ("{who} 取消了 {what} 的请假", "{who} took an absence of {what} back"),
    "access:refused": ("{who} 没有权限，被拒绝：{refused}", "{who} was refused: {refused}"),
    "assignment:ended": ("{who} 免去 {what} 的任职：{role}", "{who} ended a role of {what}: {role}"),
    "assignment:made": ("{who} 任命 {what} 为{role}，范围：{scope}", "{who} made {what} {role} in {scope}"),
    "case:refused": ("{who} 办理 {what} 被拒绝：无此权限", "{who} was refused a step on {what}"),
    "catalogue:imported": ("{who} 修改了目录 {what}", "{who} changed the catalogue {what}"),
    "citizen:revealed": (
        "{who} 查看了 {what} 上报群众的姓名和电话",
        "{who} saw the citizen of {what}, name and phone",
    ),
    "department:changed": ("{who} 修改了部门 {what}", "{who} changed the department {what}"),
    "export:made": ("{who} 导出了{exported}", "{who} exported {exported}"),
    "grid:changed": ("{who} 修改了网格 {what}", "{who} changed the grid {what}"),
    "grid:moved": ("{who} 把网格 {what} 连同其案件移到另一处", "{who} moved the grid {what}, and its cases with it"),
    "grids:imported": ("{who} 导入了网格和边界", "{who} imported grids and boundaries"),
    "password:changed": ("{who} 修改了 {what} 的密码", "{who} changed the password of {what}"),
    "people:imported": ("{who} 从表格导入了人员", "{who} imported people from a sheet"),
    "person:changed": ("{who} 修改了 {what} 的资料", "{who} changed the record of {what}"),
    "person:closed": ("{who} 停用了 {what} 的账号", "{who} closed the account of {what}"),
    "person:created": ("{who} 建立了 {what} 的账号", "{who} made an account for {what}"),
    "person:reopened": ("{who} 恢复了 {what} 的账号", "{who} reopened the account of {what}"),
    "restore:unproven": (
        "从备份恢复，没有证明备份完好、未被改动",
        "A backup was restored without proof that it was sound and unchanged",
    ),
    "roles:loaded": ("{who} 重新载入了各角色的权限", "{who} loaded what roles may do"),
    "roster:appointed": ("{who} 安排 {person} 在 {what} 任{duty}", "{who} appointed {person} in {what} as {duty}"),
    "roster:dismissed": ("{who} 撤下 {person} 在 {what} 的{duty}", "{who} dismissed {person} in {what} as {duty}"),
    "second_factor:dropped": ("{who} 停用了 {what} 的二次验证", "{who} took the second factor of {what} away"),
    "second_factor:recovered": (
        "{who} 用恢复码代替了验证码登录",
        "{who} used a recovery code in place of the second factor",
    ),
    "second_factor:set": ("{who} 开通了二次验证", "{who} set up a second factor"),
    "session:reused": (
        "{who} 的登录凭证被重复使用，可能被盗，已结束该次登录",
        "A spent token of {who} came again, perhaps stolen; that sign-in was ended",
    ),
    "session:revoked": ("{who} 让{owner}的设备退出登录", "{who} signed a device of {owner} out"),
    "session:signed_out": ("{who} 退出登录", "{who} signed out"),
    "sign_in:code_given": (
        "{who} 给 {what} 发了一次性登录码，原密码失效",
        "{who} gave {what} a one-time sign-in code; the old password no longer works",
    ),
    "sign_in:refused": ("{who} 登录被拒绝：账号或密码不对", "{who} was refused to sign in: wrong account or password"),
    "sign_in:succeeded": ("{who} 登录", "{who} signed in"),
    "step:erased": ("{who} 抹除了 {what} 一步的内容", "{who} erased what a step of {what} said"),
}
NAMES: Mapping[str, Words] = {
    "absence:entered": ("登记请假", "Absence entered"),
    "absence:taken_back": ("取消请假", "Absence taken back"),
    "access:refused": ("没有权限", "Refused"),
    "assignment:ended": ("免职", "Role ended"),
    "assignment:made": ("任职", "Role given"),
    "case:refused": ("办案被拒绝", "Step refused"),
    "catalogue:imported": ("修改目录和日历", "Catalogue changed"),
    "citizen:revealed": ("查看群众电话", "Citizen's phone seen"),
    "department:changed": ("修改部门", "Department changed"),
    "export:made": ("导出", "Export"),
    "grid:changed": ("修改网格", "Grid changed"),
    "grid:moved": ("网格移位", "Grid moved"),
    "grids:imported": ("导入网格", "Grids imported"),
    "password:changed": ("修改密码", "Password changed"),
    "people:imported": ("导入人员", "People imported"),
    "person:changed": ("修改资料", "Record changed"),
    "person:closed": ("停用账号", "Account closed"),
    "person:created": ("建立账号", "Account made"),
    "person:reopened": ("恢复账号", "Account reopened"),
    "restore:unproven": ("未经证明的恢复", "Unproven restore"),
    "roles:loaded": ("载入角色", "Roles loaded"),
    "roster:appointed": ("安排网格", "Appointed in a grid"),
    "roster:dismissed": ("撤下网格", "Dismissed in a grid"),
    "second_factor:dropped": ("停用二次验证", "Second factor dropped"),
    "second_factor:recovered": ("使用恢复码", "Recovery code used"),
    "second_factor:set": ("开通二次验证", "Second factor set up"),
    "session:reused": ("凭证重复使用", "Token reused"),
    "session:revoked": ("设备被退出", "Device signed out"),
    "session:signed_out": ("退出登录", "Signed out"),
    "sign_in:code_given": ("发登录码", "Sign-in code given"),
    "sign_in:refused": ("登录被拒绝", "Sign-in refused"),
    "sign_in:succeeded": ("登录", "Signed in"),
    "step:erased": ("抹除步骤内容", "Step erased"),
}
GROUPS: Mapping[str, tuple[Words, tuple[str, ...]]] = {
    "privacy": (("个人信息", "Personal data"), ("citizen:revealed", "export:made")),
    "sign_in": (
        ("登录和密码", "Signing in"),
        (
            *("sign_in:succeeded", "sign_in:refused", "session:signed_out", "session:revoked", "session:reused"),
            *("password:changed", "sign_in:code_given"),
            *("second_factor:set", "second_factor:recovered", "second_factor:dropped"),
        ),
    ),
    "people": (
        ("人员和任职", "People"),
        (
            *("person:created", "person:changed", "person:closed", "person:reopened", "people:imported"),
            *("assignment:made", "assignment:ended", "absence:entered", "absence:taken_back", "roles:loaded"),
        ),
    ),
    "ground": (
        ("部门和网格", "Departments and grids"),
        ("department:changed", "grid:changed", "grid:moved", "grids:imported", "roster:appointed", "roster:dismissed"),
    ),
    "rules": (("目录和日历", "Catalogue and calendars"), ("catalogue:imported",)),
    "access": (("被拒绝的操作", "Refusals"), ("access:refused",)),
    "cases": (("案件", "Cases"), ("case:refused", "step:erased")),
    "system": (("系统", "The system"), ("restore:unproven",)),
}
OTHER: Words = ("{who} 办理了其他事项", "{who} did something else")
NOBODY: Mapping[str, Words] = {  # who it was when nobody was signed in
    "sign_in:refused": ("不明账号", "An unknown account"),
}
SYSTEM: Words = ("系统（命令行）", "The system (command line)")
SOMEBODY: Words = ("已不在册的人员", "somebody no longer on record")

# Fields of the data: their label. How the value is said stands in `VALUES` or in `audit_telling`.
FIELDS: Mapping[str, Words] = {
    "accounts": ("账号 {} 个", "{} accounts"),
    "by": ("凭{}", "by {}"),
    "calendar": ("工作日历：{}", "calendar: {}"),
    "change": ("{}", "{}"),
    "changed": ("{}", "{}"),
    "changed_at": ("时间：{}", "at {}"),
    "classes": ("类别：{}", "classes: {}"),
    "count": ("共 {} 个角色", "{} roles"),
    "created": ("新增 {} 个", "{} new"),
    "documents": ("{}", "{}"),
    "ended": ("停用 {} 个", "{} ended"),
    "fingerprint": ("备份指纹：{}", "fingerprint of the backup: {}"),
    "fields": ("修改了{}", "changed: {}"),
    "new": ("现位置：{}", "now {}"),
    "old": ("原位置：{}", "before {}"),
    "reason": ("理由：{}", "reason: {}"),
    "roles": ("任职 {} 项", "{} roles"),
    "rows": ("{} 行", "{} rows"),
    "seq": ("第 {} 步", "step {}"),
    "sessions": ("结束登录 {} 个", "{} sign-ins ended"),
    "unchanged": ("未变 {} 个", "{} unchanged"),
    "valid_from": ("自 {} 起生效", "valid from {}"),
    "why": ("{}", "{}"),
}
IN_SENTENCES = frozenset(("route", "permission", "hour", "role", "scope", "person", "duty", "what"))
OF_ONE_DOCUMENT = frozenset(("documents", "classes"))  # needless beside the document itself
COUNTED = {"changed": ("修改 {} 个", "{} changed")}  # the same name with a number
VALUES: Mapping[str, Words] = {
    "unverified": ("没有口令也没有指纹", "neither passphrase nor fingerprint"),
    "alias_added": ("增加别名", "another name more"),
    "alias_removed": ("删除别名", "another name less"),
    "area_class": ("区域类别", "area class"),
    "audit": ("审计日志", "entries of the audit"),
    "calendar": ("改用工作日历", "another calendar"),
    "catalogue": ("目录", "the catalogue"),
    "code": ("一次性登录码", "a one-time code"),
    "ended": ("撤销", "ended"),
    "faults_accepted": ("核对出差错，仍接受使用", "faults were found and accepted"),
    "first_passwords": ("初始密码", "first passwords"),
    "grids": ("网格", "grids"),
    "has_centre": ("中心", "its centre"),
    "made": ("新建", "made"),
    "name": ("姓名或名称", "name"),
    "phone": ("电话", "phone"),
    "renamed": ("改名", "renamed"),
    "responsible_department": ("责任部门", "responsible department"),
    "revived": ("恢复", "revived"),
    "roster": ("网格花名册", "the roster"),
    "second_factor": ("密码对，验证码不对", "the password was right, the code was not"),
    "trade_department": ("行业主管部门", "trade department"),
}
UNKNOWN_VALUE: Words = ("其他", "something else")
