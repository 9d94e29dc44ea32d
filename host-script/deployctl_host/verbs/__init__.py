"""The verbs of the command line, one module each: `run(call)` answers the call and returns its exit code."""
