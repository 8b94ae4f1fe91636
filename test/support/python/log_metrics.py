"""Makes a run with parameters, tags and metrics: {name: [values by step]}."""
import mlflow


def run(metrics, parameters=None, tags=None, experiment="Default", name=None):
    mlflow.set_experiment(experiment)
    with mlflow.start_run(run_name=name, tags=tags) as started:
        mlflow.log_params(parameters or {})
        for key, values in metrics.items():
            for step, value in enumerate(values):
                mlflow.log_metric(key, value, step=step)
        return {"run_id": started.info.run_id, "experiment_id": started.info.experiment_id}
