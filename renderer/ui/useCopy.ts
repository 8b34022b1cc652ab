import { useEffect, useState } from 'react';
import { reportDefect, studio } from '../app/studio';

/** Puts a text on the clipboard; `copied` says so for a moment. */
export function useCopy(text: string, acknowledgeMs = 1500): { copied: boolean; copy: () => void } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), acknowledgeMs);
    return () => clearTimeout(timer);
  }, [copied, acknowledgeMs]);
  const copy = (): void => {
    studio()
      .call('clipboard.write', { text })
      .then(() => setCopied(true), reportDefect);
  };
  return { copied, copy };
}
