import { useTranslation } from 'react-i18next';
import type { CacheRecord } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import { totalBytes } from '../../../../shared/model/cacheRecords';
import { coreText } from '../../../locales/core';
import { Button } from '../../../ui/Button';
import { Checkbox } from '../../../ui/Checkbox';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Select } from '../../../ui/Select';
import { TextField } from '../../../ui/TextField';
import styles from './DiskUse.module.css';
import { limitFields, prunableTypes } from './pruneForm';
import type { PruneForm, ReadForm } from './pruneForm';
import type { PruneRun } from './usePrune';

const hour = 3600;
const ages = [0, hour, 24 * hour, 7 * 24 * hour, 30 * 24 * hour];

/** Says what shall go, shows what that comes to, and does it. */
export function PrunePanel({
  form,
  read: { preview, problems },
  records,
  onAllNodes,
  onChange,
  onConfirm,
  onClose,
}: {
  form: PruneForm;
  read: ReadForm;
  records: readonly CacheRecord[];
  /** There are several nodes: it has to be said that each of them is pruned. */
  onAllNodes: boolean;
  onChange: (form: PruneForm) => void;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('disk');
  const total = totalBytes(records);
  const toggleType = (type: string, goes: boolean): void => {
    const keptTypes = new Set(form.keptTypes);
    if (goes) keptTypes.delete(type);
    else keptTypes.add(type);
    onChange({ ...form, keptTypes });
  };
  return (
    <div role="group" aria-label={t('prune')} className={styles.panel}>
      <div className={styles.fields}>
        <Select
          label={t('unusedFor')}
          size="sm"
          value={String(form.unusedForSeconds)}
          options={ages.map((seconds) => ({ id: String(seconds), label: t(`age.${seconds}`) }))}
          onChange={(id) => onChange({ ...form, unusedForSeconds: Number(id) })}
        />
        {limitFields.map((field) => (
          <TextField
            key={field}
            label={t(`limit.${field}`)}
            size="sm"
            placeholder={t('limitExample')}
            value={form.limits[field]}
            error={problems.limits.includes(field) ? t('limitProblem') : undefined}
            onChange={(text) => onChange({ ...form, limits: { ...form.limits, [field]: text } })}
          />
        ))}
        <TextField
          label={t('filters')}
          size="sm"
          mono
          placeholder="description~=go"
          value={form.filter}
          error={problems.filter && coreText(problems.filter)}
          onChange={(filter) => onChange({ ...form, filter })}
        />
      </div>
      <div role="group" aria-label={t('types')} className={styles.types}>
        {prunableTypes(records, form.all).map((type) => (
          <Checkbox
            key={type}
            isSelected={!form.keptTypes.has(type)}
            onChange={(goes) => toggleType(type, goes)}
          >
            {type}
          </Checkbox>
        ))}
        <Checkbox isSelected={form.all} onChange={(all) => onChange({ ...form, all })}>
          {t('all')}
        </Checkbox>
      </div>
      <div className={styles.outcome}>
        <Meter kept={total - preview.bytes} going={preview.bytes} total={total} />
        <span role="status" aria-label={t('preview')} className={styles.outcomeText}>
          {t(preview.atMost ? 'previewAtMost' : 'previewText', {
            before: formatBytes(total),
            after: formatBytes(total - preview.bytes),
            count: preview.keys.size,
            all: records.length,
          })}
          {onAllNodes && t('pruneAllNodes')}
        </span>
        <span className={styles.spring} />
        <Button size="sm" onPress={onClose}>
          {t('cancel')}
        </Button>
        <Button size="sm" look="danger" isDisabled={preview.keys.size === 0} onPress={onConfirm}>
          {t('confirm', { size: formatBytes(preview.bytes) })}
        </Button>
      </div>
    </div>
  );
}

/** How the prune goes, and what came of it. */
export function PruneProgress({
  run,
  expected,
  onCancel,
  onClose,
}: {
  run: PruneRun;
  /** What the preview said: bytes and number of records. */
  expected: { bytes: number; count: number };
  onCancel: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('disk');
  const values = {
    count: run.gone.size,
    size: formatBytes(run.bytes),
    expected: formatBytes(expected.bytes),
    expectedCount: expected.count,
  };
  return (
    <div role="group" aria-label={t('prune')} className={styles.panel}>
      <div className={styles.outcome}>
        {run.status === 'running' && (
          <Meter kept={0} going={run.bytes} total={Math.max(run.bytes, expected.bytes)} />
        )}
        <span role="status" aria-label={t('pruneStatus')} className={styles.outcomeText}>
          {t(`run.${run.status}`, values)}
        </span>
        <span className={styles.spring} />
        {run.status === 'running' ? (
          <Button size="sm" onPress={onCancel}>
            {t('cancelPrune')}
          </Button>
        ) : (
          <Button size="sm" onPress={onClose}>
            {t('close')}
          </Button>
        )}
      </div>
      {run.error !== undefined && <ErrorNote error={run.error} />}
      {[...run.failures].map(([node, error]) => (
        <ErrorNote key={node} error={error} />
      ))}
    </div>
  );
}

function Meter({ kept, going, total }: { kept: number; going: number; total: number }) {
  const share = (bytes: number): string => `${total === 0 ? 0 : (bytes / total) * 100}%`;
  return (
    <span className={styles.meter} aria-hidden="true">
      <span className={styles.meterKept} style={{ width: share(kept) }} />
      <span className={styles.meterGoing} style={{ width: share(going) }} />
    </span>
  );
}
