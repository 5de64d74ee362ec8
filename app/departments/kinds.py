"""Name the kinds of departments."""

from workflows.words import Term


class DepartmentKind(Term):
    """What sort of body it is, as several are called; who may enforce follows from powers, not from this."""

    PARTY_ORGAN = "party_organ", "党委部门", "Party organs"
    COUNTY_BUREAU = "county_bureau", "县直部门", "County bureaus"
    CITY_BRANCH = "city_branch", "市直分支机构", "City branches"  # for example 生态环境局分局
    TOWNSHIP = "township", "乡镇", "Townships"  # or 街道
    VILLAGE = "village", "村（社区）", "Villages and communities"  # 村（居）委会 with its people's mediation committee
    ENTERPRISE = "enterprise", "企业", "Enterprises"  # for example the water or the power company
    CONTRACTOR = "contractor", "作业单位", "Contractors"  # works for a department
    DEVELOPMENT_ZONE = "development_zone", "开发区", "Development zones"
    ENFORCEMENT_TEAM = "enforcement_team", "执法队", "Enforcement teams"

    @property
    def has_ground(self) -> bool:
        """Tell whether bodies of this kind may belong to one township."""
        return self in _CODE_ON

    def code_on(self, grid_code: str) -> str:
        """Return the code of a township's own body: routes find it by this, whatever it is called."""
        return f"{_CODE_ON[self]}{grid_code}"


_CODE_ON = {DepartmentKind.TOWNSHIP: "T-", DepartmentKind.ENFORCEMENT_TEAM: "E-"}
