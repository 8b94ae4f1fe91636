"""A registered model as Python sees it: aliases, and each version's number, tags, run and source."""
import mlflow


def run(name):
    client = mlflow.MlflowClient()
    return {
        "aliases": dict(client.get_registered_model(name).aliases),
        "versions": [
            {"version": version.version, "tags": dict(version.tags), "run_id": version.run_id, "source": version.source}
            for version in client.search_model_versions(f"name = '{name}'")
        ],
    }
