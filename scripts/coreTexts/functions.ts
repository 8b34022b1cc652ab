import ts from 'typescript';
import { isText, valuesIn } from './expressions';

/** A function that puts some of its arguments into texts. */
export interface TextFunction {
  node: ts.SignatureDeclaration;
  /** The positions of these arguments. */
  positions: ReadonlySet<number>;
}

/** Who puts arguments into texts, and who calls whom, in all sources. */
export class TextFunctions {
  private readonly functions = new Map<string, TextFunction[]>();
  private readonly calls = new Map<string, ts.CallExpression[]>();

  constructor(sources: readonly ts.SourceFile[]) {
    sources.forEach((source) => this.visit(source));
  }

  /** The function around a text whose parameters are in it. */
  around(text: ts.Expression): TextFunction | undefined {
    const node = valuesIn(text)
      .map(declaringFunction)
      .find((found) => found !== undefined);
    return node && this.functions.get(nameOf(node))?.find((one) => one.node === node);
  }

  /** All calls of a function, as far as its name tells. */
  callsOf({ node }: TextFunction): ts.CallExpression[] {
    return (this.calls.get(nameOf(node)) ?? []).filter((call) => reaches(call, node));
  }

  /** Whether the called function makes texts of its own of this argument, and nothing else. */
  takes(call: ts.CallExpression, position: number): boolean {
    const functions = this.functions.get(calledName(call)) ?? [];
    return functions.some(
      ({ node, positions }) =>
        positions.has(position) && reaches(call, node) && !isPassedOn(node, node.parameters[position]!),
    );
  }

  private visit(node: ts.Node): void {
    if (ts.isCallExpression(node)) add(this.calls, calledName(node), node);
    if (isText(node)) valuesIn(node).forEach((part) => this.note(part));
    ts.forEachChild(node, (child) => this.visit(child));
  }

  private note(part: ts.Expression): void {
    const node = declaringFunction(part);
    if (node === undefined || nameOf(node) === '') return;
    const position = node.parameters.findIndex(({ name }) => name.getText() === part.getText());
    const known = this.functions.get(nameOf(node))?.find((one) => one.node === node);
    if (known === undefined) add(this.functions, nameOf(node), { node, positions: new Set([position]) });
    else (known.positions as Set<number>).add(position);
  }
}

function add<T>(map: Map<string, T[]>, name: string, item: T): void {
  const items = map.get(name);
  if (items === undefined) map.set(name, [item]);
  else items.push(item);
}

/** The function whose parameter a name is. */
function declaringFunction(part: ts.Expression): ts.SignatureDeclaration | undefined {
  if (!ts.isIdentifier(part)) return undefined;
  for (let node: ts.Node = part; !ts.isSourceFile(node); node = node.parent) {
    if (ts.isFunctionLike(node) && node.parameters.some(({ name }) => name.getText() === part.text))
      return node;
  }
  return undefined;
}

/** Whether a parameter goes to other functions too. */
function isPassedOn(node: ts.SignatureDeclaration, { name }: ts.ParameterDeclaration): boolean {
  const passes = (part: ts.Node): boolean =>
    (ts.isCallExpression(part) || ts.isNewExpression(part)) &&
    (part.arguments ?? []).some((argument) => argument.getText() === name.getText());
  const search = (part: ts.Node): boolean => passes(part) || ts.forEachChild(part, search) === true;
  return search(node);
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name !== undefined) return node.name.getText();
  return ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : '';
}

function calledName({ expression }: ts.CallExpression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : '';
}

/** A function that is exported can be called from everywhere, others from their own file. */
function reaches(call: ts.CallExpression, node: ts.SignatureDeclaration): boolean {
  const isExported =
    ts.isFunctionDeclaration(node) &&
    node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
  return isExported || call.getSourceFile() === node.getSourceFile();
}
