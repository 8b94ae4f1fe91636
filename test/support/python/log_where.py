"""Logs a folder as somebody does who has no server, in `folder`."""
import os

import mlflow


def run(folder, source):
    os.chdir(folder)
    with mlflow.start_run(run_name="train") as started:
        mlflow.log_artifacts(source)
        return {"run_id": started.info.run_id}
