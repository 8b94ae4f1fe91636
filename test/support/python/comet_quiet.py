"""An experiment of comet_ml that sends nothing of its surroundings; without `key` a new one."""
import comet_ml

QUIET = {
    "log_code": False,
    "log_env_details": False,
    "log_git_metadata": False,
    "log_git_patch": False,
    "parse_args": False,
    "auto_output_logging": False,
    "display_summary_level": 0,
}


def experiment(project=None, workspace=None, key=None):
    if key is None:
        return comet_ml.Experiment(project_name=project, workspace=workspace, **QUIET)
    return comet_ml.ExistingExperiment(previous_experiment=key, **QUIET)


def facts(artifact):
    """What is told of a version that was read."""
    return {
        "workspace": artifact.workspace,
        "name": artifact.name,
        "type": artifact.artifact_type,
        "version": str(artifact.version),
        "aliases": sorted(artifact.aliases),
        "tags": sorted(artifact.version_tags),
        "artifact_tags": sorted(artifact.artifact_tags),
        "metadata": artifact.metadata,
        "size": artifact.size,
        "source": artifact.source_experiment_key,
        "assets": sorted(
            (
                {
                    "path": asset.logical_path,
                    "remote": asset.remote,
                    "link": asset.link,
                    "size": asset.size,
                    "metadata": asset.metadata,
                    "type": asset.asset_type,
                }
                for asset in artifact.assets
            ),
            key=lambda asset: asset["path"],
        ),
    }
