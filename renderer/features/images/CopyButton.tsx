import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { reportDefect, studio } from '../../app/studio';
import { Button, IconButton } from '../../ui/Button';

const acknowledgeMs = 1500;

/** Copies a text, and says so for a moment. Without `children` it is only an icon, named `label`. */
export function CopyButton({
  label,
  text,
  isPlain = false,
}: {
  label: string;
  text: string;
  /** An icon inside of a text in place of a button with its label. */
  isPlain?: boolean;
}) {
  const { t } = useTranslation('images');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), acknowledgeMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    studio()
      .call('clipboard.write', { text })
      .then(() => setCopied(true), reportDefect);
  };
  const Icon = copied ? Check : Copy;
  const icon = <Icon size={14} strokeWidth={1.5} aria-hidden="true" />;
  if (isPlain)
    return <IconButton size="sm" label={copied ? t('copied') : label} icon={icon} onPress={copy} />;
  return (
    <Button size="sm" icon={icon} onPress={copy}>
      {copied ? t('copied') : label}
    </Button>
  );
}
