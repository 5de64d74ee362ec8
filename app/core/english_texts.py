"""What our guards, acts and pages refuse in Chinese, and the same in English: whole texts, and texts with a gap.

One table, so that the same words are said the same way by pages and by the interface; `tests/rules` holds it whole.
"""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    # what guards of the case machine refuse
    "该案件不是自行处置上报，请按普通案件受理。": "It was not reported as fixed: take it on like any other case.",
    "请按自行处置上报。": "Please report it as fixed on the spot.",
    "该案件未被抽中复查。": "This case was not drawn for a check.",
    "该案件被抽中复查，须由其他人员核查。": "This case was drawn for a check: somebody else has to look.",
    "该案件从未立案。": "This case was never filed.",
    "案件已经立案，不能并入其他案件；请在案件中批注关联情况后继续办理。": (
        "The case is filed and is merged no more: remark what it hangs together with, and go on."
    ),
    "该案件已经立案。": "This case is filed already.",
    "只有主办部门可以办理这一步，请联系主办部门。": "Only the lead department takes this step: please ask them.",
    "只有协办部门可以办理这一步。": "Only an assisting department takes this step.",
    "只有被吹哨的部门可以办理这一步。": "Only a department that was called to the spot takes this step.",
    "主办部门的任务尚未完成。": "The lead department has not finished yet.",
    "主办部门的任务已经完成。": "The lead department has finished already.",
    "还有其他任务未完成。": "Other tasks are not finished yet.",
    "这是最后一项返工任务。": "This is the last task to be done again.",
    "没有未完成的协办任务，无需取消。": "No assisting task is open: there is nothing to drop.",
    "主办任务已完成，这是最后一项返工任务，不能取消；请先增加协办部门，或撤回派遣后重新派遣。": (
        "The lead has finished and this is the last task to be done again: add a department first, or dispatch anew."
    ),
    "该类案件须现场核查。": "Cases of this class are checked on the spot.",
    "该类案件须现场核查，请附位置和照片。": "Cases of this class are checked on the spot: give place and photo.",
    "该类案件须核查。": "Cases of this class have to be checked.",
    "该类案件不设核查环节，请直接退回返工或结案。": "Cases of this class are not checked: send it back, or close it.",
    "执法案件尚未认定整改完成。": "The enforcement file does not say yet that it is put right.",
    "执法案件已认定整改完成。": "The enforcement file says that it is put right.",
    "请选择退回返工。": "Please choose to send it back to be done again.",
    "请选择重新核查。": "Please choose to have it checked again.",
    "已经延期过一次，再次延期须由部门负责人申请、中心领导批准。": (
        "It was extended once: the department's leader asks for more, and the centre's leader decides."
    ),
    "首次延期由经办部门申请、值班长批准。": "The department asks for a first extension, and the duty officer decides.",
    "该类问题不允许自行处置，请按普通案件上报。": "This is not to be fixed on the spot: report it like any other case.",
    "隐患仍在，受理员已留办，不能撤回；请联系受理员。": (
        "The danger remains and the acceptor keeps the case: ask them if it should be withdrawn."
    ),
    "该案件已经留办，无需重复操作。": "This case is kept already.",
    "上级交办案件无需核实，也不得拒绝，请直接受理、立案。": (
        "What comes from above is neither verified nor refused: take it on and file it."
    ),
    "该来源的问题须先核实属实才能受理，请先派人核实；不属实的请作不予受理。": (
        "What comes from this source is verified before it is taken on: send somebody first; if untrue, refuse it."
    ),
    "只能并入另一件办理中的案件，请重新选择要并入的案件。": "Choose another case that is still open to merge into.",
    "该类案件须由派遣员派遣。": "Cases of this class are dispatched by a dispatcher.",
    "交办时限超出了案件总时限，请改在案件时限之内。": "This limit lies after that of the case: choose an earlier one.",
    "本级之上没有可受理的中心，请在本级办理。": "There is no centre above: please act on it here.",
    "没有可交办的下级中心，请在本级派遣。": "There is no centre below: please dispatch it here.",
    "该案件不是急要件，无需取消。": "This case is not urgent: there is nothing to take back.",
    "该案件已是急要件，无需重复操作。": "This case is urgent already.",
    "该任务已经签收，请直接处置。": "This task is signed for already: please handle it.",
    "请先签收任务，再办理这一步。": "Sign for the task first.",
    "贵部门的任务已经结束，无需再办理。": "Your department's task has ended: nothing more is to be done.",
    "贵部门已经报到，无需重复操作。": "Your department has arrived already.",
    "请先报到，再填写处置结果。": "Say first that you have arrived, then tell the result.",
    "该案件没有吹哨任务，无需评哨。": "Nobody was called to this case: there is nothing to rate.",
    "吹哨任务只需报到和反馈结果，不能办理这一步。": "Who was called only arrives and tells the result.",
    "还有协办部门未完成，请等协办完成，或请派遣员取消协办后再办理。": (
        "An assisting department has not finished: wait for it, or ask the dispatcher to drop it."
    ),
    "已有一项申请待批，请等批复，或先撤回该申请。": "An ask is undecided: wait for the decision, or withdraw it first.",
    "没有待批的申请。": "No ask waits to be decided.",
    "没有待批的退件申请，请刷新页面。": "No return waits to be decided: please reload the page.",
    "没有待批的延期申请，请刷新页面。": "No extension waits to be decided: please reload the page.",
    "没有待批的挂账申请，请刷新页面。": "No deferral waits to be decided: please reload the page.",
    "处置时限已过，不能再申请；请尽快处置并说明情况。": "The limit is over: handle it as soon as you can and say why.",
    "贵部门今天在该地没有这项执法权，请退件或请派遣员改派有权部门。": (
        "Your department has no such power there today: return it, or ask for another department."
    ),
    "还有照片未传到，请等照片上传完成后再结案。": "A photo has not come yet: close the case when it has.",
    "关联的执法案件尚未办结，不能强制结案，请先办结执法案件。": (
        "Its enforcement file is open: end that first, then close the case by force."
    ),
    "已超过可重办的期限，请作为新案件上报。": "It is too late to reopen it: please report it anew.",
    "这件是您代人登记、又派给自己核实的，须由他人核实：请作“无法核实”退回，由受理员另派。": (
        "You registered this for another and sent yourself to verify it: somebody else has to. Say “cannot verify”,"
        " and an acceptor names another."
    ),
    "这件是您不予受理或不予立案的，不能由您复核，请由其他督查人员复核。": (
        "You refused this yourself: another supervisor has to reconsider it."
    ),
    "不能认定自己自行处置的案件，请由其他受理员认定。": "You fixed it yourself: another acceptor has to accept that.",
    "您参与过该案件的处置，不能核查，请受理员改派核查人。": (
        "You took part in handling it, so somebody else checks: ask the acceptor to name them."
    ),
    "您所在部门承办该案件，不能核查，请受理员改派核查人。": (
        "Your department handles it, so somebody else checks: ask the acceptor to name them."
    ),
    "您核查过该案件，不能参与处置，请由本部门其他人员办理。": (
        "You have checked this case, so a colleague has to handle it."
    ),
    "您核查过该案件，不能结案，请由其他人员办理。": "You have checked this case, so somebody else closes it.",
    "您核查过该案件，不能结案，请由其他值班长办理。": "You have checked this case, so another duty officer closes it.",
    "您办理过该案件的结案，不能核查，请受理员改派核查人。": (
        "You have decided on its closing, so somebody else checks: ask the acceptor to name them."
    ),
    "您在该案件中提出过申请，不能审批，请由其他人员审批。": (
        "You have asked for something here, so somebody else decides."
    ),
    "您在该案件中审批过申请，不能提出申请，请由本部门其他人员提出。": (
        "You have decided on an ask here, so a colleague has to ask."
    ),
    "该人员参与过处置、结案或在承办部门任职，不能核查，请另选核查人。": (
        "They took part in handling or closing it, or work for its department: choose another checker."
    ),
    "没有这样的操作，请刷新页面后按给出的操作办理。": (
        "There is no such step: reload the page and take one of those offered."
    ),
    # what acts refuse
    "请选择案件所在地的下级中心。": "Choose a lower centre of the case's place.",
    "办理期限应在现在之后。": "The limit must lie after now.",
    "没有需要更正的时限。": "No limit ended too early.",
    "该时限已变动，无需提醒。": "This limit has changed: there is nothing to warn of.",
    "没有这个类别，请从类别目录中选择。": "There is no such class: choose one from the list.",
    "没有这个类别，请从列表中选择；不清楚可以不填。": (
        "There is no such class: choose one from the list, or leave it empty."
    ),
    "没有这个类别；不确定时可选“不清楚”。": "There is no such class; leave it open if you are not sure.",
    "此类别没有这个立案条件，请重新选择。": "This class has no such condition: please choose again.",
    "已立案的案件更正类别时，须同时选择立案条件。": "The case is filed: choose the condition with the class.",
    "没有这个网格，请从现用的网格中选择。": "There is no such grid: choose one of those in use.",
    "请至少更正一项：类别、立案条件、位置、网格、地址或描述。": (
        "Correct at least one thing: class, condition, place, grid, address or description."
    ),
    "这一步必须填写。": "This step needs it: please fill it in.",
    "没有这种操作。": "There is no such step.",
    "案件还没有这一步，请按您所看到的案件填写 seq。": "The case has no such step yet: give its seq as you saw it.",
    "请给出您所看到的案件步序 seq。": "Say which state of the case you have seen (seq).",
    "有重复项。": "Something stands here twice.",
    "经度和纬度应一起填写。": "Longitude and latitude go together.",
    "经纬度和网格只能填一种：有定位就填经纬度，手选网格就只填网格。": (
        "Either a point or a grid, not both: longitude and latitude where they are known, else the grid alone."
    ),
    "请填写经纬度；没有定位时，只填写所在的网格。": (
        "Give longitude and latitude; or, where they are not known, the grid alone."
    ),
    "定位无效（0,0），请重新定位。": "This place (0,0) is none: please locate it again.",
    "这一步现在不能由您办理，请看过最新情况再办理。": (
        "This step is not yours to take now: look at the case as it is, then act."
    ),
    "所选案件不能一起这样办理，请逐件办理。": (
        "The chosen cases cannot be acted on together like this: take them one by one."
    ),
    "新时限应晚于现在的处置时限。": "The new limit must lie after the present one.",
    "复查日期应在今天之后。": "The day of review must lie after today.",
    "请说明是哪一项任务。": "Say which task is meant.",
    "请选择作业单位；其他部门请由派遣员增加为协办。": (
        "Choose a contractor; other departments are added by a dispatcher."
    ),
    "请只选择尚未完成的协办部门。": "Choose only assisting departments that have not finished.",
    "至少保留一个未完成的部门；都不需要时请撤回派遣后重新派遣。": (
        "Keep at least one department that has not finished; if none is needed, withdraw the dispatch."
    ),
    "请选择本部门（或所派养护单位）在岗的经办人。": (
        "Choose somebody of your department, or of the contractor sent, who is at work."
    ),
    "该部门已被吹哨，正在等其报到。": "This department was called already and is awaited.",
    "请选择要评价的吹哨任务。": "Choose whose coming is to be rated.",
    "没有可派的核实人，请指定一位在岗的网格员、网格长或巡查员。": (
        "Nobody can be sent by the system: name a worker, a head of a grid or an inspector who is at work."
    ),
    "自行处置须有处置前和处置后的照片各至少一张。": "What was fixed needs a photo from before and one from after.",
    "缺少处置前或处置后的照片：请上报人补传，或按普通案件受理。": (
        "A photo from before or after is missing: ask the reporter for it, or take it on like any other case."
    ),
    # reports
    "自行处置的上报须选择类别。": "What was fixed on the spot needs a class.",
    "该服务事项今天不在准入期内，不能上报。": "This service is not admitted today and cannot be reported under.",
    "您的岗位不能上报该服务事项。": "Your post does not report under this service.",
    "只有受理员可以代群众、热线、媒体或上级登记，请以本人身份上报。": (
        "Only acceptors report for others: please report it as yourself."
    ),
    "请在地图上点选位置，或选择乡镇、村、网格。": "Click on the map, or choose township, village and grid.",
    "保存上报人信息须征得本人同意。": "Name and number are kept only with the caller's consent.",
    "应为电话号码，例如 13800138000 或 0357-8322123。": "A telephone number, please, like 13800138000 or 0357-8322123.",
    "应写在一行内，不能有换行。": "Write it on one line.",
    "请写明查看理由，至少两个字。": "Say why you look, in two characters at least.",
    "还没有网格，请管理员先导入网格。": "There are no grids yet: the administrator imports them first.",
    "文件是空的，请重新拍摄。": "The file is empty: please take the photo again.",
    "不在辖区内。": "Not within the county.",
    # photos
    "文件是空的，请重新拍摄后上传。": "The file is empty: please take the photo again and send it.",
    "只接受 JPEG、PNG、WebP、HEIC 照片（材料可用 PDF），请换一种格式上传。": (
        "Only JPEG, PNG, WebP and HEIC photos are taken (PDF for papers): please send another format."
    ),
    "文件内容与所报类型不符，请重新选择文件上传。": "The file is not what it is called: please choose it again.",
    "不接受动图，请上传单张照片。": "Moving pictures are not taken: please send a single photo.",
    "这份照片系统没能检查，原件已封存，暂不能查看。": (
        "This photo could not be looked at: its original is sealed, and cannot be seen for now."
    ),
    "照片像素过高：JPEG 最多 1.08 亿像素，其他格式最多 5200 万像素。请在相机设置中把照片尺寸调小"
    "（如选 1200 万或 5000 万像素）、格式选 JPEG 后重新拍摄。": (
        "The photo has too many pixels: choose a smaller size and JPEG in the camera's settings, and take it again."
    ),
    "照片已损坏或不完整，请重新拍摄后上传。": "The photo is damaged: please take it again and send it.",
    "照片无法处理，请用手机相机重新拍摄后上传。": (
        "The photo cannot be worked with: take it again with the phone's camera."
    ),
    "照片一直没有传到，可以重新上传。": "The photo never came: it can be sent again.",
    "附件尚未上传完成，请稍后再看。": "The file has not come yet: look again later.",
    "此附件没有图片预览，请查看原件。": "This file has no preview: look at the original.",
    # accounts
    "原密码不正确。": "This is not the old password.",
    "密码不能包含账号。": "A password must not hold the user name.",
    "这个密码太常见或容易被猜到（常用词、键盘顺序、重复、姓名、账号、县名等），请换一个，例如几个不相干的词。": (
        "This password is guessed easily (common words, keyboard rows, repetitions, names, the county): "
        "choose another, for instance some words that have nothing to do with each other."
    ),
    "请在系统自己的登录页登录。": "Please sign in on the system's own page.",
    # aids at the desk
    "没有这个待办，或它不属于您的岗位。": "There is no such queue, or it is not one of your posts.",
    "请选择常用语用于哪一步。": "Choose for which step the text is.",
    "请给筛选起一个 1 到 30 个字的名称。": "Give the filter a name of 1 to 30 characters.",
    "只能为自己所在的部门或中心保存常用语。": "Texts are kept for one's own department or centre only.",
    "常用语应为 1 到 500 个字。": "A text has 1 to 500 characters.",
    "请填写结束日期。": "Please give the last day too.",
    "请填写开始日期。": "Please give the first day too.",
    "没有这个选项，请从列表中选择。": "There is no such choice: choose one from the list.",
    "没有这个网格，请检查网格编码。": "There is no such grid: check its code.",
    "不是可用的用途。": "Photos are not kept for this purpose.",
    "应为照片编号。": "The id of a photo, please.",
    "内容不可用。": "This cannot be used.",
    "应为 SHA-256。": "A SHA-256, please.",
    # forms in general
    "应为整数。": "A whole number, please.",
    "应为数字。": "A number, please.",
    "应为一个对象。": "This should be an object.",
    "应为日期或留空。": "A date, please, or nothing.",
    "只能是 true 或 false。": "true or false, please.",
    "只能是 true；不需要时请删除。": "true, please; leave it out if it is not wanted.",
    "请选择角色。": "Choose a role.",
    "请先选择文件。": "Choose the files first.",
    "应为大写字母开头的 2 到 24 位大写字母、数字或短横线。": (
        "2 to 24 capital letters, digits and hyphens, please, the first of them a letter."
    ),
    "请给出要标为已读的消息 ids，或给出截止时间 until，两者只能选一。": (
        "Name the messages that were read, `ids`, or a time, `until`: one of the two."
    ),
    "应为不小于零的整数。": "A whole number, please, not below nought.",
    "内容过长。": "This is too long.",
    "应为键和 Base64 值。": "Keys and their values in Base64, please.",
    "应为 Base64。": "Base64, please.",
    "应为列表。": "A list, please.",
    "应为 UUID。": "A UUID, please.",
    "内容不合要求。": "This does not fit here.",
    "数字太大。": "This number is too large.",
    "内容过多或层次过深。": "This is too much, or nested too deeply.",
}
PATTERNS: tuple[tuple[str, str], ...] = (
    (r"请从本案已完成的任务中选择：(.*)。", r"Choose finished tasks of this case: \1."),
    (r"这一步至少需要 (\d+) 张照片，请拍照后提交。", r"This step needs \1 photos at least: take them, then send it."),
    (r"有多项申请待批，请说明是哪一项任务：(.*)。", r"Several asks are undecided: say which task is meant, \1."),
    (r"没有部门“(.*)”，请从部门目录中选择。", r"There is no department “\1”: choose one from the list."),
    (r"(.*)已承办本案，不必重复增加。", r"\1 is on this case already."),
    (r"(.*)重复了。", r"\1 stands here twice."),
    (r"最多 (\d+) 个。", r"At most \1."),
    (r"一次最多 (\d+) 项。", r"At most \1 at once."),
    (r"最多 (\d+) 个字。", r"At most \1 characters."),
    (r"应为 (\d+) 到 (\d+) 个。", r"Between \1 and \2, please."),
    (r"应为：(.*)。", r"One of these: \1."),
    (r"应有 (\d+) 到 (\d+) 项。", r"Between \1 and \2 of them, please."),
    (r"应为 1 到 (\d+) 条。", r"Between 1 and \1 of them, please."),
    (r"可能是：(.*)。请写明是哪一类；不清楚可以不填。", r"Perhaps \1. Say which, or leave it empty."),
    (r"您的岗位不能以“.*”的名义上报，请如实选择来源。",
     "Your post does not report in that name: choose the true source."),
    (r"请说明案件从哪里来，例如 .*", "Say where the case comes from, for instance the hotline or a citizen."),
    (r"密码至少 (\d+) 位。", r"A password has \1 characters at least."),
    (r"应为?带时区(?:的时间)?，例如 (\S+)。", r"A time with its zone, please, like \1."),
    (r"应为 ([a-z-]+)。", "This has to be “\\1”."),
    (r"年份应在 (\d+) 到 (\d+) 之间。", r"A year between \1 and \2, please."),
)  # fmt: skip
