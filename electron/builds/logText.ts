import { open } from 'node:fs/promises';
import { LogRecordReader } from '../../shared/model/log/records';
import { stepPlatforms } from '../../shared/model/progress/lanes';
import type { BuildProgress } from '../../shared/model/progress/types';
import { plainLines } from './outputTail';

/**
 * Writes a build's log as plain text: every line with its step's number, a header where a step begins, colours left
 * out. Lines of steps that ran at the same time stay in the order in which they came.
 *
 * @param log chunks of the log, as `shared/model/log/records` describes them
 * @param platform only the steps that serve this platform; all when undefined
 */
export async function writeLogText(
  path: string,
  log: AsyncIterable<Uint8Array>,
  progress: BuildProgress,
  platform: string | undefined,
): Promise<void> {
  const serves = stepPlatforms(progress);
  const file = await open(path, 'w');
  try {
    const reader = new LogRecordReader();
    const steps = new Map<number, StepText>();
    for await (const chunk of log) {
      let text = '';
      for (const record of reader.read(chunk)) {
        if (record.type === 'step') {
          const wanted = platform === undefined || (serves.get(record.id)?.includes(platform) ?? true);
          if (!wanted) continue;
          const name = progress.steps[record.id]?.name || record.name;
          steps.set(record.step, new StepText(record.step + 1));
          text += `\n#${record.step + 1} ${name}\n`;
        } else {
          text += steps.get(record.step)?.add(record.data, record.timeMs) ?? '';
        }
      }
      await file.appendFile(text);
    }
    await file.appendFile([...steps.values()].map((step) => step.rest()).join(''));
  } finally {
    await file.close();
  }
}

/** Turns one step's output, cut anywhere, into whole lines. */
class StepText {
  private readonly decoder = new TextDecoder();
  private partial = '';
  private lastMs = 0;

  constructor(private readonly number: number) {}

  add(data: Uint8Array, timeMs: number): string {
    this.lastMs = timeMs;
    const text = this.partial + this.decoder.decode(data, { stream: true });
    const end = text.lastIndexOf('\n') + 1;
    this.partial = text.slice(end);
    return end === 0 ? '' : this.format(text.slice(0, end - 1), timeMs);
  }

  /** A last line without an end. */
  rest(): string {
    return this.partial === '' ? '' : this.format(this.partial, this.lastMs);
  }

  private format(text: string, timeMs: number): string {
    const head = `#${this.number} ${new Date(timeMs).toISOString()} `;
    return plainLines(text)
      .map((line) => `${head}${line}\n`)
      .join('');
  }
}
