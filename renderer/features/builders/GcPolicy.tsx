import { useTranslation } from 'react-i18next';
import type { BuilderNode } from '../../../shared/contract';
import { formatBytes } from '../../../shared/model/bytes';
import { NumberCell, Table } from '../../ui/Table';
import styles from './Nodes.module.css';

/** Types of records that have a name in plain words. */
const typeNames: Readonly<Record<string, 'local' | 'git' | 'cacheMounts'>> = {
  'source.local': 'local',
  'source.git.checkout': 'git',
  'exec.cachemount': 'cacheMounts',
};

/** By which rules a node's daemon clears its cache, in the order in which it applies them. */
export function GcPolicy({ node }: { node: BuilderNode }) {
  const { t, i18n } = useTranslation('builders');
  const shown = (filter: string): string => {
    const type = filter.replace(/^type==/, '');
    const name = typeNames[type];
    return name === undefined ? type : t(`gcType.${name}`);
  };
  const columns = [
    { id: 'rule', label: t('column.rule'), width: '32px' },
    { id: 'applies', label: t('column.applies') },
    { id: 'unusedFor', label: t('column.unusedFor'), number: true },
    { id: 'reserved', label: t('column.reserved'), number: true },
    { id: 'maximum', label: t('column.maximum'), number: true },
    { id: 'free', label: t('column.free'), number: true },
  ];
  const bytes = (value: number): string => (value > 0 ? formatBytes(value) : '–');
  const age = (seconds: number): string =>
    seconds > 0
      ? new Intl.NumberFormat(i18n.language, {
          style: 'unit',
          unit: seconds >= 86_400 * 2 ? 'day' : 'hour',
          maximumFractionDigits: 1,
        }).format(seconds >= 86_400 * 2 ? seconds / 86_400 : seconds / 3600)
      : t('gcAny');
  return (
    <Table label={t('gcOf', { node: node.name })} columns={columns}>
      {node.gcPolicy.map((rule, index) => (
        <tr key={index}>
          <td className={styles.dim}>{index + 1}</td>
          <td className={styles.applies} title={rule.filters.join(', ') || undefined}>
            {rule.filters.length > 0
              ? rule.filters.map(shown).join(t('listSeparator'))
              : t(rule.all ? 'gcAll' : 'gcUnshared')}
          </td>
          <NumberCell>{age(rule.keepDurationSeconds)}</NumberCell>
          <NumberCell>{bytes(rule.reservedBytes)}</NumberCell>
          <NumberCell>{bytes(rule.maxUsedBytes)}</NumberCell>
          <NumberCell>{bytes(rule.minFreeBytes)}</NumberCell>
        </tr>
      ))}
    </Table>
  );
}
