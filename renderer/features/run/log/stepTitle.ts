import { parseStepName } from '../../../../shared/model/progress/stepName';

export interface StepTitle {
  /** `builder 2/4`, `2/4`, `internal`, or empty. */
  position: string;
  /** The command, on one line. */
  text: string;
}

/** The two parts of a step's name that a person reads; the platform is shown in other ways. */
export function stepTitle(name: string): StepTitle {
  const { kind, stage, index, total, text } = parseStepName(name);
  const line = text.replace(/\s+/g, ' ').trim();
  if (kind === 'stage') {
    return { position: [stage, `${index}/${total}`].filter(Boolean).join(' '), text: withoutPin(line) };
  }
  return { position: kind === 'other' ? '' : kind, text: line };
}

/** BuildKit writes base images in full, `FROM docker.io/library/alpine:3@sha256:…`; `FROM alpine:3` says as much. */
function withoutPin(command: string): string {
  return command.replace(/^FROM (?:docker\.io\/(?:library\/)?)?(\S+?)@sha256:[0-9a-f]{64}/, 'FROM $1');
}
