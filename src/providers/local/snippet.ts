import type { VersionRef } from '../../model/artifact';
import { pythonText } from '../../model/pythonText';
import { formatReference } from '../../model/reference';

/** Folder of the store, the version, and a file or folder of it where not all is meant. */
export interface SnippetFacts {
  readonly store: string;
  readonly version: VersionRef;
  readonly path?: string | undefined;
}

/**
 * Lines of Python that bring the files of a version out of the store, each verified. They read the store as store/README.md
 * describes it, with Python's standard library alone, and need neither this extension nor VS Code.
 */
export function snippetOf({ store, version, path = '' }: SnippetFacts): string {
  const folder = `${version.artifact}-${version.version}`.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '_');
  return READER.replace('STORE_FOLDER', () => pythonText(store)) + [
    '',
    `files = load_artifact(${[pythonText(formatReference(version)), pythonText(folder), ...path === '' ? [] : [pythonText(path)]].join(', ')})`,
    'print(*files.values(), sep="\\n")',
    '',
  ].join('\n');
}

const READER = `import hashlib
import json
import os
import re
import sys
import unicodedata
import uuid
from pathlib import Path
from urllib.parse import unquote

STORE = Path(STORE_FOLDER)


def load_artifact(reference, target, only=""):
    """Brings "workspace/name:version" (a number, an alias or Latest), or one file or folder of it, into the folder
    target. Every file is verified. Returns where each path of the version is: a file below target, or the link of a
    remote asset, whose bytes are not in the store."""
    workspace, _, rest = reference.partition("/")
    name, _, wanted = rest.partition(":")
    store = json.loads((STORE / "format.json").read_text("utf-8"))
    if (store["format"], store["hash"]) != (1, "sha256"):
        raise ValueError(f"{STORE} has a format that these lines do not know.")
    artifact = STORE / "workspaces" / file_name(workspace) / file_name(name)
    deleted = {entry.name[:-len(".json")] for entry in artifact.glob("deleted/*.json")}
    versions = {unquote(entry.name): entry for entry in artifact.glob("versions/*")
                if entry.name not in deleted and re.match(r"\\d+\\.\\d+\\.\\d+(-|$)", unquote(entry.name))}
    alias = artifact / "aliases" / (file_name(wanted) + ".json")
    if wanted.lower() == "latest" and versions:
        wanted = max(versions, key=precedence)
    elif wanted not in versions and alias.exists():
        wanted = sealed(alias)["version"]
    if wanted not in versions:
        raise FileNotFoundError(f"{reference} is not in {STORE}.")
    text = (versions[wanted] / "manifest.json").read_bytes()
    facts = sealed(versions[wanted] / "version.json")
    named = [facts["workspace"], facts["artifact"], facts["version"], facts["manifest"]["sha256"]]
    if named != [workspace, name, wanted, hashlib.sha256(text).hexdigest()]:
        raise ValueError(f"The list of files of {reference} is damaged.")
    manifest = json.loads(text)
    files, folded = {}, {}
    for asset in manifest["assets"]:
        path = asset["path"]
        if only in ("", path) or path.startswith(only + "/"):
            files[path] = asset["link"] if "link" in asset else place(path, Path(target), folded)
    for asset in manifest["assets"]:
        if asset["path"] in files and "link" not in asset:
            bring(asset, manifest["packs"], files[asset["path"]])
    return files


def place(path, target, folded):
    unsafe = r"[\\x00-\\x1f\\x7f\\\\]|^/|^[A-Za-z]:|(^|/)\\.{0,2}(/|$)"
    windows = r'[<>:"|?*]|[. ](/|$)|(?i:(^|/)(con|prn|aux|nul|(com|lpt)[0-9\\u00b9\\u00b2\\u00b3])(\\.|/|$))'
    other = folded.setdefault(unicodedata.normalize("NFC", path).lower(), path)
    if re.search(unsafe, path) or (os.name == "nt" and re.search(windows, path)):
        raise ValueError(f"{path!r} is not a path that is safe to write.")
    if other != path and sys.platform in ("win32", "darwin"):
        raise ValueError(f"{path!r} and {other!r} would be one file here.")
    return target / path


def bring(asset, packs, file):
    left = asset["size"]
    if "pack" in asset:
        source = STORE / "packs" / (packs[asset["pack"]] + ".pack")
    else:
        source = STORE / "objects" / "sha256" / asset["sha256"][:2] / asset["sha256"][2:]
    if file.is_file() and file.stat().st_size == left:
        with open(file, "rb") as data:
            if copy(data, left, None) == asset["sha256"]:
                return
    file.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: several processes may bring the same files at once.
    part = file.with_name(uuid.uuid4().hex + ".part")
    try:
        with open(os.devnull if left == 0 else source, "rb") as data, open(part, "xb") as out:
            data.seek(asset.get("offset", 0))
            if copy(data, left, out) != asset["sha256"]:
                raise ValueError(f"{asset['path']} is damaged in the store.")
        os.replace(part, file)
    finally:
        if part.exists():
            part.unlink()


def copy(data, left, out):
    digest = hashlib.sha256()
    for chunk in iter(lambda: data.read(min(left, 1 << 20)), b""):
        digest.update(chunk)
        left -= len(chunk)
        if out is not None:
            out.write(chunk)
    return digest.hexdigest()


def file_name(name):
    """How the store writes names."""
    data = name.encode()
    escaped = "".join(chr(byte) if re.match(r"[a-z0-9_-]", chr(byte)) or (byte == 46 and 0 < at < len(data) - 1)
                      else f"%{byte:02x}" for at, byte in enumerate(data))
    if re.match(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\.|$)", escaped):
        escaped = f"%{ord(escaped[0]):02x}{escaped[1:]}"
    return escaped if len(escaped) <= 140 else "~" + hashlib.sha256(data).hexdigest()


def precedence(number):
    core, _, pre = number.partition("-")
    parts = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in pre.split(".")]
    return [int(part) for part in core.split(".")], pre == "", parts


def sealed(file):
    data = file.read_bytes()
    seal = re.search(rb',"sha256":"([0-9a-f]{64})"}\\n$', data)
    if seal is None or hashlib.sha256(data[:seal.start()] + b"}").hexdigest() != seal[1].decode():
        raise ValueError(f"{file} is damaged.")
    return json.loads(data)

`;
