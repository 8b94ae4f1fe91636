"""Two experiments as people leave them: a finished run with all there is, a failed one, one that goes on, and a logged model."""
import math
import os
import tempfile

import mlflow

import log_model


def run(many=0):
    client = mlflow.MlflowClient()
    mlflow.set_experiment("retention")
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "weights.json"), "w", encoding="utf-8") as file:
            file.write('{"weights": [0.1, -0.4]}\n')
        with mlflow.start_run(run_name="train 0411"):
            mlflow.log_metric("loss", 9.5)
            failed = mlflow.active_run().info.run_id
        client.set_terminated(failed, "FAILED")
        with mlflow.start_run(run_name="train 0412", tags={"owner": "ada", "ticket": "ML-204"}, description="Smaller steps, twice the epochs.") as started:
            mlflow.log_params({"learning_rate": 0.05, "epochs": 200, "optimizer": "adamw", "schedule": "cosine with warm-up, " * 20}
                              | {f"layer_{index}/width": 64 * (index + 1) for index in range(40)})
            steps = range(200)
            batch = [mlflow.entities.Metric("train/loss", 0.7 * math.exp(-step / 40) + 0.08 + 0.02 * math.sin(step), 0, step) for step in steps]
            batch += [mlflow.entities.Metric("val/accuracy", 0.5 + 0.42 * (1 - math.exp(-step / 60)), 0, step) for step in steps if step % 5 == 0]
            batch += [mlflow.entities.Metric("gradient norm", math.nan if 80 <= step < 110 else 1 + 0.5 * math.cos(step / 9), 0, step) for step in steps]
            batch += [mlflow.entities.Metric("constant", 3, 0, step) for step in steps]
            for start in range(0, len(batch), 900):
                client.log_batch(started.info.run_id, metrics=batch[start:start + 900])
            mlflow.log_metric("test/auc", 0.93125)
            mlflow.log_metric("diverged", math.inf)
            mlflow.log_metric("rows", 1234567)
            mlflow.log_artifacts(folder, "checkpoints/last")
            mlflow.log_text("epoch 1\nepoch 2\n", "log.txt")
            finished = started.info.run_id
        going = client.create_run(client.get_experiment_by_name("retention").experiment_id, run_name="train 0413").info.run_id
        client.log_text(going, "epoch 1\n", "log.txt")
    model = log_model.run(name="classifier", registered="churn-model", experiment="vision")
    experiment = client.create_experiment("sweep")
    for index in range(many):
        client.create_run(experiment, run_name=f"trial {index}")
    # Whoever goes on with one of its runs has to be in its experiment.
    mlflow.set_experiment("retention")
    return {"failed": failed, "finished": finished, "going": going, "model": model}
