import { Plug } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Builder, DriverDescription, StudioErrorData } from '../../../shared/contract';
import { errorData, studio } from '../../app/studio';
import { useBuilders } from '../../stores/buildersStore';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { StatusIcon } from '../../ui/StatusIcon';
import { TextField } from '../../ui/TextField';
import styles from './BuildersView.module.css';
import { DriverOptionField } from './DriverOptionField';
import { missingOptions, nameProblem, newBuilderOf, optionValue } from './newBuilderForm';
import type { NewBuilderForm } from './newBuilderForm';

type Outcome = { busy: 'test' | 'create' } | { tested: string } | { error: StudioErrorData };

/** Describes a new builder; the inputs come from what its driver says it takes. */
export function NewBuilderDialog({
  onClose,
  onCreated,
}: {
  onClose: () => void;
  onCreated: (builder: Builder) => void;
}) {
  const { t } = useTranslation('builders');
  const builders = useBuilders((state) => state.builders);
  const [drivers, setDrivers] = useState<DriverDescription[]>();
  const [form, setForm] = useState<NewBuilderForm>({ name: '', driver: '', endpoint: '', options: {} });
  /** Problems are shown once somebody tried to go on. */
  const [tried, setTried] = useState<'test' | 'create'>();
  const [outcome, setOutcome] = useState<Outcome>();

  useEffect(() => {
    studio()
      .call('builders.drivers')
      .then((all) => {
        setDrivers(all);
        setForm((before) => ({ ...before, driver: all[0]?.name ?? '' }));
      })
      .catch((error: unknown) => setOutcome({ error: errorData(error) }));
  }, []);

  const driver = drivers?.find((one) => one.name === form.driver);
  const name = nameProblem(form.name.trim(), builders);
  const missing = driver === undefined ? [] : missingOptions(form, driver);
  const busy = outcome !== undefined && 'busy' in outcome ? outcome.busy : undefined;

  const change = (next: NewBuilderForm): void => {
    setForm(next);
    setOutcome(undefined);
  };
  const run = async (what: 'test' | 'create'): Promise<void> => {
    setTried(what);
    if (driver === undefined || missing.length > 0 || (what === 'create' && name !== undefined)) return;
    setOutcome({ busy: what });
    try {
      const wanted = newBuilderOf(form, driver);
      if (what === 'create') return onCreated(await studio().call('builders.create', wanted));
      const found = await studio().call('builders.test', wanted);
      setOutcome({ tested: t('dialog.tested', { ...found, platforms: found.platforms.join(', ') }) });
    } catch (error) {
      setOutcome({ error: errorData(error) });
    }
  };

  return (
    <Dialog
      title={t('newBuilder')}
      isOpen
      onClose={onClose}
      look="sheet"
      footer={
        <>
          <Button
            icon={<Plug size={14} strokeWidth={1.5} aria-hidden="true" />}
            onPress={() => void run('test')}
            isDisabled={driver === undefined}
            isPending={busy !== undefined}
          >
            {busy === 'test' ? t('dialog.testing') : t('dialog.test')}
          </Button>
          <span className={styles.spring} />
          <Button onPress={onClose}>{t('dialog.cancel')}</Button>
          <Button
            look="primary"
            onPress={() => void run('create')}
            isDisabled={driver === undefined}
            isPending={busy !== undefined}
          >
            {busy === 'create' ? t('dialog.creating') : t('dialog.create')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('dialog.name')}
        value={form.name}
        onChange={(value) => change({ ...form, name: value })}
        description={t('dialog.nameHint')}
        error={tried === 'create' && name !== undefined ? t(`dialog.${name}`) : undefined}
        autoFocus
      />
      {drivers === undefined ? (
        outcome === undefined && <p className={styles.dim}>{t('dialog.loading')}</p>
      ) : (
        <RadioGroup value={form.driver} onChange={(next) => change({ ...form, driver: next })}>
          <Label className={styles.label ?? ''}>{t('dialog.driver')}</Label>
          <div className={styles.drivers}>
            {drivers.map((one) => (
              <Radio key={one.name} value={one.name} aria-label={one.name} className={styles.driver ?? ''}>
                <span className={styles.knob} aria-hidden="true" />
                <span className={styles.driverText}>
                  {one.name}
                  <span className={styles.meta}>{one.summary}</span>
                </span>
              </Radio>
            ))}
          </div>
        </RadioGroup>
      )}
      {driver?.endpoint.kind === 'address' && (
        <TextField
          label={driver.endpoint.label ?? ''}
          value={form.endpoint}
          onChange={(value) => change({ ...form, endpoint: value })}
          mono
          error={tried !== undefined && missing.includes('endpoint') ? t('dialog.required') : undefined}
          placeholder={driver.endpoint.placeholder ?? ''}
          description={driver.endpoint.description ?? ''}
        />
      )}
      {driver?.options.map((option) => (
        <DriverOptionField
          key={`${driver.name} ${option.name}`}
          option={option}
          value={optionValue(form, option)}
          error={tried !== undefined && missing.includes(option.name) ? t('dialog.required') : undefined}
          onChange={(value) =>
            change({
              ...form,
              options: {
                ...form.options,
                [driver.name]: { ...form.options[driver.name], [option.name]: value },
              },
            })
          }
        />
      ))}
      <div aria-live="polite">
        {outcome !== undefined && 'tested' in outcome && (
          <p className={styles.tested}>
            <StatusIcon status="done" />
            {outcome.tested}
          </p>
        )}
        {outcome !== undefined && 'error' in outcome && <ErrorNote error={outcome.error} />}
      </div>
    </Dialog>
  );
}
