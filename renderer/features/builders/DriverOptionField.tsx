import { useTranslation } from 'react-i18next';
import type { DriverOption } from '../../../shared/contract';
import { reportDefect, studio } from '../../app/studio';
import { Button } from '../../ui/Button';
import { Checkbox } from '../../ui/Checkbox';
import { TextField } from '../../ui/TextField';
import styles from './BuildersView.module.css';

/** One input of a driver's form, by its kind. */
export function DriverOptionField({
  option,
  value,
  error,
  onChange,
}: {
  option: DriverOption;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation('builders');
  if (option.kind === 'boolean') {
    return (
      <Checkbox
        label={option.label}
        isSelected={value === 'true'}
        onChange={(on) => onChange(String(on))}
        description={option.description}
      />
    );
  }
  const field = (
    <TextField
      label={option.label}
      value={value}
      onChange={onChange}
      mono
      error={error}
      {...(option.placeholder === undefined ? {} : { placeholder: option.placeholder })}
      {...(option.description === undefined ? {} : { description: option.description })}
    />
  );
  if (option.kind === 'text') return field;

  const choose = async (): Promise<void> => {
    const dialog = option.kind === 'file' ? 'dialogs.chooseFile' : 'dialogs.chooseFolder';
    const { path } = await studio().call(dialog, {
      title: option.label,
      ...(value === '' ? {} : { startAt: value }),
    });
    if (path !== undefined) onChange(path);
  };
  return (
    <div className={styles.withButton}>
      {field}
      <Button
        aria-label={t('dialog.chooseFor', { label: option.label })}
        onPress={() => void choose().catch(reportDefect)}
      >
        {t('dialog.choose')}
      </Button>
    </div>
  );
}
