import { Plug } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder, DriverDescription, StudioErrorData } from '../../../shared/contract';
import { buildxCreateCommand } from '../../../shared/model/buildxCreateCommand';
import { errorData, studio } from '../../app/studio';
import { coreText } from '../../locales/core';
import { useBuilders } from '../../stores/buildersStore';
import { Button } from '../../ui/Button';
import { Checkbox } from '../../ui/Checkbox';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { Fold } from '../../ui/Fold';
import { PlatformField } from '../../ui/PlatformField';
import { StatusIcon } from '../../ui/StatusIcon';
import { TextField } from '../../ui/TextField';
import { CommandLine } from '../configuration/CommandLine';
import { CopyCommand } from '../configuration/CopyCommand';
import { makeDefault, startBuilder } from './builderWork';
import { ConfigField } from './ConfigField';
import { DriverChoice, DriverIcon } from './DriverChoice';
import { inPageLanguage } from './driverTexts';
import { DriverOptionField } from './DriverOptionField';
import { EndpointField } from './EndpointField';
import styles from './NewBuilder.module.css';
import {
  driverForm,
  emptyForm,
  fieldOf,
  findProblems,
  isAdvanced,
  newBuilderOf,
  newNodeOf,
  optionValue,
  withDriverForm,
} from './newBuilderForm';
import type { FieldProblems, NewBuilderForm } from './newBuilderForm';

/** The driver that buildx does not have. */
const manifoldsOwn = 'local';

type Outcome = { busy: 'test' | 'create' } | { tested: string } | { error: StudioErrorData };

