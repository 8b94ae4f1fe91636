"""Tags and describes a registered model and one of its versions, as a colleague does."""
import mlflow


def run(name, version, model_tags, version_tags, description):
    client = mlflow.MlflowClient()
    for key, value in model_tags.items():
        client.set_registered_model_tag(name, key, value)
    for key, value in version_tags.items():
        client.set_model_version_tag(name, version, key, value)
    client.update_model_version(name, version, description)
    return {}
