"""Writes one registered model with many versions of ours straight into a server's SQLite database: 1.0.0, 2.0.0 and so on."""
import sqlite3
import time
import uuid


def run(database, name, versions):
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
                for version in ids
                for key, value in (
                    ("version", f"{version}.0.0"), ("highest", f"{version}.0.0"), ("assets", "1"), ("bytes", "1"), ("tags", "[]"), ("metadata", "{}"),
                )
            ],
        )
    tables.close()
