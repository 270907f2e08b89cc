// Asks the endpoints of the actuator, and says in words why one does not answer.

const addresses = new Map(
  [...document.querySelectorAll('link[rel="wal-endpoint"]')].map((link) => [link.title, link.href]));

const ANSWER_MILLIS_MAX = 10000;

/** Nothing answers, or a proxy does in the place of the application. */
export function isOutage(answer) {
  return [0, 502, 503, 504].includes(answer.status);
}

/** What an endpoint answers: a status, and either a body or a reason. Status 0: the application does not answer at all. */
async function send(endpoint, path, options) {
  const address = addresses.get(endpoint);
  if (!address) {
    return { status: 404, reason: `The endpoint ${endpoint} is not exposed. Add it to management.endpoints.web.exposure.include.` };
  }
  try {
    const response = await fetch(address + path, {
      headers: { Accept: 'application/json' }, cache: 'no-store', redirect: 'manual', ...options,
    });
    const body = parse(await response.text());
    const status = response.type === 'opaqueredirect' ? 401 : response.status;
    return response.ok
      ? { status, body, reason: `The endpoint ${endpoint} answered with something that is not JSON: is there a proxy or a login in between?`, allow: response.headers.get('Allow') }
      : { status, reason: reason(endpoint, path, status, body) };
  } catch (e) {
    if (e.name === 'TimeoutError') {
      return { status: 0, reason: `The application does not answer within ${ANSWER_MILLIS_MAX / 1000} seconds.` };
    }
    const foreign = new URL(address).origin !== location.origin;
    return {
      status: 0,
      reason: 'The application does not answer.' + (foreign
        ? ` The actuator is at ${new URL(address).origin}: set management.endpoints.web.cors.allowed-origins to ${location.origin}, if it is not that.` : ''),
    };
  }
}

/** Null if it is not JSON. */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function reason(endpoint, path, status, body) {
  if (body?.error && body.status === undefined) {
    return body.error;
  }
  switch (status) {
    case 401:
      return `The endpoint ${endpoint} is for those who are logged in. Log in to the application, and load this page again.`;
    case 403:
      return `You may not ask this of the endpoint ${endpoint}: your role does not allow it, or the CSRF token is missing.`;
    case 404:
      return endpoint === 'metrics' && path
        ? `There is no meter ${path.slice(1).split('?')[0]}: the application has no MeterRegistry, or it denies this meter.`
        : `The endpoint ${endpoint} is not there.`;
    case 405:
      return `The endpoint ${endpoint} may be read only.`;
    default:
      return `The endpoint ${endpoint} answered with status ${status}.`;
  }
}

export function get(endpoint, path = '') {
  return send(endpoint, path, { signal: AbortSignal.timeout(ANSWER_MILLIS_MAX) });
}

/** Asks for something to be done, however long it takes, with the token that Spring Security keeps in a cookie, if it does. */
export function post(endpoint, path = '') {
  const token = document.cookie.split('; ').find((cookie) => cookie.startsWith('XSRF-TOKEN='));
  const headers = { Accept: 'application/json' };
  if (token) {
    headers['X-XSRF-TOKEN'] = decodeURIComponent(token.slice('XSRF-TOKEN='.length));
  }
  return send(endpoint, path, { method: 'POST', headers });
}

/** Whether an endpoint takes more than reading. Where that cannot be found out, trying will tell. */
export async function isWritable(endpoint, path = '') {
  const answer = await send(endpoint, path, { method: 'OPTIONS', signal: AbortSignal.timeout(ANSWER_MILLIS_MAX) });
  return answer.allow ? answer.allow.includes('POST') : answer.status !== 404 && answer.status !== 405;
}
