import { Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder, BuilderNode } from '../../../shared/contract';
import { reportDefect, studio } from '../../app/studio';
import { Button } from '../../ui/Button';
import { PlatformLabel } from '../../ui/PlatformGlyph';
import { emulationCommand } from '../configuration/emulation';
import { useWork } from './builderWork';
import { InstallEmulators } from './InstallEmulators';
import styles from './Nodes.module.css';
import { missingPlatforms } from './platformList';

/** Which platforms each node emulates and by what, and the way to more. */
export function Emulation({ builder }: { builder: Builder }) {
  const { t } = useTranslation('builders');
  const [installsOn, setInstallsOn] = useState<string>();
  const target = builder.nodes.find(({ name }) => name === installsOn);
  return (
    <section aria-label={t('emulation.title')} className={styles.section}>
      <h3 className={styles.sectionHead}>{t('emulation.title')}</h3>
      {builder.nodes.map((node) => (
        <NodeEmulation
          key={node.name}
          builder={builder}
          node={node}
          onInstall={() => setInstallsOn(node.name)}
        />
      ))}
      {target !== undefined && (
        <InstallEmulators
          builder={builder}
          node={target}
          preset={missingPlatforms(target)}
          onClose={() => setInstallsOn(undefined)}
        />
      )}
    </section>
  );
}

function NodeEmulation({
  builder,
  node,
  onInstall,
}: {
  builder: Builder;
  node: BuilderNode;
  onInstall: () => void;
}) {
  const { t } = useTranslation('builders');
  const work = useWork(builder.name);
  const missing = missingPlatforms(node);
  const isKnown = node.platforms.length > 0;
  return (
    <div className={styles.emulation}>
      {builder.nodes.length > 1 && <h4 className={styles.nodeName}>{node.name}</h4>}
      {!isKnown && <p className={styles.text}>{t('emulation.unknown')}</p>}
      {isKnown && handlersOf(node).length === 0 && <p className={styles.text}>{t('emulation.none')}</p>}
      {handlersOf(node).map(([handler, platforms]) => (
        <div key={handler} className={styles.handler}>
          <span className={styles.chips}>
            {platforms.map((platform) => (
              <span key={platform} className={styles.chip}>
                <PlatformLabel platform={platform} short />
              </span>
            ))}
          </span>
          <span className={styles.dim}>
            {handler === '' ? t('emulation.unknownHandler') : t('emulation.by', { handler })}
          </span>
        </div>
      ))}
      {node.canInstallEmulation && node.status === 'running' && (
        <div>
          <Button size="sm" isDisabled={work !== undefined} onPress={onInstall}>
            {t('emulation.install')}
          </Button>
        </div>
      )}
      {isKnown && !node.canInstallEmulation && missing.length > 0 && (
        <ByHand platforms={missing} isHere={builder.driver === 'local'} />
      )}
    </div>
  );
}

/** The command that installs the emulators where Manifold can't. */
function ByHand({ platforms, isHere }: { platforms: readonly string[]; isHere: boolean }) {
  const { t } = useTranslation('builders');
  const [copied, setCopied] = useState(false);
  const command = emulationCommand(platforms);
  if (command === undefined) return null;
  return (
    <div className={styles.byHand}>
      <span>{t(isHere ? 'emulation.byHandHere' : 'emulation.byHand')}</span>
      <code className={styles.code}>{command}</code>
      <Button
        look="link"
        icon={<Copy size={12} strokeWidth={1.5} aria-hidden="true" />}
        onPress={() => {
          studio()
            .call('clipboard.write', { text: command })
            .then(() => setCopied(true), reportDefect);
        }}
      >
        {copied ? t('emulation.copied') : t('emulation.copy')}
      </Button>
    </div>
  );
}

/** Emulated platforms by what emulates them; '' where that is not known. */
function handlersOf(node: BuilderNode): [string, string[]][] {
  const handlers = new Map<string, string[]>();
  for (const { platform, emulated, emulator = '' } of node.platforms) {
    if (emulated) handlers.set(emulator, [...(handlers.get(emulator) ?? []), platform]);
  }
  return [...handlers];
}
