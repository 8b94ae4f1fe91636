"""Predicts which customers leave: logistic regression by gradient descent, with Python's standard library only.

    python3 train.py        reads config.yaml and the table that it names; writes
                            models/churn.pkl, metrics.json, reports/loss.png and reports/evaluation.md

Nothing here depends on the clock or on chance, so that the same data and configuration give the same files.
"""
import csv
import json
import math
import pathlib
import pickle
import pickletools
import struct
import zlib

HERE = pathlib.Path(__file__).resolve().parent


def main():
    config = read_config(HERE / "config.yaml")
    with (HERE / config["data"]).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    kept_back = config["validation_every"]
    training = [row for index, row in enumerate(rows) if index % kept_back]
    validation = rows[::kept_back]

    encoding = learn_encoding(training, [name.strip() for name in config["features"].split(",")])
    train = [encode(row, encoding) for row in training], [int(row[config["target"]]) for row in training]
    valid = [encode(row, encoding) for row in validation], [int(row[config["target"]]) for row in validation]
    weights, losses = fit(train, valid, config)

    names = ["(intercept)"] + [column["name"] for column in encoding]
    model = {
        "kind": "logistic regression",
        "threshold": config["threshold"],
        "encoding": encoding,
        "weights": {name: round(weight, 6) for name, weight in zip(names, weights)},
    }
    metrics = measure(valid, weights, config["threshold"])
    metrics = {"rows": {"train": len(training), "validation": len(validation)}, "epochs": config["epochs"], **metrics}

    write(HERE / "models" / "churn.pkl", pickled(model))
    write(HERE / "metrics.json", (json.dumps(metrics, indent=2) + "\n").encode())
    write(HERE / "reports" / "loss.png", line_plot({"train": losses[0], "validation": losses[1]}))
    write(HERE / "reports" / "evaluation.md", report(model, metrics).encode())


def read_config(path):
    """The part of YAML that a flat list of settings needs."""
    config = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, colon, value = line.split("#")[0].partition(":")
        if colon:
            config[name.strip()] = number_or_text(value.strip())
    return config


def number_or_text(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


# --- the table as numbers --------------------------------------------------------------------------------------------

def learn_encoding(rows, features):
    """One column for a number (centred, scaled), one for each value of a word but the first."""
    encoding = []
    for feature in features:
        values = [number_or_text(row[feature]) for row in rows]
        if isinstance(values[0], str):
            encoding += [{"name": f"{feature}={word}", "feature": feature, "is": word} for word in sorted(set(values))[1:]]
        else:
            mean = sum(values) / len(values)
            spread = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values)) or 1.0
            encoding.append({"name": feature, "feature": feature, "mean": round(mean, 6), "spread": round(spread, 6)})
    return encoding


def encode(row, encoding):
    return [1.0] + [
        float(row[column["feature"]] == column["is"]) if "is" in column
        else (float(row[column["feature"]]) - column["mean"]) / column["spread"]
        for column in encoding
    ]


# --- the model -------------------------------------------------------------------------------------------------------

def probability(weights, inputs):
    return 1 / (1 + math.exp(-sum(weight * value for weight, value in zip(weights, inputs))))


def log_loss(weights, inputs, targets):
    total = 0.0
    for row, target in zip(inputs, targets):
        guess = probability(weights, row)
        total -= math.log(guess if target else 1 - guess)
    return total / len(targets)


def fit(train, valid, config):
    inputs, targets = train
    weights = [0.0] * len(inputs[0])
    losses = [log_loss(weights, *train)], [log_loss(weights, *valid)]
    for _ in range(config["epochs"]):
        gradient = [0.0] * len(weights)
        for row, target in zip(inputs, targets):
            error = probability(weights, row) - target
            for index, value in enumerate(row):
                gradient[index] += error * value
        for index, slope in enumerate(gradient):
            shrink = config["l2"] * weights[index] if index else 0.0
            weights[index] -= config["learning_rate"] * (slope / len(inputs) + shrink)
        losses[0].append(log_loss(weights, *train))
        losses[1].append(log_loss(weights, *valid))
    return weights, losses


