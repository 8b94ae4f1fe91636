"""Registers what `uri` names (runs:/<run>/<path>, models:/<id>) as a version of a registered model, with an alias and tags."""
import mlflow


def run(uri, name, alias=None, tags=None):
    version = mlflow.register_model(uri, name, tags=tags)
    if alias is not None:
        mlflow.MlflowClient().set_registered_model_alias(name, alias, version.version)
    return {"version": version.version, "source": version.source, "run_id": version.run_id}
