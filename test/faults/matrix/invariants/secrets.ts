import { run } from '../../../../src/process';
import type { Played } from '../cell';

/** I8: the secret that scripts print is in no file of the platform and its servers, as it is or in base64, and in no answer about the run. */
export async function secretsStaySecret({ stage, run: { id } }: Played): Promise<string[]> {
  const { world, folder, kept, plant } = stage;
  const forms = [plant, Buffer.from(plant).toString('base64')];
  const argv = ['grep', '--recursive', '--files-with-matches', '--fixed-strings', '--text', '--no-messages'];
  const patterns = forms.flatMap((form) => ['-e', form]);
  const { stdout } = await run([...argv, ...patterns, ...kept], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const files = stdout.split('\n').filter((line) => line !== '');
  const paths = [`/runs/${encodeURIComponent(id)}`, `/runs/${encodeURIComponent(id)}/steps/test/logs`];
  const answers = await Promise.all(
    paths.map(async (path) => {
      const text = await (await world.call(path)).text();
      return forms.some((form) => text.includes(form)) ? [path] : [];
    }),
  );
  return [...files, ...answers.flat()].map((where) => `I8: the secret is in ${where}`);
}