def measure(data, weights, threshold):
    inputs, targets = data
    guesses = [probability(weights, row) for row in inputs]
    pairs = [(guess >= threshold, bool(target)) for guess, target in zip(guesses, targets)]
    hits, false_alarms = pairs.count((True, True)), pairs.count((True, False))
    misses, rightly_quiet = pairs.count((False, True)), pairs.count((False, False))
    precision = hits / max(1, hits + false_alarms)
    recall = hits / max(1, hits + misses)
    left = [guess for guess, target in zip(guesses, targets) if target]
    stayed = [guess for guess, target in zip(guesses, targets) if not target]
    ordered = sum((a > b) + (a == b) / 2 for a in left for b in stayed) / max(1, len(left) * len(stayed))
    return {
        "accuracy": round((hits + rightly_quiet) / len(pairs), 4),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / max(1e-9, precision + recall), 4),
        "roc_auc": round(ordered, 4),
        "log_loss": round(log_loss(weights, inputs, targets), 4),
        "confusion": {"left_found": hits, "left_missed": misses, "stayed_warned": false_alarms, "stayed_quiet": rightly_quiet},
    }


# --- what is written -------------------------------------------------------------------------------------------------

def write(path, content):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    print(f"{path.relative_to(HERE).as_posix():24} {len(content):7,} bytes")


def pickled(model):
    """Pinned protocol and no leftovers of how the objects came about, so that equal models are equal files."""
    return pickletools.optimize(pickle.dumps(json.loads(json.dumps(model)), protocol=4))


def report(model, metrics):
    confusion = metrics["confusion"]
    strongest = sorted(model["weights"].items(), key=lambda item: -abs(item[1]))
    return "\n".join([
        "# Evaluation of the churn model",
        "",
        f"Trained on {metrics['rows']['train']} customers for {metrics['epochs']} epochs, "
        f"validated on {metrics['rows']['validation']} that it had not seen.",
        "",
        "| measure | value |", "|---|---:|",
        *(f"| {name} | {metrics[name]:.4f} |" for name in ("accuracy", "precision", "recall", "f1", "roc_auc", "log_loss")),
        "",
        f"## At a threshold of {model['threshold']}",
        "",
        "| | predicted to leave | predicted to stay |", "|---|---:|---:|",
        f"| left | {confusion['left_found']} | {confusion['left_missed']} |",
        f"| stayed | {confusion['stayed_warned']} | {confusion['stayed_quiet']} |",
        "",
        "## Weights, strongest first",
        "",
        "Numbers are scaled to a spread of one before they are weighed; words count as 1 when they apply.",
        "",
        "| input | weight |", "|---|---:|",
        *(f"| {name} | {weight:+.3f} |" for name, weight in strongest),
        "",
        "## Learning",
        "",
        "![Loss by epoch](loss.png)",
        "",
    ])


# --- a line plot as PNG ----------------------------------------------------------------------------------------------

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 84, 30, 28, 66
INK, GRID, PAPER = (60, 64, 72), (226, 229, 234), (255, 255, 255)
COLOURS = [(33, 102, 172), (214, 96, 40)]

# Each letter is drawn with a pen: strokes between points (column 0-4, row 0-8), the baseline being row 6.
PEN = {
    "0": "10 30 41 45 36 16 05 01 10", "1": "11 20 26", "2": "01 10 30 41 42 06 46", "3": "01 10 30 41 42 33 13,33 44 45 36 16 05",
    "4": "36 30 04 44", "5": "40 00 03 33 44 45 36 16 05", "6": "41 30 10 01 05 16 36 45 44 33 13 04", "7": "00 40 16",
    "8": "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33", "9": "05 16 36 45 41 30 10 01 02 13 33 42", ".": "06 06",
    "a": "43 32 12 03 05 16 36 45,42 46", "c": "43 32 12 03 05 16 36 45", "d": "43 32 12 03 05 16 36 45,40 46",
    "e": "04 44 43 32 12 03 05 16 36 45", "g": "43 32 12 03 05 16 36 45,42 47 38 18 07", "h": "00 06,03 12 32 43 46",
    "i": "02 06,00 00", "l": "00 06", "n": "02 06,03 12 32 43 46", "o": "12 32 43 45 36 16 05 03 12",
    "p": "02 08,03 12 32 43 45 36 16 05", "r": "02 06,03 12 22", "s": "43 32 12 03 14 34 45 36 16 05", "t": "10 15 26 36,02 32",
    "v": "02 26 42", " ": "22",
}


