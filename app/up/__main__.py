"""`python -m app.up`: the process of the web server, in which gevent takes its places before anything is imported."""

from importlib import import_module

from gevent import monkey


def put_in_place() -> None:
    """Let waiting for sockets, locks and time go on with others. Processes and signals stay gunicorn's own."""
    monkey.patch_all(os=False, subprocess=False, signal=False)


if __name__ == "__main__":
    put_in_place()
    import_module("app.up.server").main(prog_name="gezhi web")
