"""An experiment as a search of hyper-parameters leaves it: many trials below one run, with what was tried and measured, and values that are no numbers."""
import math
import time

import mlflow
from mlflow.entities import Metric, Param, RunTag


def run(experiment, trials):
    client = mlflow.MlflowClient()
    place = client.create_experiment(experiment)
    now = int(time.time() * 1000)
    sweep = client.create_run(place, run_name="search", start_time=now - 9_000_000, tags={"mlflow.user": "ada", "mlflow.source.name": "search.py"})
    for index in range(trials):
        started = now - 8_000_000 + index * 20_000
        trial = client.create_run(place, run_name=f"trial {index}", start_time=started, tags={
            "mlflow.parentRunId": sweep.info.run_id, "mlflow.user": ["ada", "grace"][index % 2], "mlflow.source.name": "train.py"})
        accuracy = math.nan if index % 50 == 7 else 0.5 + 0.45 * abs(math.sin(index))
        loss = math.inf if index % 50 == 9 else 1.2 * abs(math.cos(index))
        client.log_batch(
            trial.info.run_id,
            metrics=[Metric("val/accuracy", accuracy, started, 1), Metric("loss", loss, started, 1), Metric("rows", 1_000 * index, started, 1), Metric("system/cpu", 40, started, 1)],
            params=[
                Param("learning_rate", ["0.1", "0.03", "0.001", "1e-05"][index % 4]), Param("depth", str(2 + index % 7)), Param("optimizer", ["adamw", "sgd"][index % 2]),
                Param("seed", "7"), Param("schedule", f"cosine with {index} steps of warm-up and a long tail"), Param("note", "=HYPERLINK(\"http://x\")"),
            ],
            tags=[RunTag("round", str(index // 100))],
        )
        if index != trials - 1:
            client.set_terminated(trial.info.run_id, "FAILED" if index % 11 == 3 else "FINISHED", started + 5_000 + 900 * (index % 40))
    client.set_terminated(sweep.info.run_id, "FINISHED", now)
    return {"experiment": place, "sweep": sweep.info.run_id}
