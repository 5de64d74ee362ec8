"""What all tests share; the parts are in tests/plugins."""

pytest_plugins = [
    "tests.plugins.order",
    "tests.plugins.collector",
    "tests.plugins.unhurried",
    "tests.plugins.environment",
    "tests.plugins.network",
    "tests.plugins.databases",
    "tests.plugins.application",
    "tests.plugins.towns",
    "tests.plugins.histories",
    "tests.plugins.valkey",
    "tests.plugins.buckets",
    "tests.plugins.house",
    "tests.plugins.phones",
    "tests.plugins.desks",
    "tests.plugins.administrators",
]
