"""The schedules of an app: their timers, their records, and which host runs one that runs on one host of all."""
