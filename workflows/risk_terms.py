"""Name the colours of risk that the grades of a class bear; values never change, labels are for people."""

from workflows.words import Term


class RiskColour(Term):
    """Say how grave it may become, where a class has grades (红橙黄蓝绿)."""

    RED = "red", "红色", "Red"
    ORANGE = "orange", "橙色", "Orange"
    YELLOW = "yellow", "黄色", "Yellow"
    BLUE = "blue", "蓝色", "Blue"
    GREEN = "green", "绿色", "Green"


GRAVE_COLOURS = frozenset({RiskColour.RED, RiskColour.ORANGE})  # pages mark them as a warning
