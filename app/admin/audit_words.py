"""What the audit says in words, in Chinese and in English: each tag, each field of its data. Pure.

A sentence names `{who}` and `{what}` (the subject) and may name fields of the data; those it does not name follow it.
"""

from collections.abc import Mapping

from app.grids.levels import FIELDS as FIELDS_OF_GRIDS
from app.residents.models import ConsentBy, ResidentEdit, ResidentEnd
from workflows.words import Words, plain

SENTENCES: Mapping[str, Words] = {
    "absence:entered": Words("{who} 登记了 {what} 的请假", "{who} entered an absence of {what}"),
    "absence:taken_back": Words("{who} 取消了 {what} 的请假", "{who} took an absence of {what} back"),
    "access:refused": Words("{who} 没有权限，被拒绝：{refused}", "{who} was refused: {refused}"),
    "assignment:ended": Words("{who} 免去 {what} 的任职：{role}", "{who} ended a role of {what}: {role}"),
    "assignment:made": Words("{who} 任命 {what} 为{role}，范围：{scope}", "{who} made {what} {role} in {scope}"),
    "case:refused": Words("{who} 办理 {what} 被拒绝：无此权限", "{who} was refused a step on {what}"),
    "catalogue:imported": Words("{who} 修改了目录 {what}", "{who} changed the catalogue {what}"),
    "citizen:revealed": Words(
        "{who} 查看了 {what} 上报群众的姓名和电话", "{who} saw the citizen of {what}, name and phone"
    ),
    "department:changed": Words("{who} 修改了部门 {what}", "{who} changed the department {what}"),
    "duty:appointed": Words("{who} 安排 {person} 在 {what} 值{shift}", "{who} put {person} on duty in {what}: {shift}"),
    "duty:dismissed": Words(
        "{who} 取消 {person} 在 {what} 的{shift}值班", "{who} took {person} off duty in {what}: {shift}"
    ),
    "duty:handed_over": Words("{who} 在 {what} 交{shift}", "{who} handed over in {what}: {shift}"),
    "duty:imported": Words("{who} 从表格导入了值班表", "{who} imported a roster of duty from a sheet"),
    "duty:taken_over": Words("{who} 在 {what} 接{shift}", "{who} took over in {what}: {shift}"),
    "export:made": Words("{who} 导出了{exported}", "{who} exported {exported}"),
    "export:taken": Words("{who} 下载了导出的{exported}", "{who} downloaded {exported}"),
    "grid:changed": Words("{who} 修改了网格 {what}", "{who} changed the grid {what}"),
    "grid:moved": Words(
        "{who} 把网格 {what} 连同其案件移到另一处", "{who} moved the grid {what}, and its cases with it"
    ),
    "notice:deleted": Words("{who} 删除了保留期满的消息", "{who} deleted messages that had been kept long enough"),
    "grids:imported": Words("{who} 导入了网格和边界", "{who} imported grids and boundaries"),
    "object:merged": Words("{who} 把对象 {what} 并入另一个", "{who} merged the object {what} into another"),
    "objects:imported": Words("{who} 由文件导入了对象", "{who} imported objects from a file"),
    "resident:changed": Words("{who} 修改了居民登记 {what}", "{who} changed the record of the resident {what}"),
    "resident:ended": Words("{who} 结束了对居民 {what} 的关爱", "{who} ended a care of the resident {what}"),
    "resident:entered": Words("{who} 登记了居民 {what}", "{who} entered the resident {what}"),
    "resident:erased": Words("{who} 删除了居民 {what} 的个人信息", "{who} erased what was kept of the resident {what}"),
    "resident:handed_out": Words(
        "{who} 开始巡查时取得居民 {what} 的信息", "{who} set out on a round and was given fields of the resident {what}"
    ),
    "residents:imported": Words("{who} 从表格登记了居民", "{who} entered residents from a sheet"),
    "resident:sought": Words("{who} 按整项查找了居民", "{who} looked for residents by the whole of a field"),
    "resident:stated": Words(
        "{who} 应要求出具了居民 {what} 的信息告知书", "{who} stated, when asked, what is kept of the resident {what}"
    ),
    "resident:revealed": Words("{who} 查看了居民 {what} 的信息", "{who} read a field of the resident {what}"),
    "password:changed": Words("{who} 修改了 {what} 的密码", "{who} changed the password of {what}"),
    "people:imported": Words("{who} 从表格导入了人员", "{who} imported people from a sheet"),
    "person:changed": Words("{who} 修改了 {what} 的资料", "{who} changed the record of {what}"),
    "person:closed": Words("{who} 停用了 {what} 的账号", "{who} closed the account of {what}"),
    "person:created": Words("{who} 建立了 {what} 的账号", "{who} made an account for {what}"),
    "person:reopened": Words("{who} 恢复了 {what} 的账号", "{who} reopened the account of {what}"),
    "restore:unproven": Words(
        "从备份恢复，没有证明备份完好、未被改动", "A backup was restored without proof that it was sound and unchanged"
    ),
    "roles:loaded": Words("{who} 重新载入了各角色的权限", "{who} loaded what roles may do"),
    "roster:appointed": Words("{who} 安排 {person} 在 {what} 任{duty}", "{who} appointed {person} in {what} as {duty}"),
    "roster:substituted": Words("{who} 安排 {person} 为 {what} 顶岗", "{who} let {person} stand in for {what}"),
    "campaign:closed": Words("{who} 结束了 {what} 的普查", "{who} closed a campaign in {what}"),
    "campaign:opened": Words("{who} 下达了 {what} 的普查", "{who} opened a campaign in {what}"),
    "drill:registered": Words("{who} 登记了演练案件 {what}", "{who} registered the drill {what}"),
    "warning:ended": Words("{who} 解除了 {what} 的预警", "{who} ended a warning for {what}"),
    "warning:given": Words("{who} 发布了 {what} 的预警", "{who} gave a warning for {what}"),
    "roster:dismissed": Words("{who} 撤下 {person} 在 {what} 的{duty}", "{who} dismissed {person} in {what} as {duty}"),
    "second_factor:dropped": Words("{who} 停用了 {what} 的二次验证", "{who} took the second factor of {what} away"),
    "second_factor:recovered": Words(
        "{who} 用恢复码代替了验证码登录", "{who} used a recovery code in place of the second factor"
    ),
    "second_factor:set": Words("{who} 开通了二次验证", "{who} set up a second factor"),
    "session:reused": Words(
        "{who} 的登录凭证被重复使用，可能被盗，已结束该次登录",
        "A spent token of {who} came again, perhaps stolen; that sign-in was ended",
    ),
    "session:revoked": Words("{who} 让{owner}的设备退出登录", "{who} signed a device of {owner} out"),
    "session:signed_out": Words("{who} 退出登录", "{who} signed out"),
    "sign_in:code_given": Words(
        "{who} 给 {what} 发了一次性登录码，原密码失效",
        "{who} gave {what} a one-time sign-in code; the old password no longer works",
    ),
    "sign_in:refused": Words(
        "{who} 登录被拒绝：账号或密码不对", "{who} was refused to sign in: wrong account or password"
    ),
    "sign_in:succeeded": Words("{who} 登录", "{who} signed in"),
    "step:erased": Words("{who} 抹除了 {what} 一步的内容", "{who} erased what a step of {what} said"),
}
NAMES: Mapping[str, Words] = {
    "absence:entered": Words("登记请假", "Absence entered"),
    "absence:taken_back": Words("取消请假", "Absence taken back"),
    "access:refused": Words("没有权限", "Refused"),
    "assignment:ended": Words("免职", "Role ended"),
    "assignment:made": Words("任职", "Role given"),
    "case:refused": Words("办案被拒绝", "Step refused"),
    "catalogue:imported": Words("修改目录和日历", "Catalogue changed"),
    "citizen:revealed": Words("查看群众电话", "Citizen's phone seen"),
    "department:changed": Words("修改部门", "Department changed"),
    "duty:appointed": Words("排班", "Put on duty"),
    "duty:dismissed": Words("取消排班", "Taken off duty"),
    "duty:handed_over": Words("交班", "Handed over"),
    "duty:imported": Words("导入值班表", "Roster of duty imported"),
    "duty:taken_over": Words("接班", "Taken over"),
    "export:made": Words("导出", "Export"),
    "export:taken": Words("下载导出的文件", "Export downloaded"),
    "grid:changed": Words("修改网格", "Grid changed"),
    "grid:moved": Words("网格移位", "Grid moved"),
    "grids:imported": Words("导入网格", "Grids imported"),
    "notice:deleted": Words("删除到期消息", "Old messages deleted"),
    "object:merged": Words("合并对象", "Objects merged"),
    "objects:imported": Words("导入对象", "Objects imported"),
    "resident:changed": Words("修改居民登记", "Resident changed"),
    "resident:ended": ResidentEdit.ENDED.words,
    "resident:entered": Words("登记居民", "Resident entered"),
    "resident:erased": Words("删除居民信息", "Resident erased"),
    "resident:handed_out": Words("巡查取得居民信息", "Resident handed out"),
    "resident:stated": Words("居民信息告知书", "Statement to a resident"),
    "resident:revealed": Words("查看居民信息", "Resident revealed"),
    "residents:imported": Words("从表格登记居民", "Residents imported"),
    "resident:sought": Words("查找居民", "Residents looked for"),
    "password:changed": Words("修改密码", "Password changed"),
    "people:imported": Words("导入人员", "People imported"),
    "person:changed": Words("修改资料", "Record changed"),
    "person:closed": Words("停用账号", "Account closed"),
    "person:created": Words("建立账号", "Account made"),
    "person:reopened": Words("恢复账号", "Account reopened"),
    "restore:unproven": Words("未经证明的恢复", "Unproven restore"),
    "roles:loaded": Words("载入角色", "Roles loaded"),
    "roster:appointed": Words("安排网格", "Appointed in a grid"),
    "roster:dismissed": Words("撤下网格", "Dismissed in a grid"),
    "roster:substituted": Words("安排顶岗", "Substitute named"),
    "second_factor:dropped": Words("停用二次验证", "Second factor dropped"),
    "second_factor:recovered": Words("使用恢复码", "Recovery code used"),
    "second_factor:set": Words("开通二次验证", "Second factor set up"),
    "session:reused": Words("凭证重复使用", "Token reused"),
    "session:revoked": Words("设备被退出", "Device signed out"),
    "session:signed_out": Words("退出登录", "Signed out"),
    "sign_in:code_given": Words("发登录码", "Sign-in code given"),
    "sign_in:refused": Words("登录被拒绝", "Sign-in refused"),
    "sign_in:succeeded": Words("登录", "Signed in"),
    "step:erased": Words("抹除步骤内容", "Step erased"),
    "campaign:closed": Words("结束普查", "Campaign closed"),
    "campaign:opened": Words("下达普查", "Campaign opened"),
    "drill:registered": Words("登记演练案件", "Drill registered"),
    "warning:ended": Words("解除预警", "Warning ended"),
    "warning:given": Words("发布预警", "Warning given"),
}
GROUPS: Mapping[str, tuple[Words, tuple[str, ...]]] = {
    "privacy": (
        Words("个人信息", "Personal data"),
        (
            *("citizen:revealed", "export:made", "export:taken"),
            *("resident:revealed", "resident:sought", "resident:handed_out", "resident:erased"),
            *("residents:imported", "resident:stated"),
        ),
    ),
    "sign_in": (
        Words("登录和密码", "Signing in"),
        (
            *("sign_in:succeeded", "sign_in:refused", "session:signed_out", "session:revoked", "session:reused"),
            *("password:changed", "sign_in:code_given"),
            *("second_factor:set", "second_factor:recovered", "second_factor:dropped"),
        ),
    ),
    "people": (
        Words("人员和任职", "People"),
        (
            *("person:created", "person:changed", "person:closed", "person:reopened", "people:imported"),
            *("assignment:made", "assignment:ended", "absence:entered", "absence:taken_back", "roles:loaded"),
        ),
    ),
    "ground": (
        Words("部门和网格", "Departments and grids"),
        (
            *("department:changed", "grid:changed", "grid:moved", "grids:imported"),
            *("roster:appointed", "roster:dismissed", "roster:substituted"),
        ),
    ),
    "duty": (
        Words("值班和交接", "Duty"),
        ("duty:appointed", "duty:dismissed", "duty:imported", "duty:handed_over", "duty:taken_over"),
    ),
    "warnings": (Words("预警", "Warnings"), ("warning:given", "warning:ended")),
    "campaigns": (Words("专项普查", "Campaigns"), ("campaign:opened", "campaign:closed")),
    "objects": (Words("对象登记", "Register of objects"), ("object:merged", "objects:imported")),
    "residents": (
        Words("居民登记", "Register of residents"),
        ("resident:entered", "resident:changed", "resident:ended"),
    ),
    "rules": (Words("目录和日历", "Catalogue and calendars"), ("catalogue:imported",)),
    "access": (Words("被拒绝的操作", "Refusals"), ("access:refused",)),
    "cases": (Words("案件", "Cases"), ("case:refused", "drill:registered", "step:erased")),
    "system": (Words("系统", "The system"), ("restore:unproven", "notice:deleted")),
}
OTHER: Words = Words("{who} 办理了其他事项", "{who} did something else")
NOBODY: Mapping[str, Words] = {  # who it was when nobody was signed in
    "sign_in:refused": Words("不明账号", "An unknown account"),
}
SYSTEM: Words = Words("系统（命令行）", "The system (command line)")
SOMEBODY: Words = Words("已不在册的人员", "somebody no longer on record")

