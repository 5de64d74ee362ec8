"""Prove that cases are what their histories say; doors: `verify.faults` for many, `one.prove` for one."""
