"""Traffic of many kinds of clients against web hosts, and an exact account of what was lost.

Reading order: loop (what runs the clients), exchange (one request and its answer), short and long (the clients),
tally (the account), mix (how many of which), cli.
"""
