import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const compiled = ['src', 'workflows', 'activities', 'workers', 'scripts', 'bench', 'test'];

const environmentRule = {
  object: 'process',
  property: 'env',
  message: 'Only src/config.ts reads the environment, so that one table shows every variable.',
};

export default defineConfig(
  globalIgnores(['dist/', 'examples/', 'coverage/', '.sagaline-state/', '.demo-state/']),
  {
    files: compiled.map((folder) => `${folder}/**/*.ts`),
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // `() => socket.close()` says what happens; braces around it add nothing.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // An index signature is clearer with brackets, which tsconfig's own rule leaves open.
      '@typescript-eslint/dot-notation': 'off',
      // Both ways to write a type exist in zod-derived code.
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      complexity: ['error', 15],
      'max-lines': ['error', 250],
      'max-lines-per-function': ['error', { max: 70 }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'activities/**/*.ts', 'workers/**/*.ts', 'workflows/**/*.ts'],
    ignores: ['src/config.ts'],
    rules: { 'no-restricted-properties': ['error', environmentRule] },
  },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      // A workflow is replayed: whatever differs from one execution to the next breaks it. Date.now is Temporal's clock there.
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use uuid4 of @temporalio/workflow.' },
      ],
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'A workflow has no process.' },
        { name: 'console', message: 'Use log of @temporalio/workflow, which is silent in a replay.' },
      ],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*'], message: 'A workflow has no access to the machine.' }] },
      ],
    },
  },
  // All interfaces of the outside world stand on one page, by design.
  { files: ['src/ports.ts'], rules: { 'max-lines': ['error', 400] } },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // Tests read JSON that they then compare as a whole.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [js.configs.recommended],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', Buffer: 'readonly', URL: 'readonly' },
    },
    rules: { 'max-lines': ['error', 250] },
  },
  {
    files: ['scripts/**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['AbortController', 'setInterval', 'clearInterval'].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { module: 'writable', __dirname: 'readonly' } },
  },
);
