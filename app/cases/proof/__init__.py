"""Prove that cases are what their histories say; doors: `verify.faults` for many, `case_proof.prove` for one."""
