/** Scripts of the pipeline that differ from the usual ones, and the time limit of the step `test`. */
export interface Scripts {
  test?: string;
  testTimeout?: string;
  undo?: string;
  start?: string;
  /** Further settings of the canary. */
  canary?: object;
}

/** Variables that a script reads: where the stage is, and a secret that must be seen nowhere. */
export const planted = 'PLANTED';

/** Around each script: it says where it is, and waits there while somebody holds it. */
const telling = (body: string): string => `
tell() {
  touch "$STAGE/marks/$SAGALINE_COMMIT-$SAGALINE_STEP-$1-$SAGALINE_ATTEMPT"
  while [ -e "$STAGE/hold/$SAGALINE_STEP-$1-$SAGALINE_ATTEMPT" ]; do sleep 0.05; done
}
tell begin
${body}
tell end
`;

const build = 'mkdir dist && cp server.js version.json dist/';
const test = 'echo "the secret is $PLANTED"; echo "$PLANTED" | base64 >&2';
/** Not guarded against being repeated: whoever executes it twice leaves two lines. */
const up = 'echo "up $SAGALINE_COMMIT" >>"$STAGE/migrations"';
export const down = `touch "$STAGE/marks/$SAGALINE_COMMIT-migrate-undo-$SAGALINE_ATTEMPT"
case "$(grep " $SAGALINE_COMMIT$" "$STAGE/migrations" | tail -1)" in
  up*) echo "down $SAGALINE_COMMIT" >>"$STAGE/migrations" ;;
esac`;

/** Five steps, of which all but the migration may be repeated when they are lost. */
export function pipelineOf(folder: string, scripts: Scripts) {
  const retry = { attempts: 3, backoff: '100ms' };
  const shell = (id: string, needs: string[], run: string) => ({
    ...{ id, needs, uses: 'shell', env: { STAGE: folder }, with: { run: telling(run) }, timeout: '2m' },
    ...{ environment: 'production', secrets: [planted] },
  });
  const undo = { uses: 'shell', env: { STAGE: folder }, with: { run: scripts.undo ?? down }, timeout: '20s' };
  return {
    apiVersion: 'sagaline/v1',
    name: 'deliver',
    on: [{ event: 'push', when: 'event.data.ref == "refs/heads/main"' }],
    steps: [
      { ...shell('build', [], build), artifacts: ['dist/**'], retry },
      { ...shell('test', ['build'], scripts.test ?? test), timeout: scripts.testTimeout ?? '2m', retry },
      { ...shell('migrate', ['test'], up), compensate: undo },
      { id: 'release', needs: ['migrate'], uses: 'canary', with: canaryOf(scripts) },
      { ...shell('verify', ['release'], 'true'), retry },
    ],
  };
}

const canaryOf = ({ start, canary }: Scripts) => ({
  service: 'shop',
  environment: 'production',
  artifact: 'build',
  start: start ?? 'node dist/server.js',
  ready: '/healthz',
  readyTimeout: '10s',
  weights: [50],
  interval: '1s',
  minSamples: 10,
  checks: [{ name: 'errors', query: 'error-rate', max: 0.02 }],
  ...canary,
});

/** A pipeline of another repository, which must go on whatever happens to the first. */
export const beat = {
  apiVersion: 'sagaline/v1',
  name: 'beat',
  on: [{ event: 'manual' }],
  steps: [{ id: 'beat', uses: 'shell', with: { run: 'true' }, retry: { attempts: 5, backoff: '100ms' } }],
};
