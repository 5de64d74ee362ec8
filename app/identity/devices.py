"""Say in words on what somebody has signed in: browsers call themselves by names that tell people nothing."""

from workflows.words import Words, plain

_MACHINES: tuple[tuple[str, Words], ...] = (  # the first that fits: phones name their makers' computers too
    ("Android", Words("安卓手机", "Android phone")),
    ("HarmonyOS", Words("鸿蒙手机", "HarmonyOS phone")),
    ("iPhone", Words("苹果手机", "iPhone")),
    ("iPad", Words("苹果平板", "iPad")),
    ("Windows", Words("Windows 电脑", "Windows computer")),
    ("Macintosh", Words("苹果电脑", "Mac")),
    ("Linux", Words("Linux 电脑", "Linux computer")),
)


def called(device: str) -> Words:
    """Return what a device is called: a browser's by its machine, any other as it calls itself."""
    if not device.startswith("Mozilla/"):
        return plain(device)
    machine = next((words for mark, words in _MACHINES if mark in device), Words("浏览器", "Browser"))
    return Words("{}上的网页", "{}, in the browser").format(machine)
