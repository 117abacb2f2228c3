import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A test that a table of docs/ names: `[text](path "name")`. */
export interface TestLink {
  text: string;
  path: string;
  /** Absent where the text alone tells which test of the file it is. */
  name: string | undefined;
}

/** The cells of each row of all tables of a document; the heads are left out. */
export function tableRows(document: string): string[][] {
  const lines = document.split('\n');
  const isRow = (line: string) => line.startsWith('|') && !line.startsWith('|---');
  return lines
    .filter((line, at) => isRow(line) && lines[at + 1]?.startsWith('|---') !== true)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The links of a cell; throws where the cell holds anything else, but for commas between them. */
export function testLinks(cell: string): TestLink[] {
  const link = /\[([^\]]+)\]\((\S+?)(?: "([^"]+)")?\)/g;
  if (cell.replace(link, '').replaceAll(/[,\s]/g, '') !== '')
    throw new Error(`no link to a test in: ${cell}`);
  return [...cell.matchAll(link)].map(([, text = '', path = '', name]) => ({ text, path, name }));
}

/** The tests of a file, each with its code, under the name that the file gives it before values are put in. */
export function testsOf(file: string): { name: string; code: string }[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found: { name: string; code: string }[] = [];
  const visit = (node: ts.Node): void => {
    const [name] = ts.isCallExpression(node) ? node.arguments : [];
    if (ts.isCallExpression(node) && name && ts.isStringLiteralLike(name) && isTest(node.expression))
      found.push({ name: name.text, code: node.getText(source) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `it`, `test`, and either with a table of values, as in `it.each([...])`. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === 'it' || callee.text === 'test';
  if (!ts.isCallExpression(callee) || !ts.isPropertyAccessExpression(callee.expression)) return false;
  return callee.expression.name.text === 'each' && isTest(callee.expression.expression);
}
