import { chmod, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fillFolder } from './cached';
import { type Context, runCommand } from './context';
import { onPath } from './executable';
import { withProgress } from './progress';

const version = '1.39.0';
const fetchMs = 5 * 60_000;

const project = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.sagaline</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${version}</version>
    </dependency>
    <dependency>
      <!-- Without a logger of its own it complains at every start, beside what a rehearsal prints. -->
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

/** Finds its own folder, so that the cache may be moved. */
const script = `#!/bin/sh
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$(dirname "$0")/libs/*" io.temporal.testserver.TestServer "$@"
`;

/** Fetches the test server as a Maven artifact and puts `wrapper` beside it; undefined without Maven or Java. */
export async function installWithMaven(context: Context, wrapper: string): Promise<string | undefined> {
  const maven = await onPath(context, 'mvn');
  if (maven === undefined || (await onPath(context, 'java')) === undefined) return undefined;
  context.tell('fetching the Temporal test server with Maven, once');
  await fillFolder(dirname(wrapper), async (folder) => {
    await withProgress(context, 'fetching the Temporal test server', fetchInto(context, maven, folder));
    const target = join(folder, 'temporal-test-server');
    await writeFile(target, script);
    await chmod(target, 0o755);
  });
  return wrapper;
}

async function fetchInto(context: Context, maven: string, folder: string): Promise<void> {
  await writeFile(join(folder, 'pom.xml'), project);
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=libs'];
  const result = await runCommand(context, [maven, '-q', '-B', ...goal], { cwd: folder, timeoutMs: fetchMs });
  if (result.timedOut) throw new Error(`not finished within ${fetchMs / 60_000} minutes`);
  if (result.exitCode !== 0) throw new Error((result.stdout + result.stderr).trim().slice(-500));
}
