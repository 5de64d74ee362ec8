"""The clocks of a case: which limits hold, how they start, stop, pause and are counted anew, who is waited for."""
