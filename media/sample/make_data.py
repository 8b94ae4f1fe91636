"""Writes data/customers.csv: invented customers of an invented phone company, the same ones each time.

    python3 make_data.py [rows] [seed]
"""
import csv
import math
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = ["customer_id", "age", "tenure_months", "plan", "contract", "monthly_charge",
           "data_gb", "support_calls", "late_payments", "churned"]
PLANS = {"basic": 18.0, "standard": 29.0, "premium": 45.0}


def customer(number, rng):
    plan = rng.choices(list(PLANS), weights=[4, 4, 2])[0]
    contract = rng.choices(["monthly", "yearly"], weights=[6, 4])[0]
    age = min(88, max(18, round(rng.gauss(44, 15))))
    tenure = min(96, 1 + int(rng.expovariate(1 / 26)))
    charge = PLANS[plan] * (0.9 if contract == "yearly" else 1.0) + rng.gauss(0, 2.4)
    data = max(0.1, rng.gauss({"basic": 3, "standard": 9, "premium": 24}[plan], 3.2))
    calls = sum(rng.random() < 0.17 for _ in range(9))
    late = sum(rng.random() < 0.12 for _ in range(6))

    # The rule that a model should find again, with as much luck in it as life has.
    leaning = (-2.6 + (0.9 if contract == "monthly" else -0.9) - 0.045 * (tenure - 20)
               + 0.55 * calls + 0.50 * late + 0.05 * (charge - 27) - 0.012 * (age - 44))
    churned = rng.random() < 1 / (1 + math.exp(-leaning))
    return [f"C{number:05d}", age, tenure, plan, contract, f"{charge:.2f}", f"{data:.1f}", calls, late, int(churned)]


def main(rows=400, seed=11):
    rng = random.Random(seed)
    target = HERE / "data" / "customers.csv"
    target.parent.mkdir(exist_ok=True)
    with target.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(customer(10_001 + index, rng) for index in range(rows))
    print(f"{rows} customers in {target.relative_to(HERE)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
