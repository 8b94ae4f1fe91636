"""Logs a folder into a run, a new one unless `run_id` names it. `seconds` is the upload alone."""
import time

import mlflow


def run(folder, run_id=None, artifact_path=None, experiment="Default", name=None):
    client = mlflow.MlflowClient()
    if run_id is None:
        found = client.get_experiment_by_name(experiment)
        experiment_id = found.experiment_id if found else client.create_experiment(experiment)
        run_id = client.create_run(experiment_id, run_name=name).info.run_id
    started = time.perf_counter()
    client.log_artifacts(run_id, folder, artifact_path)
    seconds = time.perf_counter() - started
    return {"run_id": run_id, "artifact_uri": client.get_run(run_id).info.artifact_uri, "seconds": seconds}
