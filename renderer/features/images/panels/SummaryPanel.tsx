import { useTranslation } from 'react-i18next';
import type { ImageDescriptor, ManifestNode } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import { cleanInstruction } from '../../../../shared/model/imageComparisonText';
import type { ReadyImage } from '../../../stores/imagesStore';
import { ErrorNote } from '../../../ui/ErrorNote';
import { PlatformLabel } from '../../../ui/PlatformGlyph';
import { Digest } from '../Digest';
import { Fact, Facts, Group } from '../Facts';
import { allNodes, countPlatforms, imageOfPart, imageTotals, platformImages } from '../imageParts';
import type { ImagePart } from '../imageParts';
import styles from '../ImagesView.module.css';
import { PairTable } from '../PairTable';
import { PlatformList } from '../PlatformList';
import { timeText } from '../timeText';
import type { Panel, PanelProps } from './panel';

export const summaryPanel: Panel = {
  id: 'summary',
  titleKey: 'tab.summary',
  appliesTo: () => true,
  Component: Summary,
};

/** What is known about a part: its descriptor, what it is for, and its annotations. */
function Summary({ image, part }: PanelProps) {
  const { t } = useTranslation('images');
  const { descriptor } = part;
  const problem = 'node' in part && part.id === part.node.id ? part.node.problem : undefined;
  return (
    <>
      {problem !== undefined && (
        <div className={styles.failure}>
          <ErrorNote error={problem} />
        </div>
      )}
      <Group title={t('descriptor')}>
        <Facts>
          <Fact name={t('mediaType')} isCode>
            {descriptor.mediaType}
          </Fact>
          <Fact name={t('artifactType')} isCode>
            {artifactType(part)}
          </Fact>
          <Fact name={t('digest')}>
            <Digest digest={descriptor.digest} copyLabel={t('copyThisDigest')} />
          </Fact>
          <Fact name={t('size')}>
            <Size bytes={descriptor.size} />
          </Fact>
          <PartFacts image={image} part={part} />
          <ForeignUrls descriptor={descriptor} />
        </Facts>
      </Group>
      <Annotations part={part} />
      {part.kind === 'layer' && <CreatedBy part={part} />}
      {part.kind === 'index' && part.node === image.document.root && <Whole image={image} />}
    </>
  );
}

function artifactType(part: ImagePart): string | undefined {
  const own = part.kind === 'manifest' ? part.node.artifactType : undefined;
  return own ?? part.descriptor.artifactType;
}

function Size({ bytes }: { bytes: number }) {
  const { i18n } = useTranslation();
  return (
    <>
      {formatBytes(bytes)} <span className={styles.dim}>{bytes.toLocaleString(i18n.language)} B</span>
    </>
  );
}

/** What only parts of this kind have. */
function PartFacts({ image, part }: PanelProps) {
  const { t, i18n } = useTranslation('images');
  const { root } = image.document;
  const about = imageOfPart(root, part);
  const platform = 'node' in part && part.node.type === 'manifest' ? part.node.platform : about?.platform;
  switch (part.kind) {
    case 'index':
      return (
        <>
          <Fact name={t('members')}>{t('memberCount', { count: part.node.children.length })}</Fact>
          <Fact name={t('platforms')}>
            <span className={styles.stack}>
              <PlatformList images={platformImages(part.node)} />
            </span>
          </Fact>
        </>
      );
    case 'manifest':
      return (
        <>
          {platform !== undefined && (
            <Fact name={t('platform')}>
              <PlatformLabel platform={platform} />
            </Fact>
          )}
          {part.node.role === 'image' && <ImageFacts node={part.node} />}
          <Fact name={t('about')} isCode>
            {part.node.about}
          </Fact>
          <Fact name={t('statements')}>
            {part.node.statements.length > 0 &&
              part.node.statements.map(({ predicateType }) => predicateType).join('\n')}
          </Fact>
        </>
      );
    case 'config':
      return (
        <>
          {platform !== undefined && (
            <Fact name={t('platform')}>
              <PlatformLabel platform={platform} />
            </Fact>
          )}
          <Fact name={t('created')}>{timeText(part.node.image?.created, i18n.language)}</Fact>
        </>
      );
    case 'layer':
      return <LayerFacts image={image} part={part} />;
    case 'statement':
      return (
        <>
          <Fact name={t('predicate')} isCode>
            {part.statement.predicateType}
          </Fact>
          {platform !== undefined && (
            <Fact name={t('platform')}>
              <PlatformLabel platform={platform} />
            </Fact>
          )}
          <Fact name={t('about')} isCode>
            {part.node.about}
          </Fact>
        </>
      );
    case 'referrer':
      return (
        <Fact name={t('about')} isCode>
          {part.subject}
        </Fact>
      );
    case 'unknown':
      return part.descriptor.platform === undefined ? null : (
        <Fact name={t('platform')}>
          <PlatformLabel platform={part.descriptor.platform} />
        </Fact>
      );
  }
}

