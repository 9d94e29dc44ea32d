"""One-off commands: `run`, the release command and its check, runs of a schedule, consoles.

`course` records a command and starts its keeper, a process of its own, which alone starts the command and records its
end. Callers only follow it: whoever of them dies, nothing is lost.
"""
