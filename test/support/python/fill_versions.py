"""
Writes one registered model with many versions straight into a server's SQLite database. The first `ours` of them are ours, all if left out:
1.0.0, 2.0.0 and so on; the others are what `register_model` writes.
"""
import sqlite3
import time
import uuid


def run(database, name, versions, ours=None):
    now = int(time.time() * 1000)
    tables = sqlite3.connect(database, timeout=60)
    with tables:
        tables.execute("INSERT INTO registered_models (name, creation_time, last_updated_time) VALUES (?, ?, ?)", (name, now, now))
        ids = {version: uuid.uuid4().hex for version in range(1, versions + 1)}
        tables.executemany(
            "INSERT INTO model_versions (name, version, creation_time, last_updated_time, current_stage, source, run_id, status, storage_location)"
            " VALUES (?, ?, ?, ?, 'None', ?, ?, 'READY', NULL)",
            [(name, version, now, now, f"mlflow-artifacts:/0/{each}/artifacts/files", each) for version, each in ids.items()],
        )
        tables.executemany(
            "INSERT INTO model_version_tags (name, version, key, value) VALUES (?, ?, ?, ?)",
            [
                (name, version, f"mlartifacts.{key}", value)
                for version in range(1, (versions if ours is None else ours) + 1)
                for key, value in (
                    ("version", f"{version}.0.0"), ("highest", f"{version}.0.0"), ("assets", "1"), ("bytes", "1"), ("tags", "[]"), ("metadata", "{}"),
                )
            ],
        )
    tables.close()
