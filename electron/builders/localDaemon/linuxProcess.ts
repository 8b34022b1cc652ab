import { readdir, readFile } from 'node:fs/promises';

/** A process that can't be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks after the machine's start, as in proc(5), field `starttime`. */
  startTime: string;
}

interface ProcessStatus extends ProcessIdentity {
  parent: number;
  zombie: boolean;
}

/** The identity of a running process; undefined when there is none with this number. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const status = await processStatus(pid);
  return status === undefined || status.zombie ? undefined : { pid, startTime: status.startTime };
}

export async function isAlive(process: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(process.pid))?.startTime === process.startTime;
}

/** Everything that the process started, directly or not. */
export async function descendantsOf(root: ProcessIdentity): Promise<ProcessIdentity[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = (await Promise.all(pids.map(processStatus))).filter((status) => status !== undefined);
  const children = new Map<number, ProcessStatus[]>();
  for (const status of processes)
    children.set(status.parent, [...(children.get(status.parent) ?? []), status]);
  const found: ProcessIdentity[] = [];
  const open = [root.pid];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const child of children.get(pid) ?? []) {
      found.push({ pid: child.pid, startTime: child.startTime });
      open.push(child.pid);
    }
  }
  return found;
}

/** Sends a signal to a process, or with a negative sign to its group; a process that is gone is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function processStatus(pid: number): Promise<ProcessStatus | undefined> {
  let stat: string;
  try {
    stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // it has ended
  }
  // The second field is the command in parentheses and may hold anything, so the fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, startTime] = [fields[0], fields[1], fields[19]];
  if (state === undefined || parent === undefined || startTime === undefined) return undefined;
  return { pid, parent: Number(parent), startTime, zombie: state === 'Z' || state === 'X' };
}
