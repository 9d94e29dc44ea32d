"""Says which credentials botocore, the AWS CLI's library, finds in each of the homes on standard input."""
import json
import os
import sys

import botocore.session

answers = []
for case in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(case)
    try:
        session = botocore.session.Session()
        session.get_scoped_config()
        found = session.get_credentials()
        if found is None:
            answers.append("none")
        else:
            frozen = found.get_frozen_credentials()
            answers.append(" ".join([frozen.access_key, *([frozen.token] if frozen.token else [])]))
    except Exception as error:
        print(f"{case['HOME']}: {error!r}", file=sys.stderr)
        answers.append("refused")
json.dump(answers, sys.stdout)
