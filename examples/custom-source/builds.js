const { createHmac, timingSafeEqual } = require('node:crypto');

const states = { passed: 'success', broken: 'failure' };

/** The header holds the hex HMAC-SHA256 of the raw body: compared over its whole length, after the length itself. */
function isSigned(body, signature, secret) {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(typeof signature === 'string' ? signature : '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * With TypeScript: `export default defineSource({ verify, normalise })`, where defineSource of sagaline/source checks the types.
 * @type {import('sagaline/source').SourceDefinition}
 */
module.exports = {
  // The id of a build is in the signed body.
  signedIds: true,

  verify({ headers, body }, secrets) {
    return secrets.some((secret) => isSigned(body, headers['x-build-signature'], secret));
  },

  normalise({ body }) {
    const { builds } = JSON.parse(body.toString());
    return builds.map(({ number, project, commit, state, finished, page }) => ({
      id: `${project}#${number}`,
      kind: 'ci_run',
      time: finished,
      data: {
        system: 'builds.example',
        runId: String(number),
        status: states[state] ?? state,
        repository: project,
        commit,
        url: page,
      },
    }));
  },
};
