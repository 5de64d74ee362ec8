"""Proofs too heavy for every run: `./gezhi prove NAME` runs `prove_NAME.py`; the tests hold a short form of each."""
