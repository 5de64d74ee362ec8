"""Name the kinds of departments."""

from enum import StrEnum

from workflows.words import Words


class DepartmentKind(StrEnum):
    """What sort of body it is; who may enforce follows from powers, not from this."""

    PARTY_ORGAN = "party_organ"  # 党委部门
    COUNTY_BUREAU = "county_bureau"  # 县直部门
    CITY_BRANCH = "city_branch"  # 市直部门分支机构, for example 生态环境局分局
    TOWNSHIP = "township"  # 乡镇（街道）
    ENTERPRISE = "enterprise"  # 企业, for example the water or the power company
    CONTRACTOR = "contractor"  # 作业单位, works for a department
    DEVELOPMENT_ZONE = "development_zone"  # 开发区
    ENFORCEMENT_TEAM = "enforcement_team"  # 综合行政执法队

    @property
    def label(self) -> str:
        """Return the word people read."""
        return str(self.words)

    @property
    def words(self) -> Words:
        """Return what it is called, in Chinese and in English (of several)."""
        return _WORDS[self]

    @property
    def has_ground(self) -> bool:
        """Tell whether bodies of this kind may belong to one township."""
        return self in _CODE_ON

    def code_on(self, grid_code: str) -> str:
        """Return the code of a township's own body: routes find it by this, whatever it is called."""
        return f"{_CODE_ON[self]}{grid_code}"


_WORDS = {
    DepartmentKind.PARTY_ORGAN: Words("党委部门", "Party organs"),
    DepartmentKind.COUNTY_BUREAU: Words("县直部门", "County bureaus"),
    DepartmentKind.CITY_BRANCH: Words("市直分支机构", "City branches"),
    DepartmentKind.TOWNSHIP: Words("乡镇", "Townships"),
    DepartmentKind.ENTERPRISE: Words("企业", "Enterprises"),
    DepartmentKind.CONTRACTOR: Words("作业单位", "Contractors"),
    DepartmentKind.DEVELOPMENT_ZONE: Words("开发区", "Development zones"),
    DepartmentKind.ENFORCEMENT_TEAM: Words("执法队", "Enforcement teams"),
}
_CODE_ON = {DepartmentKind.TOWNSHIP: "T-", DepartmentKind.ENFORCEMENT_TEAM: "E-"}
