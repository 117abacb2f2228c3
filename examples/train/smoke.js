import { databaseFile, readDatabase } from './database.js';

/** Services whose new code must understand the migrated database, each with a setting that it is made for. */
const settings = { api: 'EUR', web: 'light', worker: '2' };

const { version, data } = await readDatabase(databaseFile());
for (const [service, setting] of Object.entries(settings)) {
  const { answer } = await import(new URL(`services/${service}/answer.js`, import.meta.url).href);
  console.log(service, JSON.stringify(answer(data, setting)));
}
console.log(`all services understand database version ${version}`);
