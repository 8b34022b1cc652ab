import { useTranslation } from 'react-i18next';
import type { BuilderNode, NodePlatform } from '../../../shared/contract';
import { Badge } from '../../ui/Badge';
import type { BadgeLook } from '../../ui/Badge';
import { PlatformLabel } from '../../ui/PlatformGlyph';
import { Table } from '../../ui/Table';
import styles from './BuildersView.module.css';

const looks: Record<BuilderNode['status'], BadgeLook> = {
  running: 'done',
  starting: 'running',
  stopping: 'running',
  stopped: 'plain',
  unreachable: 'failed',
};

/** The nodes of a builder, with the platforms that each runs natively and by emulation. */
export function NodesTable({ nodes }: { nodes: readonly BuilderNode[] }) {
  const { t } = useTranslation(['builders', 'app']);
  const columns = [
    { id: 'node', label: t('column.node'), width: '16%' },
    { id: 'endpoint', label: t('column.endpoint'), width: '26%' },
    { id: 'platforms', label: t('column.platforms') },
    { id: 'version', label: t('column.version'), width: '100px' },
    { id: 'status', label: t('column.status'), width: '96px' },
  ];
  return (
    <Table label={t('nodes')} columns={columns}>
      {nodes.map((node) => (
        <tr key={node.name}>
          <td>{node.name}</td>
          <td className={styles.mono}>{node.endpoint}</td>
          <td>
            <Platforms platforms={node.platforms} />
          </td>
          <td className={styles.mono}>{node.version ?? '–'}</td>
          <td>
            <Badge look={looks[node.status]}>{t(`nodeStatus.${node.status}`, { ns: 'app' })}</Badge>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Platforms({ platforms }: { platforms: readonly NodePlatform[] }) {
  const { t } = useTranslation('builders');
  const native = platforms.filter((entry) => !entry.emulated);
  const emulated = platforms.filter((entry) => entry.emulated);
  if (platforms.length === 0) return <span className={styles.dim}>{t('noPlatforms')}</span>;
  return (
    <>
      {native.length > 0 && (
        <div className={styles.chips}>
          <Badge look="line">{t('native')}</Badge>
          <Chips platforms={native} />
        </div>
      )}
      {emulated.length > 0 && (
        <div className={styles.chips}>
          <Badge look="emulated">{t('emulated')}</Badge>
          <Chips platforms={emulated} />
        </div>
      )}
    </>
  );
}

function Chips({ platforms }: { platforms: readonly NodePlatform[] }) {
  return platforms.map((entry) => (
    <span key={entry.platform} className={styles.chip}>
      <PlatformLabel platform={entry.platform} short />
    </span>
  ));
}
