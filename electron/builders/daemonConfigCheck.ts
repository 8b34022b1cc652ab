import { parse, TomlError } from 'smol-toml';
import type { ConfigFinding } from '../../shared/contract';

/** What is wrong in the text of a buildkitd.toml. */
export function checkDaemonConfig(text: string): ConfigFinding[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [message = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    return [{ severity: 'error', line: error.line, column: error.column, message }];
  }
}
