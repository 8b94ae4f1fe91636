import type { RunDetails } from '../../model/artifact';
import type { JsonObject } from '../../model/json';

/** What is told of a run, as a document in which two runs are compared line by line: equal things stand at equal places. */
export function runFacts({ name, status, user, program, git, parameters, metrics, tags }: RunDetails): JsonObject {
  return {
    name,
    status,
    ...(user !== undefined && { user }),
    ...(program !== undefined && { program }),
    ...(git !== undefined && { commit: git.commit }),
    parameters,
    // JSON has no word for what is no number.
    metrics: Object.fromEntries(metrics.map((metric) => [metric.name, Number.isFinite(metric.value) ? metric.value : String(metric.value)])),
    tags,
  };
}
