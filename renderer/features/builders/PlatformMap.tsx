import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder } from '../../../shared/contract';
import { assignPlatforms } from '../../../shared/model/nodeAssignment';
import type { PlatformAssignment } from '../../../shared/model/nodeAssignment';
import { usualPlatforms } from '../../../shared/model/platform';
import { Button } from '../../ui/Button';
import { PlatformLabel } from '../../ui/PlatformGlyph';
import { Table } from '../../ui/Table';
import styles from './Nodes.module.css';
import { platformsOf } from './platformList';

/** Which node builds which platform, and why that one. */
export function PlatformMap({ builder: { nodes } }: { builder: Builder }) {
  const { t } = useTranslation('builders');
  const [showsAll, setShowsAll] = useState(false);
  const fixed = new Set(nodes.flatMap((node) => node.fixedPlatforms));
  const all = assignPlatforms(nodes, platformsOf(nodes));
  const first = all.filter(({ platform }) => usualPlatforms.includes(platform) || fixed.has(platform));
  const shown = showsAll ? all : first;
  return (
    <section className={styles.section}>
      <h3 className={styles.sectionHead}>
        {t('map.title')}
        {all.length > first.length && (
          <span className={styles.legend}>
            <Button look="link" onPress={() => setShowsAll(!showsAll)}>
              {showsAll ? t('map.fewer') : t('map.all', { count: all.length })}
            </Button>
          </span>
        )}
      </h3>
      {all.length === 0 ? (
        <p className={styles.text}>{t('map.unknown')}</p>
      ) : (
        <Table
          label={t('map.title')}
          columns={[
            { id: 'platform', label: t('map.platform'), width: '112px' },
            { id: 'node', label: t('column.node'), width: '28%' },
            { id: 'why', label: t('map.why') },
          ]}
        >
          {shown.map((assignment) => (
            <tr key={assignment.platform}>
              <td>
                <PlatformLabel platform={assignment.platform} short />
              </td>
              <td>{assignment.node}</td>
              <td>
                <Why assignment={assignment} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function Why({
  assignment: { why, emulated, obstacle, passedOver, node },
}: {
  assignment: PlatformAssignment;
}) {
  const { t } = useTranslation('builders');
  const reason = why === 'fixed' && emulated ? t('map.reason.fixedEmulated') : t(`map.reason.${why}`);
  // Whatever the others could do, a fixed platform goes to its node.
  const others = (why === 'fixed' ? [] : passedOver)
    .filter((other) => other.why !== 'not-offered')
    .map((other) => t(`map.passedOver.${other.why as 'unreachable' | 'stopped'}`, { node: other.node }));
  return (
    <>
      {[reason, ...others].join(t('listSeparator'))}
      {obstacle !== undefined && (
        <span className={styles.warning}> {t(`map.obstacle.${obstacle}`, { node })}</span>
      )}
    </>
  );
}
