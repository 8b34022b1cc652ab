import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Waits for the end of its input; then, once the processes have ended, removes groups, bridge and folder. */
const SCRIPT = `
cat > /dev/null
groups() { find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "$(basename "$1")"; }
for attempt in $(seq 200); do
  for group in $(groups "$1"); do find "$group" -depth -type d -exec rmdir {} + 2> /dev/null; done
  if [ -z "$(groups "$1")" ]; then
    if [ -e "/sys/class/net/$2" ]; then ip link delete "$2"; fi
    exec rm -rf "$1"
  fi
  sleep 0.05
done
echo "control groups still in use: $(groups "$1" | tr '\\n' ' ')" >&2
exit 1
`;

/** What a Docker Engine leaves on the machine, and goes when told to or when this process ends. */
export interface Removal {
  /** Removes it now. @throws Error when the groups still hold processes after 10 seconds */
  now(): Promise<void>;
}

/**
 * Sees to it that a folder, the control groups named as its last part and a network bridge disappear when this
 * process ends, also when it is killed: a process of its own waits for that. Whatever runs in the groups has to end
 * by itself.
 */
export function removeAtEnd(folder: string, bridge: string): Removal {
  const waiting = spawn('sh', ['-c', SCRIPT, 'sh', folder, bridge], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let complaint = '';
  waiting.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = once(waiting, 'close') as Promise<[number | null]>;
  // It may outlive this process; this process needn't stay for it.
  waiting.unref();
  return {
    async now() {
      waiting.ref();
      waiting.stdin.end();
      const [code] = await ended;
      if (code !== 0) throw new Error(`${folder} couldn't be removed: ${complaint.trim()}`);
    },
  };
}