class Canvas:
    def __init__(self):
        self.pixels = [[PAPER] * WIDTH for _ in range(HEIGHT)]

    def stroke(self, points, colour, thick):
        """A line through the points with soft edges: how much of it a pixel takes follows from its distance."""
        reach, cover = thick / 2 + 1, {}
        for (ax, ay), (bx, by) in zip(points, points[1:]):
            dx, dy = bx - ax, by - ay
            length = dx * dx + dy * dy
            for y in range(max(0, int(min(ay, by) - reach)), min(HEIGHT, int(max(ay, by) + reach) + 1)):
                for x in range(max(0, int(min(ax, bx) - reach)), min(WIDTH, int(max(ax, bx) + reach) + 1)):
                    along = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / length)) if length else 0.0
                    away = math.hypot(x - ax - along * dx, y - ay - along * dy)
                    part = min(1.0, max(0.0, thick / 2 + 0.5 - away))
                    if part > cover.get((x, y), 0.0):
                        cover[x, y] = part
        for (x, y), part in cover.items():
            below = self.pixels[y][x]
            self.pixels[y][x] = tuple(round(b + (c - b) * part) for b, c in zip(below, colour))

    def text(self, text, x, y, colour=INK, size=2.0, anchor=0.0):
        """Written on the baseline `y`; `anchor` 0 begins at `x`, 0.5 is centred on it, 1 ends there."""
        advance = [max(int(point[0]) for point in PEN[letter].replace(",", " ").split()) + 2 for letter in text]
        x -= anchor * (sum(advance) - 2) * size
        for letter, width in zip(text, advance):
            for stroke in PEN[letter].split(",") if letter != " " else []:
                points = [(x + int(point[0]) * size, y + (int(point[1]) - 6) * size) for point in stroke.split()]
                self.stroke(points, colour, 1.5)
            x += width * size

    def png(self):
        def chunk(kind, content):
            return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

        lines = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in self.pixels)
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b"")


def line_plot(curves):
    canvas = Canvas()
    every = [value for curve in curves.values() for value in curve]
    low, high = math.floor(min(every) * 20) / 20, math.ceil(max(every) * 20) / 20
    last = max(len(curve) for curve in curves.values()) - 1
    floor = HEIGHT - BOTTOM

    def across(epoch):
        return LEFT + (WIDTH - LEFT - RIGHT) * epoch / last

    def up(value):
        return floor - (floor - TOP) * (value - low) / (high - low)

    for step in range(round((high - low) * 20) + 1):
        value = low + step / 20
        canvas.stroke([(LEFT, round(up(value))), (WIDTH - RIGHT, round(up(value)))], GRID, 1)
        canvas.text(f"{value:.2f}", LEFT - 12, up(value) + 6, anchor=1.0)
    for epoch in range(0, last + 1, max(1, round(last / 6 / 10) * 10)):
        canvas.stroke([(round(across(epoch)), floor), (round(across(epoch)), floor + 6)], INK, 1)
        canvas.text(str(epoch), across(epoch), floor + 24, anchor=0.5)
    canvas.stroke([(LEFT, TOP), (LEFT, floor), (WIDTH - RIGHT, floor)], INK, 1)
    canvas.text("epoch", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, anchor=0.5)

    for index, (name, curve) in enumerate(curves.items()):
        canvas.stroke([(across(epoch), up(value)) for epoch, value in enumerate(curve)], COLOURS[index], 2.4)
        y = TOP + 15 + 24 * index
        canvas.stroke([(WIDTH - 220, y), (WIDTH - 186, y)], COLOURS[index], 2.4)
        canvas.text(f"{name} loss", WIDTH - 174, y + 6)
    return canvas.png()


if __name__ == "__main__":
    main()
