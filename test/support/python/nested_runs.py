"""A search of hyper-parameters as Python leaves it: a run, runs below it, and one below the last of those."""
import mlflow


def run(experiment, trials):
    mlflow.set_experiment(experiment)
    with mlflow.start_run(run_name="tune 0414") as sweep:
        for index in range(trials):
            with mlflow.start_run(run_name=f"depth {index}", nested=True) as trial:
                mlflow.log_param("depth", index)
                if index == trials - 1:
                    with mlflow.start_run(run_name="fold", nested=True) as fold:
                        mlflow.log_metric("loss", 0.5)
    return {"experiment": sweep.info.experiment_id, "sweep": sweep.info.run_id, "last": trial.info.run_id, "fold": fold.info.run_id}
