"""
Logs one version: `add` holds {path} or {text} with `logical_path` and `metadata`, `links` hold {uri} with the same and `sync_mode`.
Everything is on the server when it returns.
"""
import io

import comet_ml
from comet_quiet import experiment


def run(name, type="dataset", version=None, aliases=(), tags=(), metadata=None, add=(), links=(), project=None, workspace=None, metrics=None, parameters=None, end=True):
    running = experiment(project, workspace)
    artifact = comet_ml.Artifact(name, type, version=version, aliases=list(aliases), metadata=metadata, version_tags=list(tags))
    for each in add:
        what = each["path"] if "path" in each else io.StringIO(each["text"])
        artifact.add(what, logical_path=each.get("logical_path"), metadata=each.get("metadata"))
    for each in links:
        artifact.add_remote(each["uri"], logical_path=each.get("logical_path"), metadata=each.get("metadata"), sync_mode=each.get("sync_mode", True))
    for step, value in enumerate(metrics or []):
        running.log_metric("loss", value, step=step)
    running.log_parameters(parameters or {})
    logged = running.log_artifact(artifact)
    problem = None
    try:
        running.end()
    except comet_ml.exceptions.CometException as error:
        problem = f"{error.__class__.__name__}: {error}"
    return {"experiment": running.get_key(), "version": str(logged.version), "problem": problem}
