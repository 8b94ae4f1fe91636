"""Downloads a version into `folder`, and says what lies there or what was raised."""
import os

from comet_quiet import experiment


def run(name, folder, overwrite_strategy=False, version_or_alias=None, workspace=None, sync_mode=True):
    running = experiment()
    try:
        running.get_artifact(name, workspace, version_or_alias).download(folder, overwrite_strategy=overwrite_strategy, sync_mode=sync_mode)
    except Exception as error:
        return {"error": error.__class__.__name__}
    finally:
        running.end()
    found = {}
    for parent, _, names in os.walk(folder):
        for each in names:
            file = os.path.join(parent, each)
            with open(file, encoding="utf-8") as content:
                found[os.path.relpath(file, folder).replace(os.sep, "/")] = content.read()
    return {"files": found}
