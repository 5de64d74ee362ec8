"""Name what kinds of objects are made of: how one lies on the map, and what its identifier is put together from."""

from workflows.words import Term


class Geometry(Term):
    """How an object lies on the map. Every object has a point; a line or an area beside it where it has been drawn."""

    POINT = "point", "点", "point"
    LINE = "line", "线", "line"
    AREA = "area", "面", "area"


class IdentifierPart(Term):
    """What some digits of an identifier say; the parts stand in the order of the kind's pattern."""

    COUNTY = "county", "县级区划代码", "county"
    MAJOR = "major", "大类代码", "code of the major class"
    MINOR = "minor", "小类代码", "code of the minor class"
    SEQUENCE = "sequence", "流水号", "sequence"
