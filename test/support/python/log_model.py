"""Logs a model that is a plain Python class, and registers it when `registered` names a model. Code files keep cloudpickle away."""
import os
import tempfile

import mlflow

CODE = """
import mlflow


class Twice(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return [value * 2 for value in model_input]


mlflow.models.set_model(Twice())
"""


def run(name="model", registered=None, experiment="Default"):
    mlflow.set_experiment(experiment)
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as started:
        script = os.path.join(folder, "twice.py")
        with open(script, "w", encoding="utf-8") as file:
            file.write(CODE)
        # Given outright, so that MLflow neither guesses them from the machine nor asks a package index.
        options = {"python_model": script, "pip_requirements": ["mlflow"], "registered_model_name": registered}
        # `name` makes a logged model in MLflow 3; in MLflow 2 there are only paths in the run.
        if mlflow.__version__.startswith("2."):
            info = mlflow.pyfunc.log_model(artifact_path=name, **options)
        else:
            info = mlflow.pyfunc.log_model(name=name, **options)
        return {
            "run_id": started.info.run_id,
            "model_uri": info.model_uri,
            "model_id": getattr(info, "model_id", None),
            "version": info.registered_model_version,
        }
