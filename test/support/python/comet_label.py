"""Replaces what is given of a version's aliases and tags and of its artifact's tags."""
from comet_quiet import experiment


def run(name, version_or_alias=None, aliases=None, tags=None, artifact_tags=None):
    running = experiment()
    artifact = running.get_artifact(name, version_or_alias=version_or_alias)
    if aliases is not None:
        artifact.update_aliases(aliases)
    if tags is not None:
        artifact.update_version_tags(tags)
    if artifact_tags is not None:
        artifact.update_artifact_tags(artifact_tags)
    running.end()
