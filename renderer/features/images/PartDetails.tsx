import { Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BuildSummary } from '../../../shared/contract';
import { formatBytes } from '../../../shared/model/bytes';
import { reportDefect, studio } from '../../app/studio';
import { IconButton } from '../../ui/Button';
import { PlatformLabel } from '../../ui/PlatformGlyph';
import { Tab, TabList, TabPanel, Tabs } from '../../ui/Tabs';
import type { ImagePart, ImageParts } from './imageParts';
import styles from './ImagesView.module.css';

/** What is known about the selected part of an image. */
export function PartDetails({
  build,
  image,
  part,
}: {
  build: BuildSummary;
  image: ImageParts;
  part: ImagePart;
}) {
  const { t } = useTranslation('images');
  return (
    <section aria-label={t('details')} className={styles.details}>
      <Tabs selected="summary" onSelect={() => undefined}>
        <div className={styles.tabBar}>
          <TabList label={t('sections')}>
            <Tab id="summary">{t('summary')}</Tab>
          </TabList>
        </div>
        <TabPanel id="summary" className={styles.body ?? ''}>
          <Summary key={part.id} build={build} image={image} part={part} />
        </TabPanel>
      </Tabs>
    </section>
  );
}

function Summary({ build, image, part }: { build: BuildSummary; image: ImageParts; part: ImagePart }) {
  const { t } = useTranslation('images');
  const isRoot = part.kind === 'index' || part.kind === 'manifest';
  return (
    <dl className={styles.facts}>
      {isRoot && part.mediaType !== undefined && (
        <>
          <dt>{t('mediaType')}</dt>
          <dd className={styles.mono}>{part.mediaType}</dd>
        </>
      )}
      {'platform' in part && (
        <>
          <dt>{t('platform')}</dt>
          <dd>
            <PlatformLabel platform={part.platform} />
          </dd>
        </>
      )}
      <dt>{t('digest')}</dt>
      <dd className={styles.withCopy}>
        <span className={styles.mono}>{part.digest}</span>
        <CopyDigest digest={part.digest} />
      </dd>
      {'size' in part && (
        <>
          <dt>{t('size')}</dt>
          <dd>
            {formatBytes(part.size)} <span className={styles.dim}>{part.size.toLocaleString()} B</span>
          </dd>
        </>
      )}
      {isRoot && (
        <>
          <dt>{t('platforms')}</dt>
          <dd>{part.platforms}</dd>
        </>
      )}
      {'layers' in part && (
        <>
          <dt>{t('layers')}</dt>
          <dd>{part.layers}</dd>
        </>
      )}
      {part.kind === 'layer' && (
        <>
          <dt>{t('sharedLayer')}</dt>
          <dd className={styles.users}>
            {t('shared', { count: part.sharedBy.length, total: image.platforms.length })}
            {part.sharedBy.map((platform) => (
              <PlatformLabel key={platform} platform={platform} />
            ))}
          </dd>
        </>
      )}
      {isRoot && (
        <>
          <dt>{t('builtBy')}</dt>
          <dd>
            {build.projectName} #{build.number}
          </dd>
          {(build.result?.path ?? build.result?.references[0]) !== undefined && (
            <>
              <dt>{t('wentTo')}</dt>
              <dd className={styles.mono}>{build.result?.path ?? build.result?.references.join('\n')}</dd>
            </>
          )}
        </>
      )}
    </dl>
  );
}

function CopyDigest({ digest }: { digest: string }) {
  const { t } = useTranslation('images');
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    studio()
      .call('clipboard.write', { text: digest })
      .then(() => setCopied(true), reportDefect);
  };
  return (
    <IconButton
      size="sm"
      label={copied ? t('copied') : t('copyDigest')}
      icon={<Copy size={14} strokeWidth={1.5} aria-hidden="true" />}
      onPress={copy}
    />
  );
}
