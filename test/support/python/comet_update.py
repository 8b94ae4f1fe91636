"""Reads a version, downloads it into `folder`, adds or changes files and links, and logs the next minor one: seed 001's last example."""
from comet_quiet import experiment


def run(name, folder, add=(), links=(), overwrite_strategy=False):
    running = experiment()
    logged = running.get_artifact(name)
    local = logged.download(folder, overwrite_strategy=overwrite_strategy)
    for each in add:
        local.add(each["path"], logical_path=each.get("logical_path"))
    for each in links:
        local.add_remote(each["uri"], logical_path=each.get("logical_path"))
    local.version = logged.version.next_minor()
    made = running.log_artifact(local)
    running.end()
    return {"version": str(made.version), "experiment": running.get_key()}
