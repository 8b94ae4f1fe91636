"""Logs a folder, or downloads a version, with comet_ml. Seconds since 1970 at which that began, and how long a download took; imports and experiments are not counted."""
import time

import comet_ml
from comet_quiet import experiment


def run(name, folder, download=False):
    running = experiment()
    try:
        began = time.time()
        if download:
            running.get_artifact(name).download(folder)
        else:
            artifact = comet_ml.Artifact(name, "dataset")
            artifact.add(folder)
            running.log_artifact(artifact)
        took = time.time() - began
    finally:
        running.end()
    return {"began": began, "seconds": took, "experiment": running.get_key()}
