// Turns meters, which only grow, into what happened between two questions.

import { get } from './actuator.js';

const KEPT = 120;

/** Samples, oldest first: parallel lists, as the charts take them. A value that is not known is null. */
export const history = { time: [], commits: [], force: [], group: [] };

let before = null;
let gaps = 0;

function values(answer) {
  return Object.fromEntries(answer.body.measurements.map((measurement) => [measurement.statistic, measurement.value]));
}

function ratio(total, number) {
  return number > 0 ? total / number : null;
}

/** What a time in this answer times is in milliseconds: registries differ. */
function millis(answer) {
  return answer.body.baseUnit === 'milliseconds' ? 1 : 1000;
}

/** Asks the meters once. Returns why there are none, and whether they count from zero again. */
export async function sample() {
  const asked = gaps;
  const answers = await Promise.all([
    get('metrics', '/wal.commit?tag=outcome:committed'), get('metrics', '/wal.force'), get('metrics', '/wal.force.commits'),
  ]);
  const failed = answers.find((answer) => !answer.body);
  if (failed) {
    before = null;
    return { reason: failed.reason, again: false };
  }
  // The reader has paused while the answers were under way.
  if (asked !== gaps) {
    return { reason: null, again: false };
  }
  const [commit, force, group] = answers.map(values);
  const now = {
    at: performance.now() / 1000, commits: commit.COUNT, forces: force.COUNT, forceMillis: force.TOTAL_TIME * millis(answers[1]),
    groups: group.COUNT, grouped: group.TOTAL,
  };
  // Fewer than before: the application was started again, and nothing can be said of the time between.
  const again = before !== null && (now.commits < before.commits || now.forces < before.forces);
  if (before && !again) {
    add((now.commits - before.commits) / (now.at - before.at),
      ratio(now.forceMillis - before.forceMillis, now.forces - before.forces),
      ratio(now.grouped - before.grouped, now.groups - before.groups));
  } else {
    gap();
  }
  before = now;
  return { reason: null, again };
}

/** Nothing is known of now. */
export function gap() {
  before = null;
  gaps++;
  if (history.time.length > 0) {
    add(null, null, null);
  }
}

function add(commits, force, group) {
  const values = { time: Date.now() / 1000, commits, force, group };
  for (const [name, value] of Object.entries(values)) {
    history[name].push(value);
    if (history[name].length > KEPT) {
      history[name].shift();
    }
  }
}
