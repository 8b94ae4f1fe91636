"""What comet_ml's API object tells of a workspace, of its artifacts and of one experiment."""
import comet_ml


def run(workspace, project, experiment, artifact):
    api = comet_ml.API()
    found = api.get_experiment_by_key(experiment)
    return {
        "workspaces": api.get_workspaces(),
        "projects": api.get_projects(workspace),
        "experiments": [each.key for each in api.get_experiments(workspace, project_name=project)],
        "artifacts": [each["name"] for each in api.get_artifact_list(workspace)["artifacts"]],
        "versions": [each["version"] for each in api.get_artifact_details(workspace=workspace, artifact_name=artifact)["versions"]],
        "state": found.get_state(),
        "metrics": [[each["metricValue"], each["step"]] for each in found.get_metrics("loss")],
        "parameters": {each["name"]: each["valueCurrent"] for each in found.get_parameters_summary()},
        "lineage": len(found.get_artifact_lineage("output")["artifacts"]),
    }
