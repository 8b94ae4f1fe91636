"""Writes runs and registered models straight into a server's SQLite database: asked over HTTP, 20,000 of them take minutes."""
import sqlite3
import time
import uuid


def run(database, experiment_id, runs, models=0, versions=0, values=0, length=20, tag=None, value="done", later=0, experiments=0):
    """Each run gets `values` parameters of `length` characters, and as many metrics; the tag if there is one. Begun `later` milliseconds from now.
    The experiments are others, and empty."""
    now = int(time.time() * 1000) + later
    tables = sqlite3.connect(database, timeout=60)
    root = f"mlflow-artifacts:/{experiment_id}"
    ids = [uuid.uuid4().hex for _ in range(runs)]
    with tables:
        tables.executemany(
            "INSERT INTO experiments (name, artifact_location, lifecycle_stage, creation_time, last_update_time) VALUES (?, ?, 'active', ?, ?)",
            [(f"experiment-{index:04}", root, now, now) for index in range(experiments)],
        )
        tables.executemany(
            "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,"
            " source_version, lifecycle_stage, artifact_uri, experiment_id)"
            " VALUES (?, ?, 'UNKNOWN', '', '', 'ada', 'FINISHED', ?, ?, '', 'active', ?, ?)",
            [(each, f"run-{index:05}", now - index, now, f"{root}/{each}/artifacts", experiment_id) for index, each in enumerate(ids)],
        )
        tables.executemany(
            "INSERT INTO tags (key, value, run_uuid) VALUES ('mlflow.runName', ?, ?)",
            [(f"run-{index:05}", each) for index, each in enumerate(ids)],
        )
        if tag:
            tables.executemany("INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)", [(tag, value, each) for each in ids])
        tables.executemany(
            "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
            ((f"param-{index}", str(index).ljust(length, "x"), each) for each in ids for index in range(values)),
        )
        tables.executemany(
            "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, 100, 0, ?)",
            ((f"metric/{index}", index + 0.123456789, now, each) for each in ids for index in range(values)),
        )
        tables.executemany(
            "INSERT INTO registered_models (name, creation_time, last_updated_time) VALUES (?, ?, ?)",
            [(f"model-{index:04}", now, now) for index in range(models)],
        )
        tables.executemany(
            "INSERT INTO model_versions (name, version, creation_time, last_updated_time, current_stage, source, run_id, status, storage_location)"
            " VALUES (?, ?, ?, ?, 'None', ?, ?, 'READY', ?)",
            [
                (f"model-{model:04}", version, now, now, f"{root}/{each}/artifacts/model", each, f"{root}/{each}/artifacts/model")
                for model in range(models)
                for version in range(1, versions + 1)
                for each in [ids[(model * versions + version) % runs]]
            ],
        )
    tables.close()
