import type { Logger } from 'pino';
import { type SchedulePorts, syncRepository } from '../activities/schedules';
import type { Configuration, Workflows } from '../src/ports';

/** A repository that is added to sagaline.yaml has its schedules after at most this long, in ms. */
const lookEveryMs = 60_000;

/** Keeps schedules where no push says that they may have changed: new repositories, removed ones, golden paths. */
export class ScheduleWatch {
  /** What the schedules of each repository were made of. */
  private readonly synced = new Map<string, string>();
  private looking: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly ports: SchedulePorts & {
      configuration: Configuration;
      workflows: Pick<Workflows, 'scheduledRepositories'>;
    },
    private readonly log: Logger,
  ) {}

  /** Looks now and every minute, until `stop`. */
  start(): void {
    void this.look();
    this.timer = setInterval(() => void this.look(), lookEveryMs);
  }

  stop(): void {
    this.isStopped = true;
    clearInterval(this.timer);
  }

  /** Resolves when every repository was looked at; what fails is logged and tried again by the next look. */
  look(): Promise<void> {
    this.looking = this.looking
      .then(() => this.lookOnce())
      .catch((error: unknown) => {
        this.complain(error, 'schedules cannot be looked after');
      });
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const { configuration, goldenPaths, workflows } = this.ports;
    const { project, repositories } = await configuration.current();
    const golden = JSON.stringify(await goldenPaths.files());
    for (const { name, url } of repositories) {
      const stamp = [project, url, golden].join('\n');
      if (this.isStopped) return;
      if (this.synced.get(name) !== stamp) await this.sync(project, name, stamp);
    }
    const registered = new Set(repositories.map(({ name }) => name));
    for (const name of await workflows.scheduledRepositories(project)) {
      if (registered.has(name)) continue;
      this.synced.delete(name);
      await workflows.syncSchedules(project, name, []);
    }
  }

  private async sync(project: string, repository: string, stamp: string): Promise<void> {
    try {
      const refused = await syncRepository(this.ports, project, repository);
      for (const { schedule, reason } of refused)
        this.log.warn({ repository, ...schedule, reason }, 'schedule refused');
      this.synced.set(repository, stamp);
    } catch (error) {
      this.complain(error, 'the schedules of a repository are not up to date', repository);
    }
  }

  private complain(error: unknown, message: string, repository?: string): void {
    if (!this.isStopped) this.log.warn({ err: error, repository }, message);
  }
}
