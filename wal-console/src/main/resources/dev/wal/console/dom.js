// Builds elements, and writes numbers as people read them.

const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes and children; a child that is a text stays one. */
export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** Attributes of a button that does nothing for now. It keeps the focus, unlike one that is disabled: who uses the keyboard stays where they are. */
export function unavailable(value) {
  return { 'aria-disabled': String(value) };
}

export function isUnavailable(button) {
  return button?.getAttribute('aria-disabled') === 'true';
}

/** An element of a drawing. */
export function drawn(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) {
      made.setAttribute(key, value === true ? '' : value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/**
 * Changes what an element shows, and only where it differs: what has the focus, is scrolled or is open stays so.
 * A child with a data-key stays the same element wherever it goes, and never becomes that of another key.
 */
export function show(id, ...children) {
  patch(document.getElementById(id), children.filter((child) => child !== null));
}

function patch(place, children) {
  children.forEach((next, i) => {
    const now = withKey(place, next, i);
    if (!now) {
      insert(place, next, i);
    } else if (now.nodeType === Node.TEXT_NODE && next.nodeType === Node.TEXT_NODE) {
      if (now.data !== next.data) {
        now.data = next.data;
      }
    } else if (now.nodeName === next.nodeName) {
      patchAttributes(now, next);
      patch(now, [...next.childNodes]);
    } else {
      now.replaceWith(next);
    }
  });
  while (place.childNodes.length > children.length) {
    place.lastChild.remove();
  }
}

function insert(place, next, i) {
  if (i < place.childNodes.length) {
    place.childNodes[i].before(next);
  } else {
    place.append(next);
  }
}

/** What is shown and becomes the next child at this place; undefined if there is nothing. */
function withKey(place, next, i) {
  const there = place.childNodes[i];
  const key = next.dataset?.key;
  if (key === there?.dataset?.key) {
    return there;
  }
  const kept = key === undefined ? undefined : [...place.children].slice(i).find((child) => child.dataset.key === key);
  if (kept) {
    place.insertBefore(kept, there);
  }
  return kept;
}

function patchAttributes(now, next) {
  for (const { name } of [...now.attributes]) {
    // Whether details are open is for the reader to say.
    if (!next.hasAttribute(name) && name !== 'open') {
      now.removeAttribute(name);
    }
  }
  for (const { name, value } of next.attributes) {
    if (now.getAttribute(name) !== value) {
      now.setAttribute(name, value);
    }
  }
}

export function paragraph(text, kind) {
  return element('p', { class: kind }, text);
}

/** Names and values. */
export function facts(entries) {
  return element('dl', { class: 'facts' }, ...entries.map(([name, value, more]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, value, more ? element('small', {}, more) : null))));
}

/** A table that can be scrolled by the keyboard where it is wider than the page. A row with a key stays that of its key. */
export function table(caption, headings, rows, numbers = [], keys = []) {
  const align = (i) => (numbers.includes(i) ? 'number' : undefined);
  return element('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': caption },
    element('table', {},
      element('caption', { class: 'hidden' }, caption),
      element('thead', {}, element('tr', {}, ...headings.map((text, i) =>
        element('th', { scope: 'col', class: align(i) }, text)))),
      element('tbody', {}, ...rows.map((row, at) => element('tr', { 'data-key': keys[at] }, ...row.map((cell, i) =>
        element(i === 0 ? 'th' : 'td', { scope: i === 0 ? 'row' : undefined, class: align(i) }, cell)))))));
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const precise = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** A count, or a dash where there is none. */
export function count(value) {
  return value === undefined || value === null || value < 0 ? '–' : whole.format(value);
}

export function decimal(value) {
  return value === null || value === undefined || Number.isNaN(value) ? '–' : precise.format(value);
}

export function bytes(value) {
  if (value === null || value === undefined || value < 0) {
    return '–';
  }
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let rest = value;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${precise.format(rest)} ${units[unit]}`;
}

export function seconds(value) {
  return value < 1 ? `${precise.format(value * 1000)} ms` : `${precise.format(value)} s`;
}

export function time(instant) {
  return instant ? new Date(instant).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' }) : '–';
}

export function plural(number, one, many = `${one}s`) {
  return `${whole.format(number)} ${number === 1 ? one : many}`;
}
