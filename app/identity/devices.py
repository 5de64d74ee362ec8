"""Say in words on what somebody has signed in: browsers call themselves by names that tell people nothing."""

Words = tuple[str, str]
_MACHINES: tuple[tuple[str, Words], ...] = (  # the first that fits: phones name their makers' computers too
    ("Android", ("安卓手机", "Android phone")),
    ("HarmonyOS", ("鸿蒙手机", "HarmonyOS phone")),
    ("iPhone", ("苹果手机", "iPhone")),
    ("iPad", ("苹果平板", "iPad")),
    ("Windows", ("Windows 电脑", "Windows computer")),
    ("Macintosh", ("苹果电脑", "Mac")),
    ("Linux", ("Linux 电脑", "Linux computer")),
)


def called(device: str) -> Words:
    """Return what a device is called: a browser's by its machine, any other as it calls itself."""
    if not device.startswith("Mozilla/"):
        return device, device
    machine = next((words for mark, words in _MACHINES if mark in device), ("浏览器", "Browser"))
    return f"{machine[0]}上的网页", f"{machine[1]}, in the browser"
