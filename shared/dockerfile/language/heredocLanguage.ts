/** A language that a heredoc's body can be shown in. */
export type InnerLanguage = 'shell' | 'python' | 'json';

const byExtension: Readonly<Record<string, InnerLanguage>> = {
  sh: 'shell',
  bash: 'shell',
  ash: 'shell',
  zsh: 'shell',
  bashrc: 'shell',
  profile: 'shell',
  py: 'python',
  json: 'json',
};

const shellNames = /(?:^|\/)(?:ba|da|a|z|k)?sh$/;
const pythonNames = /(?:^|\/)(?:python|pypy)[\d.]*$/;

/**
 * The language of a heredoc's body, as far as the instruction shows it: RUN hands the body to the command that stands
 * before it, or to a shell if none does; COPY and ADD write it to a file whose name says what it is.
 *
 * @param keyword of the instruction, in capitals
 * @param text the instruction's arguments, joined, the `<<word`s included
 */
export function heredocLanguage(keyword: string, text: string): InnerLanguage | undefined {
  if (keyword === 'RUN') {
    const before = text.slice(0, Math.max(0, text.search(/\d*<</)));
    const command = before
      .slice(Math.max(...[';', '|', '&'].map((end) => before.lastIndexOf(end))) + 1)
      .trim();
    return command === '' ? 'shell' : languageOfCommand(command);
  }
  const target = text.trim().split(/\s+/).at(-1) ?? '';
  const name = target.replace(/^.*[/\\]/, '').replace(/["'\]]+$/, '');
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(byExtension, extension) && name.includes('.') ? byExtension[extension] : undefined;
}

/** The language that a body's first line asks for. */
export function shebangLanguage(line: string): InnerLanguage | undefined {
  if (!line.startsWith('#!')) return undefined;
  return languageOfCommand(line.slice(2).trim());
}

function languageOfCommand(command: string): InnerLanguage | undefined {
  const words = command.split(/\s+/).filter((word) => !/^[A-Za-z_]\w*=/.test(word));
  const [first = '', second = ''] = words;
  const program = /(?:^|\/)env$/.test(first) ? (second === '-S' ? (words[2] ?? '') : second) : first;
  if (pythonNames.test(program)) return 'python';
  return shellNames.test(program) ? 'shell' : undefined;
}