/** Describes a new builder, or a further node of one; the inputs come from what the driver says it takes. */
export function NewBuilderSheet({
  addTo,
  onClose,
  onCreated,
}: {
  /** The builder that gets a node. Absent: a new builder. */
  addTo?: Builder;
  onClose: () => void;
  onCreated: (builder: Builder) => void;
}) {
  const { t } = useTranslation('builders');
  const builders = useBuilders((state) => state.builders);
  const [told, setTold] = useState<readonly DriverDescription[]>();
  const [form, setForm] = useState<NewBuilderForm>({
    ...emptyForm,
    ...(addTo === undefined ? {} : { name: addTo.name, driver: addTo.driver }),
  });
  /** Problems are shown once somebody tried to go on. */
  const [tried, setTried] = useState<'test' | 'create'>();
  const [outcome, setOutcome] = useState<Outcome>();
  const [showsAdvanced, setShowsAdvanced] = useState(false);

  useEffect(() => {
    studio()
      .call('builders.drivers')
      .then((all) => {
        setTold(all);
        setForm((before) => ({
          ...before,
          driver: before.driver === '' ? (all[0]?.name ?? '') : before.driver,
        }));
      })
      .catch((error: unknown) => setOutcome({ error: errorData(error) }));
  }, []);

  const drivers = told?.map(inPageLanguage);
  const driver = drivers?.find((one) => one.name === form.driver);
  const isNode = addTo !== undefined;
  const busy = outcome !== undefined && 'busy' in outcome ? outcome.busy : undefined;
  const failure = outcome !== undefined && 'error' in outcome ? outcome.error : undefined;
  const failedField = failure === undefined ? undefined : fieldOf(failure, driver, isNode);
  const problems: FieldProblems =
    tried === undefined || driver === undefined
      ? {}
      : findProblems(form, driver, tried === 'create' && !isNode ? builders : undefined);
  const errorAt = (field: string): string | undefined => {
    const problem = problems[field];
    if (problem !== undefined) return t(`dialog.${problem}`);
    return field === failedField && failure !== undefined ? coreText(failure.message) : undefined;
  };

  const change = (next: NewBuilderForm): void => {
    setForm(next);
    setOutcome(undefined);
  };
  const reveal = (field: string | undefined): void => {
    if (field !== undefined && driver !== undefined && isAdvanced(field, driver)) setShowsAdvanced(true);
  };
  const run = async (what: 'test' | 'create'): Promise<void> => {
    setTried(what);
    if (driver === undefined) return;
    const wrong = findProblems(form, driver, what === 'create' && !isNode ? builders : undefined);
    const [first] = Object.keys(wrong);
    if (first !== undefined) return Object.keys(wrong).forEach(reveal);
    setOutcome({ busy: what });
    try {
      if (what === 'test') {
        const wanted = newBuilderOf(form, driver);
        const found = await studio().call('builders.test', {
          ...wanted,
          // The name is nothing that a connection needs.
          name: wanted.name === '' ? 'test' : wanted.name,
        });
        setOutcome({ tested: t('dialog.tested', { ...found, platforms: found.platforms.join(', ') }) });
      } else onCreated(await create(form, driver, addTo));
    } catch (thrown) {
      const error = errorData(thrown);
      setOutcome({ error });
      reveal(fieldOf(error, driver, isNode));
    }
  };

  return (
    <Dialog
      title={isNode ? t('dialog.addNodeTo', { name: addTo.name }) : t('newBuilder')}
      isOpen
      onClose={onClose}
      look="sheet"
      beforeFooter={driver !== undefined && <CreateCommand form={form} driver={driver} isNode={isNode} />}
      footer={
        <>
          {driver?.canTest === true && (
            <Button
              icon={<Plug size={14} strokeWidth={1.5} aria-hidden="true" />}
              onPress={() => void run('test')}
              isPending={busy !== undefined}
            >
              {busy === 'test' ? t('dialog.testing') : t('dialog.test')}
            </Button>
          )}
          <span className={styles.spring} />
          <Button onPress={onClose}>{t('dialog.cancel')}</Button>
          <Button
            look="primary"
            onPress={() => void run('create')}
            isDisabled={driver === undefined}
            isPending={busy !== undefined}
          >
            {busy === 'create' ? t('dialog.creating') : isNode ? t('addNode') : t('dialog.create')}
          </Button>
        </>
      }
    >
      {!isNode && (
        <TextField
          label={t('dialog.name')}
          value={form.name}
          onChange={(name) => change({ ...form, name })}
          description={t('dialog.nameHint')}
          error={errorAt('name')}
          autoFocus
        />
      )}
      {drivers === undefined ? (
        outcome === undefined && <p className={styles.description}>{t('dialog.loading')}</p>
      ) : isNode ? (
        <p className={styles.fixed}>
          <DriverIcon driver={form.driver} />
          {t('dialog.sameDriver', { driver: form.driver })}
        </p>
      ) : (
        <DriverChoice
          drivers={drivers}
          value={form.driver}
          onChange={(next) => change({ ...form, driver: next })}
        />
      )}
      {driver !== undefined && (
        <DriverFields
          // What belongs to one driver must not keep the focus or the drafts of another's.
          key={driver.name}
          form={form}
          driver={driver}
          isNode={isNode}
          showsAdvanced={showsAdvanced}
          errorAt={errorAt}
          onShowAdvanced={setShowsAdvanced}
          onChange={change}
        />
      )}
      {driver === undefined && drivers !== undefined && (
        <p className={styles.problem}>{t('dialog.noDriver', { driver: form.driver })}</p>
      )}
      <div aria-live="polite">
        {outcome !== undefined && 'tested' in outcome && (
          <p className={styles.tested}>
            <StatusIcon status="done" />
            {outcome.tested}
          </p>
        )}
        {failure !== undefined && failedField === undefined && <ErrorNote error={failure} />}
      </div>
    </Dialog>
  );
}

/** Creates what the form says, and does what comes after it without waiting: its page shows how that goes. */
async function create(
  form: NewBuilderForm,
  driver: DriverDescription,
  addTo: Builder | undefined,
): Promise<Builder> {
  const builder =
    addTo === undefined
      ? await studio().call('builders.create', newBuilderOf(form, driver))
      : await studio().call('builders.append', { name: addTo.name, node: newNodeOf(form, driver) });
  const starts = form.start && startsDaemons(driver) && builder.canStart;
  void (async () => {
    if (addTo === undefined && form.use) await makeDefault(builder.name);
    if (starts) await startBuilder(builder.name);
  })();
  return builder;
}

/** A driver whose connection can be tried beforehand only dials what somebody else runs. */
function startsDaemons(driver: DriverDescription): boolean {
  return driver.takesConfig || !driver.canTest;
}

interface FieldsProps {
  form: NewBuilderForm;
  driver: DriverDescription;
  isNode: boolean;
  showsAdvanced: boolean;
  errorAt: (field: string) => string | undefined;
  onShowAdvanced: (shows: boolean) => void;
  onChange: (form: NewBuilderForm) => void;
}

