export { createContext, type Context, type Found } from './context';
export { findTemporalCli } from './temporal-cli';
export { findTestServer } from './test-server';
