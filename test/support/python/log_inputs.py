"""Starts a run, or goes on with `run_id`, that uses datasets: {name, digest?, source, context?} each."""
import mlflow
from mlflow.data.http_dataset_source import HTTPDatasetSource
from mlflow.data.meta_dataset import MetaDataset


def run(datasets, run_id=None, experiment="Default"):
    if run_id is None:
        mlflow.set_experiment(experiment)
    with mlflow.start_run(run_id=run_id) as started:
        for each in datasets:
            dataset = MetaDataset(HTTPDatasetSource(each["source"]), name=each["name"], digest=each.get("digest"))
            mlflow.log_input(dataset, context=each.get("context", "training"))
        return {"run_id": started.info.run_id}
