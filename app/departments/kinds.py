"""Name the kinds of departments."""

from enum import StrEnum


class Kind(StrEnum):
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
        return _LABELS[self]


_LABELS = dict(
    zip(Kind, ("党委部门", "县直部门", "市直分支机构", "乡镇", "企业", "作业单位", "开发区", "执法队"), strict=True)
)