function ImageFacts({ node }: { node: ManifestNode }) {
  const { t, i18n } = useTranslation('images');
  return (
    <>
      <Fact name={t('whole')}>
        <Size bytes={node.totalSize} />
      </Fact>
      <Fact name={t('layers')}>{node.layers.length}</Fact>
      <Fact name={t('created')}>{timeText(node.image?.created, i18n.language)}</Fact>
      <Fact name={t('author')}>{node.image?.author}</Fact>
      {node.config !== undefined && (
        <Fact name={t('tab.config')}>
          <Digest digest={node.config.digest} copyLabel={t('copyConfigDigest')} />
        </Fact>
      )}
    </>
  );
}

function LayerFacts({ image, part }: { image: ReadyImage; part: ImagePart & { kind: 'layer' } }) {
  const { t } = useTranslation('images');
  const { node, layer, descriptor } = part;
  const diffId = node.image?.diffIds[layer];
  const images = platformImages(image.document.root);
  const users = images.filter((one) => one.layers.some(({ digest }) => digest === descriptor.digest));
  const unpacked = uncompressedSize(descriptor);
  return (
    <>
      {unpacked !== undefined && (
        <Fact name={t('unpacked')}>
          <Size bytes={unpacked} />{' '}
          {descriptor.size > 0 && (
            <span className={styles.dim}>
              {t('ratio', { ratio: (unpacked / descriptor.size).toFixed(1) })}
            </span>
          )}
        </Fact>
      )}
      {diffId !== undefined && (
        <Fact name={t('diffId')}>
          <Digest digest={diffId} copyLabel={t('copyDiffId')} />
        </Fact>
      )}
      {users.length > 0 && (
        <Fact name={t('sharedLayer')}>
          <span className={styles.stack}>
            {t('shared', { count: countPlatforms(users), total: countPlatforms(images) })}
            <PlatformList images={users} />
          </span>
        </Fact>
      )}
    </>
  );
}

/** Known of layers that aren't compressed, and of those whose maker says so (estargz). */
function uncompressedSize({ mediaType, size, annotations = {} }: ImageDescriptor): number | undefined {
  const told = Number(annotations['io.containers.estargz.uncompressed-size']);
  if (Number.isSafeInteger(told) && told > 0) return told;
  return /\.tar$/.test(mediaType) ? size : undefined;
}

function ForeignUrls({ descriptor }: { descriptor: ImageDescriptor }) {
  const { t } = useTranslation('images');
  const { urls = [] } = descriptor;
  return (
    <Fact name={t('foreign')} isCode>
      {urls.length > 0 && urls.join('\n')}
    </Fact>
  );
}

function Annotations({ part }: { part: ImagePart }) {
  const { t } = useTranslation('images');
  const own = 'node' in part && part.id === part.node.id ? part.node.annotations : {};
  const onDescriptor = part.descriptor.annotations ?? {};
  return (
    <>
      {Object.keys(own).length > 0 && (
        <Group title={t('annotations')} hint={Object.keys(own).length}>
          <PairTable label={t('annotations')} pairs={Object.entries(own)} />
        </Group>
      )}
      {Object.keys(onDescriptor).length > 0 && (
        <Group title={t('descriptorAnnotations')} hint={Object.keys(onDescriptor).length}>
          <PairTable label={t('descriptorAnnotations')} pairs={Object.entries(onDescriptor)} />
        </Group>
      )}
    </>
  );
}

function CreatedBy({ part }: { part: ImagePart & { kind: 'layer' } }) {
  const { t, i18n } = useTranslation('images');
  const { step } = part;
  if (step === undefined) return null;
  return (
    <Group title={t('createdBy')}>
      <pre className={styles.well} title={step.createdBy}>
        {cleanInstruction(step.createdBy)}
      </pre>
      <Facts>
        <Fact name={t('created')}>{timeText(step.created, i18n.language)}</Fact>
        <Fact name={t('author')}>{step.author}</Fact>
        <Fact name={t('comment')}>{step.comment}</Fact>
      </Facts>
    </Group>
  );
}

/** Of the whole image, with what can't be shown of it. */
function Whole({ image }: { image: ReadyImage }) {
  const { t } = useTranslation('images');
  const { root, pinned } = image.document;
  const totals = imageTotals(root);
  const problems = allNodes(root).filter((node) => node.problem !== undefined).length;
  return (
    <Group title={t('wholeImage')}>
      <Facts>
        <Fact name={t('pinned')} isCode>
          {pinned}
        </Fact>
        <Fact name={t('stored')}>
          <Size bytes={totals.storedBytes} />
        </Fact>
        {problems > 0 && <Fact name={t('problems')}>{t('problemCount', { count: problems })}</Fact>}
      </Facts>
    </Group>
  );
}
