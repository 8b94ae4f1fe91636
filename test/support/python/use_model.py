"""A run that names a logged model among its inputs and tells a metric of it, as an evaluation does."""
import time

import mlflow
from mlflow.entities import LoggedModelInput, Metric


def run(model_id, name):
    client = mlflow.MlflowClient()
    made = client.create_run("0", run_name=name)
    client.log_inputs(made.info.run_id, models=[LoggedModelInput(model_id)])
    client.log_batch(made.info.run_id, metrics=[Metric("accuracy", 0.9, int(time.time() * 1000), 0, model_id=model_id, run_id=made.info.run_id)])
    return {"run_id": made.info.run_id}
