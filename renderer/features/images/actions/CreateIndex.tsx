import { Plus, X } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageSource, IndexPlan, NewIndex, StudioErrorData } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import { errorData, studio } from '../../../app/studio';
import type { ReadyImage } from '../../../stores/imagesStore';
import { Button, IconButton } from '../../../ui/Button';
import { Checkbox } from '../../../ui/Checkbox';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';
import { TextField } from '../../../ui/TextField';
import { EditableTable } from '../../configuration/EditableTable';
import { prettyJson } from '../raw/prettyJson';
import { ReferenceField } from '../source/ReferenceField';
import { typedSource } from '../source/typedSource';
import styles from './Actions.module.css';
import { newIndexOf } from './indexForm';
import type { IndexForm, IndexPart } from './indexForm';
import { PlatformChoice, platformsOf } from './PlatformChoice';
import { tagOf } from './tagOf';
import { TransferState } from './TransferState';
import { useTransfer } from './useTransfer';

const JsonDiff = lazy(() => import('../raw/JsonDiff'));
const JsonEditor = lazy(() => import('../raw/JsonEditor'));

/** Makes a tag or an index from platforms of one or several images, after showing what would be stored. */
export function CreateIndex({
  image,
  platforms,
  onClose,
}: {
  image: ReadyImage;
  /** Ticked at first; all when undefined. */
  platforms: string[] | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation(['images', 'app']);
  const [form, setForm] = useState<IndexForm>(() => ({
    tags: usualTag(image),
    parts: [partOf(image, platforms)],
    append: false,
    preferManifest: true,
    annotations: [],
    platformAnnotations: [],
  }));
  const { plan, makePlan, dropPlan } = usePlan();
  const { transfer, start, cancel } = useTransfer();
  const change = (patch: Partial<IndexForm> | ((before: IndexForm) => Partial<IndexForm>)): void => {
    setForm((before) => ({ ...before, ...(typeof patch === 'function' ? patch(before) : patch) }));
    dropPlan();
  };
  const wanted = newIndexOf(form);
  const problem = 'problem' in wanted ? wanted.problem : undefined;
  const isRunning = transfer.status === 'running';
  const create = (): void => {
    if ('request' in wanted) start({ stream: 'images.createIndex', params: wanted.request });
  };
  const known = [...new Set(form.parts.flatMap((part) => part.platforms))];

  return (
    <Dialog
      title={t('createTitle')}
      look={transfer.status === 'done' ? 'window' : 'wide'}
      isOpen
      onClose={onClose}
      footer={
        <>
          {isRunning ? (
            <Button onPress={cancel}>{t('cancelTransfer')}</Button>
          ) : (
            <Button onPress={onClose}>{t('ui.close', { ns: 'app' })}</Button>
          )}
          {transfer.status !== 'done' &&
            (plan.status === 'ready' ? (
              <Button look="primary" isPending={isRunning} onPress={create}>
                {t('create')}
              </Button>
            ) : (
              <Button
                look="primary"
                isDisabled={problem !== undefined}
                isPending={plan.status === 'loading'}
                onPress={() => 'request' in wanted && makePlan(wanted.request)}
              >
                {t('preview')}
              </Button>
            ))}
        </>
      }
    >
      {transfer.status === 'idle' && (
        <>
          <TextField
            label={t('tags')}
            description={t('tagsHint')}
            mono
            rows={2}
            value={form.tags}
            onChange={(tags) => change({ tags })}
            autoFocus
          />
          <Parts
            parts={form.parts}
            onChange={(update) => change(({ parts }) => ({ parts: update(parts) }))}
          />
          <Checkbox
            isSelected={form.append}
            onChange={(append) => change({ append })}
            description={t('appendHint')}
          >
            {t('append')}
          </Checkbox>
          <Checkbox
            isSelected={form.preferManifest}
            onChange={(preferManifest) => change({ preferManifest })}
            description={t('preferManifestHint')}
          >
            {t('preferManifest')}
          </Checkbox>
          <EditableTable
            label={t('indexAnnotations')}
            addLabel={t('addIndexAnnotation')}
            hint={t('none')}
            columns={[
              { id: 'name', label: t('name') },
              { id: 'value', label: t('value') },
            ]}
            rows={form.annotations}
            newRow={{ name: '', value: '' }}
            isComplete={(row) => row['name'] !== ''}
            onChange={(rows) =>
              change({ annotations: rows.map(({ name = '', value = '' }) => ({ name, value })) })
            }
          />
          <EditableTable
            label={t('manifestAnnotations')}
            addLabel={t('addManifestAnnotation')}
            hint={t('none')}
            columns={[
              {
                id: 'platform',
                label: t('platform'),
                width: '30%',
                options: [
                  { id: '', label: t('allPlatforms') },
                  ...known.map((platform) => ({ id: platform, label: platform })),
                ],
              },
              { id: 'name', label: t('name') },
              { id: 'value', label: t('value') },
            ]}
            rows={form.platformAnnotations}
            newRow={{ platform: '', name: '', value: '' }}
            isComplete={(row) => row['name'] !== ''}
            onChange={(rows) =>
              change({
                platformAnnotations: rows.map(({ platform = '', name = '', value = '' }) => ({
                  platform,
                  name,
                  value,
                })),
              })
            }
          />
          {problem !== undefined && <p className={styles.quiet}>{t(`formProblem.${problem}`)}</p>}
        </>
      )}
      {transfer.status === 'idle' && plan.status === 'loading' && <p role="status">{t('planWaiting')}</p>}
      {plan.status === 'failed' && <ErrorNote error={plan.error} />}
      {plan.status === 'ready' && transfer.status !== 'done' && <Plan plan={plan.value} tags={form.tags} />}
      <TransferState transfer={transfer} onRetry={create} onOpened={onClose} />
    </Dialog>
  );
}

function partOf({ source, document }: ReadyImage, chosen?: string[]): IndexPart {
  const platforms = platformsOf(document.root);
  return { source, name: document.name, platforms, chosen: chosen ?? platforms };
}

/** The tag that the image has in a registry: most often it is made anew, or another one beside it. */
function usualTag({ source, document }: ReadyImage): string {
  return tagOf(source) ?? (document.registry === undefined ? '' : document.name);
}

/** The images that platforms are taken from, and a field to add one. */
function Parts({
  parts,
  onChange,
}: {
  parts: readonly IndexPart[];
  /** A function of what they are by then, as an image that is added comes later. */
  onChange: (update: (before: readonly IndexPart[]) => readonly IndexPart[]) => void;
}) {
  const { t } = useTranslation('images');
  const set = (at: number, chosen: string[]): void =>
    onChange((before) => before.map((part, index) => (index === at ? { ...part, chosen } : part)));
  return (
    <>
      {parts.map((part, index) => (
        <div key={`${index} ${part.name}`} className={styles.part}>
          <PlatformChoice
            label={t('platformsOf', { name: part.name })}
            platforms={part.platforms}
            chosen={part.chosen}
            onChange={(chosen) => set(index, chosen)}
          />
          {index > 0 && (
            <IconButton
              size="sm"
              label={t('removeImage', { name: part.name })}
              icon={<X size={14} strokeWidth={1.5} aria-hidden="true" />}
              onPress={() => onChange((before) => before.filter((_, at) => at !== index))}
            />
          )}
        </div>
      ))}
      <AddPart onAdd={(part) => onChange((before) => [...before, part])} />
    </>
  );
}

function AddPart({ onAdd }: { onAdd: (part: IndexPart) => void }) {
  const { t } = useTranslation('images');
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isReading, setReading] = useState(false);
  const [error, setError] = useState<StudioErrorData>();
  const reading = useRef<AbortController>(undefined);
  useEffect(() => () => reading.current?.abort(), []);
  const add = async (source: ImageSource): Promise<void> => {
    reading.current?.abort();
    const mine = new AbortController();
    reading.current = mine;
    setError(undefined);
    setReading(true);
    try {
      const document = await studio().call('images.inspect', source, { signal: mine.signal });
      const platforms = platformsOf(document.root);
      onAdd({ source, name: document.name, platforms, chosen: platforms });
      setTyped('');
    } catch (thrown) {
      if (!mine.signal.aborted) setError(errorData(thrown));
    } finally {
      if (reading.current === mine) setReading(false);
    }
  };
  const submit = (): void => {
    const source = typedSource(typed);
    if (source.ok) void add(source.value);
    else setProblem(source.error);
  };
  return (
    <>
      <div className={styles.add}>
        <ReferenceField
          label={t('furtherImage')}
          value={typed}
          error={problem}
          onChange={(text) => {
            setTyped(text);
            setProblem(undefined);
          }}
          onSubmit={submit}
          onChoose={(source) => void add(source)}
        />
        <Button
          icon={<Plus size={14} strokeWidth={1.5} aria-hidden="true" />}
          isDisabled={typed.trim() === ''}
          isPending={isReading}
          onPress={submit}
        >
          {t('addImage')}
        </Button>
      </div>
      {isReading && <p role="status">{t('opening', { name: typed })}</p>}
      {error !== undefined && <ErrorNote error={error} onDismiss={() => setError(undefined)} />}
    </>
  );
}

