"""Say in English what is at fault in a form or a sheet; what people read first is Chinese."""

import re
from collections.abc import Mapping

Words = tuple[str, str]
_ENGLISH: Mapping[str, str] = {
    # fields of forms
    "必填。": "Required.",
    "不能为空白。": "Must not be blank.",
    "含有不能保存的字符。": "Contains letters that cannot be kept.",
    "没有这个字段，请删除。": "There is no such field.",
    "请选择角色。": "Choose a role.",
    "应为日期，例如 2026-11-23。": "Should be a day, like 2026-11-23.",
    "不能早于今天。": "Must not be before today.",
    "不能早于第一天。": "Must not be before the first day.",
    "年份应在 2000 到 2100 之间。": "The year should lie between 2000 and 2100.",
    "只能用字母、数字和 . _ -，2 到 40 位。": "2 to 40 letters, digits and . _ - only.",
    "应为电话号码，例如 13800138000 或 0357-8322123。": "A telephone number, please, like 13800138000 or 0357-8322123.",
    "不能以 = + - @ 开头。": "Must not begin with = + - @.",
    "应写在一行内，不能有换行。": "Write it on one line.",
    # refusals
    "填写内容有误，请按提示修改后重新提交。": "Something is at fault: see beside the fields.",
    "这个账号已有人使用，请换一个。": "Somebody has this user name: choose another.",
    "超出您的管理范围，请由上一级管理员办理。": "Beyond your ground: ask an administrator above.",
    "已经在该处担任这个角色，不用再给。": "This role is held there already.",
    "请假的最后一天不能早于第一天，也不能早于今天。": "The last day must not be before the first day or today.",
    "不能关闭或重置自己的账号，请由另一位管理员办理；修改自己的密码请到“我的账号”。": (
        "You cannot close or reset your own account; your own password is changed under “My account”."
    ),
    "三权分立时不能给自己授予角色，请由另一位安全管理员办理。": (
        "Where the powers are held apart nobody grants roles to themselves: ask another security administrator."
    ),
    "这样一来就没有人能管理人员或授予角色了。请先让另一个人在最上级长期担任管理员。": (
        "Then nobody could manage people or grant roles any more. "
        "First let somebody else administer the whole for good."
    ),
    "不能结束自己在最上级的最后一个管理员任职，请由另一位管理员办理。": (
        "You cannot end your own last administration of the whole: ask another administrator."
    ),
    "同时登录的人较多，请几秒钟后再试。": "Many are signing in just now: try again in a few seconds.",
    # sheets
    "文件过大，请分成几个文件，或由系统运维人员用命令导入。": (
        "The file is too large: split it, or let whoever runs the system import it by command."
    ),
    "文件与检查时的不一致或页面已过期，请重新选择文件。": "Not the file that was checked: choose it again.",
    "检查之后情况有了变化，没有导入任何人员。请重新检查。": "Something has changed: nobody was imported. Check again.",
    "是公式，请改为文字。": "Is a formula: make it text.",
    "单元格有错误值。": "The cell holds an error.",
    "数字太长，末几位已被 Excel 改成 0，请把单元格设为文本后重新填写。": (
        "The number is too long and Excel has made its end 0: format the cell as text and type it again."
    ),
    "应为文字。": "Should be text.",
    "应为网格、部门或中心。": "Should be 网格 (grid), 部门 (department) or 中心 (centre).",
    "不能给自己授予角色，请由另一位安全管理员办理。": "Not to oneself: ask another security administrator.",
    "还没有这个账号，请系统管理员先导入这张表。": "No such account yet: the system administrator imports first.",
    "早于开始日期。": "Is before the first day.",
    "超出您的管理范围。": "Beyond your ground.",
}  # fmt: skip
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(chinese), english)
    for chinese, english in (
        (r"长度应为 (\d+) 到 (\d+) 个字。", r"Should have \1 to \2 letters."),
        (r"有 (\d+) 个\w+叫“(.*)”，请从列表中选择。", r"\1 places are called “\2”: choose from the list."),
        (r"没有这个\w+，请输入名称或代码，从列表中选择。", "No such place: choose from the list by name or code."),
        (r"没有代码为“(.*)”的\w+。", r"There is no such place with the code “\1”."),
        (r"没有“(.*)”这个角色。", r"There is no role “\1”."),
        (r"(.*)的范围类型应为(\w+)。", r"\1 is held in another kind of scope: \2."),
        (r"最多 (\d+) 个字。", r"At most \1 letters."),
        (r"与第 (\d+) 行同一账号的填写不一致。", r"Differs from row \1, which has the same user name."),
        (r"“(.*)”已由另一人（(.*)）使用。", r"“\1” is the user name of somebody else (\2)."),
        (r"“(.*)”已有人使用，不归您管理。", r"“\1” is somebody's user name whom you do not manage."),
    )
)  # fmt: skip


def both(text: str) -> Words:
    """Return what is at fault in both languages; in Chinese twice where nobody has put it into English."""
    for pattern, english in _PATTERNS:
        if found := pattern.fullmatch(text):
            return text, found.expand(english)
    return text, _ENGLISH.get(text, text)
