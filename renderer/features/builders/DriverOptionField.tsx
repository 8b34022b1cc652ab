import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { DriverOption } from '../../../shared/contract';
import { reportDefect, studio } from '../../app/studio';
import { Button } from '../../ui/Button';
import { Checkbox } from '../../ui/Checkbox';
import { Select } from '../../ui/Select';
import { TextField } from '../../ui/TextField';
import { EditableTable } from '../configuration/EditableTable';
import styles from './NewBuilder.module.css';
import type { Pair } from './newBuilderForm';

/** One input of a driver's form, by its kind. */
export function DriverOptionField({
  option,
  value,
  pairs,
  error,
  onChange,
  onPairs,
}: {
  option: DriverOption;
  value: string;
  /** Rows, where the option is a table of pairs. */
  pairs: readonly Pair[];
  error: string | undefined;
  onChange: (value: string) => void;
  onPairs: (pairs: Pair[]) => void;
}) {
  switch (option.kind) {
    case 'boolean':
      return (
        <div>
          <Checkbox
            label={option.label}
            isSelected={value === 'true'}
            onChange={(on) => onChange(String(on))}
            description={option.description}
          />
          <Problem text={error} />
        </div>
      );
    case 'select':
      return <Choice option={option} value={value} error={error} onChange={onChange} />;
    case 'pairs':
      return <Pairs option={option} pairs={pairs} error={error} onChange={onPairs} />;
    case 'text':
    case 'number':
      return <TextOption option={option} value={value} error={error} onChange={onChange} />;
    case 'file':
    case 'folder':
      return (
        <div className={styles.withButton}>
          <TextOption option={option} value={value} error={error} onChange={onChange} />
          <Choose option={option} value={value} onChange={onChange} />
        </div>
      );
  }
}

interface OptionProps {
  option: DriverOption;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function TextOption({ option, value, error, onChange }: OptionProps) {
  return (
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
}

function Choose({ option, value, onChange }: Omit<OptionProps, 'error'>) {
  const { t } = useTranslation('builders');
  const choose = async (): Promise<void> => {
    const dialog = option.kind === 'file' ? 'dialogs.chooseFile' : 'dialogs.chooseFolder';
    const { path } = await studio().call(dialog, {
      title: option.label,
      ...(value === '' ? {} : { startAt: value }),
    });
    if (path !== undefined) onChange(path);
  };
  return (
    <Button
      aria-label={t('dialog.chooseFor', { label: option.label })}
      onPress={() => void choose().catch(reportDefect)}
    >
      {t('dialog.choose')}
    </Button>
  );
}

function Choice({ option, value, error, onChange }: OptionProps) {
  const { t } = useTranslation('builders');
  const id = useId();
  const choices = option.choices ?? [];
  const mayBeUnset = !option.required && !choices.some((choice) => choice.value === (option.default ?? ''));
  return (
    <div className={styles.field}>
      <Select
        label={option.label}
        value={value}
        options={[
          ...(mayBeUnset ? [{ id: '', label: t('dialog.unset') }] : []),
          ...choices.map((choice) => ({ id: choice.value, label: choice.label })),
        ]}
        onChange={onChange}
        describedBy={id}
      />
      <div id={id}>
        {option.description !== undefined && <p className={styles.description}>{option.description}</p>}
        <Problem text={error} />
      </div>
    </div>
  );
}

function Pairs({
  option,
  pairs,
  error,
  onChange,
}: {
  option: DriverOption;
  pairs: readonly Pair[];
  error: string | undefined;
  onChange: (pairs: Pair[]) => void;
}) {
  const { t } = useTranslation('builders');
  return (
    <div className={styles.field}>
      <EditableTable
        label={option.label}
        addLabel={t('dialog.addPair', { label: option.label })}
        {...(option.description === undefined ? {} : { hint: option.description })}
        columns={[
          { id: 'name', label: t('dialog.pairName'), width: '40%' },
          { id: 'value', label: t('dialog.pairValue'), placeholder: option.placeholder ?? '' },
        ]}
        rows={pairs.map(({ name, value }) => ({ name, value }))}
        newRow={{ name: '', value: '' }}
        isComplete={(row) => (row['name'] ?? '').trim() !== ''}
        onChange={(rows) =>
          onChange(rows.map((row) => ({ name: row['name'] ?? '', value: row['value'] ?? '' })))
        }
      />
      <Problem text={error} />
    </div>
  );
}

function Problem({ text }: { text: string | undefined }) {
  return (
    <p role="status" className={styles.problem} hidden={text === undefined}>
      {text}
    </p>
  );
}