type PlanState =
  | { status: 'none' | 'loading' }
  | { status: 'ready'; value: IndexPlan }
  | { status: 'failed'; error: StudioErrorData };

/** Asks what would be stored; a plan that a change has made stale is dropped, and so is its late answer. */
function usePlan(): { plan: PlanState; makePlan: (request: NewIndex) => void; dropPlan: () => void } {
  const [plan, setPlan] = useState<PlanState>({ status: 'none' });
  const asking = useRef<AbortController>(undefined);
  useEffect(() => () => asking.current?.abort(), []);
  const makePlan = (request: NewIndex): void => {
    asking.current?.abort();
    const mine = new AbortController();
    asking.current = mine;
    setPlan({ status: 'loading' });
    studio()
      .call('images.planIndex', request, { signal: mine.signal })
      .then(
        (value) => {
          if (!mine.signal.aborted) setPlan({ status: 'ready', value });
        },
        (error: unknown) => {
          if (!mine.signal.aborted) setPlan({ status: 'failed', error: errorData(error) });
        },
      );
  };
  const dropPlan = (): void => {
    asking.current?.abort();
    setPlan({ status: 'none' });
  };
  return { plan, makePlan, dropPlan };
}

function Plan({ plan, tags }: { plan: IndexPlan; tags: string }) {
  const { t } = useTranslation('images');
  const after = prettyJson(plan.text) ?? plan.text;
  const tag = tags.trim().split(/[\s,]+/)[0] ?? '';
  const section = useRef<HTMLElement>(null);
  // It comes below the form, where it would be overlooked.
  useEffect(() => section.current?.scrollIntoView({ block: 'end' }), []);
  return (
    <section ref={section} aria-label={t('planned')} className={styles.plan}>
      <p>
        {plan.before === undefined
          ? t('planNew', { tag })
          : plan.before === plan.text
            ? t('planSame', { tag })
            : t('planReplaces', { tag })}{' '}
        {t('planBytes', { copy: formatBytes(plan.copyBytes), present: formatBytes(plan.presentBytes) })}
      </p>
      <p className={styles.code}>{plan.digest}</p>
      <Suspense fallback={<p role="status">{t('rawEditorWaiting')}</p>}>
        {plan.before === undefined ? (
          <JsonEditor label={t('planAfter')} value={after} className={styles.document} />
        ) : (
          <JsonDiff
            before={prettyJson(plan.before) ?? plan.before}
            after={after}
            beforeLabel={t('planBefore')}
            afterLabel={t('planAfter')}
            className={styles.document}
          />
        )}
      </Suspense>
    </section>
  );
}
