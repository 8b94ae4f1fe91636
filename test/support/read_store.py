"""Reads a store by src/store/README.md alone: read_store.py STORE [workspace/name:version [FOLDER]]
Verifies the version (a number, an alias or Latest), or all, and brings its files into FOLDER, which is to be new. Prints a line of
JSON for each version. Ends with 1, and says on stderr what is damaged, where something is."""
import json
import os
import re
import sys
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote


def encode(name):
    data = name.encode(errors="surrogateescape")
    text = "".join(chr(byte) if re.match("[a-z0-9_-]", chr(byte)) or (byte == 0x2E and 0 < at < len(data) - 1)
                   else "%%%02x" % byte for at, byte in enumerate(data))
    text = re.sub(r"^(con|prn|aux|nul|(com|lpt)[0-9])(?=\.|$)", lambda found: "%%%02x" % ord(found[0][0]) + found[0][1:], text)
    return text if len(text) <= 140 else "~" + sha256(data).hexdigest()


def names(folder, suffix=""):
    """What stands in a folder, by decoded name. Other people's files are not ours to read."""
    ours = (file.name[:len(file.name) - len(suffix)] for file in folder.glob("*" + suffix))
    return {unquote(name): name for name in ours if re.match("~[0-9a-f]{64}$", name) or encode(unquote(name)) == name}


def sealed(file):
    data = file.read_bytes()
    seal = re.search(rb',"sha256":"([0-9a-f]{64})"\}\n$', data)
    if seal is None or sha256(data[:seal.start()] + b"}").hexdigest() != seal[1].decode():
        raise ValueError(f"{file} is damaged")
    return json.loads(data)


def precedence(number):
    core, _, pre = number.partition("-")
    return [*map(int, core.split("."))], pre == "", [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in pre.split(".")]


def are_sound(paths):
    folders = {path[:slash.start()] for path in paths for slash in re.finditer("/", path)}
    return paths == sorted(set(paths) - folders, key=lambda path: path.encode("utf-16-be")) and not any(
        re.search(rb"[\x00-\x1f\x7f\\]|^[A-Za-z]:|(^|/)\.{0,2}(/|$)|[^/]{256}|.{4097}", path.encode()) for path in paths)


class Store:
    def __init__(self, root):
        self.root, self.damaged, told = Path(root), set(), json.loads((Path(root) / "format.json").read_bytes())
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
        workspace, artifact, wanted = re.match("([^/]*)/?([^:]*):?(.*)", reference).groups()
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
        named = (encode(facts["workspace"]), encode(facts["artifact"]), facts["version"], facts["manifest"]["sha256"])
        if named != (folder.parent.name, folder.name, number, sha256(text).hexdigest()):
            raise ValueError(f"{place} is damaged")
        manifest = json.loads(text)
        if not are_sound([asset["path"] for asset in manifest["assets"]]):
            raise ValueError(f"{place} has paths that are unsafe, out of order, or files and folders at once")
        for asset in [each for each in manifest["assets"] if "link" not in each]:
            self.bring(asset, manifest["packs"], f"{asset['path']} of {place}", target and Path(target) / asset["path"])
        aliases = [self.sound(sealed, folder / "aliases" / (name + ".json")) for name in names(folder / "aliases", ".json").values()]
        return {**{key: facts[key] for key in ("workspace", "artifact", "version", "type", "tags", "metadata")},
                "aliases": sorted(each["alias"] for each in aliases if each and each["version"] == number),
                "assets": [{key: asset[key] for key in ("path", "size", "sha256", "link") if key in asset} for asset in manifest["assets"]]}

    def sound(self, read, *args):
        try:
            return read(*args)
        except (ValueError, LookupError, TypeError, OSError) as error:
            self.damaged.add(f"{args[0]}: {error!r}")

    def bring(self, asset, packs, what, target):
        digest, left, at, name = sha256(), asset["size"], asset.get("offset", 0), asset["sha256"]
        file = self.root / (f"packs/{packs[asset['pack']]}.pack" if "pack" in asset else f"objects/sha256/{name[:2]}/{name[2:]}")
        target and target.parent.mkdir(parents=True, exist_ok=True)
        # Created anew: a disk that folds case or Unicode forms may have made one file of two paths.
        with open(file if left else os.devnull, "rb") as data, open(target or os.devnull, "xb" if target else "wb") as out:
            data.seek(at)
            for chunk in iter(lambda: data.read(min(left, 1 << 20)), b""):
                digest.update(chunk)
                left -= out.write(chunk)
        if left > 0 or digest.hexdigest() != name:
            target and target.unlink()
            raise ValueError(f"{what} is damaged")


def main(root, reference=None, target=None):
    if not (Path(root) / "format.json").exists():
        return f"{root}/format.json is missing" if (Path(root) / "workspaces").exists() else reference and f"{reference} is not there"
    store = Store(root)
    for folder, number in [store.resolve(reference)] if reference else store.versions():
        store.sound(lambda *version: print(json.dumps(store.read(*version, target))), folder, number)
    return "\n".join(sorted(store.damaged)) or None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
