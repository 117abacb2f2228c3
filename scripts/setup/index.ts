export { createContext, type Context, type Found } from './context';
export { findMoto } from './moto';
export { findTemporalCli } from './temporal-cli';
export { findTestServer } from './test-server';
