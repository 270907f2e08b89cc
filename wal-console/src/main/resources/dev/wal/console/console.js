// Asks the endpoints once a second, and shows what they answer.

import { get, isOutage, isWritable, post } from './actuator.js';
import * as charts from './charts.js';
import { element, isUnavailable, paragraph, show, unavailable } from './dom.js';
import { gap, sample } from './meters.js';
import * as panels from './panels.js';
import { picture } from './segments.js';

const INTERVAL_MILLIS = 1000;
const POLLS_TOLD = 15;

const state = document.getElementById('state');
const notice = document.getElementById('notice');
const pause = document.getElementById('pause');
let paused = false;
let lost = null;
let known = false;
let taking = false;
/** For how many polls a notice that is over is still shown. */
let told = 0;
let writable = { walcheckpoint: false, wallisteners: false };

function say(text) {
  if (notice.textContent !== text) {
    notice.textContent = text;
    notice.hidden = text === '';
  }
}

function badge(text, kind) {
  state.textContent = text;
  state.className = `badge ${kind}`;
}

function showLog(answer) {
  if (answer.body) {
    badge(answer.body.state.toLowerCase(), answer.body.state === 'OPEN' ? 'running' : 'failed');
    document.getElementById('directory').textContent = answer.body.directory;
    show('now', ...panels.now(answer.body));
    show('partitions', ...panels.partitions(answer.body));
    show('segments', ...picture(answer.body));
  } else {
    badge('not shown', 'paused');
    ['now', 'partitions', 'segments'].forEach((id) => show(id, ...panels.missing(answer.reason)));
  }
}

function showOr(id, answer, panel) {
  show(id, ...(answer.body ? panel(answer.body) : panels.missing(answer.reason)));
}

/** What does not change while the application runs: what the last start found, and what may be written. */
async function learn() {
  const [recovery, checkpoints, listeners] = await Promise.all(
    [get('walrecovery'), isWritable('walcheckpoint'), isWritable('wallisteners', '/any/pause')]);
  if (isOutage(recovery)) {
    return;
  }
  writable = { walcheckpoint: checkpoints, wallisteners: listeners };
  showOr('recovery', recovery, panels.recovery);
  known = true;
}

function showCheckpoints(answer) {
  showOr('checkpoints', answer, panels.checkpoints);
  show('checkpoint-control', ...(!answer.body ? [] : writable.walcheckpoint
    ? [element('button', { type: 'button', id: 'checkpoint', class: 'primary', ...unavailable(taking) }, 'Take a checkpoint')]
    : [paragraph('Checkpoints may be read only: set management.endpoint.walcheckpoint.access to unrestricted to take one here.', 'quiet')]));
}

function loseTouch(reason) {
  lost ??= new Date();
  known = false;
  gap();
  charts.update();
  badge('no answer', 'failed');
  say(`${reason} No answer since ${lost.toLocaleTimeString([], { hour12: false })}; asking again each second. What is shown is from before.`);
}

function isAway() {
  return paused || document.hidden;
}

async function ask() {
  const wal = await get('wal');
  if (isAway()) {
    return;
  }
  if (isOutage(wal)) {
    loseTouch(wal.reason);
    return;
  }
  if (!known) {
    await learn();
  }
  if (lost) {
    say(`The application answers again since ${new Date().toLocaleTimeString([], { hour12: false })}. What its last start found is at the end of this page.`);
    lost = null;
    told = POLLS_TOLD;
  }
  showLog(wal);
  const [measured, checkpoints, listeners] = await Promise.all([sample(), get('walcheckpoint'), get('wallisteners')]);
  if (isAway()) {
    return;
  }
  known &&= !measured.again;
  charts.update();
  show('unmeasured', ...(measured.reason ? panels.missing(measured.reason) : []));
  showCheckpoints(checkpoints);
  showOr('listeners', listeners, (body) => panels.listeners(body, writable.wallisteners));
}

/** Whatever an answer is like, the next question is asked. */
async function poll() {
  try {
    if (!isAway()) {
      await ask();
      if (!lost && told-- <= 0) {
        say('');
      }
    }
  } catch (e) {
    console.error(e);
    say(`This page cannot show what the application answers: ${e.message}. It asks again each second.`);
  } finally {
    setTimeout(poll, INTERVAL_MILLIS);
  }
}

/** Nothing is asked for a while: what happens in it is not known, not even a start. */
function lookAway() {
  known = false;
  gap();
}

pause.addEventListener('click', () => {
  paused = !paused;
  pause.setAttribute('aria-pressed', String(paused));
  pause.textContent = paused ? 'Go on' : 'Pause';
  lookAway();
});

document.addEventListener('visibilitychange', lookAway);

function setTaking(value) {
  taking = value;
  document.getElementById('checkpoint')?.setAttribute('aria-disabled', String(taking));
}

async function takeCheckpoint() {
  setTaking(true);
  show('checkpoint-result', 'Taking a checkpoint …');
  const answer = await post('walcheckpoint');
  show('checkpoint-result', answer.body ? panels.checkpointReport(answer.body) : answer.reason);
  setTaking(false);
}

async function control(button) {
  const { listener, action } = button.dataset;
  if (action === 'skip' && !confirm(`Skip what ${listener} fails at? It is never handed to it again.`)) {
    return;
  }
  const answer = await post('wallisteners', `/${encodeURIComponent(listener)}/${action}`);
  show('listeners-result', answer.body ? `${listener}: ${answer.body.state.toLowerCase().replace('_', ' ')}.` : answer.reason);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (isUnavailable(button)) {
    return;
  }
  if (button?.id === 'checkpoint') {
    takeCheckpoint();
  } else if (button?.dataset.listener) {
    control(button);
  }
});

charts.make();
poll();
