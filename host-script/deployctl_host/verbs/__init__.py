"""One module a verb: `run(call)` answers and returns the exit code."""
