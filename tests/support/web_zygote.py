"""The process from which the web server is forked: see `zygote.py`. gevent is put in place as the product does it."""

from importlib import import_module

from app.up.__main__ import put_in_place

if __name__ == "__main__":
    put_in_place()
    import_module("tests.support.zygote").main()
