import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { reportDefect, studio } from '../../app/studio';
import { IconButton } from '../../ui/Button';

/** Puts the command on the clipboard, and says so for a moment. */
export function CopyCommand({ command, label }: { command: string; label: string }) {
  const { t } = useTranslation('configuration');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <span role="status">{copied ? t('command.copied') : ''}</span>
      <IconButton
        label={label}
        size="sm"
        icon={copied ? <Check size={14} strokeWidth={1.5} /> : <Copy size={14} strokeWidth={1.5} />}
        onPress={() => {
          studio()
            .call('clipboard.write', { text: command })
            .then(() => setCopied(true), reportDefect);
        }}
      />
    </>
  );
}
