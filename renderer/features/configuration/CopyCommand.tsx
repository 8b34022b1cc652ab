import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/Button';
import { useCopy } from '../../ui/useCopy';

/** Puts the command on the clipboard, and says so for a moment. */
export function CopyCommand({ command, label }: { command: string; label: string }) {
  const { t } = useTranslation('configuration');
  const { copied, copy } = useCopy(command, 2000);
  return (
    <>
      <span role="status">{copied ? t('command.copied') : ''}</span>
      <IconButton
        label={label}
        size="sm"
        icon={copied ? <Check size={14} strokeWidth={1.5} /> : <Copy size={14} strokeWidth={1.5} />}
        onPress={copy}
      />
    </>
  );
}
