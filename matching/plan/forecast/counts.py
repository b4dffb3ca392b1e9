"""A log-linear law of counts with a normal prior on every weight: the likeliest weights, and how sure that is (Laplace).

Counts scatter more than Poisson: the variance is mean + scatter x mean squared (negative binomial).
"""

from dataclasses import dataclass

import numpy as np

from matching.plan.forecast.dice import Floats

STEPS, CLOSE = 40, 1e-7
LARGEST_STEP = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The likeliest weights, a factor of how uncertain they are, and how likely the counts are for this prior."""

    mean: Floats
    upper: Floats
    """Upper triangle R with R'R the precision: a draw is mean + solve(R, normal)."""
    evidence: float

    def draws(self, normal: Floats) -> Floats:
        """One set of weights per row of standard normal numbers."""
        found: Floats = self.mean + np.linalg.solve(self.upper, normal.T).T
        return found


def fit_weights(features: Floats, counts: Floats, deviation: Floats, *, scatter: float) -> Weights:
    """The weights of `features` (rows: weeks; columns: weights) for these counts, each with a prior deviation around 0."""
    size, precision = 1.0 / scatter, 1.0 / deviation**2
    weights = np.zeros(features.shape[1])
    value = _fit(features, counts, weights, precision, size)
    for _ in range(STEPS):
        mean = np.exp(np.clip(features @ weights, -30.0, 30.0))
        slope = features.T @ ((counts - mean) * size / (size + mean)) - precision * weights
        held = features.T @ (features * (mean * size / (size + mean))[:, None]) + np.diag(precision)
        step = np.linalg.solve(held, slope)
        step *= min(1.0, LARGEST_STEP / max(float(np.abs(step).max()), 1e-12))
        while (better := _fit(features, counts, weights + step, precision, size)) < value - 1e-9:
            step = step / 2.0
        weights, gain, value = weights + step, better - value, better
        if gain < CLOSE:
            break
    mean = np.exp(np.clip(features @ weights, -30.0, 30.0))
    curve = mean * size * (size + counts) / (size + mean) ** 2
    held = features.T @ (features * curve[:, None]) + np.diag(precision)
    upper: Floats = np.asarray(np.linalg.cholesky(held).T, np.float64)
    evidence = value + 0.5 * float(np.log(precision).sum()) - float(np.log(np.diag(upper)).sum())
    return Weights(weights, upper, evidence)


def _fit(features: Floats, counts: Floats, weights: Floats, precision: Floats, size: float) -> float:
    """The logarithm of counts and prior together, but for what does not depend on weights or scatter."""
    log_mean = np.clip(features @ weights, -30.0, 30.0)
    tail = np.logaddexp(np.log(size), log_mean)
    rising = np.concatenate([[0.0], np.cumsum(np.log(size + np.arange(int(counts.max(initial=0.0)))))])
    likely = rising[counts.astype(np.int64)].sum() + (counts * log_mean).sum() - ((counts + size) * tail).sum()
    return float(likely + len(counts) * size * np.log(size) - 0.5 * (precision * weights**2).sum())
