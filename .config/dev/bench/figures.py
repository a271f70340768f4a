"""What is made of the figures of the rounds. Values in, values out."""

import random
import statistics

RESAMPLES = 10_000


def ratios(rounds, ours, other, key):
    """Ours by the other's, round by round."""
    return [each[ours][key] / each[other][key] for each in rounds]


def median_of(rounds, subject, key):
    return statistics.median(each[subject][key] for each in rounds)


def interval_of_median(values, seed=1):
    """The 95 % confidence interval of a median, by bootstrap; the same values give the same interval."""
    chance = random.Random(seed)
    medians = sorted(statistics.median(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return medians[round(RESAMPLES * 0.025)], medians[round(RESAMPLES * 0.975) - 1]


def row(cells, widths=(12, 12, 12, 12, 12)):
    first, *rest = cells
    return f"{first:<{widths[0]}}" + "".join(f"{cell:>{width}}" for cell, width in zip(rest, widths[1:]))
