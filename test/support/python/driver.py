"""Runs the scripts beside this file: a JSON line {script, values} in, a JSON line {result} or {error} out on descriptor 3."""
import importlib
import json
import os
import sys
import traceback

with os.fdopen(3, "w", encoding="utf-8") as answers:
    for line in sys.stdin:
        call = json.loads(line)
        try:
            answer = {"result": importlib.import_module(call["script"]).run(**call["values"])}
        except Exception:
            answer = {"error": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
