"""Makes a version of a registered model out of a run's files, whether or not they are a model."""
import mlflow


def run(name, run_id, artifact_path=None, alias=None, tags=None):
    client = mlflow.MlflowClient()
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    root = client.get_run(run_id).info.artifact_uri
    version = client.create_model_version(name, root if artifact_path is None else f"{root}/{artifact_path}", run_id, tags=tags)
    if alias is not None:
        client.set_registered_model_alias(name, alias, version.version)
    return {"version": version.version, "source": version.source}
