"""Downloads whatever `uri` names (runs:/…, models:/…) and tells the digest of each file. `seconds` is the download alone."""
import hashlib
import os
import tempfile
import time

import mlflow


def run(uri, digests=True, workspace=None):
    if workspace is not None:
        mlflow.set_workspace(workspace)
    with tempfile.TemporaryDirectory() as target:
        started = time.perf_counter()
        place = mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=target)
        seconds = time.perf_counter() - started
        return {"files": _digests(place) if digests else {}, "seconds": seconds}


def _digests(place):
    if os.path.isfile(place):
        return {os.path.basename(place): _digest(place)}
    files = (os.path.join(folder, name) for folder, _, names in os.walk(place) for name in names)
    return {os.path.relpath(file, place).replace(os.sep, "/"): _digest(file) for file in files}


def _digest(file):
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else hashlib.sha256(stream.read()).hexdigest()
