import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import type { Bound } from './expressions';
import { expand, hasWords, isText, nothingBound, numbered, value, valuesIn } from './expressions';
import { TextFunctions } from './functions';

/** A text that people read, as it stands in a source; `{{0}}`, `{{1}}` … where a value goes in. */
export interface CoreText {
  text: string;
  /** Where it stands, relative to the root. */
  file: string;
}

/** Properties that people read whatever is in them; other strings have to look like words. */
const shownProperties = new Set(['message', 'hint', 'label', 'description', 'summary']);

/** Files without texts that the page shows, with the reason. */
const silentFiles = [
  // Generated; only for tests.
  /\/(gen|testing|corpus)\/|\.test\.ts$|\/conformance\.ts$/,
  // Answers to the daemon, which puts them into messages of its own.
  /^electron\/buildkit\/session\//,
  // The shell has its texts in both languages; headers of its pages.
  /^electron\/main\/(texts|pageProtocol)\.ts$/,
  // Content of a project; an ELF file.
  /^electron\/projects\/sample\//,
  // Dockerfile text, and what BuildKit itself says about it, word for word.
  /^shared\/dockerfile\/(language\/|fixes\/|shellWords\.ts|patterns\.ts)/,
  // Takes the place of a part of dockerode that is never used.
  /^electron\/docker\/unused\.ts$/,
];

/** The log, comparisons, and names of steps, which stand among BuildKit's own. */
const silentCalls =
  /(^|\.)(logger\.\w+|startsWith|endsWith|includes|indexOf|split|from|asStep|spawn|GrpcError)$/;

/** Errors for programmers and peers: broken protocols and promises. */
const silentErrors = new Set(['RangeError', 'TypeError', 'ProtocolViolation', 'DOMException']);

/** Words of protocols and commands, names, and content of files. */
const silentTexts = [
  /^docker run --privileged/,
  /^context canceled$/,
  /^credentials not found in native keychain$/,
  /^check of \{\{0\}\}$/,
  // Names of steps, which stand among BuildKit's.
  /^pushing (layer )?\{\{0\}\}$/,
  /^(Basic|Bearer|RUN|CycloneDX|machine|base) \{\{0\}\}/,
  /^[\w{}]+ [BL]E$/,
  /^# Written by Manifold/,
];

/**
 * All texts of the core in the sources under `root`: literals, and templates with `{{n}}` for what goes in. A condition
 * inside of a text gives a text for each way, and a function that puts an argument into a text gives one for each call.
 */
export function coreTexts(root: string): CoreText[] {
  const sources = [...filesIn(root, 'electron'), ...filesIn(root, 'shared')].map((file) =>
    ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true),
  );
  const functions = new TextFunctions(sources);
  return sources.flatMap((source) => textsIn(source, functions));
}

function filesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !silentFiles.some((pattern) => pattern.test(file)))
    .sort();
}

function textsIn(source: ts.SourceFile, functions: TextFunctions): CoreText[] {
  const found = new Set<string>();
  const visit = (node: ts.Node, isShown: boolean): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (isSilent(node) || isPartOfAnother(node, functions)) return;
    if (isText(node)) {
      bindings(node, functions)
        .flatMap((bound) => expand(node, bound))
        .filter((text) => (isShown ? /\p{L}/u.test(text) : hasWords(text)))
        .forEach((text) => found.add(numbered(text)));
      return valuesIn(node).forEach((part) => visit(part, false));
    }
    if (ts.isPropertyAssignment(node)) {
      return visit(node.initializer, 'text' in node.name && shownProperties.has(node.name.text));
    }
    const passesOn = ts.isConditionalExpression(node) || ts.isParenthesizedExpression(node);
    ts.forEachChild(node, (child) => visit(child, isShown && passesOn));
  };
  visit(source, false);
  return [...found]
    .filter((text) => !silentTexts.some((pattern) => pattern.test(text)))
    .map((text) => ({ text, file: source.fileName }));
}

function isSilent(node: ts.Node): boolean {
  if (ts.isBinaryExpression(node)) return /^[=!]==$/.test(node.operatorToken.getText());
  if (ts.isPropertyAccessExpression(node)) return isText(node.expression);
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const called = node.expression.getText();
  return silentCalls.test(called) || silentErrors.has(called);
}

/** Whether it is an argument that the called function puts into a text. */
function isPartOfAnother(node: ts.Node, functions: TextFunctions): boolean {
  const { parent } = node;
  if (parent === undefined || !ts.isCallExpression(parent)) return false;
  return functions.takes(parent, parent.arguments.indexOf(node as ts.Expression));
}

/** What the parameters in a text stand for: one binding for each call of the function around it. */
function bindings(text: ts.Expression, functions: TextFunctions): Bound[] {
  const around = functions.around(text);
  const calls = around === undefined ? [] : functions.callsOf(around);
  // Who is called by another name (as a callback, through an interface) is given values only.
  if (around === undefined || calls.length === 0) return [nothingBound];
  return calls.map(
    (call) =>
      new Map(
        [...around.positions].map((position) => {
          const argument = call.arguments[position];
          const ways = argument === undefined ? [] : expand(argument, nothingBound).filter(isWording);
          return [around.node.parameters[position]!.name.getText(), ways.length === 0 ? [value] : ways];
        }),
      ),
  );
}

/** A value, or words that are translated, and not a name such as `index.json`. */
const isWording = (text: string): boolean => text === value || hasWords(text) || /^\p{Ll}+$/u.test(text);
