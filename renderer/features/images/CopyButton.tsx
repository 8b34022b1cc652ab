import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../../ui/Button';
import { useCopy } from '../../ui/useCopy';

/** Copies a text, and says so for a moment. */
export function CopyButton({
  label,
  text,
  shownLabel,
  isPlain = false,
}: {
  label: string;
  text: string;
  /** A part of the label that is shown where there is no room for all of it. */
  shownLabel?: string;
  /** An icon inside of a text in place of a button with its label. */
  isPlain?: boolean;
}) {
  const { t } = useTranslation('images');
  const { copied, copy } = useCopy(text);
  const Icon = copied ? Check : Copy;
  const icon = <Icon size={14} strokeWidth={1.5} aria-hidden="true" />;
  if (isPlain)
    return <IconButton size="sm" label={copied ? t('copied') : label} icon={icon} onPress={copy} />;
  if (shownLabel === undefined) {
    return (
      <Button size="sm" icon={icon} onPress={copy}>
        {copied ? t('copied') : label}
      </Button>
    );
  }
  // The text stays, so that its neighbours do.
  return (
    <Button size="sm" icon={icon} aria-label={copied ? t('copied') : label} onPress={copy}>
      {shownLabel}
    </Button>
  );
}
