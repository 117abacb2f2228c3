export { createContext, type Context, type Found } from './context';
export { findMoto } from './moto';
export { findSchemathesis } from './schemathesis';
export { findTemporalCli } from './temporal-cli';
export { findTemporalForPostgresql } from './temporal-postgresql';
export { findTestServer } from './test-server';
export { findToxiproxy } from './toxiproxy';
