"""An experiment with files and a link of its own, beside any version."""
from comet_quiet import experiment


def run(assets=(), links=(), name=None):
    running = experiment()
    if name is not None:
        running.set_name(name)
    for each in assets:
        running.log_asset(each["path"], file_name=each["name"])
    for each in links:
        running.log_remote_asset(each["uri"], remote_file_name=each["name"])
    running.end()
    return running.get_key()
