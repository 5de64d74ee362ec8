"""Measure report, act, read and queue page, each beside its floors: a bare route, and the same rows by hand.

Run `./gezhi bench` (or `python -m bench` in the environment). Needs nothing beforehand; `DATABASE_URL` names an empty
PostgreSQL database to measure on instead of SQLite.
"""
