"""Run all parts of Gezhi on one machine: `gezhi up` starts them, watches them and stops them together."""
