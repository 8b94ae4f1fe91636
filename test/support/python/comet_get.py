"""Reads one version as an experiment does, which records the use; `api` reads it as comet_ml's API object does, which does not."""
import comet_ml
from comet_quiet import experiment, facts


def run(name, workspace=None, version_or_alias=None, api=False, version=None, alias=None):
    if api:
        return facts(comet_ml.API().get_artifact(workspace, name, version=version, alias=alias))
    running = experiment()
    try:
        return {**facts(running.get_artifact(name, workspace, version_or_alias)), "experiment": running.get_key()}
    finally:
        running.end()
