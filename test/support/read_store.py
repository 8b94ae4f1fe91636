"""Reads a store by src/store/README.md alone: read_store.py STORE [workspace/name:version [FOLDER]]
Verifies the version (a number, an alias or Latest), or all, and brings its files into FOLDER, which is to be new. Prints a line of
JSON for each version. Ends with 1, and says on stderr what is damaged, where something is."""
import hashlib
import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import unquote



def sha256(data):
    return hashlib.sha256(data).hexdigest()


def encode(name):
    data = name.encode()
    text = "".join(chr(byte) if re.match("[a-z0-9_-]", chr(byte)) or (byte == 0x2E and 0 < at < len(data) - 1)
                   else "%%%02x" % byte for at, byte in enumerate(data))
    if re.match(r"(con|prn|aux|nul|(com|lpt)[0-9])(\.|$)", text):
        text = "%%%02x%s" % (ord(text[0]), text[1:])
    return text if len(text) <= 140 else "~" + sha256(data)


def names(folder, suffix=""):
    """What stands in a folder, by decoded name. Other people's files are not ours to read."""
    found = os.listdir(folder) if folder.is_dir() else []
    ours = (name[:len(name) - len(suffix)] for name in found if name.endswith(suffix))
    return {unquote(name): name for name in ours if re.match("~[0-9a-f]{64}$", name) or encode(unquote(name)) == name}


def sealed(file):
    data = file.read_bytes()
    seal = re.search(rb',"sha256":"([0-9a-f]{64})"\}\n$', data)
    if seal is None or sha256(data[:seal.start()] + b"}") != seal[1].decode():
        raise ValueError(f"{file} is damaged")
    return json.loads(data)


def precedence(number):
    core, _, pre = number.partition("-")
    return [*map(int, core.split("."))], pre == "", [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in pre.split(".")]


class Store:
    def __init__(self, root):
        self.root = Path(root)
        told = json.loads((self.root / "format.json").read_bytes())
        if (told["format"], told["hash"]) != (1, "sha256"):
            raise ValueError(f"{root} has a format that this reader does not know")

    def live(self, folder):
        numbers = {name for name in names(folder / "versions") if re.match(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$", name)}
        return sorted(numbers - set(names(folder / "deleted", ".json")), key=precedence)

    def versions(self):
        root = self.root / "workspaces"
        folders = (root / workspace / artifact for workspace in names(root).values() for artifact in names(root / workspace).values())
        return [(folder, number) for folder in folders for number in self.live(folder)]

    def resolve(self, reference):
        workspace, _, rest = reference.partition("/")
        artifact, _, wanted = rest.partition(":")
        folder = self.root / "workspaces" / encode(workspace) / encode(artifact)
        live, alias = self.live(folder), folder / "aliases" / (encode(wanted) + ".json")
        number = live[-1] if live and wanted.lower() == "latest" else wanted
        number = sealed(alias)["version"] if number not in live and alias.exists() else number
        if number in live:
            return folder, number
        raise LookupError(f"{reference} is not there")

    def read(self, folder, number, target=None):
        place, labels = folder / "versions" / encode(number), folder / "labels" / (encode(number) + ".json")
        facts = {**sealed(place / "version.json"), **(sealed(labels) if labels.exists() else {})}
        text = (place / "manifest.json").read_bytes()
        if (encode(facts["artifact"]), facts["version"], facts["manifest"]["sha256"]) != (folder.name, number, sha256(text)):
            raise ValueError(f"{place} is damaged")
        manifest = json.loads(text)
        for asset in manifest["assets"]:
            if re.search(r"[\x00-\x1f\x7f\\]|^[A-Za-z]:|(^|/)\.{0,2}(/|$)", asset["path"]):
                raise ValueError(f"{place} has the unsafe path {asset['path']!r}")
            if "link" not in asset:
                self.bring(asset, manifest["packs"], f"{asset['path']} of {place}", target and Path(target) / asset["path"])
        aliases = [sealed(folder / "aliases" / (name + ".json")) for name in names(folder / "aliases", ".json").values()]
        return {**{key: facts[key] for key in ("workspace", "artifact", "version", "type", "tags", "metadata")},
                "aliases": sorted(each["alias"] for each in aliases if each["version"] == number),
                "assets": [{key: asset[key] for key in ("path", "size", "sha256", "link") if key in asset} for asset in manifest["assets"]]}

    def bring(self, asset, packs, what, target):
        digest, left, at = hashlib.sha256(), asset["size"], asset.get("offset", 0)
        file = self.root / "packs" / f"{packs[asset['pack']]}.pack" if "pack" in asset else \
            self.root / "objects" / "sha256" / asset["sha256"][:2] / asset["sha256"][2:]
        target and target.parent.mkdir(parents=True, exist_ok=True)
        # Created anew: a disk that folds case or Unicode forms may have made one file of two paths.
        with open(file if left else os.devnull, "rb") as data, open(target or os.devnull, "xb" if target else "wb") as out:
            data.seek(at)
            for chunk in iter(lambda: data.read(min(left, 1 << 20)), b""):
                digest.update(chunk)
                out.write(chunk)
                left -= len(chunk)
        if left > 0 or digest.hexdigest() != asset["sha256"]:
            target and target.unlink()
            raise ValueError(f"{what} is damaged")


def main(root, reference=None, target=None, status=0):
    store = Store(root)
    for folder, number in [store.resolve(reference)] if reference else store.versions():
        try:
            print(json.dumps(store.read(folder, number, target)))
        except (ValueError, KeyError, OSError) as error:
            status = print(f"{folder} {number}: {error}", file=sys.stderr) or 1
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