function DriverFields({
  form,
  driver,
  isNode,
  showsAdvanced,
  errorAt,
  onShowAdvanced,
  onChange,
}: FieldsProps) {
  const { t } = useTranslation('builders');
  const typed = driverForm(form);
  const fields = (advanced: boolean) => {
    const options = driver.options.filter((option) => (option.advanced === true) === advanced);
    if (options.length === 0) return null;
    return (
      <div className={styles.options}>
        {options.map((option) => {
          const isHalf =
            ['text', 'number', 'select'].includes(option.kind) && option.description === undefined;
          return (
            <div key={option.name} className={isHalf ? styles.half : ''}>
              <DriverOptionField
                option={option}
                value={optionValue(form, option)}
                pairs={typed.pairs[option.name] ?? []}
                error={errorAt(option.name)}
                onChange={(value) =>
                  onChange(withDriverForm(form, { options: { ...typed.options, [option.name]: value } }))
                }
                onPairs={(pairs) =>
                  onChange(withDriverForm(form, { pairs: { ...typed.pairs, [option.name]: pairs } }))
                }
              />
            </div>
          );
        })}
      </div>
    );
  };
  const advancedNames = [
    ...driver.options.filter(({ advanced }) => advanced).map(({ label }) => label),
    t('dialog.node'),
    ...(driver.takesConfig ? [t('dialog.flags'), t('dialog.config')] : []),
  ];
  return (
    <>
      <EndpointField
        endpoint={driver.endpoint}
        value={typed.endpoint}
        error={errorAt('endpoint')}
        onChange={(endpoint) => onChange(withDriverForm(form, { endpoint }))}
      />
      {fields(false)}
      <PlatformField
        label={t('dialog.platforms')}
        hint={t('dialog.platformsHint')}
        platforms={form.platforms}
        onChange={(platforms) => onChange({ ...form, platforms })}
        error={errorAt('platforms')}
      />
      <div className={styles.ticks}>
        {!isNode && (
          <Checkbox isSelected={form.use} onChange={(use) => onChange({ ...form, use })}>
            {t('dialog.use')}
          </Checkbox>
        )}
        {startsDaemons(driver) && (
          <Checkbox isSelected={form.start} onChange={(start) => onChange({ ...form, start })}>
            {t('dialog.start')}
          </Checkbox>
        )}
      </div>
      <Fold
        title={t('dialog.advanced')}
        hint={advancedNames.join(', ')}
        isOpen={showsAdvanced}
        onChange={onShowAdvanced}
      >
        {fields(true)}
        <TextField
          label={t('dialog.node')}
          value={form.node}
          onChange={(node) => onChange({ ...form, node })}
          description={t('dialog.nodeHint')}
          error={errorAt('node')}
        />
        {driver.takesConfig && (
          <>
            <TextField
              label={t('dialog.flags')}
              value={typed.flags}
              onChange={(flags) => onChange(withDriverForm(form, { flags }))}
              description={t('dialog.flagsHint')}
              placeholder="--debug"
              error={errorAt('flags')}
              mono
              rows={2}
            />
            <ConfigField
              value={typed.config}
              error={errorAt('config')}
              onChange={(config) => onChange(withDriverForm(form, { config }))}
            />
          </>
        )}
      </Fold>
    </>
  );
}

/** The buildx command that makes the same, as the form is filled in. */
function CreateCommand({
  form,
  driver,
  isNode,
}: {
  form: NewBuilderForm;
  driver: DriverDescription;
  isNode: boolean;
}) {
  const { t } = useTranslation('builders');
  const node = newNodeOf(form, driver);
  const command = buildxCreateCommand({
    name: form.name.trim(),
    driver: driver.name,
    node,
    append: isNode,
    use: form.use && !isNode,
    bootstrap: form.start && startsDaemons(driver),
  });
  if (driver.name === manifoldsOwn) {
    return (
      <section className={styles.command}>
        <p className={styles.description}>{t('dialog.commandLocal')}</p>
      </section>
    );
  }
  return (
    <section className={styles.command}>
      <h3 className={styles.commandHead}>
        {t('dialog.command')}
        <span className={styles.commandHint}>{node.config !== undefined && t('dialog.commandConfig')}</span>
        <CopyCommand command={command} label={t('dialog.copyCommand')} />
      </h3>
      <div className={styles.commandText}>
        <CommandLine command={command} label={t('dialog.createCommand')} />
      </div>
    </section>
  );
}
