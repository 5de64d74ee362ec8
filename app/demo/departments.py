"""List the departments of the demo county: the real names and aliases of `data/gu-county.json`, under codes of ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.demo.terrain import facts
from app.departments import service
from app.departments.kinds import DepartmentKind

OFFICE_CALENDAR = "office"
SEAT = "141025100"  # 岳阳镇

CODES = {
    "县委政法委": "P-LEGAL",
    "县委社会工作部": "P-SOCIAL",
    "县委组织部": "P-ORGANISATION",
    "县委编办": "P-STAFFING",
    "县住房和城乡建设局": "D-HOUSING",
    "县公安局": "D-POLICE",
    "县交警大队": "D-TRAFFIC",
    "县消防救援大队": "D-FIRE",
    "县应急管理局": "D-EMERGENCY",
    "县自然资源局": "D-RESOURCES",
    "县发展和改革局": "D-DEVELOPMENT",
    "县工业信息化和科技局": "D-INDUSTRY",
    "县水利局": "D-WATER",
    "县交通运输局": "D-TRANSPORT",
    "县农业农村局": "D-AGRICULTURE",
    "县民政局": "D-CIVIL",
    "县人力资源和社会保障局": "D-LABOUR",
    "县教育体育局": "D-EDUCATION",
    "县卫生健康局": "D-HEALTH",
    "县文化和旅游局": "D-CULTURE",
    "县文物旅游中心": "D-HERITAGE",
    "县市场监督管理局": "D-MARKET",
    "县司法局": "D-JUSTICE",
    "县财政局": "D-FINANCE",
    "县行政审批局": "D-APPROVAL",
    "县大数据中心": "D-DATA",
    "县融媒体中心": "D-MEDIA",
    "县退役军人事务局": "D-VETERANS",
    "县残联": "D-DISABLED",
    "市生态环境局古县分局": "B-ECOLOGY",
    "国网古县供电公司": "Q-POWER",
    "县城乡水务公司": "Q-WATER",
    "县邮政公司": "Q-POST",
    "县医疗集团": "Q-MEDICAL",
    "县开发区": "Z-DEVELOPMENT",
    "县综合行政执法队": "E-COUNTY",
}
_OF_TOWNSHIP = {DepartmentKind.TOWNSHIP: "T", DepartmentKind.ENFORCEMENT_TEAM: "E"}
_CALENDARS = {  # of those who do not keep office hours
    "D-POLICE": "police", "D-TRAFFIC": "police", "D-FIRE": "fire", "Q-MEDICAL": "hospital", "Q-POWER": "power",
    "Q-WATER": "water", "Q-GAS": "gas", "Q-HEAT": "heat",
}  # fmt: skip
# No source names who runs these in the county, nor its contractors: they are examples, and say so in their names.
_EXAMPLES = (
    ("Q-GAS", "示例燃气企业", DepartmentKind.ENTERPRISE, "燃气公司"),
    ("Q-HEAT", "示例供热企业", DepartmentKind.ENTERPRISE, "供热公司"),
    ("Q-TELECOM", "示例通信运营企业", DepartmentKind.ENTERPRISE, "通信公司"),
    ("Q-CABLE", "示例广电网络企业", DepartmentKind.ENTERPRISE, "广电网络公司"),
    ("Q-PROPERTY", "示例物业服务企业", DepartmentKind.ENTERPRISE, "物业公司"),
    ("C-CLEANING", "示例环卫作业单位", DepartmentKind.CONTRACTOR, "环卫作业单位"),
    ("C-UPKEEP", "示例市政养护单位", DepartmentKind.CONTRACTOR, "市政养护单位"),
)


@dataclass(frozen=True)
class DepartmentPlan:
    """A department as it will be made."""

    code: str
    name: str
    kind: DepartmentKind
    aliases: tuple[str, ...] = ()
    grid_code: str | None = None

    @property
    def calendar(self) -> str:
        """Return the code of the working calendar by which its limits run."""
        return _CALENDARS.get(self.code, OFFICE_CALENDAR)


def plans(county_facts: dict[str, Any] | None = None) -> tuple[DepartmentPlan, ...]:
    """Return all departments of the county in the order of the source, then those that are examples."""
    county = county_facts or facts()
    townships = {township["name"]: township["code"] for township in county["townships"]}
    named = [_plan(row, townships) for row in county["departments"]]
    examples = (DepartmentPlan(code, name, kind, (alias,)) for code, name, kind, alias in _EXAMPLES)
    return (*named, *examples, *_mediators(county))


def _mediators(county: dict[str, Any]) -> Iterator[DepartmentPlan]:
    """Plan who tries a dispute in turn: a centre for each township, and the villages of the county's seat alone.

    No source says who these are: examples. Elsewhere the village's turn is passed over.
    """
    for township in county["townships"]:
        yield DepartmentPlan(f"M-{township['code']}", f"{township['name']}综治中心（示例）", DepartmentKind.PARTY_ORGAN)
    seat = next(one for one in county["townships"] if one["code"] == SEAT)
    for village in seat["villages"]:
        yield DepartmentPlan(f"V-{village['code']}", f"{village['name']}（示例）", DepartmentKind.VILLAGE)


def make(wanted: tuple[DepartmentPlan, ...]) -> None:
    """Make departments with their aliases, inside a transaction."""
    for plan in wanted:
        service.create(plan.code, plan.name, plan.kind, grid_code=plan.grid_code, calendar=plan.calendar)
        for alias in plan.aliases:
            service.add_alias(alias, plan.code)


def _plan(row: dict[str, Any], townships: dict[str, str]) -> DepartmentPlan:
    name, kind, aliases = row["name"], DepartmentKind.of(row["kind"]), tuple(row["aliases"])
    ground = next((code for township, code in townships.items() if name.startswith(township)), None)
    code = f"{_OF_TOWNSHIP[kind]}-{ground}" if ground else CODES[name]
    return DepartmentPlan(code, name, kind, aliases, ground)
