import { Pin } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { BuilderNode, NodePlatform } from '../../../shared/contract';
import { canonicalPlatform } from '../../../shared/model/nodeAssignment';
import type { PlatformAssignment } from '../../../shared/model/nodeAssignment';
import { Badge } from '../../ui/Badge';
import { PlatformLabel } from '../../ui/PlatformGlyph';
import styles from './Nodes.module.css';

/** A node's platforms as chips: native ones, then emulated ones; dimmed where another node builds them. */
export function PlatformChips({
  node,
  assignments,
}: {
  node: BuilderNode;
  /** Of all platforms of the builder, by their canonical name. */
  assignments: ReadonlyMap<string, PlatformAssignment>;
}) {
  const { t } = useTranslation('builders');
  if (node.platforms.length === 0 && node.fixedPlatforms.length === 0) {
    return <span className={styles.dim}>{t('noPlatforms')}</span>;
  }
  const known = new Set(node.platforms.map(({ platform }) => canonicalPlatform(platform)));
  const untold = node.fixedPlatforms
    .filter((platform) => !known.has(canonicalPlatform(platform)))
    .map((platform) => ({ platform, emulated: false }));
  const native = [...node.platforms.filter(({ emulated }) => !emulated), ...untold];
  const emulated = node.platforms.filter((entry) => entry.emulated);
  const chips = (platforms: readonly NodePlatform[]) =>
    platforms.map((entry) => (
      <Chip key={entry.platform} entry={entry} node={node} assignments={assignments} />
    ));
  return (
    <span className={styles.chips}>
      {native.length > 0 && (
        <>
          <span className={styles.kind}>{t('native')}</span>
          {chips(native)}
        </>
      )}
      {emulated.length > 0 && (
        <>
          <span className={styles.emulated}>
            <Badge look="emulated">{t('emulated')}</Badge>
          </span>
          {chips(emulated)}
        </>
      )}
    </span>
  );
}

function Chip({
  entry: { platform, emulated, emulator },
  node,
  assignments,
}: {
  entry: NodePlatform;
  node: BuilderNode;
  assignments: ReadonlyMap<string, PlatformAssignment>;
}) {
  const { t } = useTranslation('builders');
  const canonical = canonicalPlatform(platform);
  const isFixed = node.fixedPlatforms.some((fixed) => canonicalPlatform(fixed) === canonical);
  const builtOn = assignments.get(canonical)?.node;
  const isElsewhere = builtOn !== undefined && builtOn !== node.name;
  const facts = [
    ...(isFixed ? [t('chip.fixed')] : []),
    ...(emulated ? [emulator === undefined ? t('chip.emulated') : t('chip.emulatedBy', { emulator })] : []),
    ...(isElsewhere ? [t('chip.elsewhere', { node: builtOn })] : []),
  ].join(', ');
  return (
    <span
      className={`${styles.chip} ${isElsewhere ? styles.elsewhere : ''}`}
      title={facts || t('chip.native')}
    >
      <PlatformLabel platform={platform} short />
      {isFixed && <Pin size={11} strokeWidth={1.5} aria-hidden="true" />}
      {facts !== '' && <span className={styles.hidden}> ({facts})</span>}
    </span>
  );
}
