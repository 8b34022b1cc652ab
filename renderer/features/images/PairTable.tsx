import { useTranslation } from 'react-i18next';
import { Table } from '../../ui/Table';
import styles from './ImagesView.module.css';

/** Names and values, such as labels or variables; `label` is the table's accessible name. */
export function PairTable({
  label,
  pairs,
}: {
  label: string;
  pairs: readonly (readonly [name: string, value: string])[];
}) {
  const { t } = useTranslation('images');
  return (
    <Table
      label={label}
      columns={[
        { id: 'name', label: t('name'), width: '40%' },
        { id: 'value', label: t('value') },
      ]}
    >
      {pairs.map(([name, value], index) => (
        // A variable can be set twice.
        <tr key={`${index} ${name}`}>
          <td className={styles.code}>{name}</td>
          <td className={styles.code}>{value}</td>
        </tr>
      ))}
    </Table>
  );
}