# Fields of the data: their label. How the value is said stands in `VALUES` or in `audit_sentences`.
FIELDS: Mapping[str, Words] = {
    "accounts": Words("账号 {} 个", "{} accounts"),
    "asked_by": Words("要求人：{}", "asked by: {}"),
    "by": Words("凭{}", "by {}"),
    "calendar": Words("工作日历：{}", "calendar: {}"),
    "campaign": Words("名称：{}", "title: {}"),
    "change": plain("{}"),
    "changed": plain("{}"),
    "changed_at": Words("时间：{}", "at {}"),
    "classes": Words("类别：{}", "classes: {}"),
    "count": Words("共 {} 个角色", "{} roles"),
    "created": Words("新增 {} 个", "{} new"),
    "day": Words("日期：{}", "on {}"),
    "documents": plain("{}"),
    "ended": Words("停用 {} 个", "{} ended"),
    "grids": Words("范围：{}", "area: {}"),
    "into": Words("并入：{}", "into {}"),
    "fingerprint": Words("备份指纹：{}", "fingerprint of the backup: {}"),
    "fields": Words("修改了{}", "changed: {}"),
    "matches": Words("找到 {} 个", "{} found"),
    "new": Words("现位置：{}", "now {}"),
    "of_fields": Words("内容：{}", "fields: {}"),
    "old": Words("原位置：{}", "before {}"),
    "question": Words("表单题目：{}", "question: {}"),
    "reason": Words("理由：{}", "reason: {}"),
    "roles": Words("任职 {} 项", "{} roles"),
    "rows": Words("{} 行", "{} rows"),
    "sealed_by": Words("封存于 {} 以前", "sealed by {}"),
    "seq": Words("第 {} 步", "step {}"),
    "service": Words("服务：{}", "service: {}"),
    "sessions": Words("结束登录 {} 个", "{} sign-ins ended"),
    "unchanged": Words("未变 {} 个", "{} unchanged"),
    "until": Words("至 {}", "until {}"),
    "valid_from": Words("自 {} 起生效", "valid from {}"),
    "why": plain("{}"),
}
IN_SENTENCES = frozenset(("route", "permission", "hour", "role", "scope", "person", "duty", "what", "shift"))
OF_ONE_DOCUMENT = frozenset(("documents", "classes"))  # needless beside the document itself
COUNTED = {"changed": Words("修改 {} 个", "{} changed")}  # the same name with a number
VALUES: Mapping[str, Words] = {
    **{f"resident_{one}": one.words for one in (*ResidentEnd, *ConsentBy)},
    "unverified": Words("没有口令也没有指纹", "neither passphrase nor fingerprint"),
    "alias_added": Words("增加别名", "another name more"),
    "alias_removed": Words("删除别名", "another name less"),
    **{name: FIELDS_OF_GRIDS[name] for name in ("area_class", "responsible_department", "trade_department")},
    "audit": Words("审计日志", "entries of the audit"),
    "calendar": Words("改用工作日历", "another calendar"),
    "catalogue": Words("目录", "the catalogue"),
    "code": Words("一次性登录码", "a one-time code"),
    "ended": Words("撤销", "ended"),
    "faults_accepted": Words("核对出差错，仍接受使用", "faults were found and accepted"),
    "first_passwords": Words("初始密码", "first passwords"),
    "grids": Words("网格", "grids"),
    "has_centre": Words("中心", "its centre"),
    "made": Words("新建", "made"),
    "name": Words("姓名或名称", "name"),
    "phone": Words("电话", "phone"),
    "renamed": Words("改名", "renamed"),
    "revived": Words("恢复", "revived"),
    "roster": Words("网格花名册", "the roster"),
    "second_factor": Words("密码对，验证码不对", "the password was right, the code was not"),
}
UNKNOWN_VALUE: Words = Words("其他", "something else")
