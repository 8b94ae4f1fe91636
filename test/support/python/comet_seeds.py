"""
The examples of Comet's own texts, in their order and with all defaults of an experiment, where comet_ml 3.58.8 can run them:
`version_tags` for `tags`, and the loop over what was read instead of what was downloaded.
"""
import datetime
import os

from comet_ml import Artifact, Experiment


def run(folder, workspace):
    before = os.getcwd()
    os.chdir(folder)
    try:
        return examples(workspace)
    finally:
        os.chdir(before)


def examples(workspace):
    seen = []

    # Three lines to register an artifact, two to use it.
    experiment = Experiment()
    artifact = Artifact("artifact-name", "dataset")
    artifact.add("./local-file")
    experiment.log_artifact(artifact)
    experiment.end()

    experiment = Experiment()
    logged_artifact = experiment.get_artifact("artifact-name")
    logged_artifact.download()
    experiment.end()

    # All attributes.
    experiment = Experiment()
    artifact = Artifact("artifact-name", "dataset")
    artifact.add("./local-file")
    artifact.name = "my-specific-artifact-name"
    artifact.artifact_type = "training-dataset"
    artifact.metadata.update({"current_date": datetime.datetime.now(datetime.timezone.utc).isoformat()})
    artifact.version = "1.4.5"
    artifact.aliases |= {"staging"}
    artifact.version_tags |= {"customer:1"}
    experiment.log_artifact(artifact)
    experiment.end()

    # A remote asset.
    experiment = Experiment()
    artifact = Artifact("remote-artifact-name", "artifact-type")
    artifact.add_remote("s3://bucket/dir/train.csv")
    experiment.log_artifact(artifact)
    experiment.end()

    # What is in a version.
    for name in ["artifact-name", "remote-artifact-name"]:
        experiment = Experiment()
        logged_artifact = experiment.get_artifact(name, workspace)
        for asset in logged_artifact.assets:
            seen.append([asset.link if asset.remote else asset.logical_path, asset.size, asset.asset_type])
        experiment.end()

    # Download, add a file, log the next minor version.
    experiment = Experiment()
    logged_artifact = experiment.get_artifact("artifact-name", workspace)
    local_artifact = logged_artifact.download("./input")
    local_artifact.add("./new-file")
    local_artifact.version = logged_artifact.version.next_minor()
    experiment.log_artifact(local_artifact)
    experiment.end()
    return seen
